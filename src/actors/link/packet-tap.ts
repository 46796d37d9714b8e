/** The place where every datagram of a system passes, for an inspector. Without an observer it costs one comparison. */
import type { Datagram, Destination, LinkOptions } from '../../net/network.js';

/** A datagram as the observer sees it. Its bytes change after the call: copy what is kept. */
export interface TappedPacket {
  readonly interface: string;
  readonly family: LinkOptions['family'];
  /** `own`: a copy of one that this system has sent. */
  readonly way: 'in' | 'own' | 'out';
  /** The sender, or for `out` the destination. */
  readonly address: string;
  readonly port: number;
  readonly to: 'group' | 'unicast';
  readonly bytes: Uint8Array;
}

/** Shared by all sockets of the system. */
export class PacketTap {
  /** It must not throw. */
  observer: ((packet: TappedPacket) => void) | undefined;

  received({ interface: on, family }: LinkOptions, { address, port, to, bytes }: Datagram, own: boolean): void {
    this.observer?.({ interface: on.name, family, way: own ? 'own' : 'in', address, port, to, bytes });
  }

  sent({ interface: on, family, group, port }: LinkOptions, bytes: Uint8Array, to: Destination): void {
    const [place, goal] = to === 'group' ? (['group', { address: group, port }] as const) : (['unicast', to] as const);
    this.observer?.({ interface: on.name, family, way: 'out', ...goal, to: place, bytes });
  }
}
