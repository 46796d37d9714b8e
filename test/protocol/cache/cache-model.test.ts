/** The cache against the simplest thing that could be right: a list, walked from end to end for everything. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/net/simulated/random.js';
import type { CacheChanges, RecordCache } from '../../../src/protocol/cache/cache.js';
import { type Question, type ResourceRecord, recordKey, setKey } from '../../../src/protocol/record.js';
import { question } from '../../support/records.js';
import { a, askA, browse, newCache, run, SOURCE, to } from './cache-fixture.js';

interface Line {
  record: ResourceRecord;
  receivedAt: number;
  expiresAt: number;
  fate: string;
}

class Model {
  lines: Line[] = [];

  put(records: readonly ResourceRecord[], now: number): ResourceRecord[] {
    const added: ResourceRecord[] = [];
    for (const record of records) {
      const line = this.lines.find((line) => recordKey(line.record) === recordKey(record));
      if (record.ttl === 0) {
        if (line) cut(line, now + 1_000, 'goodbye');
        continue;
      }
      const renewed = {
        record,
        receivedAt: now,
        expiresAt: now + Math.min(record.ttl, 4_500) * 1_000,
        fate: 'expired',
      };
      if (line) Object.assign(line, renewed);
      else {
        this.lines.push(renewed);
        added.push(record);
      }
    }
    for (const record of records) {
      if (!record.cacheFlush || record.ttl === 0) continue;
      for (const line of this.lines) {
        if (setKey(line.record) !== setKey(record) || now - line.receivedAt <= 1_000) continue;
        cut(line, now + 1_000, 'flushed');
      }
    }
    return added;
  }

  expire(now: number): string[] {
    const gone = this.lines.filter((line) => line.expiresAt <= now);
    this.lines = this.lines.filter((line) => line.expiresAt > now);
    return gone.map(({ record, expiresAt, fate }) => `${expiresAt} ${fate} ${recordKey(record)}`).sort();
  }

  reconfirm(record: ResourceRecord, now: number): void {
    for (const line of this.lines) {
      if (recordKey(line.record) !== recordKey(record) || line.fate !== 'expired') continue;
      Object.assign(line, { expiresAt: Math.min(line.expiresAt, now + 10_000), fate: 'reconfirmed' });
    }
  }

  shorten(ms: number, now: number): void {
    for (const line of this.lines) cut(line, now + ms, 'link-lost');
  }

  knownAnswers(of: Question, now: number): string[] {
    const known: string[] = [];
    for (const { record, receivedAt, fate } of this.lines) {
      const left = Math.floor(record.ttl - (now - receivedAt) / 1_000);
      if (setKey(record) !== setKey(of) || record.cacheFlush || fate !== 'expired' || left < record.ttl / 2) continue;
      known.push(`${recordKey(record)} ${left}`);
    }
    return known.sort();
  }
}

function cut(line: Line, at: number, fate: string): void {
  if (at < line.expiresAt) Object.assign(line, { expiresAt: at, fate });
}

/** Walks the cache to `now`; tells what was removed, and that every wake-up had a reason. */
function expire(cache: RecordCache, now: number): string[] {
  const removed: string[] = [];
  for (;;) {
    const at = cache.nextDeadline();
    if (at > now) return removed.sort();
    const { changes, refresh } = cache.due(at);
    expect(changes.removed.length + refresh.length).toBeGreaterThan(0);
    for (const { record, reason } of changes.removed) removed.push(`${at} ${reason} ${recordKey(record)}`);
  }
}

const records = fc.oneof(
  fc.record({ id: fc.nat(4), ttl: fc.constantFrom(0, 1, 3, 10, 100, 9_999), flush: fc.boolean() }).map((over) => {
    const { id, ...rest } = over;
    return a(`192.0.2.${id}`, rest);
  }),
  fc
    .record({ id: fc.nat(4), ttl: fc.constantFrom(0, 1, 3, 10, 100, 9_999) })
    .map(({ id, ttl }) => to(`x${id}`, { ttl })),
);

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('put' as const), records: fc.array(records, { maxLength: 5 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reconfirm' as const), record: records }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('shorten' as const), ms: fc.constantFrom(0, 500, 5_000) }) },
);
const steps = fc.array(fc.tuple(fc.constantFrom(0, 250, 999, 1_000, 1_001, 4_000, 60_000), step), { maxLength: 40 });

describe('RecordCache', () => {
  it('agrees with a plain list on what is there, what comes and goes and why, and what is known', () => {
    fc.assert(
      fc.property(steps, fc.nat(), (sequence, seed) => {
        const cache = newCache({ random: seededRandom(seed) });
        const model = new Model();
        const wanted = [question('h.local', 'A'), question('_t._tcp.local', 'PTR')];
        for (const of of wanted) cache.want(of, 0);
        let now = 0;
        for (const [wait, what] of sequence) {
          now += wait;
          expect(expire(cache, now)).toEqual(model.expire(now));
          if (what.kind === 'put')
            expect(cache.put(what.records, SOURCE, now).added).toEqual(model.put(what.records, now));
          else if (what.kind === 'shorten') {
            cache.shorten(what.ms, now);
            model.shorten(what.ms, now);
          } else {
            cache.reconfirm([what.record], now);
            model.reconfirm(what.record, now);
          }
          expect(cache.size).toBe(model.lines.length);
          for (const of of wanted) {
            const live = model.lines.filter(
              ({ record, expiresAt }) => setKey(record) === setKey(of) && expiresAt > now,
            );
            expect(new Map(cache.lookup(of, now).map((line) => [recordKey(line.record), line.expiresAt]))).toEqual(
              new Map(live.map((line) => [recordKey(line.record), line.expiresAt])),
            );
            const known = cache.knownAnswers([of], now).map((record) => `${recordKey(record)} ${record.ttl}`);
            expect(known.sort()).toEqual(model.knownAnswers(of, now));
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('never holds more than its bounds, and keeps what is wanted', () => {
    const flood = fc.array(fc.tuple(fc.nat(30), fc.nat(2), fc.boolean()), { maxLength: 100 });
    fc.assert(
      fc.property(flood, (sequence) => {
        const cache = newCache({ maxRecords: 8, maxPerName: 4, maxPerSource: 5 });
        cache.want(question('_t._tcp.local', 'PTR'), 0);
        let wantedBefore = 0;
        for (const [now, [id, source, isWanted]] of sequence.entries()) {
          const record = isWanted ? to(`x${id}`) : a('192.0.2.1', { name: `h${id}.local` });
          cache.put([record], `192.0.2.${source}`, now);
          const wanted = cache.lookup(question('_t._tcp.local', 'PTR'), now).length;
          expect(cache.size).toBeLessThanOrEqual(8);
          expect(wanted).toBeLessThanOrEqual(4);
          expect(wanted).toBeGreaterThanOrEqual(wantedBefore);
          wantedBefore = wanted;
        }
        run(cache, Infinity);
        expect([cache.size, cache.nextDeadline()]).toEqual([0, Infinity]);
      }),
    );
  });

  it('SEC-02 reports what comes and goes so that a client knows what is there, whatever makes room in one packet', () => {
    const packet = fc.array(
      fc.oneof(
        fc.nat(9).map((id) => to(`x${id}`)),
        fc.tuple(fc.nat(9), fc.constantFrom(0, 120)).map(([id, ttl]) => a(`192.0.2.${id}`, { ttl, flush: id < 2 })),
      ),
      { maxLength: 12 },
    );
    const packets = fc.array(fc.tuple(packet, fc.nat(2), fc.constantFrom(0, 10, 2_000, 200_000)), { maxLength: 12 });
    fc.assert(
      fc.property(packets, (sequence) => {
        const cache = newCache({ maxRecords: 8, maxPerName: 6, maxPerSource: 5, maxSiblings: 3 });
        const wanted = [browse, askA];
        for (const of of wanted) cache.want(of, 0);
        const client = new Set<string>();
        const hear = ({ added, removed }: CacheChanges) => {
          for (const { record } of removed) client.delete(recordKey(record));
          for (const record of added) client.add(recordKey(record));
        };
        let now = 0;
        for (const [records, source, ms] of sequence) {
          now += ms;
          for (let next = cache.nextDeadline(); next <= now; next = cache.nextDeadline()) {
            hear(cache.due(now).changes);
          }
          hear(cache.put(records, `192.0.2.${source}`, now));
          const there = wanted.flatMap((of) => cache.lookup(of, now)).map(({ record }) => recordKey(record));
          expect([...client].sort()).toEqual(there.sort());
          expect(cache.lookup(askA, now).length).toBeLessThanOrEqual(3);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('asks for every wanted record at least once in each window, and gives equal runs for equal seeds', () => {
    const arrivals = fc.array(fc.tuple(fc.nat(60_000), fc.constantFrom(60, 120, 4_500)), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(arrivals, fc.nat(), (list, seed) => {
        const life = () => {
          const cache = newCache({ random: seededRandom(seed) });
          const wanted = question('_t._tcp.local', 'PTR');
          cache.want(wanted, 0);
          const sorted = [...list].sort((x, y) => x[0] - y[0]);
          const events = sorted.flatMap(([at, ttl], id) => {
            const before = run(cache, at);
            cache.put([to(`x${id}`, { ttl })], SOURCE, at);
            return before;
          });
          return { sorted, events: [...events, ...run(cache, Infinity)] };
        };
        const { sorted, events } = life();
        expect(life().events).toEqual(events);
        const asks = events.filter(({ what }) => what.startsWith('ask')).map(({ at }) => at);
        for (const [at, ttl] of sorted) {
          for (const point of [0.8, 0.85, 0.9, 0.95]) {
            // One variation before the point if a query for a sibling serves, one after it otherwise.
            const [from, to] = [at + ttl * 1_000 * (point - 0.0201), at + ttl * 1_000 * (point + 0.0201)];
            expect(asks.some((ask) => ask >= from && ask <= to)).toBe(true);
          }
        }
      }),
    );
  });
});
