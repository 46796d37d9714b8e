/**
 * What comes back of what we have sent. A message that leaves on three interfaces comes back on each of them, but a
 * program that answers its own questions is to hear it once.
 */

import type { LinkStatus } from '../../actors/commands.js';
import { SentPackets } from '../../actors/link/sent-packets.js';
import type { Packet } from '../../index.js';
import type { Network } from '../../net/network.js';

export class OwnCopies {
  readonly #sent = new SentPackets();
  readonly #network: Network;
  /** The link whose copies count. */
  #home: LinkStatus | undefined;

  constructor(network: Network) {
    this.#network = network;
  }

  /** Call with the links that are up, whenever they change. */
  linksAre(up: readonly LinkStatus[]): void {
    [this.#home] = up;
    this.#sent.interfacesAre(this.#network.interfaces());
  }

  add({ bytes }: Packet): void {
    this.#sent.add(bytes, this.#network.clock.now());
  }

  /** What a received packet is: of others, our own for the first time, or once more. */
  kindOf({ bytes, from, to, ...on }: Packet): 'foreign' | 'own' | 'surplus' {
    const datagram = { ...from, bytes, to: to === 'group' ? to : ('unicast' as const) };
    if (!this.#sent.has(datagram, this.#network.clock.now())) return 'foreign';
    const isHome = on.interface === this.#home?.interface && on.family === this.#home.family;
    return isHome ? 'own' : 'surplus';
  }
}
