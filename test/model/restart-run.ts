/** A client whose system is in threads that crash, driven by its model. See `restart-model.ts`. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Mdns, PublishedService, ServiceInstance } from '../../src/index.js';
import type { Random, SimulatedHost } from '../../src/net/simulated/index.js';
import { Threads } from '../support/crashing.js';
import { type TestHost, World } from '../support/world.js';
import { openStates, type RestartEvent, type RestartState, type ThreadState } from './restart-model.js';
import type { Run } from './walk.js';

/** Milliseconds in which everything is told: a restart, what is not found again, an update that waits for its turn. */
const STEP = 12_000;
/** Milliseconds: the longest pause and the start of a thread. */
const LONGEST_PAUSE = 60_300;
/** Milliseconds that a wait has: more than a walk takes. */
const PATIENCE = 10_000_000;
const OWN = 'Own';

interface Wait {
  readonly endsAt: number;
  /** The port that was found, or the code of the error. */
  result: string | undefined;
}

export class RestartRun implements Run<RestartEvent, RestartState> {
  readonly #world: World;
  readonly #random: Random;
  readonly #network: SimulatedHost;
  readonly #threads: Threads;
  readonly #mdns: Mdns;
  readonly #other: TestHost;
  /** What another host knows of the client, and the client of all, by name. */
  readonly #seenByOther = new Map<string, number>();
  readonly #seen = new Map<string, number>();
  readonly #others = new Map<string, PublishedService>();
  #own: PublishedService | undefined;
  #port = 1;
  /** Whether the own service was withdrawn by a thread that could say goodbye, and not published again since. */
  #saidGoodbye = false;
  #stopBrowsing: (() => void) | undefined;
  #wait: Wait | undefined;
  /** What the browse told in this step, and what it should have. */
  #told: string[] = [];
  #announced = 0;
  /** Events that did not follow from those before. */
  readonly #faults: string[] = [];
  #last: RestartEvent | undefined;
  #thread: ThreadState = 'running';

  constructor(random: Random) {
    this.#random = random;
    this.#world = new World(Math.floor(random() * 2 ** 32));
    this.#network = this.#world.lan.host('h1', ['198.18.0.1/24']);
    this.#threads = new Threads(this.#network);
    this.#mdns = this.#threads.mdns({ hostname: 'h1' });
    this.#other = this.#world.host('h2');
    this.#other.mdns.browse('http').subscribe((event) => this.#note(this.#seenByOther, event));
    this.#world.advance(STEP);
  }

  readonly events: Readonly<Record<RestartEvent, () => void | Promise<void>>> = {
    publish: () =>
      this.#step('publish', () => {
        this.#own = this.#mdns.publish({ name: OWN, type: 'http', port: this.#nextPort() });
        this.#own.changes$.subscribe(({ event }) => {
          if (event === 'announced') this.#announced += 1;
        });
        this.#saidGoodbye = false;
      }),
    withdraw: () =>
      this.#step('withdraw', () => {
        void this.#own?.withdraw();
        this.#own = undefined;
        this.#saidGoodbye = this.#thread === 'running' || this.#thread === 'stalled';
      }),
    browse: () =>
      this.#step('browse', () => {
        this.#seen.clear();
        const watch = this.#mdns.browse('http').subscribe((event) => {
          this.#told.push(`${event.event} ${event.instance.name} ${event.instance.port}`);
          this.#note(this.#seen, event);
        });
        this.#stopBrowsing = () => watch.unsubscribe();
      }),
    leave: () => this.#step('leave', () => this.#stopBrowsing?.()),
    wait: () => this.#step('wait', () => this.#beginToWait()),
    answer: async () => {
      const late = this.#other.mdns.publish({ name: 'Late', type: 'ipp', port: 9 });
      await this.#step('answer', () => {});
      expect(this.#wait?.result, 'the result of the wait').toBe('9');
      this.#wait = undefined;
      void late.withdraw();
      this.#world.advance(STEP);
    },
    expire: async () => {
      const { endsAt = 0 } = this.#wait ?? {};
      this.#world.runUntil(endsAt - 10);
      await nextTurn();
      expect(this.#wait?.result, 'just before the time is over').toBe(undefined);
      this.#world.advance(30);
      await nextTurn();
      expect(this.#wait?.result).toBe(this.#thread === 'running' ? 'timeout' : 'no-network');
      this.#wait = undefined;
      await this.#step('expire', () => {});
    },
    change: () => this.#step('change', () => this.#change()),
    crash: () =>
      this.#step('crash', () => {
        this.#threads.areBroken = true;
        this.#threads.crash();
      }),
    recover: () =>
      this.#step('recover', () => {
        this.#threads.areBroken = false;
        this.#world.advance(LONGEST_PAUSE);
      }),
    stall: () => this.#step('stall', () => this.#threads.stall()),
    read: () => this.#step('read', () => this.#threads.goOn()),
    close: async () => {
      const began = this.#world.now;
      await this.#world.settle(this.#mdns.close());
      expect(this.#world.now - began, 'milliseconds that closing takes').toBeLessThanOrEqual(2_010);
    },
  };

  readonly states = {
    ...Object.fromEntries(openStates.map((state) => [state, () => this.#check(state)])),
    closed: async () => {
      await nextTurn();
      if (this.#wait) expect(this.#wait.result, 'the wait').toBe('closed');
      expect(this.#mdns.status.state).toBe('closed');
      expect(this.#threads.holds, 'reasons to stay alive').toBe(0);
      await this.#world.close();
      const rest = [this.#network.openLinks, this.#network.pendingTimers, this.#world.clock.pending];
      expect(rest, 'sockets, timers of the host, all timers').toEqual([0, 0, 0]);
    },
  } as Readonly<Record<RestartState, () => void | Promise<void>>>;

  async end(): Promise<void> {
    await this.events.close();
    await this.states.closed();
  }

  report(): string {
    return [...this.#told, ...this.#threads.lines.slice(-10)].join('\n');
  }

  async #step(event: RestartEvent, act: () => void): Promise<void> {
    this.#told = [];
    this.#announced = 0;
    act();
    this.#last = event;
    this.#world.advance(STEP);
    await nextTurn();
  }

  #beginToWait(): void {
    const wait: Wait = { endsAt: this.#world.now + PATIENCE, result: undefined };
    this.#mdns.resolve('Late', 'ipp', { timeout: PATIENCE }).then(
      ({ port }) => {
        wait.result = String(port);
      },
      ({ code }: { readonly code: string }) => {
        wait.result = code;
      },
    );
    this.#wait = wait;
  }

  /** A service of another host comes, changes or goes; the own one changes. */
  #change(): void {
    const name = this.#random() < 0.5 ? 'A' : 'B';
    const there = this.#others.get(name);
    if (!there) this.#others.set(name, this.#other.mdns.publish({ name, type: 'http', port: this.#nextPort() }));
    else if (this.#random() < 0.5) there.update({ port: this.#nextPort() });
    else {
      this.#others.delete(name);
      void there.withdraw();
    }
    this.#own?.update({ port: this.#nextPort() });
  }

  /** Notes what was told; each event has to follow from what was known. */
  #note(known: Map<string, number>, { event, instance: { name, port } }: Told): void {
    const before = known.get(name);
    if ((before === undefined) !== (event === 'up') || (event === 'changed' && before === port))
      this.#faults.push(`${event} ${name} ${port} after ${before}`);
    if (event === 'down') known.delete(name);
    else known.set(name, port);
  }

  #nextPort(): number {
    this.#port += 1;
    return this.#port;
  }

  #check(state: RestartState): void {
    const [thread, publication, browse, wait] = state.split(' ');
    const before = this.#thread;
    this.#thread = thread as ThreadState;
    expect(this.#faults).toEqual([]);
    expect(this.#wait?.result, 'the wait').toBe(undefined);
    expect(this.#wait !== undefined).toBe(wait === 'waiting');
    const hasOpen = publication === 'published' || browse === 'browsing' || wait === 'waiting';
    // The end of a publication, too, has to be read.
    const reads = thread === 'running' || thread === 'pausing';
    if (hasOpen || reads) expect(this.#threads.holds > 0, 'whether the process stays alive').toBe(hasOpen);
    if (thread === 'running') this.#checkRunning(browse === 'browsing', before);
    else if (this.#last !== 'read') expect(this.#told, 'told while the thread does not run').toEqual([]);
    if (thread === 'pausing')
      expect(this.#mdns.status).toMatchObject({
        state: 'starting',
        reason: expect.stringMatching(/has ended .* started again/),
      });
  }

  #checkRunning(browses: boolean, before: ThreadState): void {
    expect(this.#mdns.status.state).toBe('up');
    const own = this.#own?.port;
    if (own !== undefined || this.#saidGoodbye) expect(this.#seenByOther.get(OWN), 'what another host knows').toBe(own);
    const truth = new Map([...this.#others].map(([name, { port }]) => [name, port]));
    if (own !== undefined) truth.set(OWN, own);
    if (browses) expect(sorted(this.#seen), 'what the client knows').toEqual(sorted(truth));
    if (!browses) expect(this.#told, 'told without a browse').toEqual([]);
    const names = this.#told.map((line) => line.split(' ')[1]);
    // What waited for a client that did not read may be two changes of one service.
    if (before !== 'stalled') expect(names, 'one event for each').toEqual([...new Set(names)]);
    if (this.#own && this.#last === 'recover') expect(this.#announced, 'announced anew').toBe(1);
  }
}

interface Told {
  readonly event: 'up' | 'changed' | 'down';
  readonly instance: Pick<ServiceInstance, 'name' | 'port'>;
}

function sorted(of: ReadonlyMap<string, number>): string[] {
  return [...of].map(([name, port]) => `${name} ${port}`).sort();
}
