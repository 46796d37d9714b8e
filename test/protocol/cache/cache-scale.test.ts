/**
 * What a packet costs must not depend on how much the cache holds. Every look at an entry or a set is counted, by standing in
 * for the class on which both are built; no clock is read.
 */

import { describe, expect, it, vi } from 'vitest';
import { seededRandom } from '../../../src/net/simulated/random.js';
import { RecordCache } from '../../../src/protocol/cache/cache.js';
import { question } from '../../support/records.js';
import { a, askA, browse, only, SOURCE, to } from './cache-fixture.js';

const counter = vi.hoisted(() => ({ looks: 0 }));

vi.mock('../../../src/protocol/deadline-heap.js', async (original) => {
  const actual = await original<typeof import('../../../src/protocol/deadline-heap.js')>();
  class Counted extends actual.Scheduled {
    constructor() {
      super();
      // biome-ignore lint/correctness/noConstructorReturn: fields of the subclasses are then defined on the proxy, too.
      return new Proxy(this, {
        get(target, key) {
          counter.looks += 1;
          return Reflect.get(target, key, target);
        },
      });
    }
  }
  return { ...actual, Scheduled: Counted };
});

const NOW = 100_000;

/** A cache of n instances, all wanted, none of the same age, and n hosts that nobody wants. */
function filled(n: number): RecordCache {
  const random = seededRandom(n);
  const cache = new RecordCache({ random, maxRecords: 2 * n, maxPerName: n, maxPerSource: 2 * n });
  cache.want(browse, 0);
  for (let i = 0; i < n; i++) {
    const now = (NOW * i) / n;
    cache.put([to(`x${i}`, { ttl: 3_000 + Math.floor(random() * 1_500) })], SOURCE, now);
    cache.put([a('192.0.2.1', { name: `h${i}.local`, ttl: 4_000 })], SOURCE, now);
  }
  return cache;
}

/** Looks per call. */
function cost(cache: RecordCache, act: (cache: RecordCache, i: number) => void): number {
  const times = 50;
  counter.looks = 0;
  for (let i = 0; i < times; i++) act(cache, i);
  return counter.looks / times;
}

const packets: [string, (cache: RecordCache, i: number) => void][] = [
  ['renewing a record', (cache, i) => cache.put([to(`x${i * 7}`)], SOURCE, NOW + i)],
  ['a record that pushes out another', (cache, i) => cache.put([a('192.0.2.2', { name: `new${i}` })], SOURCE, NOW + i)],
  ['a wanted record that pushes out another', (cache, i) => cache.put([to(`new${i}`)], SOURCE, NOW + i)],
  ['a goodbye', (cache, i) => cache.put([to(`x${i}`, { ttl: 0 })], SOURCE, NOW + i)],
  [
    'a flush of one host',
    (cache, i) =>
      cache.put([a('192.0.2.3', { name: `h${i}.local` }), only(['A'], { name: `h${i}.local` })], SOURCE, NOW),
  ],
  ['a question of another host', (cache, i) => cache.questionHeard([browse, askA], [to(`x${i}`)], NOW + 1_000 * i)],
  ['an answer that is not there', (cache, i) => cache.lookup(question(`none${i}.local`, 'A'), NOW)],
  ['an answer', (cache, i) => cache.lookup(question(`h${i}.local`, 'A'), NOW)],
  ['a denial', (cache, i) => cache.denied(question(`h${i}.local`, 'AAAA'), NOW)],
  ['the next deadline', (cache) => cache.nextDeadline()],
];

describe('SEC-02 what a packet costs', () => {
  const [small, large] = [filled(500), filled(16_000)];

  it.each(packets)('SEC-02 %s costs the same in a large cache as in a small one', (_, act) => {
    const [few, many] = [cost(small, act), cost(large, act)];
    // Deadlines are kept in order: five levels more. A walk over the large cache would be thousands.
    expect(many).toBeLessThan(2 * few + 50);
    expect(many).toBeLessThan(400);
  });

  it('SEC-02 a set that is flushed over and over is walked once', () => {
    const cache = new RecordCache({ random: seededRandom(1), maxPerName: 5_000, maxSiblings: 5_000 });
    for (let i = 0; i < 2_000; i++) cache.put([a(`192.0.${i >> 8}.${i & 255}`)], SOURCE, i / 10);
    const flush = (i: number) => cache.put([a('192.0.0.0')], SOURCE, NOW + i);
    counter.looks = 0;
    flush(0);
    expect(counter.looks).toBeGreaterThan(2_000);
    counter.looks = 0;
    for (let i = 1; i <= 100; i++) flush(i);
    expect(counter.looks / 100).toBeLessThan(200);
  });

  it('SEC-02 whatever ages together is asked for with one walk', () => {
    const cache = new RecordCache({ random: seededRandom(1), maxPerName: 5_000 });
    cache.want(browse, 0);
    for (let i = 0; i < 2_000; i++) cache.put([to(`x${i}`)], SOURCE, i / 10);
    counter.looks = 0;
    expect(cache.due(cache.nextDeadline()).refresh).toEqual([browse]);
    expect(counter.looks).toBeLessThan(2_000 * 200);
    expect(cache.nextDeadline()).toBeGreaterThan(0.85 * 4_500_000);
  });
});
