/** A host that publishes one service, driven by its model, with a peer that wants the name. See `announcer-model.ts`. */
import { expect } from 'vitest';
import type { AnyActorRef } from 'xstate';
import type { PublishedService } from '../../src/index.js';
import type { Random, SimulatedLan } from '../../src/net/simulated/index.js';
import { nextInstanceLabel } from '../../src/protocol/claim/rename.js';
import { escapeLabel } from '../../src/protocol/name.js';
import { isGoodbye, isProbe, type SentPacket } from '../support/packet-log.js';
import { address, question, srv } from '../support/records.js';
import { type TestHost, type TestPeer, World } from '../support/world.js';
import type { AnnouncerModelEvent, AnnouncerModelState } from './announcer-model.js';
import { linkActors, Timers } from './left-behind.js';
import type { Run } from './walk.js';

const TYPE = '_own._tcp.local';
/** Milliseconds. On a LAN without delay a packet arrives, and what it sets off is done, while no time passes. */
const MOMENT = 0;
const SETTLING = 30_000;
/** Milliseconds between two updates that are announced (RFC 6762 section 8.4). */
const UPDATE_GAP = 6_000;
/** Milliseconds, with the pause after many conflicts. */
const LONGEST_WAIT = 6_000;

export class AnnouncerRun implements Run<AnnouncerModelEvent, AnnouncerModelState> {
  readonly #world: World;
  readonly #lan: SimulatedLan;
  readonly #timers = new Timers();
  readonly #host: TestHost;
  readonly #peer: TestPeer;
  /** What a watcher has: ports by name. */
  readonly #seen = new Map<string, number | undefined>();
  #service: PublishedService | undefined;
  /** What it should be called now. */
  #label = '';
  #port = 1;
  #renamed = 0;
  #updatedAt = Number.NEGATIVE_INFINITY;
  /** The user chose another name since the last check. */
  #isRenamed = false;
  #state: AnnouncerModelState = 'withdrawn';
  /** Packets that have been looked at. */
  #looked = 0;
  /** Whether time was let pass in which it may have been held in between. */
  #mayHaveHeld = false;

  constructor(random: Random) {
    this.#world = new World(Math.floor(random() * 2 ** 32));
    this.#lan = this.#world.newLan('instant', { delayMs: 0 });
    this.#host = this.#world.host('h', { lan: this.#lan, inspect: this.#timers.inspect });
    this.#peer = this.#world.peer({ lan: this.#lan });
    const watching = this.#world.host('watching', { lan: this.#lan });
    watching.mdns.browse('own').subscribe(({ event, instance: { name, port } }) => {
      if (event === 'down') this.#seen.delete(name);
      else this.#seen.set(name, port);
    });
    this.#world.advance(SETTLING);
  }

  readonly events = {
    publish: () => {
      this.#label = 'I';
      this.#service = this.#host.mdns.publish({ name: 'I', type: 'own', port: this.#port });
    },
    probe: () => this.#until((packet) => isProbe(packet.message) && this.#isAbout(packet)),
    hold: () => {
      this.#mayHaveHeld = true;
      this.#until((packet) => packet.message.response && this.#isAbout(packet));
      this.#world.advance(Math.max(0, this.#updatedAt + UPDATE_GAP - this.#world.now));
    },
    settle: () => {
      this.#mayHaveHeld = true;
      this.#world.advance(SETTLING);
    },
    conflict: () => {
      this.#peer.say([srv(this.#fullName, 'rival.local', 1)]);
      this.#world.advance(MOMENT);
      if (this.#state === 'probing') this.#label = nextInstanceLabel(this.#label);
    },
    disputeHost: () => {
      this.#peer.say([address(this.#host.mdns.hostname, '198.18.0.200')]);
      this.#world.advance(MOMENT);
    },
    outdo: () => this.#rivalProbes([srv(this.#fullName, 'rival.local', 1, { flush: false })]),
    yield: () => this.#rivalProbes([address(this.#fullName, '198.18.0.200', { flush: false })]),
    rename: () => {
      this.#renamed += 1;
      this.#isRenamed = true;
      this.#label = `Name ${this.#renamed}`;
      this.#service?.update({ name: this.#label });
      this.#world.advance(0);
    },
    update: () => {
      this.#port += 1;
      this.#service?.update({ port: this.#port });
      this.#world.advance(MOMENT);
      if (isHeld(this.#state) && this.#state !== 'updated' && this.#state !== 'owed') this.#updatedAt = this.#world.now;
    },
    withdraw: () => {
      void this.#service?.withdraw();
      this.#world.advance(MOMENT);
      if (this.#state === 'suspended') this.events.plug();
    },
    bounce: () => {
      this.#host.network.bounce('eth0');
      void this.#host.mdns.scanInterfaces();
      this.#world.advance(MOMENT);
      this.#untilUp();
    },
    unplug: () => {
      this.#host.network.unplug('eth0');
      void this.#host.mdns.scanInterfaces();
      this.#world.advance(MOMENT);
    },
    plug: () => {
      this.#host.network.plug('eth0', this.#lan, { addresses: ['198.18.0.1/24'] });
      void this.#host.mdns.scanInterfaces();
      this.#untilUp();
    },
    close: () => this.#world.settle(this.#host.mdns.close(), 1_600),
  } satisfies Record<AnnouncerModelEvent, () => void | Promise<void>>;

  readonly states = {
    withdrawn: () => {
      this.#check('withdrawn');
      expect(this.#answers(), 'answers').toEqual([]);
      expect(this.#announcers, 'announcers').toEqual(['host']);
    },
    suspended: () => this.#check('suspended'),
    waiting: () => this.#check('waiting'),
    probing: () => this.#check('probing'),
    deferring: () => this.#check('deferring'),
    announcing: () => this.#check('announcing'),
    updated: () => {
      this.#check('updated');
      expect(this.#seen.get(this.#label), 'what a watcher has').toBe(this.#port);
    },
    owed: () => {
      this.#check('owed');
      expect(this.#seen.get(this.#label), 'what a watcher has').toBeLessThan(this.#port);
    },
    awaitingHost: () => this.#check('awaitingHost'),
    established: () => {
      const isNew = this.#mayHaveHeld;
      this.#check('established');
      if (!isNew) return;
      expect(this.#seen.get(this.#label), 'what a watcher has').toBe(this.#port);
      expect(this.#answers(), 'answers').toEqual([`${this.#fullName} ${this.#port}`]);
      expect(this.#announcers, 'announcers').toEqual(['host', this.#service?.id]);
    },
    closed: () => {
      this.#world.advance(3_000);
      expect(this.#timers.all, 'delayed events').toEqual([]);
      expect([this.#host.network.pendingTimers, this.#host.network.openLinks], 'timers, sockets').toEqual([0, 0]);
    },
  } satisfies Record<AnnouncerModelState, () => void>;

  async end(): Promise<void> {
    await this.events.close();
    this.states.closed();
  }

  report(): string {
    return this.#world.log.render(this.#world.log.packets.slice(-30));
  }

  get #fullName(): string {
    return `${escapeLabel(this.#label)}.${TYPE}`;
  }

  #isAbout({ message }: SentPacket): boolean {
    const names = [...message.questions, ...message.answers].map(({ name }) => name);
    return names.includes(this.#fullName);
  }

  #rivalProbes(authorities: Parameters<TestPeer['say']>[0]): void {
    this.#peer.ask({ questions: [question(this.#fullName, 'ANY')], authorities });
    this.#world.advance(MOMENT);
  }

  /** Lets time pass until the host sends such a packet. */
  #until(isIt: (packet: SentPacket) => boolean): void {
    const { now } = this.#world;
    const { packets } = this.#world.log;
    const before = packets.length;
    const isThere = () => packets.slice(before).some((packet) => packet.from === 'h/eth0' && isIt(packet));
    while (!isThere()) {
      expect(this.#world.now, 'a packet is late').toBeLessThan(now + LONGEST_WAIT);
      this.#world.runUntil(this.#world.clock.nextDeadline ?? now + LONGEST_WAIT);
    }
  }

  #untilUp(): void {
    const { now } = this.#world;
    while (this.#host.mdns.status.state !== 'up') {
      expect(this.#world.now, 'the link is late').toBeLessThan(now + LONGEST_WAIT);
      this.#world.runUntil(this.#world.clock.nextDeadline ?? now + LONGEST_WAIT);
    }
  }

  /** @param state what the model says now */
  #check(state: AnnouncerModelState): void {
    expect(this.#timers.stranded, 'timers of actors that stopped').toEqual([]);
    expect(this.#host.lines.filter(({ level }) => level === 'error')).toEqual([]);
    if (state !== 'withdrawn') expect(this.#service?.name, 'its name').toBe(this.#label);
    const before = this.#state;
    // What was held and is given up gets a goodbye, whose name was lost does not.
    const wasClaimed = isHeld(before) || before === 'awaitingHost';
    const isLeft = wasClaimed && (state === 'withdrawn' || this.#isRenamed);
    const isMute = !isHeld(before) && !isHeld(state) && !this.#mayHaveHeld && !isLeft;
    const spoken = this.#spoken();
    if (isMute)
      expect(
        // A goodbye is said once more a second later.
        spoken.flatMap(({ message }) => message.answers.filter(({ name, ttl }) => ttl > 0 && name.endsWith(TYPE))),
        'a tentative name is not answered for',
      ).toEqual([]);
    if (isLeft)
      expect(
        spoken.some(({ message }) => isGoodbye(message)),
        'a goodbye',
      ).toBe(true);
    this.#state = state;
    this.#isRenamed = false;
    this.#mayHaveHeld = false;
  }

  /** The responses about the service since the last time. */
  #spoken(): SentPacket[] {
    const fresh = this.#world.log.packets.slice(this.#looked);
    this.#looked += fresh.length;
    return fresh.filter(({ from, message }) => from === 'h/eth0' && message.response).filter(isAboutService);
  }

  /** Everything of the type that a peer finds when it asks. */
  #answers(): string[] {
    this.#spoken();
    this.#peer.ask({ questions: [question(TYPE, 'PTR')] });
    this.#world.advance(1_500);
    const records = this.#spoken().flatMap(({ message }) => [...message.answers, ...message.additionals]);
    return records.flatMap((record) =>
      record.type === 'SRV' && record.ttl > 0 ? [`${record.name} ${record.port}`] : [],
    );
  }

  /** The ids of what the link announces: of its actors, all but those that every link has. */
  get #announcers(): string[] {
    const children: Readonly<Record<string, AnyActorRef>> =
      linkActors(this.#timers.root).get('eth0/ipv4')?.getSnapshot().children ?? {};
    const groups = Object.keys(children).filter((id) => id.startsWith('announcers.'));
    return groups.flatMap((id) => Object.keys(children[id]?.getSnapshot().children ?? {}));
  }
}

function isHeld(state: AnnouncerModelState): boolean {
  return state === 'announcing' || state === 'updated' || state === 'owed' || state === 'established';
}

function isAboutService({ message }: SentPacket): boolean {
  return message.answers.some(({ name }) => name.endsWith(TYPE));
}
