/** How much of the cache one source may fill, and who gives way to whom once it is full. */
import { describe, expect, it } from 'vitest';
import type { RecordCache } from '../../../src/protocol/cache/cache.js';
import { question } from '../../support/records.js';
import { newCache, SOURCE, to } from './cache-fixture.js';

const LARGE = '192.0.2.66';
const TYPES = ['_t._tcp.local', '_u._tcp.local'] as const;

/** A cache of 100 records, or less, of which one name may have all. */
function browsing(options: Parameters<typeof newCache>[0] = {}): RecordCache {
  const cache = newCache({ maxRecords: 100, maxPerName: 100, ...options });
  for (const name of TYPES) cache.want(question(name, 'PTR'), 0);
  return cache;
}

function hear(cache: RecordCache, source: string, count: number, name: string, now: number): void {
  for (let i = 0; i < count; i++) cache.put([to(`${source} ${i}`, { name })], source, now);
}

function countOf(cache: RecordCache, source: string): number {
  return [...cache.entries()].filter((entry) => entry.source.name === source).length;
}

describe('SEC-02 one source', () => {
  it('SEC-02 fills the cache while there is room', () => {
    const cache = browsing();
    hear(cache, LARGE, 100, TYPES[0], 0);
    expect(countOf(cache, LARGE)).toBe(100);
    expect(cache.counters).toMatchObject({ added: 100, evicted: 0, refused: 0 });
  });

  it('SEC-02 fills its bytes while there is room', () => {
    const cache = browsing({ maxRecords: 10_000, maxBytes: 65_536, maxPerName: 10_000 });
    hear(cache, LARGE, 1_000, TYPES[0], 0);
    expect(cache.toJSON().bytes.total).toBeGreaterThan(64_000);
    expect(cache.toJSON().bytes.total).toBeLessThanOrEqual(65_536);
  });

  it('SEC-02 gives back what it has beyond half as soon as another one needs it, and does not get it again', () => {
    const cache = browsing();
    hear(cache, LARGE, 100, TYPES[0], 0);
    hear(cache, SOURCE, 200, TYPES[1], 10);
    expect([countOf(cache, LARGE), countOf(cache, SOURCE)]).toEqual([50, 50]);
    hear(cache, LARGE, 100, TYPES[0], 20);
    expect([countOf(cache, LARGE), countOf(cache, SOURCE)]).toEqual([50, 50]);
  });

  it('SEC-02 gives it back to several others as well', () => {
    const cache = browsing();
    hear(cache, LARGE, 100, TYPES[0], 0);
    for (let i = 0; i < 5; i++) hear(cache, `192.0.2.${i}`, 10, TYPES[1], 10 + i);
    for (let i = 0; i < 5; i++) expect(countOf(cache, `192.0.2.${i}`)).toBe(10);
    expect(countOf(cache, LARGE)).toBe(50);
  });

  it('SEC-02 with half of a full cache has room for what is wanted where something is idle, its own or not', () => {
    const cache = browsing();
    for (let i = 0; i < 30; i++) cache.put([to(`${i}`, { name: `_i${i}._tcp.local` })], LARGE, 0);
    for (let i = 30; i < 50; i++) cache.put([to(`${i}`, { name: `_i${i}._tcp.local` })], SOURCE, 0);
    hear(cache, LARGE, 100, TYPES[0], 10);
    expect([countOf(cache, LARGE), countOf(cache, SOURCE)]).toEqual([100, 0]);
    expect(cache.counters).toMatchObject({ evicted: 50, refused: 0 });
  });

  it('SEC-02 with the whole cache is no reason to remove what is wanted for what is not', () => {
    const cache = browsing();
    hear(cache, LARGE, 100, TYPES[0], 0);
    cache.put([to('x', { name: '_i._tcp.local' })], SOURCE, 10);
    expect(countOf(cache, LARGE)).toBe(100);
    expect(cache.counters).toMatchObject({ evicted: 0, refused: 1 });
  });

  it('SEC-02 takes nothing from what others have that is wanted, however many addresses it forges', () => {
    const cache = browsing();
    hear(cache, SOURCE, 3, TYPES[0], 0);
    for (let i = 0; i < 20; i++) hear(cache, `198.18.7.${i}`, 100, TYPES[i % 2] as string, 10 + i);
    expect(countOf(cache, SOURCE)).toBe(3);
    expect(cache.size).toBe(100);
  });
});
