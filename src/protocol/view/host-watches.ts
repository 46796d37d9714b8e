import type { ServiceAddress } from '../dns-sd/instance.js';
import { type Name, nameKey } from '../name.js';
import { CLASS_IN } from '../record.js';
import { serviceAddress } from './address-order.js';
import type { HostOnLink, Sighting, Subject } from './found-instance.js';
import type { Watches } from './watches.js';

/** The address questions for the targets of SRV records: once for each host and link. */
export class HostWatches {
  readonly #watches: Watches<Subject>;
  readonly #hosts = new Map<string, HostOnLink>();
  /** Those of which the first user came or one went since the last sweep. */
  readonly #unsettled = new Set<HostOnLink>();

  constructor(watches: Watches<Subject>) {
    this.#watches = watches;
  }

  follow(sighting: Sighting, target: Name): void {
    // RFC 2782: the root as target says that the service is not available.
    if (target === '.') return;
    const key = hostKey(sighting.link, target);
    let host = this.#hosts.get(key);
    if (!host) {
      host = { kind: 'host', link: sighting.link, name: target, users: new Set(), watches: [] };
      this.#hosts.set(key, host);
      this.#unsettled.add(host);
    }
    host.users.add(sighting);
  }

  /** Unless another SRV record of the sighting has the same target. */
  unfollow(sighting: Sighting, target: Name): void {
    const key = nameKey(target);
    for (const { srv } of sighting.srvs()) if (nameKey(srv.target) === key) return;
    this.#leave(sighting, target);
  }

  unfollowAll(sighting: Sighting): void {
    for (const { srv } of sighting.srvs()) this.#leave(sighting, srv.target);
  }

  #leave(sighting: Sighting, target: Name): void {
    const host = this.#hosts.get(hostKey(sighting.link, target));
    if (host?.users.delete(sighting)) this.#unsettled.add(host);
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
        this.#hosts.delete(hostKey(link, name));
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
      this.#hosts.delete(hostKey(link, host.name));
      this.#unsettled.delete(host);
    }
  }

  /** Adds to `addresses` what is heard of the target on the link of the sighting, in no particular order. */
  collect(sighting: Sighting, target: Name, addresses: ServiceAddress[]): void {
    const host = this.#hosts.get(hostKey(sighting.link, target));
    if (!host?.users.has(sighting)) return;
    for (const { link, held } of host.watches) {
      for (const { record } of held.values()) {
        if (record.type === 'A' || record.type === 'AAAA') addresses.push(serviceAddress(record, link));
      }
    }
  }
}

function hostKey(link: string, target: Name): string {
  return `${link} ${nameKey(target)}`;
}
