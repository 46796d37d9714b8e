/** An announcer with recorders instead of its neighbours. */
import { createActor, fromCallback } from 'xstate';
import { type AnnouncerInput, announcerMachine } from '../../../src/actors/link/announcer.js';
import type {
  AnnouncerEvent,
  AnnouncerReport,
  Port,
  QuerierEvent,
  ResponderEvent,
} from '../../../src/actors/messages.js';
import { PROBE_COUNT, PROBE_GAP_MS } from '../../../src/protocol/constants.js';
import type { ResourceRecord } from '../../../src/protocol/record.js';
import type { RecordSet } from '../../../src/protocol/record-set.js';
import { decodeMessage } from '../../../src/protocol/wire/decode.js';
import { Bench, Coverage, type Recorder } from '../../support/actors.js';
import { address, ptr, query, question } from '../../support/records.js';

export const coverage = new Coverage(announcerMachine);
export const MINE = address('h.local', '198.18.0.5');
export const REVERSE = ptr('5.0.18.198.in-addr.arpa', 'h.local', { flush: true, ttl: 120 });
export const THEIRS = address('h.local', '198.18.0.9');
export const SET = setOf('h.local', MINE, REVERSE);

export function setOf(name: string, ...records: ResourceRecord[]): RecordSet {
  return { id: 'set', claims: [name], records };
}

/** A querier that wakes announcers at the times that they plan, probes as soon as it is told to, and keeps everything else. */
export function wakingQuerier({ clock }: Bench): Recorder<QuerierEvent> {
  const events: QuerierEvent[] = [];
  const timers = new Map<Port<AnnouncerEvent>, unknown>();
  const hear = (event: QuerierEvent) => {
    if ('announcer' in event && event.type !== 'probe.changed') {
      clock.clearTimeout(timers.get(event.announcer));
      const ms = event.type === 'wake.planned' ? event.at - clock.now() : PROBE_COUNT * PROBE_GAP_MS;
      const wake = () => event.announcer.send({ type: 'woken' });
      if (event.type !== 'probe.cancelled') timers.set(event.announcer, clock.setTimeout(wake, ms));
    }
    if (event.type !== 'wake.planned') events.push(event);
  };
  const logic = fromCallback<QuerierEvent>(({ receive }) => receive(hear));
  const port = createActor(logic, { clock }).start() as unknown as Port<QuerierEvent>;
  return { port, events, take: () => events.splice(0) };
}

export function setup(over: Partial<AnnouncerInput> = {}) {
  const bench = new Bench();
  const querier = wakingQuerier(bench);
  const responder = bench.recorder<ResponderEvent>();
  const link = bench.recorder<AnnouncerReport>();
  const input: AnnouncerInput = {
    set: SET,
    clock: bench.clock,
    hostIsHeld: true,
    startAt: 100,
    announcements: 2,
    reannounceMs: undefined,
    isOwn: () => false,
    querier: querier.port,
    responder: responder.port,
    link: link.port,
    ...over,
  };
  const actor = bench.start(announcerMachine, { input, inspect: coverage.inspect });
  const advance = (ms: number) => bench.clock.advance(ms);
  const hear = (...records: ResourceRecord[]) => actor.send({ type: 'records.heard', records });
  const announced = () =>
    responder.take().flatMap((event) => (event.type === 'announcement.due' ? [event.records] : []));
  /** The state; of a held set `series news`. */
  const value = () => {
    const { value } = actor.getSnapshot();
    return typeof value === 'object' && 'held' in value ? Object.values(value.held ?? {}).join(' ') : value;
  };
  return { bench, querier, responder, link, actor, advance, hear, announced, value };
}

/** A rival's probe for the names of these records. */
export function probe(...records: ResourceRecord[]): AnnouncerEvent {
  const bytes = query({
    questions: records.map(({ name }) => question(name, 'ANY')),
    authorities: records.map((record) => ({ ...record, cacheFlush: false })),
  });
  const { message } = decodeMessage(bytes);
  if (!message) throw new Error('No message.');
  return { type: 'probe.heard', message };
}
