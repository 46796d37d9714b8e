/** One interface on virtual time that carries nothing by itself: datagrams are handed in, what is sent is shown, and each turn
 * of the process under test is timed. */
import { VirtualClock } from '../../dist/testing.js';
import type { Clock, Link, LinkHandlers, Network, NetworkInterface, TimerHandle } from '../../src/net/network.js';

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

export interface Sent {
  readonly bytes: Uint8Array;
  readonly toGroup: boolean;
  readonly at: number;
}

export class QuietNetwork implements Network {
  /** The scenario's own time. */
  readonly time = new VirtualClock();
  /** The process under test has the same, with its turns timed. */
  readonly clock: Clock;
  /**
   * ms: the longest turn since it was last set to 0; Infinity for not looking at them, which costs some CPU each. A turn is one
   * timer, or one datagram handed over.
   */
  longestTurn = Infinity;
  onSent: (sent: Sent) => void = () => {};
  #handlers: LinkHandlers | undefined;
  #state = 1;

  constructor() {
    const { time } = this;
    this.clock = {
      now: () => time.now(),
      setTimeout: (run, ms): TimerHandle => time.setTimeout(() => this.#timed(run), ms),
      clearTimeout: (handle) => time.clearTimeout(handle),
    };
  }

  /** Equal runs have equal chance. */
  random(): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return this.#state / 2 ** 32;
  }

  hostname(): string {
    return 'victim';
  }

  interfaces(): readonly NetworkInterface[] {
    return [eth0];
  }

  openLink(_: unknown, handlers: LinkHandlers): Link {
    this.#handlers = handlers;
    this.clock.setTimeout(() => handlers.opened({ portShared: false }), 0);
    return {
      send: (bytes, to, done) => {
        this.onSent({ bytes, toGroup: to === 'group', at: this.time.now() });
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
  hear(bytes: Uint8Array, address: string, port = 5_353): void {
    this.#timed(() => this.#handlers?.received({ bytes, address, port, to: 'group' }));
  }

  /** What another process does to this one shows in the wall clock, what helper threads do in the CPU's: a turn is the least. */
  #timed(run: () => void): void {
    if (this.longestTurn === Infinity) {
      run();
      return;
    }
    const wall = performance.now();
    const cpu = process.cpuUsage();
    run();
    const elapsed = performance.now() - wall;
    if (elapsed <= this.longestTurn) return;
    const { user, system } = process.cpuUsage(cpu);
    this.longestTurn = Math.max(this.longestTurn, Math.min(elapsed, (user + system) / 1_000));
  }
}
