/** A host that browses for the service of a peer, driven by its model. See `browse-model.ts`. */
import { expect } from 'vitest';
import type { AnyActorRef } from 'xstate';
import type { InstanceEvent } from '../../src/index.js';
import type { Random } from '../../src/net/simulated/index.js';
import { goodbye, nsec, service } from '../support/records.js';
import { type Recording, type TestHost, type TestPeer, World } from '../support/world.js';
import type { BrowseModelEvent, BrowseModelState } from './browse-model.js';
import { Timers } from './left-behind.js';
import type { Run } from './walk.js';

const TYPE = '_t._tcp.local';
/** Milliseconds: the link is proven, the series of questions has slowed down. */
const SETTLING = 40_000;
/** Milliseconds: a goodbye takes a second. */
const MOMENT = 1_500;
/** Milliseconds: the longest TTL and some more. */
const EXPIRY = 4_600_000;
/** Milliseconds that a doubt takes (RFC 6762 section 10.4). */
const DOUBT = 15_000;

export class BrowseRun implements Run<BrowseModelEvent, BrowseModelState> {
  readonly #world: World;
  readonly #timers = new Timers();
  readonly #host: TestHost;
  readonly #peer: TestPeer;
  #browse: Recording<InstanceEvent> | undefined;
  #port = 1;
  #isThere = false;
  /** Only the instance was doubted: its host is still cached. */
  #isHalfCached = false;
  /** What the user should have been told in this step. */
  #expected: string[] = [];
  #state: BrowseModelState = 'left.cold';
  #since = 0;

  constructor(random: Random) {
    this.#world = new World(Math.floor(random() * 2 ** 32));
    this.#host = this.#world.host('h', { announceHost: false, inspect: this.#timers.inspect });
    this.#peer = this.#world.peer();
    this.#peer.onHeard(({ message }) => {
      if (!message.response && this.#isThere) this.#peer.say(this.#records);
    });
    this.#world.advance(SETTLING);
  }

  readonly events = {
    open: () => {
      this.#browse = this.#world.record(this.#host.mdns.browse('t'));
      this.#world.advance(MOMENT);
      if (this.#state === 'left.warm') this.#expected = [`up ${this.#port}`];
    },
    leave: () => {
      this.#browse?.stop();
      this.#world.advance(MOMENT);
    },
    answer: () => {
      if (this.#state === 'open.empty') this.#expected = [`up ${this.#port}`];
      this.#announce();
    },
    flush: () => {
      this.#port = 3 - this.#port;
      if (this.#state === 'open.empty') this.#expected = [`up ${this.#port}`];
      if (this.#state === 'open.found') this.#expected = [`changed ${this.#port}`];
      this.#announce();
    },
    goodbye: () => {
      this.#goes();
      this.#peer.say(goodbye(this.#records));
      this.#isHalfCached = false;
      this.#world.advance(MOMENT);
    },
    expire: () => {
      this.#goes();
      this.#world.advance(EXPIRY);
      this.#isHalfCached = false;
    },
    doubt: () => {
      this.#goes();
      const { instance } = this.#told.at(-1) ?? {};
      if (instance) this.#host.mdns.reconfirm(instance);
      this.#world.advance(DOUBT);
      this.#isHalfCached = true;
    },
    close: () => this.#world.settle(this.#host.mdns.close(), 1_600),
  } satisfies Record<BrowseModelEvent, () => void | Promise<void>>;

  readonly states = {
    'left.cold': () => {
      this.#check('left.cold');
      expect(this.#timersOf, 'owners of timers').toEqual(this.#isHalfCached ? ['record-cache'] : []);
    },
    'left.warm': () => {
      this.#check('left.warm');
      expect(this.#timersOf, 'owners of timers').toEqual(['record-cache']);
    },
    'open.empty': () => this.#check('open.empty'),
    'open.found': () => this.#check('open.found'),
    closed: () => {
      this.#world.advance(3_000);
      if (this.#browse && this.#state.startsWith('open')) expect(this.#browse.completed, 'the browse ends').toBe(true);
      expect(this.#timers.all, 'delayed events').toEqual([]);
      expect([this.#host.network.pendingTimers, this.#host.network.openLinks], 'timers, sockets').toEqual([0, 0]);
    },
  } satisfies Record<BrowseModelState, () => void>;

  async end(): Promise<void> {
    await this.events.close();
    this.states.closed();
  }

  report(): string {
    return this.#world.log.render(this.#world.log.packets.slice(-30));
  }

  get #records() {
    const addresses = [this.#peer.station.address];
    return [...service('P', TYPE, 'p.local', this.#port, { addresses }), nsec('p.local', ['A'])];
  }

  get #timersOf(): string[] {
    return this.#timers.all.map((timer) => timer.split(':')[0] ?? '').sort();
  }

  get #told(): Recording<InstanceEvent>['events'] {
    return this.#browse?.events ?? [];
  }

  #announce(): void {
    this.#isThere = true;
    this.#peer.say(this.#records);
    this.#world.advance(MOMENT);
  }

  #goes(): void {
    this.#isThere = false;
    if (this.#state === 'open.found') this.#expected = [`down ${this.#port}`];
  }

  #check(state: BrowseModelState): void {
    expect(this.#timers.stranded, 'timers of actors that stopped').toEqual([]);
    expect(this.#host.lines.filter(({ level }) => level === 'error')).toEqual([]);
    const told = this.#told.filter(({ at }) => at >= this.#since);
    expect(
      told.map(({ event, instance }) => `${event} ${instance.port}`),
      'what the user is told',
    ).toEqual(this.#expected);
    const children = Object.entries<AnyActorRef>(this.#timers.root.getSnapshot().children);
    const groups = children.filter(([id]) => id.startsWith('watchers.')).map(([, group]) => group);
    const isOpen = state.startsWith('open');
    expect(
      groups.flatMap((group) => Object.keys(group.getSnapshot().children)),
      'watchers',
    ).toHaveLength(isOpen ? 1 : 0);
    const wasOpen = this.#state.startsWith('open');
    if (!isOpen && !wasOpen) expect(this.#host.sent({ since: this.#since }), 'nobody asks').toEqual([]);
    this.#state = state;
    this.#expected = [];
    // Steps end between two instants.
    this.#world.advance(1);
    this.#since = this.#world.now;
  }
}
