import type { ServiceAddress } from '../dns-sd/instance.js';
import { type Name, nameKey } from '../name.js';
import { CLASS_IN } from '../record.js';
import { sameAddresses } from './address-order.js';
import { type FoundInstance, HostOnLink, type Sighting, type Subject } from './found-instance.js';
import { Host } from './host.js';
import type { Watches } from './open-questions.js';
import { Waiting } from './wait.js';

/** Addresses trickle in from several links and families: those that come within this time are one change. */
export const ADDRESS_WAIT_MS = 100;

/** The address questions for the targets of SRV records: once for each host and link. */
export class HostWatches {
  readonly #watches: Watches<Subject>;
  /** By link and name. */
  readonly #onLinks = new Map<string, HostOnLink>();
  /** By name. */
  readonly #hosts = new Map<string, Host>();
  /** Those of which the first user came or one went since the last sweep. */
  readonly #unsettled = new Set<HostOnLink>();
  readonly #changed = new Set<HostOnLink>();
  /** Those that have other addresses than their users have heard of. */
  readonly #wait = new Waiting<HostOnLink>(ADDRESS_WAIT_MS);
  #versions = 0;

  constructor(watches: Watches<Subject>) {
    this.#watches = watches;
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
    this.#unsettled.add(host);
    return host;
  }

  #leave(sighting: Sighting, host: HostOnLink): void {
    if (host.users.delete(sighting)) this.#unsettled.add(host);
  }

  #drop(host: HostOnLink): void {
    const { link, everywhere } = host;
    this.#changed.delete(host);
    this.#wait.stop(host);
    this.#onLinks.delete(`${link} ${everywhere.key}`);
    if (--everywhere.links === 0) this.#hosts.delete(everywhere.key);
  }

  /**
   * Asks about new hosts, and ends the questions for those without users: what comes and goes between two sweeps costs
   * nothing. Deals with at most `limit` hosts and returns whether that was all.
   */
  sweep(limit: number): boolean {
    let left = limit;
    for (const host of this.#unsettled) {
      if (left-- === 0) return false;
      this.#unsettled.delete(host);
      const { link, name, users, watches } = host;
      if (users.size === 0) {
        this.#drop(host);
        for (const watch of watches) this.#watches.unwant(watch);
      } else if (watches.length === 0) {
        for (const type of ['A', 'AAAA'] as const) {
          const watch = this.#watches.want(link, { name, type, class: CLASS_IN }, host);
          if (watch) watches.push(watch);
        }
      }
    }
    return true;
  }

  /** The link closed: its questions ended with it, and its hosts have no users any more. */
  forgetLink(link: string): void {
    for (const host of this.#unsettled) {
      if (host.link !== link) continue;
      this.#drop(host);
      this.#unsettled.delete(host);
    }
  }

  /** The addresses of a host are others now. */
  noteChange(host: HostOnLink): void {
    host.version = ++this.#versions;
    this.#changed.add(host);
  }

  /** The interface of the link has other addresses: others are its neighbours. */
  noteLink(link: string): void {
    for (const host of this.#onLinks.values()) if (host.link === link) this.noteChange(host);
  }

  /**
   * Calls `look` for the instances of hosts with other addresses: at once when a host got its first one or lost its last, since
   * they may have to show another host; else, with `due`, when the addresses have had their time to become complete.
   */
  settle(now: number, look: (instance: FoundInstance, due: boolean) => void): void {
    for (const host of this.#changed) {
      const { told, addresses } = host;
      if (told.length === 0 || addresses.length === 0) this.#tell(host, (instance) => look(instance, false));
      else if (sameAddresses(told, addresses)) this.#wait.stop(host);
      else this.#wait.isOver(host, now);
    }
    this.#changed.clear();
    for (const host of this.#wait.due(now)) this.#tell(host, (instance) => look(instance, true));
  }

  #tell(host: HostOnLink, look: (instance: FoundInstance) => void): void {
    this.#wait.stop(host);
    host.told = host.addresses;
    for (const { instance } of host.users) look(instance);
  }

  /** When the instances of some host are to be looked at. */
  nextDeadline(): number | undefined {
    return this.#wait.nextDeadline();
  }

  /** On each link the addresses that were heard there: another host of the same name may live on another link. */
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
