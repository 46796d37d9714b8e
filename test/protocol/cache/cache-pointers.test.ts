/** Which of the wanted records have to make room: pointers that lead nowhere before those that make up a service. */
import { describe, expect, it } from 'vitest';
import { type Random, seededRandom } from '../../../src/net/simulated/index.js';
import type { RecordCache } from '../../../src/protocol/cache/cache.js';
import { MAX_LOOSE, TURNOVER } from '../../../src/protocol/cache/source.js';
import type { ResourceRecord } from '../../../src/protocol/record.js';
import { ptr, question, srv, txt } from '../../support/records.js';
import { data, found, newCache, SOURCE, to } from './cache-fixture.js';

const TYPE = '_t._tcp.local';
const OTHER = '_o._tcp.local';
const SEEDS = [0, 1, 2, 3, 6, 13];
const limits = { maxRecords: 100, maxPerName: 100 } as const;

function service(name: string): ResourceRecord[] {
  const instance = `${name}.${TYPE}`;
  return [to(name), srv(instance, 'h.local', 80), txt(instance, ['a=1'])];
}

/** As a browse does: it asks what belongs to an instance as soon as it knows of it. */
function hear(cache: RecordCache, records: readonly ResourceRecord[], source: string, now: number): void {
  const { added } = cache.put(records, source, now);
  for (const record of added) {
    if (record.type !== 'PTR') continue;
    for (const type of ['SRV', 'TXT'] as const) cache.want(question(record.target, type), now);
  }
}

function browsing(maxPerName: number = limits.maxPerName): RecordCache {
  const cache = newCache({ ...limits, maxPerName });
  cache.want(question(TYPE, 'PTR'), 0);
  return cache;
}

/** Of the services `s0`, `s1` ..., those that have everything. */
function whole(cache: RecordCache, count: number, now: number): number {
  const pointers = new Set(found(cache, question(TYPE, 'PTR'), now));
  const has = (i: number, type: 'SRV' | 'TXT') => found(cache, question(`s${i}.${TYPE}`, type), now).length > 0;
  const names = Array.from({ length: count }, (_, i) => i);
  return names.filter((i) => pointers.has(`s${i}.${TYPE}`) && has(i, 'SRV') && has(i, 'TXT')).length;
}

function shuffled<T>(items: readonly T[], random: Random): readonly T[] {
  const order = new Map(items.map((item) => [item, random()]));
  return items.toSorted((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
}

describe('SEC-02 pointers that lead nowhere', () => {
  it.each([
    ['of the same source', SOURCE],
    ['of others', undefined],
  ])('SEC-02 %s do not replace a service, however many they are', (_, source) => {
    const cache = browsing();
    for (let i = 0; i < 25; i++) hear(cache, service(`s${i}`), SOURCE, i);
    for (let i = 0; i < 1_000; i++) hear(cache, [to(`x${i}`)], source ?? `198.18.7.${i % 5}`, 100 + i);
    expect(whole(cache, 25, 2_000)).toBe(25);
    expect(cache.size).toBe(limits.maxRecords);
  });

  it.each([
    ['of the same source', SOURCE],
    ['of others', undefined],
  ])('SEC-02 %s do not replace a service at a name that is full', (_, source) => {
    const cache = browsing(40);
    for (let i = 0; i < 25; i++) hear(cache, service(`s${i}`), SOURCE, i);
    for (let i = 0; i < 1_000; i++) hear(cache, [to(`x${i}`)], source ?? `198.18.7.${i % 5}`, 100 + i);
    expect(whole(cache, 25, 2_000)).toBe(25);
    expect(found(cache, question(TYPE, 'PTR'), 2_000)).toHaveLength(40);
  });

  /** As the answers to a browse that repeats its question, or to what refreshes a host's records. */
  it.each([
    ['a full cache', limits.maxPerName],
    ['a full name', 40],
  ])('SEC-02 of a host some of whose services were just heard again do not replace the others: %s', (_, perName) => {
    const cache = browsing(perName);
    for (let i = 0; i < 25; i++) hear(cache, service(`s${i}`), SOURCE, i);
    for (let i = 0; i < 60; i++) hear(cache, [to(`x${i}`)], SOURCE, 100 + i);
    for (let round = 0; round < 5; round++) {
      const now = 20_000 * (1 + round);
      for (let i = round; i < 25; i += 5) hear(cache, service(`s${i}`), SOURCE, now + i);
      for (let i = 0; i < 200; i++) hear(cache, [to(`y${round}-${i}`)], SOURCE, now + 100 + i);
      expect(whole(cache, 25, now + 400)).toBe(25);
    }
  });

  it.each(SEEDS)('SEC-02 of two types that a host invents in any order do not replace a service: seed %i', (seed) => {
    const random = seededRandom(seed);
    const cache = browsing(30);
    cache.want(question(OTHER, 'PTR'), 0);
    for (let i = 0; i < 12; i++) hear(cache, service(`s${i}`), SOURCE, i);
    for (let i = 0, now = 100; i < 3_000; i++, now += Math.floor(60 * random())) {
      const records = [
        ...Array.from({ length: Math.floor(12 * random()) }, (_, k) => to(`x${i}-${k}`)),
        ...Array.from({ length: Math.floor(12 * random()) }, (_, k) => ptr(OTHER, `x${i}-${k}.${OTHER}`)),
        ...(random() < 0.3 ? service(`s${Math.floor(12 * random())}`) : []),
      ];
      hear(cache, shuffled(records, random), SOURCE, now);
    }
    expect(whole(cache, 12, 20_000)).toBe(12);
  });

  it('SEC-02 make room for a service that is new', () => {
    const cache = browsing();
    for (let i = 0; i < 25; i++) hear(cache, service(`s${i}`), SOURCE, i);
    for (let i = 0; i < 60; i++) hear(cache, [to(`x${i}`)], SOURCE, 100 + i);
    hear(cache, service('s25'), SOURCE, 20_000);
    hear(cache, service('s25'), SOURCE, 20_001);
    expect(whole(cache, 26, 20_002)).toBe(26);
  });

  it('SEC-02 a service replaces the oldest one where all lead somewhere', () => {
    const cache = browsing();
    for (let i = 0; i < 33; i++) hear(cache, service(`s${i}`), SOURCE, i);
    expect(cache.size).toBe(99);
    for (const now of [1_000, 1_001]) hear(cache, service('s33'), SOURCE, now);
    expect(whole(cache, 34, 1_002)).toBe(33);
    expect(found(cache, question(`s33.${TYPE}`, 'SRV'), 1_002)).toEqual(['h.local']);
  });
});

describe('SEC-02 pointers of which a source has as many as it may have that lead nowhere', () => {
  const many = { maxRecords: 10_000 };
  const pointers = (cache: RecordCache, now: number) => found(cache, question(TYPE, 'PTR'), now).length;
  const invent = (cache: RecordCache, from: number, count: number, now: number) => {
    for (let i = from; i < from + count; i++) hear(cache, [to(`x${i}`)], SOURCE, now);
  };
  const asking = () => {
    const cache = newCache(many);
    cache.want(question(TYPE, 'PTR'), 0);
    return cache;
  };

  it('SEC-02 are not added to, though there is room, and the source may still say where they lead', () => {
    const cache = asking();
    for (let i = 0; i < 100; i++) hear(cache, service(`s${i}`), SOURCE, 0);
    invent(cache, 0, 2_000, 1);
    expect(pointers(cache, 2)).toBe(100 + MAX_LOOSE);
    // The last that came while one could replace another.
    const known = cache.lookup(question(TYPE, 'PTR'), 2).map(({ record }) => data(record));
    const last = `x${MAX_LOOSE + TURNOVER - 1}.${TYPE}`;
    expect(known).toContain(last);
    expect(known).not.toContain(`x${MAX_LOOSE + TURNOVER}.${TYPE}`);
    hear(cache, [srv(last, 'h.local', 80)], SOURCE, 3);
    expect(found(cache, question(last, 'SRV'), 4)).toEqual(['h.local']);
    invent(cache, 2_000, 10, 5);
    expect(pointers(cache, 6)).toBe(100 + 1 + MAX_LOOSE);
  });

  it('SEC-02 do not keep out one that leads somewhere, nor one of another source', () => {
    const cache = asking();
    invent(cache, 0, 2_000, 1);
    for (const now of [2, 3]) hear(cache, service('s0').toReversed(), SOURCE, now);
    hear(cache, [to('s1')], '198.18.7.1', 4);
    expect(whole(cache, 1, 5)).toBe(1);
    expect(pointers(cache, 5)).toBe(MAX_LOOSE + 2);
  });

  it('SEC-02 make room for another a second later', () => {
    const cache = asking();
    invent(cache, 0, 2_000, 1);
    invent(cache, 2_000, 1, 1_001);
    expect(pointers(cache, 1_002)).toBe(MAX_LOOSE);
    expect(cache.lookup(question(TYPE, 'PTR'), 1_002).map(({ record }) => data(record))).toContain(`x2000.${TYPE}`);
  });

  it('SEC-02 count while somebody asks where they lead: who asks for names alone gets all', () => {
    const cache = asking();
    for (let i = 0; i < 2_000; i++) cache.put([to(`x${i}`)], SOURCE, 1);
    expect(pointers(cache, 2)).toBe(2_000);
  });
});
