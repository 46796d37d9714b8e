import { CLASS_IN } from '../constants.js';
import type { ServiceAddress } from '../dns-sd/instance.js';
import { literalAddress } from '../dns-sd/literal-address.js';
import { type Name, nameKey } from '../name.js';
import { sameAddresses } from './address-order.js';
import { type FoundInstance, HostOnLink, type Sighting, type Subject } from './found-instance.js';
import { Host } from './host.js';
import { namesLedTo } from './host-names.js';
import type { OpenQuestions } from './open-questions.js';
import { Waits } from './wait.js';

/**
 * Milliseconds. Addresses come in bit by bit from several links and families; those within this time are one change.
 */
export const ADDRESS_WAIT_MS = 100;

/** The address questions for the targets of SRV records, once for each host and link. */
export class HostQuestions {
  readonly #open: OpenQuestions<Subject>;
  /** By link and name. */
  readonly #onLinks = new Map<string, HostOnLink>();
  /** By name. */
  readonly #hosts = new Map<string, Host>();
  /** Hosts that are new or have lost a user since the last sweep. */
  readonly #unswept = new Set<HostOnLink>();
  readonly #changed = new Set<HostOnLink>();
  /** Hosts with users whose aliases may have changed. */
  readonly #unfollowed = new Set<HostOnLink>();
  /** Hosts whose new addresses have not been reported yet. */
  readonly #wait = new Waits<HostOnLink>(ADDRESS_WAIT_MS);
  #versions = 0;

  constructor(open: OpenQuestions<Subject>) {
    this.#open = open;
  }

  follow(sighting: Sighting, target: Name): void {
    // RFC 2782: the root as target says that the service is not available.
    if (target === '.') return;
    const key = nameKey(target);
    const known = sighting.targets.get(key);
    if (known) {
      known.records++;
      return;
    }
    const host = this.#onLinks.get(`${sighting.link} ${key}`) ?? this.#add(sighting.link, target);
    sighting.targets.set(key, { host, records: 1 });
    host.users.add(sighting);
    // Another host's alias has led to it before.
    if (host.users.size === 1 && host.own.length > 0) this.#unfollowed.add(host);
  }

  /** One SRV record of the sighting is gone. */
  unfollow(sighting: Sighting, target: Name): void {
    const key = nameKey(target);
    const known = sighting.targets.get(key);
    if (!known || --known.records > 0) return;
    sighting.targets.delete(key);
    this.#leave(sighting, known.host);
  }

  unfollowAll(sighting: Sighting): void {
    for (const { host } of sighting.targets.values()) this.#leave(sighting, host);
    sighting.targets.clear();
  }

  #add(link: string, name: Name): HostOnLink {
    const key = nameKey(name);
    let everywhere = this.#hosts.get(key);
    if (!everywhere) {
      everywhere = new Host(name);
      this.#hosts.set(key, everywhere);
    }
    everywhere.links++;
    const host = new HostOnLink(link, name, everywhere);
    host.version = ++this.#versions;
    this.#onLinks.set(`${link} ${key}`, host);
    this.#unswept.add(host);
    return host;
  }

  #leave(sighting: Sighting, host: HostOnLink): void {
    if (host.users.delete(sighting)) this.#unswept.add(host);
  }

  #drop(host: HostOnLink): void {
    const { link, everywhere } = host;
    if (!this.#onLinks.delete(`${link} ${everywhere.key}`)) return;
    this.#changed.delete(host);
    this.#unfollowed.delete(host);
    this.#wait.stop(host);
    this.#lead(host, []);
    if (--everywhere.links === 0) this.#hosts.delete(everywhere.key);
  }

  /** The host's aliases lead to these hosts now. */
  #lead(host: HostOnLink, led: readonly HostOnLink[]): void {
    const before = host.led;
    if (led.length === 0 && before.length === 0) return;
    host.led = led;
    for (const each of led) each.followers.add(host);
    for (const each of before) {
      if (led.includes(each)) continue;
      each.followers.delete(host);
      this.#unswept.add(each);
    }
  }

  /** Finds out where the host's aliases lead, on its link. */
  #followAliases(host: HostOnLink): void {
    const { link, name } = host;
    const names = namesLedTo(name, (key) => this.#onLinks.get(`${link} ${key}`)?.own);
    names.delete(nameKey(name));
    this.#lead(
      host,
      [...names].map(([key, target]) => this.#onLinks.get(`${link} ${key}`) ?? this.#add(link, target)),
    );
    this.noteChange(host);
  }

  /**
   * Opens the questions of new hosts and closes those of hosts without users; a host that comes and goes between two
   * sweeps costs nothing. Handles at most `limit` hosts. @returns whether these were all
   */
  sweep(limit: number): boolean {
    let left = limit;
    for (const host of this.#unfollowed) {
      if (left-- === 0) return false;
      this.#unfollowed.delete(host);
      this.#followAliases(host);
    }
    for (const host of this.#unswept) {
      if (left-- === 0) return false;
      this.#unswept.delete(host);
      this.#sweepOne(host);
    }
    return this.#unfollowed.size === 0;
  }

  #sweepOne(host: HostOnLink): void {
    const { link, name, users, followers, own } = host;
    if (users.size === 0) this.#lead(host, []);
    if (users.size === 0 && followers.size === 0) {
      this.#drop(host);
      for (const open of own) this.#open.end(open);
    } else if (own.length === 0) {
      for (const type of ['A', 'AAAA'] as const) {
        const open = this.#open.ask(link, { name, type, class: CLASS_IN }, host);
        if (open) own.push(open);
      }
      if (literalAddress(name)) this.noteChange(host);
    }
  }

  /** Call when a link has closed: its questions ended with it, and its hosts have no users any more. */
  forgetLink(link: string): void {
    for (const host of this.#unswept) {
      if (host.link !== link) continue;
      this.#drop(host);
      this.#unswept.delete(host);
    }
  }

  /** Call when the addresses of a host have changed. */
  noteChange(host: HostOnLink): void {
    for (const each of [host, ...host.followers]) {
      each.version = ++this.#versions;
      this.#changed.add(each);
    }
  }

  /** Call when the names have changed that a host is an alias of. */
  noteAliases(host: HostOnLink): void {
    for (const each of [host, ...host.followers]) if (each.users.size > 0) this.#unfollowed.add(each);
  }

  /** Call when the addresses of the link's interface have changed, since they decide which addresses are neighbours. */
  noteLink(link: string): void {
    for (const host of this.#onLinks.values()) if (host.link === link) this.noteChange(host);
  }

  /**
   * Calls `look` for the instances of hosts with changed addresses: at once if a host got its first one or lost its
   * last, since they may have to show another host; otherwise, with `due`, when the wait for more addresses is over.
   */
  update(now: number, look: (instance: FoundInstance, due: boolean) => void): void {
    if (this.#changed.size > 0) this.#noteChanged(now, look);
    for (const host of this.#wait.due(now)) this.#report(host, (instance) => look(instance, true));
  }

  #noteChanged(now: number, look: (instance: FoundInstance, due: boolean) => void): void {
    for (const host of this.#changed) {
      const { reported, addresses } = host;
      if (reported.length === 0 || addresses.length === 0) this.#report(host, (instance) => look(instance, false));
      else if (sameAddresses(reported, addresses)) this.#wait.stop(host);
      else this.#wait.isOver(host, now);
    }
    this.#changed.clear();
  }

  #report(host: HostOnLink, look: (instance: FoundInstance) => void): void {
    this.#wait.stop(host);
    host.reported = host.addresses;
    for (const { instance } of host.users) look(instance);
  }

  /** When the instances of some host have to be examined; Infinity for never. */
  nextDeadline(): number {
    return this.#wait.nextDeadline();
  }

  /**
   * The addresses of the target on the links where the instance is: another link may have another host of that name.
   */
  addressesOf(instance: FoundInstance, target: Name): readonly ServiceAddress[] {
    const key = nameKey(target);
    const on: HostOnLink[] = [];
    for (const { targets } of instance.sightings.values()) {
      const host = targets.get(key)?.host;
      if (host) on.push(host);
    }
    return on[0]?.everywhere.addresses(on) ?? [];
  }
}
