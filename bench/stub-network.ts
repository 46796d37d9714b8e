/** A network of one interface that carries nothing: datagrams are handed in, and what is sent is counted. */
import type { Link, LinkHandlers, LinkOptions, Network, NetworkInterface } from '../src/net/network.js';
import { VirtualClock } from '../src/net/simulated/index.js';

const eth0: NetworkInterface = {
  name: 'eth0',
  index: 2,
  zone: 'eth0',
  loopback: false,
  multicast: true,
  pointToPoint: false,
  mtu: 1_500,
  carrierChanges: 0,
  addresses: [{ family: 'ipv4', address: '198.18.255.1', prefixLength: 16 }],
};

export class StubNetwork implements Network {
  readonly clock = new VirtualClock();
  sent = 0;
  #handlers: LinkHandlers | undefined;

  random(): number {
    return Math.random();
  }

  hostname(): string {
    return 'bench';
  }

  interfaces(): readonly NetworkInterface[] {
    return [eth0];
  }

  openLink(_: LinkOptions, handlers: LinkHandlers): Link {
    this.#handlers = handlers;
    this.clock.setTimeout(() => handlers.opened({ portShared: false }), 0);
    return {
      send: (_bytes, _to, done) => {
        this.sent++;
        this.clock.setTimeout(() => done(undefined), 0);
      },
      close: (closed) => void this.clock.setTimeout(closed, 0),
    };
  }

  onWake(): () => void {
    return () => {};
  }

  keepAlive(): () => void {
    return () => {};
  }

  /** A datagram to the group, from a neighbour. */
  hear(bytes: Uint8Array, i = 0): void {
    const address = `198.18.${(i >> 8) & 0x7f}.${i & 0xff}`;
    this.#handlers?.received({ bytes, address, port: 5353, to: 'group' });
  }
}
