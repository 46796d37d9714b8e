/** The network of this machine: Node's sockets, the system's interfaces, real time. */
import { hostname } from 'node:os';
import { MdnsError } from '../protocol/errors.js';
import { Attribution } from './attribution.js';
import { NodeClock } from './clock.js';
import { random } from './entropy.js';
import type { Link, LinkHandlers, LinkOptions, Network, NetworkInterface } from './network.js';
import { type LinkHost, NodeLink } from './node-link.js';
import { PortOccupancy } from './port-occupancy.js';
import { isPortTaken } from './socket.js';
import { systemInterface, systemInterfaces } from './system-interfaces.js';

/** Milliseconds, the longest that a timer of Node's can be: `hold` waits for nothing. */
const A_LONG_TIME = 2 ** 31 - 1;

export interface NodeNetworkOptions {
  /** Whether open links and pending timers keep the process alive; default false. */
  readonly keepAlive?: boolean;
}

/** Everything that shares one of these counts as one responder; two of them in one process share ports as two processes do. */
export class NodeNetwork implements Network {
  readonly clock: NodeClock;
  readonly random = random;
  readonly #attribution = new Attribution();
  readonly #host: LinkHost;

  constructor(options: NodeNetworkOptions = {}) {
    const { keepAlive = false } = options ?? {};
    if (typeof keepAlive !== 'boolean')
      throw new MdnsError('invalid-option', '"keepAlive" of NodeNetwork is wrong: give true or false.');
    this.clock = new NodeClock({ keepAlive });
    this.#host = {
      keepAlive,
      ports: new PortOccupancy(isPortTaken),
      attribution: this.#attribution,
      noteReceived: () => this.clock.noteReceived(),
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
   * Keeps the process alive until the returned function is called, whatever `keepAlive` is: for as long as somebody waits for
   * an answer or for goodbyes to leave, which unreferenced timers alone would not outlast.
   */
  hold(): () => void {
    const timer = setInterval(() => {}, A_LONG_TIME);
    return () => clearInterval(timer);
  }

  #interfaceNamed(name: string): NetworkInterface | undefined {
    const found = systemInterface(name);
    if (found !== undefined) this.#attribution.updateOne(found);
    return found;
  }
}
