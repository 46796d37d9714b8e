/** A network that notes what happens on its links, for `doctor`. */
import type { Datagram, Link, LinkHandlers, LinkOptions, Network } from '../net/network.js';

/** What was noticed on the links of one interface and IP family. */
export interface Noticed {
  /** Datagrams that the system has sent. */
  sent: number;
  /** The reason of the last one that it has not. */
  unsent: string | undefined;
  /** Whether a datagram of its own was received: the system then receives multicast. */
  hearsItself: boolean;
  /** Whether another program of this machine uses the port. */
  portShared: boolean;
  /** The addresses of other hosts, at most `MAX_OTHERS`. */
  readonly others: Set<string>;
}

/** Any number of hosts can be invented. */
const MAX_OTHERS = 1_000;

export class ObservedNetwork implements Network {
  readonly #network: Network;
  readonly #noticed = new Map<string, Noticed>();

  constructor(network: Network) {
    this.#network = network;
  }

  noticed(interfaceName: string, family: string): Noticed {
    const key = `${interfaceName}/${family}`;
    const known = this.#noticed.get(key);
    if (known !== undefined) return known;
    const fresh = { sent: 0, unsent: undefined, hearsItself: false, portShared: false, others: new Set<string>() };
    this.#noticed.set(key, fresh);
    return fresh;
  }

  openLink(options: LinkOptions, handlers: LinkHandlers): Link {
    const noticed = this.noticed(options.interface.name, options.family);
    const own = new Set(options.interface.addresses.map(({ address }) => address));
    const link = this.#network.openLink(options, {
      failed: (fault) => handlers.failed(fault),
      opened: (info) => {
        noticed.portShared = info.portShared;
        handlers.opened(info);
      },
      received: (datagram: Datagram) => {
        if (own.has(datagram.address)) noticed.hearsItself = true;
        else if (noticed.others.size < MAX_OTHERS) noticed.others.add(datagram.address);
        handlers.received(datagram);
      },
    });
    return {
      send: (bytes, to, sent) =>
        link.send(bytes, to, (fault) => {
          if (fault === undefined) noticed.sent++;
          else noticed.unsent = fault.message;
          sent(fault);
        }),
      close: (closed) => link.close(closed),
    };
  }

  get clock() {
    return this.#network.clock;
  }

  random(): number {
    return this.#network.random();
  }

  hostname(): string {
    return this.#network.hostname();
  }

  get dns() {
    return this.#network.dns;
  }

  interfaces() {
    return this.#network.interfaces();
  }

  onWake(woke: () => void): () => void {
    return this.#network.onWake(woke);
  }

  keepAlive(): () => void {
    return this.#network.keepAlive();
  }
}
