/** A place driven by its model, with a scripted link. See `place-model.ts`. */
import { expect } from 'vitest';
import { setup } from 'xstate';
import type { LinkStatus } from '../../src/actors/commands.js';
import type { MulticastInterfaceInput } from '../../src/actors/link/context.js';
import { Intake } from '../../src/actors/link/intake.js';
import { OwnRecords } from '../../src/actors/link/own-records.js';
import { PacketTap } from '../../src/actors/link/packet-tap.js';
import { SentPackets } from '../../src/actors/link/sent-packets.js';
import type { MulticastInterfaceCommand, MulticastInterfaceReport, Port } from '../../src/actors/messages.js';
import { type LinkRef, type PlaceReport, placeMachine } from '../../src/actors/supervisor/place.js';
import { restartPause } from '../../src/actors/supervisor/restart-pause.js';
import type { NetworkInterface } from '../../src/net/network.js';
import { SimulatedLan } from '../../src/net/simulated/index.js';
import { Bench } from '../support/actors.js';
import type { PlaceModelEvent, PlaceModelState } from './place-model.js';
import type { Run } from './walk.js';

const ID = 'eth0/ipv4';
const AGAINST = 'only eth7 was asked for';

type Order = { readonly type: 'order.rise' | 'order.end' | 'order.break' };
interface LinkContext {
  readonly input: MulticastInterfaceInput;
  /** What the place has told it since the last look. */
  readonly heard: string[];
}

/** A link that reports and ends on order. */
const link = setup({
  types: {
    context: {} as LinkContext,
    events: {} as Order | MulticastInterfaceCommand,
    input: {} as MulticastInterfaceInput,
  },
  actions: {
    report: ({ context: { input } }, { state }: { readonly state: 'opening' | 'up' }) =>
      input.place.send({ type: 'link.reported', link: input.id, state, fault: undefined }),
    note: ({ context, event }) => {
      context.heard.push(event.type);
    },
    break: () => {
      throw new Error('a bug');
    },
  },
}).createMachine({
  context: ({ input }) => ({ input, heard: [] }),
  initial: 'open',
  states: {
    open: {
      entry: { type: 'report', params: { state: 'opening' } },
      on: {
        'order.rise': { actions: { type: 'report', params: { state: 'up' } } },
        'order.end': 'ended',
        'order.break': { actions: 'break' },
        '*': { actions: 'note' },
      },
    },
    ended: { type: 'final' },
  },
});

export class PlaceRun implements Run<PlaceModelEvent, PlaceModelState> {
  readonly #bench = new Bench();
  readonly #supervisor = this.#bench.recorder<PlaceReport | MulticastInterfaceReport>();
  readonly #interface: NetworkInterface;
  readonly #place;
  #state: PlaceModelState = 'vacant';
  #index = 1;
  /** How often the interface was reported to the place. */
  #sightings = 0;
  /** Times that the link broke since it was last up. */
  #breakdowns = 0;
  /** The link that the supervisor knows. */
  #link: LinkRef | undefined;
  /** Whether that link is up. */
  #isUp = false;
  /** As it was last reported. */
  #status: LinkStatus | undefined;
  /** The reports, and the events sent to the link, in the last step. */
  #reports: readonly (PlaceReport | MulticastInterfaceReport)[] = [];
  #heard: readonly string[] = [];
  #last: { readonly event: PlaceModelEvent; readonly from: PlaceModelState } | undefined;

  constructor() {
    const host = new SimulatedLan({ clock: this.#bench.clock }).host('h', ['198.18.0.1/24']);
    this.#interface = host.interfaces()[0] as NetworkInterface;
    const settings = {
      group: '224.0.0.251',
      port: 5353,
      families: new Set(['ipv4'] as const),
      network: host,
      sent: new SentPackets(),
      intake: new Intake(host.clock),
      tap: new PacketTap(),
      own: new OwnRecords(),
      announcements: 2,
      reannounceMs: undefined,
      maxCacheRecords: 100,
      addressFilter: undefined,
      namedFilters: () => undefined,
    };
    const supervisor = this.#supervisor.port;
    const input = { id: ID, interface: this.#interface, family: 'ipv4', settings, supervisor } as const;
    this.#place = this.#bench.start(placeMachine.provide({ actors: { link: link as never } }), { input });
  }

  readonly events = {
    use: () => this.#step('use', () => this.#see(undefined)),
    refuse: () => this.#step('refuse', () => this.#see(AGAINST)),
    remove: () => this.#step('remove', () => this.#place.send({ type: 'interface.vanished' })),
    recreate: () =>
      this.#step('recreate', () => {
        this.#place.send({ type: 'interface.vanished' });
        this.#see(undefined);
      }),
    rise: () => this.#step('rise', () => this.#order('order.rise')),
    end: () => this.#step('end', () => this.#order('order.end')),
    break: () => this.#step('break', () => this.#order('order.break')),
    wait: () =>
      this.#step('wait', () => {
        this.#bench.clock.advance(restartPause(this.#breakdowns) - 1);
        expect(this.#place.getSnapshot().value, 'just before the pause is over').toBe('broken');
        this.#bench.clock.advance(1);
      }),
    close: () => this.#step('close', () => this.#place.send({ type: 'place.close' })),
  } satisfies Record<PlaceModelEvent, () => void>;

  readonly states = {
    vacant: () => this.#check('vacant', undefined),
    unused: () => this.#check('unused', { state: 'unused', reason: AGAINST }),
    running: () => this.#check('running', { state: this.#isUp ? 'up' : 'opening' }),
    broken: () =>
      this.#check('broken', { state: 'retrying', reason: expect.stringMatching(/broke because of an internal/) }),
    'leaving.unused': () => this.#check('leaving.unused', { state: 'unused', reason: AGAINST }),
    'leaving.absent': () => this.#check('leaving.absent', { state: 'absent' }),
    closing: () => this.#check('closing', undefined),
    closed: () => this.#check('closed', undefined),
  } satisfies Record<PlaceModelState, () => void>;

  async end(): Promise<void> {
    if (this.#place.getSnapshot().status === 'active') this.#place.send({ type: 'place.close' });
    this.#order('order.end');
    expect(this.#place.getSnapshot(), 'the end').toMatchObject({ status: 'done', output: { place: ID } });
    expect(this.#bench.clock.pending, 'timers').toBe(0);
  }

  report(): string {
    return `it was ${this.#state}, and reported ${this.#reports.map(({ type }) => type).join(', ') || 'nothing'}`;
  }

  #see(against: string | undefined): void {
    this.#index += 1;
    this.#sightings += 1;
    this.#place.send({ type: 'interface.changed', interface: { ...this.#interface, index: this.#index }, against });
  }

  #order(type: Order['type']): void {
    if (type === 'order.rise') this.#breakdowns = 0;
    if (type === 'order.rise') this.#isUp = true;
    if (type === 'order.break' && this.#state === 'running') this.#breakdowns += 1;
    (this.#link as unknown as Port<Order> | undefined)?.send({ type });
  }

  #step(event: PlaceModelEvent, act: () => void): void {
    const before = this.#link;
    act();
    this.#last = { event, from: this.#state };
    this.#reports = this.#supervisor.take();
    for (const report of this.#reports) {
      if (report.type === 'place.changed') this.#status = report.status;
      if (report.type === 'link.closed') this.#link = undefined;
      if (report.type === 'link.opened') this.#link = report.ref;
      if (report.type === 'link.opened')
        expect(report.interface.index, 'the interface of a new link').toBe(this.#index);
    }
    if (this.#link !== before) this.#isUp = false;
    const heard = (this.#link?.getSnapshot().context as unknown as LinkContext | undefined)?.heard;
    this.#heard = heard?.splice(0) ?? [];
  }

  #check(state: PlaceModelState, status: Partial<LinkStatus> | undefined): void {
    const { value, children } = this.#place.getSnapshot();
    expect(value, 'the state').toBe(state.split('.')[0]);
    const hasLink = ['running', 'leaving.unused', 'leaving.absent', 'closing'].includes(state);
    expect(this.#link !== undefined, 'whether the supervisor knows a link').toBe(hasLink);
    if (state !== 'closed') expect(Object.values(children), 'actors').toEqual(hasLink ? [this.#link] : []);
    if (status) expect(this.#status, 'the status').toMatchObject(status);
    expect(this.#bench.clock.pending, 'timers').toBe(state === 'broken' ? 1 : 0);
    if (this.#last) this.#checkStep(this.#last.event, this.#last.from, state);
    this.#state = state;
  }

  #checkStep(event: PlaceModelEvent, from: PlaceModelState, to: PlaceModelState): void {
    const count = (type: PlaceReport['type']) => this.#reports.filter((report) => report.type === type).length;
    const hadLink = from === 'running' || from.startsWith('leaving');
    const opens = to === 'running' && (!hadLink || event === 'end');
    const closes = event === 'end' || event === 'break';
    expect(count('link.opened'), 'links opened').toBe(opens ? 1 : 0);
    expect(count('link.closed'), 'links closed').toBe(closes ? 1 : 0);
    expect(count('link.broke'), 'links broken').toBe(event === 'break' ? 1 : 0);
    const moves = hadLink && to === 'running' && (event === 'use' || event === 'recreate');
    expect(count('link.changed'), 'interfaces changed').toBe(moves ? 1 : 0);
    const vacates = to === 'vacant' || (event === 'recreate' && !hadLink);
    const vacated = this.#reports.find((report) => report.type === 'place.vacated');
    // One that is made anew has been seen once more by now.
    const sightings = this.#sightings - (event === 'recreate' ? 1 : 0);
    expect(vacated, 'vacated').toEqual(vacates ? { type: 'place.vacated', place: ID, sightings } : undefined);
    expect(this.#heard, 'what the link was told').toEqual(hadLink && !closes ? told(event, from) : []);
  }
}

/** The events that a place sends to its link, by the state of the place. */
function told(event: PlaceModelEvent, from: PlaceModelState): string[] {
  if (event === 'close') return ['link.close'];
  const loss = from === 'running' && ['refuse', 'remove', 'recreate'].includes(event) ? ['interface.vanished'] : [];
  const gain = event === 'use' || event === 'recreate' ? ['interface.changed'] : [];
  return [...loss, ...gain];
}
