/** An `Mdns` whose system is in threads that a test lets crash, on virtual time. */
import { vi } from 'vitest';
import type * as opening from '../../src/api/open-system.js';
import { createMdns, type Mdns, type MdnsOptions } from '../../src/index.js';
import type { Network } from '../../src/net/network.js';
import type { SimulatedHost } from '../../src/net/simulated/index.js';
import type { Line, LineHandlers } from '../../src/worker/messages.js';
import { RemoteSystem } from '../../src/worker/remote-system.js';
import { type Carrier, FakeThread } from './fake-thread.js';

type Open = typeof opening.openSystem;
type Input = Parameters<Open>[0];

/** Milliseconds in which a thread starts. */
const START_MS = 300;

const byNetwork = vi.hoisted(() => new WeakMap<object, unknown>());

vi.mock('../../src/api/open-system.js', async (importOriginal) => {
  const original = await importOriginal<typeof opening>();
  return {
    ...original,
    openSystem: (...parts: Parameters<Open>) => {
      const threads = byNetwork.get(parts[0].network.clock) as Threads | undefined;
      return threads ? threads.open(...parts) : original.openSystem(...parts);
    },
  };
});

export class Threads {
  readonly all: FakeThread[] = [];
  readonly lines: string[] = [];
  /** Whether those that are started from now on crash before they are ready. */
  areBroken = false;
  /** How many reasons the process has to stay alive. */
  holds = 0;
  /** What the client has not read, while it reads nothing. */
  #unread: (() => void)[] | undefined;
  readonly #network: Network;

  constructor(host: SimulatedHost) {
    const keepAlive = () => {
      this.holds++;
      return () => void this.holds--;
    };
    this.#network = { ...host.process(), keepAlive };
    byNetwork.set(this.#network.clock, this);
  }

  mdns(options: Omit<MdnsOptions, 'network' | 'logger'> = {}): Mdns {
    const note = (level: string) => (message: string) => void this.lines.push(`${level} ${message}`);
    const logger = { debug: note('debug'), info: note('info'), warn: note('warn'), error: note('error') };
    return createMdns({ ipv6: false, ...options, network: this.#network, logger });
  }

  get current(): FakeThread {
    const current = this.all.at(-1);
    if (!current) throw new Error('No thread has been started.');
    return current;
  }

  crash(reason = 'Error: a bug'): void {
    this.current.crash(reason);
  }

  /** From now on the client reads nothing, as a thread does that is blocked. */
  stall(): void {
    this.#unread ??= [];
  }

  /** How many messages the client has not read. */
  get unread(): number {
    return this.#unread?.length ?? 0;
  }

  /** The client reads what has arrived meanwhile, and what arrives when it reads. */
  goOn(): void {
    for (let read = this.#unread?.shift(); read; read = this.#unread?.shift()) read();
    this.#unread = undefined;
  }

  open(...[input, , events]: Parameters<Open>): RemoteSystem {
    return new RemoteSystem(
      {
        clock: input.network.clock,
        reopens: true,
        open: (to, hostname = input.hostname) => this.#start({ ...input, hostname }, to),
        keepAlive: () => input.network.keepAlive(),
        publishingKeepsAlive: input.keepAlive,
        explain: (reason) => `It could not start: ${reason}`,
      },
      events,
    );
  }

  #start(input: Input, to: LineHandlers): Line {
    const thread = new FakeThread(input);
    this.all.push(thread);
    let starting: (() => void)[] | undefined = [];
    const toClient: Carrier = (run) => {
      const waiting = starting ?? this.#unread;
      if (waiting) waiting.push(run);
      else run();
    };
    const line = thread.line('owner', to, { toClient, toHost: (run) => run() });
    input.network.clock.setTimeout(() => {
      const waiting = this.areBroken ? [] : (starting ?? []);
      starting = undefined;
      for (const run of waiting) toClient(run);
      if (this.areBroken) thread.crash('it cannot start');
      else thread.start();
    }, START_MS);
    return line;
  }
}
