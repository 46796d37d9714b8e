/** What is read late is what reading at once would have given, or less: a query brings the rest. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newCounters } from '../../../src/actors/counters.js';
import { type ReadingPlace, readAbout, readAsked, readBefore } from '../../../src/actors/link/read-unread.js';
import type { RecordCacheEvent } from '../../../src/actors/messages.js';
import type { NetworkInterface } from '../../../src/net/network.js';
import { RecordCache } from '../../../src/protocol/cache/cache.js';
import { Relevance } from '../../../src/protocol/query/relevance.js';
import { type Question, type ResourceRecord, recordKey } from '../../../src/protocol/record.js';
import { decodeMessage } from '../../../src/protocol/wire/decode.js';
import { address, ptr, question, response, srv, txt } from '../../support/records.js';

const TYPES = ['_t._tcp.local', '_u._tcp.local'];
const on: NetworkInterface = { name: 'e', index: 1, mtu: 1_500, zone: 'e', loopback: false, addresses: [] } as never;

/** A cache that reads responses when they are relevant, or when somebody asks. */
class Late {
  readonly relevance = new Relevance();
  readonly cache = new RecordCache({ random: () => 0, relevance: this.relevance });
  readonly counters = newCounters();
  readonly #place = { cache: {}, interface: on, relevance: this.relevance, counters: this.counters } as ReadingPlace;
  #now = 0;
  readonly #outbox = {
    sendTo: (_: unknown, event: RecordCacheEvent) => {
      if (event.type !== 'records.heard') throw new Error(event.type);
      this.cache.put(event.records, event.source, this.#now, undefined, event.heardAt);
    },
  };

  hear(bytes: Uint8Array, records: readonly ResourceRecord[], source: string, now: number): void {
    this.#now = now;
    if (!this.relevance.concerns(bytes)) {
      this.relevance.leaveUnread(bytes, source, now);
      return;
    }
    readBefore(this.#place, records, now, this.#outbox);
    this.cache.put(records, source, now);
  }

  want(asked: Question, now: number): ResourceRecord[] {
    this.#now = now;
    readAbout(this.#place, [asked], now, this.#outbox);
    this.cache.due(now);
    return this.cache.want(asked, now).records.map(({ record }) => record);
  }

  overhear(asked: Question, now: number): void {
    this.#now = now;
    readAsked(this.#place, [asked], now, this.#outbox);
  }
}

const number = fc.integer({ min: 0, max: 2 });
const ttl = fc.constantFrom(0, 10, 120, 4_500);
/** A record of one of three services of two types on three hosts. */
const record = fc
  .tuple(fc.constantFrom('ptr', 'srv', 'txt', 'a'), number, fc.nat(1), number, ttl)
  .map(([kind, i, t, host, ttl]) => {
    const type = TYPES[t] as string;
    const instance = `I${i}.${type}`;
    switch (kind) {
      case 'ptr':
        // A shared record whose lifetime was shortened without a goodbye may come back for the longer one.
        return ptr(type, instance, { ttl: ttl && 120 });
      case 'srv':
        return srv(instance, `h${host}.local`, 80 + host, { ttl });
      case 'txt':
        return txt(instance, [`v=${host}`], { ttl });
      default:
        return address(`h${host}.local`, `198.18.0.${10 + i}`, { ttl });
    }
  });
const questions = [
  ...TYPES.map((type) => question(type, 'PTR')),
  ...TYPES.flatMap((type) =>
    [0, 1, 2].flatMap((i) => [question(`I${i}.${type}`, 'SRV'), question(`I${i}.${type}`, 'TXT')]),
  ),
  ...[0, 1, 2].map((i) => question(`h${i}.local`, 'A')),
];
const event = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ records: fc.array(record, { minLength: 1, maxLength: 4 }), wait: fc.nat(3_000) }),
  },
  { weight: 1, arbitrary: fc.record({ want: fc.constantFrom(...questions) }) },
  { weight: 1, arbitrary: fc.record({ unwant: fc.constantFrom(...questions) }) },
  { weight: 1, arbitrary: fc.record({ overhear: fc.constantFrom(...questions) }) },
);

/** Runs both, and returns for each question what the two answer in the end. */
function both(events: readonly (typeof event extends fc.Arbitrary<infer E> ? E : never)[]) {
  const late = new Late();
  const atOnce = new RecordCache({ random: () => 0 });
  let now = 0;
  for (const [id, each] of events.entries()) {
    if ('records' in each) {
      now += each.wait;
      atOnce.due(now);
      late.cache.due(now);
      // Each is another packet: one that comes again counts as of the last time, so it may flush a second later.
      const bytes = response({ id, answers: each.records });
      const { answers } = decodeMessage(bytes).message ?? { answers: [] };
      atOnce.put(answers, 'p', now);
      late.hear(bytes, answers, 'p', now);
    } else if ('want' in each) late.want(each.want, now);
    else if ('unwant' in each) late.cache.unwant(each.unwant);
    else late.overhear(each.overhear, now);
  }
  atOnce.due(now);
  const keys = (cache: RecordCache, asked: Question) =>
    cache.lookup(asked, now).map(({ record: found }) => recordKey(found));
  return questions.map((asked) => ({
    late: late.want(asked, now).map(recordKey),
    atOnce: keys(atOnce, asked),
    // What has been read about other names of single hosts goes along: it must not be out of date either.
    along: questions
      .filter(({ type }) => type !== 'PTR')
      .map((other) => ({ late: keys(late.cache, other), atOnce: keys(atOnce, other) })),
  }));
}

describe('what was kept unread', () => {
  it('QRY-14 is never out of date when it is read', () => {
    let [same, less] = [0, 0];
    fc.assert(
      fc.property(fc.array(event, { minLength: 1, maxLength: 40 }), (events) => {
        for (const { late, atOnce, along } of both(events)) {
          expect(atOnce).toEqual(expect.arrayContaining(late));
          for (const other of along) expect(other.atOnce).toEqual(expect.arrayContaining(other.late));
          if (late.length === atOnce.length) same += 1;
          else less += 1;
        }
      }),
      { numRuns: 400 },
    );
    // Where hosts contradict themselves less, hardly anything is left out.
    expect(less / (same + less)).toBeLessThan(0.05);
  });
});
