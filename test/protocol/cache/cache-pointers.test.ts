/** Which of the wanted records have to make room: pointers that lead nowhere before those that make up a service. */
import { describe, expect, it } from 'vitest';
import { type Random, seededRandom } from '../../../src/net/simulated/index.js';
import type { RecordCache } from '../../../src/protocol/cache/cache.js';
import type { ResourceRecord } from '../../../src/protocol/record.js';
import { ptr, question, srv, txt } from '../../support/records.js';
import { found, newCache, SOURCE, to } from './cache-fixture.js';

const TYPE = '_t._tcp.local';
const OTHER = '_o._tcp.local';
const SEEDS = Array.from({ length: 20 }, (_, seed) => seed);
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
