/** A system behind a port that is none: everything is cloned on its way, and nothing happens but when a test lets it. */
import { ActorSystem, type SystemHandlers } from '../../src/actors/supervisor/actor-system.js';
import type { SupervisorInput } from '../../src/actors/supervisor/input.js';
import type { InspectionSource } from '../../src/inspector/frames.js';
import type { DnsNetwork } from '../../src/net/dns.js';
import type {
  Clock,
  Link,
  LinkHandlers,
  LinkOptions,
  Network,
  NetworkInterface,
  TimerHandle,
} from '../../src/net/network.js';
import { NetworkTap } from '../../src/net/network-tap.js';
import { Host, type Role, type Served } from '../../src/worker/host.js';
import { inspectionOf } from '../../src/worker/local-system.js';
import type { HostLine, Line, LineHandlers, ToHost } from '../../src/worker/messages.js';
import { servePort } from '../../src/worker/port-line.js';

/** One thread with a system in it, as long as it lives. */
export class FakeThread {
  readonly #system: ActorSystem;
  readonly #host: Host;
  readonly #network: MortalNetwork;
  readonly #tap: NetworkTap;
  readonly #crashes: ((reason: string) => void)[] = [];
  #isAlive = true;

  constructor(input: SupervisorInput, inspect?: SystemHandlers['inspect']) {
    this.#network = new MortalNetwork(input.network);
    this.#tap = new NetworkTap(this.#network);
    this.#system = new ActorSystem(
      { ...input, network: this.#tap.network },
      {
        inspect,
        emitted: (event) => this.#isAlive && this.#host.emitted(event),
        ended: () => this.#isAlive && this.#host.ended(),
      },
    );
    const { clock } = this.#network;
    this.#host = new Host({
      system: this.#system,
      clock,
      hostname: input.hostname,
      inspection: () => this.inspection(),
      packets: this.#tap,
      soon: (run) => run(),
    });
  }

  start(): void {
    if (this.#isAlive) this.#system.start();
  }

  inspection(): Promise<InspectionSource> {
    return inspectionOf(this.#system, this.#network.clock);
  }

  packets(): NetworkTap {
    return this.#tap;
  }

  get host(): Host {
    return this.#host;
  }

  /** A line to it. `toClient` and `toHost` carry out when something arrives. */
  line(role: Role, handlers: LineHandlers, carry: { toClient: Carrier; toHost: Carrier } = AT_ONCE): FakeLine {
    let served: Served | undefined;
    const hostLine: HostLine = {
      post: (message) => {
        const copy = structuredClone(message);
        carry.toClient(() => line.isOpen && handlers.heard(copy));
      },
      close: () => {},
    };
    const line = new FakeLine(
      (message) => {
        // A port is transferred, and works within one thread as well.
        if (message.type === 'client.joined') return servePort(message.port, this.#host, 'guest');
        const copy = structuredClone(message);
        carry.toHost(() => this.#isAlive && served?.heard(copy));
      },
      (question) => ({ answer: structuredClone(this.#host.answer(structuredClone(question))) }),
      () => this.#isAlive && served?.gone(),
    );
    this.#crashes.push((reason) => carry.toClient(() => line.isOpen && handlers.closed(reason)));
    served = this.#host.join(hostLine, role);
    return line;
  }

  /** The thread ends without a word. */
  crash(reason: string): void {
    if (!this.#isAlive) return;
    this.#isAlive = false;
    this.#network.die();
    for (const crash of this.#crashes) crash(reason);
  }
}

/** A network whose timers and links can end at once, as those of a thread that crashes. */
class MortalNetwork implements Network {
  readonly clock: Clock;
  readonly #of: Network;
  readonly #timers = new Set<TimerHandle>();
  readonly #links = new Set<Link>();
  readonly #subscriptions = new Set<() => void>();
  #isAlive = true;

  constructor(of: Network) {
    this.#of = of;
    this.clock = {
      now: () => of.clock.now(),
      setTimeout: (run, ms) => {
        const timer = of.clock.setTimeout(() => {
          this.#timers.delete(timer);
          run();
        }, ms);
        this.#timers.add(timer);
        return timer;
      },
      clearTimeout: (timer) => {
        this.#timers.delete(timer);
        of.clock.clearTimeout(timer);
      },
    };
  }

  random(): number {
    return this.#of.random();
  }
  hostname(): string {
    return this.#of.hostname();
  }
  interfaces(): readonly NetworkInterface[] {
    return this.#of.interfaces();
  }
  /** What is alive in another thread does not keep the process alive. */
  keepAlive(): () => void {
    return () => {};
  }
  /** Answers do not reach a thread that has ended. */
  get dns(): DnsNetwork | undefined {
    const { dns } = this.#of;
    return (
      dns && {
        settings: () => dns.settings(),
        epochSeconds: () => dns.epochSeconds(),
        exchange: (exchange, done) => {
          const end = dns.exchange(exchange, (outcome) => {
            this.#subscriptions.delete(end);
            done(outcome);
          });
          this.#subscriptions.add(end);
          return () => {
            this.#subscriptions.delete(end);
            end();
          };
        },
      }
    );
  }
  onWake(woke: () => void): () => void {
    const stop = this.#of.onWake(woke);
    this.#subscriptions.add(stop);
    return stop;
  }
  openLink(options: LinkOptions, handlers: LinkHandlers): Link {
    const link = this.#of.openLink(options, {
      opened: (info) => this.#isAlive && handlers.opened(info),
      received: (datagram) => this.#isAlive && handlers.received(datagram),
      failed: (fault) => this.#isAlive && handlers.failed(fault),
    });
    this.#links.add(link);
    return {
      send: (...args) => link.send(...args),
      close: (closed) => {
        this.#links.delete(link);
        link.close(closed);
      },
    };
  }

  die(): void {
    this.#isAlive = false;
    for (const timer of this.#timers) this.#of.clock.clearTimeout(timer);
    for (const stop of this.#subscriptions) stop();
    for (const link of this.#links) link.close(() => {});
  }
}

export type Carrier = (run: () => void) => void;
const AT_ONCE = { toClient: (run: () => void) => run(), toHost: (run: () => void) => run() };

class FakeLine implements Line {
  isOpen = true;
  readonly post: (message: ToHost) => void;
  readonly ask: Line['ask'];
  readonly #gone: () => void;

  constructor(post: (message: ToHost) => void, ask: Line['ask'], gone: () => void) {
    this.post = post;
    this.ask = ask;
    this.#gone = gone;
  }

  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.#gone();
  }
}
