/** Responses that are heard again, byte for byte: the same as if they were decoded each time. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/net/simulated/random.js';
import type { CacheChanges, RecordCache } from '../../../src/protocol/cache/cache.js';
import { Repeats } from '../../../src/protocol/cache/repeats.js';
import { REST_TIME, TURNOVER } from '../../../src/protocol/cache/source.js';
import { type ResourceRecord, recordKey } from '../../../src/protocol/record.js';
import { question, response, srv } from '../../support/records.js';
import { a, askA, askAaaa, browse, newCache, only, run, SOURCE, to } from './cache-fixture.js';

const records = [to('x'), a('192.0.2.1')];
const nothing: CacheChanges = { added: [], removed: [], denied: [], answered: [], unanswered: [], mentioned: [] };

/** A cache that hears responses as a link does. */
class Hearing {
  readonly repeats = new Repeats();
  decoded = 0;

  constructor(readonly cache: RecordCache) {}

  hear(answers: readonly ResourceRecord[], now: number, source = SOURCE) {
    const repeat = this.repeats.hear(response({ answers }), source, now);
    if (repeat?.isCurrent(now)) return this.cache.putAgain(repeat, now) ?? nothing;
    this.decoded++;
    return this.cache.put(answers, source, now, repeat);
  }
}

describe('Repeats', () => {
  it('a response is decoded once, then never again', () => {
    const link = new Hearing(newCache());
    for (let now = 0; now < 50_000; now += 1_000) link.hear(records, now);
    expect(link.decoded).toBe(1);
    expect(link.cache.lookup(askA, 50_000)[0]?.expiresAt).toBe(49_000 + 120_000);
    expect(link.cache.counters).toMatchObject({ added: 2, renewed: 98 });
  });

  it('a response that brings what a client waits for, or nothing, is not remembered then', () => {
    const link = new Hearing(newCache({ maxRecords: 2 }));
    for (const asked of [askA, browse]) link.cache.want(asked, 0);
    const remembered = () => JSON.parse(JSON.stringify(link.repeats)).responses;
    for (const [i, expected] of [0, 1, 1].entries()) {
      link.hear(records, i);
      expect(remembered()).toBe(expected);
    }
    // No room is left, and no client asks for it.
    for (const now of [10, 11, 12]) link.hear([a('192.0.2.7', { name: 'other.local' })], now, '192.0.2.99');
    expect([link.decoded, remembered()]).toEqual([5, 1]);
  });

  it('one of another source, or with another byte, is another one', () => {
    const link = new Hearing(newCache());
    for (const now of [0, 1_000, 2_000]) link.hear(records, now);
    link.hear(records, 3_000, '192.0.2.99');
    link.hear([to('x'), a('192.0.2.1', { ttl: 119 })], 4_000);
    expect(link.decoded).toBe(3);
  });

  it.each([
    ['a goodbye', (cache: RecordCache) => cache.put([a('192.0.2.1', { ttl: 0 })], SOURCE, 5_000)],
    ['a flush', (cache: RecordCache) => cache.put([a('192.0.2.2')], SOURCE, 5_000)],
    ['a doubt', (cache: RecordCache) => cache.reconfirm([a('192.0.2.1')], 5_000)],
    ['a lost link', (cache: RecordCache) => cache.shorten(5_000, 5_000)],
    ['the end of a record', (cache: RecordCache) => cache.due(10_000_000)],
  ])('it is decoded after %s', (_, happens) => {
    const link = new Hearing(newCache());
    for (const now of [0, 1_000, 2_000]) link.hear(records, now);
    happens(link.cache);
    link.hear(records, 5_500);
    expect(link.decoded).toBe(2);
  });

  it('it flushes what was too young to be flushed when it was heard before', () => {
    const link = new Hearing(newCache());
    link.cache.want(askA, 0);
    for (const now of [0, 1_000]) link.hear(records, now);
    link.cache.put([a('192.0.2.9')], SOURCE, 1_500);
    for (const now of [2_000, 3_000]) link.hear(records, now);
    expect([link.decoded, run(link.cache, 10_000)]).toEqual([2, [{ at: 4_000, what: 'flushed 192.0.2.9' }]]);
  });

  it('it denies what was too young to be denied when it was heard before', () => {
    const link = new Hearing(newCache());
    link.cache.want(askAaaa, 0);
    for (const now of [0, 1_000]) link.hear([only(['A']), ...records], now);
    link.cache.put([a('fe80::1')], SOURCE, 1_500);
    for (const now of [2_000, 3_000]) link.hear([only(['A']), ...records], now);
    const changes = run(link.cache, 10_000).filter(({ what }) => !what.startsWith('ask'));
    expect(changes).toEqual([
      { at: 4_000, what: 'flushed fe80::1' },
      { at: 4_000, what: 'denied h.local AAAA' },
    ]);
  });

  it('nothing else is looked at when its records are all that their sets have, until there is news', () => {
    const link = new Hearing(newCache());
    for (const now of [0, 1_000, 2_000]) link.hear(records, now);
    const repeat = link.repeats.hear(response({ answers: records }), SOURCE, 2_000);
    if (repeat === undefined) throw new Error('It is not remembered.');
    const quiet = repeat.quietSince;
    expect(quiet).toBeGreaterThanOrEqual(0);
    expect(link.cache.putAgain(repeat, 2_000)).toBeUndefined();
    link.cache.put([a('192.0.2.9')], SOURCE, 2_500);
    expect(link.cache.putAgain(repeat, 3_000)).toBeDefined();
    expect(repeat.quietSince).toBe(quiet);
  });

  it('is forgotten with its records, and takes no more than its bytes', () => {
    const link = new Hearing(newCache());
    for (const now of [0, 1_000]) link.hear(records, now);
    expect(link.repeats.toJSON()).toEqual({
      responses: 1,
      bytes: response({ answers: records }).length + 320 + 2 * 64,
    });
    run(link.cache, 10_000_000);
    expect(link.repeats.toJSON()).toEqual({ responses: 0, bytes: 0 });
    const many = Array.from({ length: 12_000 }, (_, i) => [
      a('192.0.2.1', { name: `host-${i}.with-a-long-name.local` }),
    ]);
    for (const answers of many) for (const now of [0, 1_000]) link.hear(answers, 20_000_000 + now);
    expect(JSON.parse(JSON.stringify(link.repeats)).bytes).toBeLessThanOrEqual(2_097_152);
  });

  it('a record of a thousand remembered responses takes each of them along, once', () => {
    // The list of types, which every announcement has: its entry is in each of them.
    const cost = (count: number) => {
      const link = new Hearing(newCache({ maxRecords: 100_000 }));
      const answers = (i: number) => [to('shared'), a('192.0.2.1', { name: `h${i}` })];
      let steps = 0;
      for (let i = 0; i < count; i++) for (const now of [0, 1_000]) link.hear(answers(i), now);
      const entry = link.repeats.hear(response({ answers: answers(count - 1) }), SOURCE, 1_000)?.entries[0];
      const repeats = entry?.repeats instanceof Set ? entry.repeats : new Set<{ forget(): void }>();
      const before = repeats.size;
      for (const each of repeats) {
        const { forget } = each;
        each.forget = () => {
          steps++;
          forget.call(each);
        };
      }
      link.cache.put([to('shared', { ttl: 0 })], SOURCE, 2_000);
      run(link.cache, 4_000);
      return { before, steps, left: JSON.parse(JSON.stringify(link.repeats)).responses };
    };
    for (const count of [500, 1_000]) expect(cost(count)).toEqual({ before: count, steps: count, left: 0 });
  });

  it('a response is remembered although the cache has no room for all of it, for as long as its source rests', () => {
    const link = new Hearing(newCache({ maxRecords: 3 }));
    const crowd = Array.from({ length: TURNOVER + 3 }, (_, i) => a('192.0.2.1', { name: `x${i}.local` }));
    link.cache.put(crowd, SOURCE, 0);
    link.cache.put(records.slice(0, 1), '192.0.2.99', 0);
    for (const now of [0, 500, 1_000, 2_000, REST_TIME - 1]) link.hear(records, now);
    expect([link.decoded, link.cache.lookup(askA, 2_000)]).toEqual([1, []]);
    expect(link.cache.lookup(browse, 2_000)[0]?.receivedAt).toBe(REST_TIME - 1);
    link.hear(records, REST_TIME);
    expect([link.decoded, link.cache.lookup(askA, REST_TIME)]).toMatchObject([2, [{}]]);
  });

  it('a response of which something was left out is decoded when a question was opened, or after ten seconds', () => {
    const link = new Hearing(newCache());
    const bytes = response({ answers: records });
    const leaveOut = (now: number) => {
      const repeat = link.repeats.hear(bytes, SOURCE, now);
      repeat?.leaveOut();
      link.cache.put(records.slice(1), SOURCE, now, repeat);
    };
    leaveOut(0);
    link.repeats.questions += 1;
    link.hear(records, 1);
    expect([link.decoded, link.cache.lookup(browse, 1)]).toMatchObject([1, [{}]]);
    link.repeats.clear();
    leaveOut(1_000);
    link.hear(records, 999 + REST_TIME);
    expect(link.decoded).toBe(1);
    link.hear(records, 1_000 + REST_TIME);
    expect(link.decoded).toBe(2);
    // From now on it is complete, and lasts.
    link.repeats.questions += 1;
    link.hear(records, 60_000);
    expect(link.decoded).toBe(2);
  });

  it('a response that has one record twice is decoded each time: the last TTL counts, and the order', () => {
    const twice = [a('192.0.2.1', { ttl: 100 }), a('192.0.2.0', { ttl: 3 }), a('192.0.2.1', { ttl: 3 })];
    const link = new Hearing(newCache());
    const plain = newCache();
    for (const now of [0, 500, 1_000]) {
      link.hear(twice, now);
      plain.put(twice, SOURCE, now);
    }
    expect(link.decoded).toBe(3);
    expect(run(link.cache, 10_000)).toEqual(run(plain, 10_000));
  });

  it('nothing is remembered of goodbyes, of what is large, nor after our names have changed', () => {
    const link = new Hearing(newCache());
    const large = Array.from({ length: 100 }, (_, i) => to(`instance-${i}`));
    for (const answers of [[a('192.0.2.7', { ttl: 0 })], large]) for (const now of [0, 1_000]) link.hear(answers, now);
    expect(link.repeats.toJSON()).toEqual({ responses: 0, bytes: 0 });
    for (const now of [0, 1_000]) link.hear(records, now);
    expect(link.repeats.toJSON()).toMatchObject({ responses: 1 });
    link.repeats.clear();
    expect(link.repeats.toJSON()).toEqual({ responses: 0, bytes: 0 });
    link.hear(records, 2_000);
    expect(link.decoded).toBe(6);
  });

  it('whatever else happens, the cache is the same as one for which all is decoded', () => {
    const record = fc.oneof(
      fc
        .record({ id: fc.nat(2), ttl: fc.constantFrom(0, 3, 100), flush: fc.boolean() })
        .map(({ id, ...rest }) => a(`192.0.2.${id}`, rest)),
      fc.record({ id: fc.nat(2), ttl: fc.constantFrom(0, 3, 100) }).map(({ id, ttl }) => to(`x${id}`, { ttl })),
      fc.constant(only(['AAAA'], { ttl: 100 })),
    );
    const packets = fc.array(fc.array(record, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 });
    const steps = fc.array(fc.tuple(fc.constantFrom(0, 500, 1_001, 4_000, 60_000), fc.nat(9)), { maxLength: 60 });
    fc.assert(
      fc.property(packets, steps, fc.nat(), (answers, sequence, seed) => {
        const link = new Hearing(newCache({ random: seededRandom(seed) }));
        const plain = newCache({ random: seededRandom(seed) });
        for (const cache of [link.cache, plain]) for (const of of [askA, browse]) cache.want(of, 0);
        let now = 0;
        for (const [wait, what] of sequence) {
          now += wait;
          expect(run(link.cache, now)).toEqual(run(plain, now));
          const packet = answers[what % answers.length] ?? [];
          if (what === 9) expect(link.cache.reconfirm(packet, now)).toEqual(plain.reconfirm(packet, now));
          else expect(link.hear(packet, now)).toEqual(plain.put(packet, SOURCE, now));
          for (const of of [askA, browse]) {
            const lines = (cache: RecordCache) =>
              cache.lookup(of, now).map(({ record: each, expiresAt }) => [recordKey(each), each.ttl, expiresAt]);
            expect(lines(link.cache)).toEqual(lines(plain));
          }
          expect(link.cache.nextDeadline()).toBe(plain.nextDeadline());
        }
      }),
    );
  });

  it('what is unknown behind it is mentioned, once a question about that is opened or closed', () => {
    const instance = 'x._t._tcp.local';
    const [askSrv, hostHas] = [question(instance, 'SRV'), [a('192.0.2.1')]];
    const link = new Hearing(newCache());
    link.cache.want(browse, 0);
    for (let now = 0; now < 4_000; now += 1_000) expect(link.hear([to('x')], now).mentioned).toEqual([]);
    link.cache.want(askSrv, 4_000);
    for (const now of [4_000, 5_000]) expect(link.hear([to('x')], now).mentioned).toEqual([askSrv]);
    const service = [srv(instance, 'h.local', 80)];
    for (const of of [askA, askAaaa]) link.cache.want(of, 5_000);
    for (let now = 5_000; now < 9_000; now += 1_000) for (const each of [hostHas, service]) link.hear(each, now);
    expect(link.hear(service, 9_000).mentioned).toEqual([]);
    link.cache.unwant(askA);
    expect(link.hear(service, 9_000).mentioned).toEqual([askAaaa]);
  });

  it('a question that is asked again is answered again', () => {
    const link = new Hearing(newCache());
    link.cache.want(askA, 0);
    const answers = [a('192.0.2.1')];
    const answered = (now: number) => link.hear(answers, now).answered;
    for (const now of [0, 1_000, 2_000, 3_000]) expect(answered(now)).toEqual(now === 0 ? [askA] : []);
    link.cache.asksAnew();
    expect([answered(4_000), answered(5_000)]).toEqual([[askA], []]);
    const refreshAt = link.cache.nextDeadline();
    expect(link.cache.due(refreshAt).refresh).toEqual([askA]);
    expect([answered(refreshAt), answered(refreshAt + 1)]).toEqual([[askA], []]);
  });

  it('an effect that it had not before is not missed, whatever happened meanwhile', () => {
    const instance = 'x._t._tcp.local';
    const asked = [browse, question(instance, 'SRV'), askA, askAaaa];
    const record = fc.oneof(
      fc.constantFrom(to('x', { ttl: 100 }), srv(instance, 'h.local', 80), srv(instance, 'g.local', 80)),
      fc.record({ id: fc.nat(1), flush: fc.boolean() }).map(({ id, flush }) => a(`192.0.2.${id}`, { ttl: 100, flush })),
      fc.constantFrom(only(['A'], { ttl: 100 }), only(['AAAA'], { ttl: 100 }), only(['SRV'], { ttl: 100 })),
    );
    const packets = fc.array(fc.array(record, { minLength: 1, maxLength: 3 }), { minLength: 2, maxLength: 4 });
    const goodbyes = (packet: readonly ResourceRecord[]) => packet.map((each) => ({ ...each, ttl: 0 }));
    const acts = fc.oneof(
      { arbitrary: fc.constant('hear'), weight: 12 },
      fc.constantFrom('put', 'goodbye', 'doubt', 'want', 'unwant', 'lost', 'up'),
    );
    const steps = fc.array(fc.tuple(acts, fc.constantFrom(0, 500, 1_001, 1_001, 30_000), fc.nat(3)), { maxLength: 60 });
    fc.assert(
      fc.property(packets, steps, fc.subarray(asked), fc.nat(), (answers, sequence, first, seed) => {
        const link = new Hearing(newCache({ random: seededRandom(seed) }));
        const plain = newCache({ random: seededRandom(seed) });
        for (const cache of [link.cache, plain]) for (const of of first) cache.want(of, 0);
        let now = 0;
        for (const [act, wait, what] of sequence) {
          now += wait;
          expect(run(link.cache, now)).toEqual(run(plain, now));
          const packet = answers[what % answers.length] ?? [];
          const about = asked[what] ?? browse;
          const both = (does: (cache: RecordCache) => unknown) => expect(does(link.cache)).toEqual(does(plain));
          if (act === 'hear') expect(link.hear(packet, now)).toEqual(plain.put(packet, SOURCE, now));
          if (act === 'put') both((cache) => cache.put(packet, '192.0.2.99', now));
          if (act === 'goodbye') both((cache) => cache.put(goodbyes(packet), SOURCE, now));
          if (act === 'doubt') both((cache) => cache.reconfirm(packet, now));
          if (act === 'want') both((cache) => cache.want(about, now));
          if (act === 'unwant') both((cache) => cache.unwant(about));
          if (act === 'lost') both((cache) => cache.shorten(5_000, now));
          if (act === 'up') both((cache) => cache.asksAnew());
          both((cache) => asked.map((of) => [cache.lookup(of, now), cache.denied(of, now)]));
          expect(link.cache.nextDeadline()).toBe(plain.nextDeadline());
        }
      }),
    );
  });
});
