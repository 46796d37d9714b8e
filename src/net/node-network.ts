/** The network of this machine: Node's sockets, the system's interfaces, real time. */
import { hostname } from 'node:os';
import { MdnsError } from '../protocol/errors.js';
import { Attribution } from './attribution.js';
import { NodeClock } from './clock.js';
import type { DnsNetwork } from './dns.js';
import { random } from './entropy.js';
import type { Link, LinkHandlers, LinkOptions, Network, NetworkInterface } from './network.js';
import { NodeDns } from './node-dns.js';
import { type LinkHost, NodeLink } from './node-link.js';
import { PortOccupancy } from './port-occupancy.js';
import { isPortTaken } from './socket.js';
import { systemInterface, systemInterfaces } from './system-interfaces.js';

/** Milliseconds: the longest delay of a Node timer, since the timer of `keepAlive` only has to exist. */
const A_LONG_TIME = 2 ** 31 - 1;

export interface NodeNetworkOptions {
  /** Whether open links and pending timers keep the process alive. Default: false. */
  readonly keepAlive?: boolean;
}

/**
 * The network of this machine: sockets, interfaces and real time. Everything that uses one `NodeNetwork` counts as one
 * responder; two of them in one process share ports as two processes would.
 */
export class NodeNetwork implements Network {
  readonly clock: NodeClock;
  readonly random = random;
  readonly dns: DnsNetwork;
  readonly #attribution = new Attribution();
  readonly #host: LinkHost;

  constructor(options: NodeNetworkOptions = {}) {
    const { keepAlive = false } = options ?? {};
    if (typeof keepAlive !== 'boolean')
      throw new MdnsError('invalid-option', '"keepAlive" of NodeNetwork is not valid: give true or false.');
    this.clock = new NodeClock({ keepAlive });
    this.dns = new NodeDns({ clock: this.clock, keepAlive });
    this.#host = {
      keepAlive,
      ports: new PortOccupancy(isPortTaken),
      attribution: this.#attribution,
      clock: this.clock,
      interfaceNamed: (name) => this.#interfaceNamed(name),
    };
  }

  hostname(): string {
    const [label = ''] = hostname().split('.');
    return label === '' ? 'localhost' : label;
  }

  interfaces(): readonly NetworkInterface[] {
    const interfaces = systemInterfaces();
    this.#attribution.update(interfaces);
    return interfaces;
  }

  openLink(options: LinkOptions, handlers: LinkHandlers): Link {
    return new NodeLink(options, handlers, this.#host);
  }

  onWake(woke: () => void): () => void {
    return this.clock.onWake(woke);
  }

  /**
   * Keeps the process alive until the returned function is called, whatever the option `keepAlive` is. Used while a
   * caller waits for an answer or for goodbyes to leave, because unreferenced timers do not keep Node running.
   */
  keepAlive(): () => void {
    const timer = setInterval(() => {}, A_LONG_TIME);
    return () => clearInterval(timer);
  }

  #interfaceNamed(name: string): NetworkInterface | undefined {
    const found = systemInterface(name);
    if (found !== undefined) this.#attribution.updateOne(found);
    return found;
  }
}
