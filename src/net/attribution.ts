/**
 * Decides which link an IPv4 group datagram belongs to. The system delivers it to every socket on the group, whichever
 * interface it arrived on, and Node does not report the interface. So a link takes datagrams from the subnets of its
 * own interface. Exactly one link takes the rest, the strays, since RFC 6762 section 11 accepts multicast from any
 * source.
 */

import { Subnets } from '../ip/subnets.js';
import { compareText } from '../ip/text.js';
import type { NetworkInterface } from './network.js';

/** An open link's interface; each link passes an object of its own. */
export type Member = Pick<NetworkInterface, 'name' | 'loopback'>;

/** The subnets of this host, and the open links of one process by group and port. */
export class Attribution {
  #subnets = new Map<string, Subnets>();
  /** Another number once other datagrams may be taken. */
  revision = 0;
  readonly #groups = new Map<string, { readonly members: Set<Member>; strayTaker: Member | undefined }>();

  /** Call when all interfaces of the system have been read again. */
  update(interfaces: readonly NetworkInterface[]): void {
    this.revision += 1;
    this.#subnets = new Map(interfaces.map((found) => [found.name, new Subnets(found.addresses)]));
  }

  /** Call when one interface has been read again. */
  updateOne(found: NetworkInterface): void {
    this.revision += 1;
    this.#subnets.set(found.name, new Subnets(found.addresses));
  }

  join(group: string, member: Member): void {
    this.revision += 1;
    const members = this.#groups.get(group)?.members ?? new Set();
    members.add(member);
    this.#groups.set(group, { members, strayTaker: firstOf(members) });
  }

  leave(group: string, member: Member): void {
    this.revision += 1;
    const members = this.#groups.get(group)?.members;
    members?.delete(member);
    if (members === undefined || members.size === 0) this.#groups.delete(group);
    else this.#groups.set(group, { members, strayTaker: firstOf(members) });
  }

  /**
   * Whether `member` takes a datagram that `source` sent to the group. One from the subnet of an interface without a
   * link is not a stray: it is here because of another process's membership, and no link takes it. (The far end of a
   * tunnel is in no subnet: where another process uses the tunnel, its datagrams are strays here.)
   */
  takes(group: string, member: Member, source: string): boolean {
    if (this.#subnets.get(member.name)?.contains(source)) return true;
    return this.#groups.get(group)?.strayTaker === member && !this.#isNeighbour(source);
  }

  #isNeighbour(source: string): boolean {
    for (const subnets of this.#subnets.values()) if (subnets.contains(source)) return true;
    return false;
  }
}

/** The first by name; loopback only if there is no other. */
function firstOf(members: ReadonlySet<Member>): Member | undefined {
  return [...members].sort((a, b) => Number(a.loopback) - Number(b.loopback) || compareText(a.name, b.name))[0];
}
