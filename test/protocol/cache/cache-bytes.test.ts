/** The cache is bounded in bytes, whatever the records are, and its room is shared fairly among those who fill it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RecordCache } from '../../../src/protocol/cache/cache.js';
import { KINDS } from '../../../src/protocol/cache/footprint.js';
import { REST_TIME, SOURCES_THAT_REPLACE, TURNOVER, TURNOVER_PER_SECOND } from '../../../src/protocol/cache/source.js';
import { Relevance } from '../../../src/protocol/query/relevance.js';
import { largeTxt, question } from '../../support/records.js';
import { a, found, newCache, only, run, SOURCE, to } from './cache-fixture.js';

const KIB = 1024;

const attacker = (i: number) => `198.18.7.${i}`;
const bytesOf = (cache: RecordCache) => cache.toJSON().bytes;

describe('SEC-02 bytes', () => {
  it('SEC-02 refuses bounds that make no sense', () => {
    for (const maxBytes of [0, -1, 1.5, Number.NaN]) {
      expect(() => newCache({ maxBytes })).toThrow(expect.objectContaining({ code: 'invalid-option' }));
    }
  });

  it('SEC-02 never keeps more than its bound, whatever comes from whom, and counts down to nothing', () => {
    const names = fc.nat(30).map((i) => `h${i}.local`);
    const record = fc.oneof(
      fc.tuple(names, fc.nat(9_000), fc.nat(3)).map(([name, size, fill]) => largeTxt(name, size, { fill })),
      fc.tuple(names, fc.nat(200)).map(([name, i]) => a(`192.0.2.${i}`, { name })),
      names.map((name) => only(['A'], { name })),
      fc.nat(40).map((i) => to(`x${i}`)),
      fc.nat(40).map((i) => to(`X${'y'.repeat(50)}${i}`)),
    );
    const step = fc.tuple(fc.array(record, { maxLength: 6 }), fc.nat(5), fc.boolean(), names);
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const cache = newCache({ maxBytes: 64 * KIB, relevance: new Relevance() });
        cache.want(question('_t._tcp.local', 'PTR'), 0);
        for (const [now, [records, source, isWanted, name]] of steps.entries()) {
          if (isWanted) cache.want(question(name, 'TXT'), now);
          else cache.unwant(question(name, 'TXT'));
          cache.put(records, attacker(source), now);
          const { total, idle, index, largestSources, evictions, ...kinds } = bytesOf(cache);
          expect(total).toBeLessThanOrEqual(64 * KIB);
          expect(KINDS.reduce((sum, kind) => sum + kinds[kind], index)).toBe(total);
          expect(idle).toBeLessThanOrEqual(total - index);
          expect(evictions).toBeLessThanOrEqual(cache.counters.evicted);
          const bySource = largestSources.reduce((sum, { bytes }) => sum + bytes, 0);
          expect(bySource).toBeLessThanOrEqual(total - index);
          if (cache.toJSON().sources <= 5) expect(bySource).toBe(total - index);
        }
        run(cache, Infinity);
        expect(bytesOf(cache)).toMatchObject({ total: 0, idle: 0, index: 0, TXT: 0, PTR: 0, largestSources: [] });
      }),
      { numRuns: 200 },
    );
  });

  it('SEC-02 tells the bytes by kind, and the sources that fill most', () => {
    const cache = newCache({ maxBytes: 1024 * KIB });
    cache.put([largeTxt('t.local', 8_000), only(['A'], { name: 't.local' })], SOURCE, 0);
    for (let i = 0; i < 20; i++) cache.put([a('192.0.2.1', { name: `h${i}.local` })], attacker(i), 0);
    const bytes = bytesOf(cache);
    expect(bytes.TXT).toBeGreaterThan(8_000);
    expect(bytes.address).toBeGreaterThan(20 * 400);
    expect([bytes.SRV, bytes.PTR, bytes.other]).toEqual([0, 0, 0]);
    expect(bytes.largestSources).toHaveLength(5);
    expect(bytes.largestSources[0]).toEqual({ source: SOURCE, records: 2, bytes: bytes.TXT + bytes.NSEC });
  });

  it('SEC-02 one source fills what is left, and pushes out only what it said itself', () => {
    const cache = newCache({ maxBytes: 256 * KIB });
    for (let i = 0; i < 5; i++) cache.put([largeTxt(`honest${i}.local`, 8_000)], SOURCE, 0);
    for (let i = 0; i < 100; i++) cache.put([largeTxt(`flood${i}.local`, 8_000)], attacker(1), i);
    const [most] = bytesOf(cache).largestSources;
    expect(bytesOf(cache).total).toBeLessThanOrEqual(256 * KIB);
    expect(most?.bytes).toBeGreaterThan(180 * KIB);
    for (let i = 0; i < 5; i++) expect(found(cache, question(`honest${i}.local`, 'TXT'), 100)).toEqual(['TXT']);
    expect(bytesOf(cache).evictions).toBeGreaterThan(70);
  });

  it('SEC-02 many sources take from each other until they have as much, and nothing from one that has less', () => {
    const cache = newCache({ maxBytes: 512 * KIB });
    cache.put([largeTxt('honest.local', 8_000), a('192.0.2.1')], SOURCE, 0);
    for (let i = 0; i < 600; i++)
      cache.put([largeTxt(`flood${i}.local`, 1_000 + (i % 7) * 1_000)], attacker(i % 15), i);
    expect(bytesOf(cache).total).toBeGreaterThan(400 * KIB);
    expect(found(cache, question('honest.local', 'TXT'), 600)).toEqual(['TXT']);
    expect(found(cache, question('h.local', 'A'), 600)).toEqual(['192.0.2.1']);
  });

  it('SEC-02 what is wanted of a new source finds room where others have filled everything with what is wanted', () => {
    const cache = newCache({ maxBytes: 2_048 * KIB });
    cache.want(question('_t._tcp.local', 'PTR'), 0);
    cache.want(question('large.local', 'TXT'), 0);
    for (let i = 0; i < 2; i++) cache.want(question(`_t${i}._tcp.local`, 'PTR'), 0);
    for (let i = 0; i < 4_000; i++) {
      cache.put([to(`flood${i}`, { name: `_t${i % 2}._tcp.local` })], attacker(i % 30), i);
    }
    expect(bytesOf(cache).total).toBeGreaterThan(2_000 * KIB);
    const { added } = cache.put([largeTxt('large.local', 8_900)], SOURCE, 3_000);
    expect(added.map(({ name }) => name)).toEqual(['large.local']);
    for (let i = 0; i < 3_000; i++) cache.put([to(`more${i}`)], attacker(i % 30), 3_001 + i);
    expect(found(cache, question('large.local', 'TXT'), 6_001)).toEqual(['TXT']);
  });

  it('SEC-02 what nobody wants goes first, whoever said it', () => {
    const cache = newCache({ maxBytes: 256 * KIB });
    cache.want(question('t0.local', 'TXT'), 0);
    cache.put([largeTxt('t0.local', 8_000)], attacker(1), 0);
    for (let i = 1; i < 40; i++) cache.put([largeTxt(`t${i}.local`, 8_000)], attacker(i), i);
    expect(found(cache, question('t0.local', 'TXT'), 40)).toEqual(['TXT']);
    cache.want(question('t50.local', 'TXT'), 40);
    cache.put([largeTxt('t50.local', 8_000)], attacker(1), 41);
    expect(found(cache, question('t50.local', 'TXT'), 41)).toEqual(['TXT']);
    expect(found(cache, question('t0.local', 'TXT'), 41)).toEqual(['TXT']);
  });

  it('SEC-02 is curious only while less than half of it is what nobody wants', () => {
    const relevance = new Relevance();
    const cache = newCache({ maxBytes: 256 * KIB, relevance });
    for (let i = 0; relevance.acceptsUnasked; i++) cache.put([largeTxt(`t${i}.local`, 8_000)], attacker(i), i);
    expect(bytesOf(cache).idle).toBeGreaterThanOrEqual(128 * KIB);
    expect(bytesOf(cache).idle).toBeLessThan(160 * KIB);
  });

  it('SEC-02 a record that is heard again is kept once', () => {
    const cache = newCache();
    const first = largeTxt('t.local', 8_000);
    cache.put([first], SOURCE, 0);
    cache.put([largeTxt('t.local', 8_000)], SOURCE, 10);
    expect(cache.lookup(question('t.local', 'TXT'), 10)[0]?.record).toBe(first);
    const again = { ...largeTxt('t.local', 8_000), ttl: 100 };
    cache.put([again], SOURCE, 20);
    expect(cache.lookup(question('t.local', 'TXT'), 20)[0]?.record).toBe(again);
  });
});

describe('SEC-02 a source that fills the cache over and over', () => {
  const full = { maxRecords: 100, maxPerSource: 50 } as const;

  it('SEC-02 replaces so many of its records, and then rests', () => {
    const cache = newCache(full);
    for (let i = 0; i < 5_000; i++) cache.put([a('192.0.2.1', { name: `x${i}.local` })], attacker(1), 0);
    expect(cache.counters).toMatchObject({ added: 100 + TURNOVER, evicted: TURNOVER, refused: 4_900 - TURNOVER });
    // What it has said already is heard as before, and so is everybody else.
    cache.put([a('192.0.2.1', { name: `x${TURNOVER}.local` })], attacker(1), 10);
    expect(cache.counters.renewed).toBe(1);
    cache.put([a('192.0.2.1')], SOURCE, 10);
    expect(found(cache, question('h.local', 'A'), 10)).toEqual(['192.0.2.1']);
  });

  it('SEC-02 may replace a few more each second once it has rested', () => {
    const cache = newCache(full);
    for (let i = 0; i < 5_000; i++) cache.put([a('192.0.2.1', { name: `x${i}.local` })], attacker(1), 0);
    cache.put([a('192.0.2.1', { name: 'early.local' })], attacker(1), REST_TIME - 1);
    expect(found(cache, question('early.local', 'A'), REST_TIME)).toEqual([]);
    for (let i = 0; i < 1_000; i++) cache.put([a('192.0.2.1', { name: `y${i}.local` })], attacker(1), REST_TIME);
    expect(cache.counters.evicted).toBe(TURNOVER + (TURNOVER_PER_SECOND * REST_TIME) / 1_000);
  });
});

describe('SEC-02 many sources that fill the cache over and over', () => {
  it('SEC-02 replace as much together as four of them, and a newcomer is heard', () => {
    const cache = newCache({ maxRecords: 1_000, maxPerSource: 10 });
    for (let i = 0; i < 10_000; i++) {
      cache.put([a('192.0.2.1', { name: `x${i}.local` })], attacker(i % 50), 0);
    }
    const together = SOURCES_THAT_REPLACE * TURNOVER;
    expect(cache.counters).toMatchObject({ evicted: together, refused: 10_000 - 1_000 - together });
    cache.put([a('192.0.2.1')], SOURCE, 10);
    expect(found(cache, question('h.local', 'A'), 10)).toEqual(['192.0.2.1']);
  });
});

describe('SEC-02 a crowd at one name', () => {
  const browse = question('_t._tcp.local', 'PTR');
  const honest = Array.from({ length: 5 }, (_, i) => `honest${i}`);
  const isHere = (cache: RecordCache, label: string) => found(cache, browse, 100).includes(`${label}._t._tcp.local`);

  /** Sources that come one after the other, each with more and more instances. */
  function crowd(cache: RecordCache, sources: number, rounds: number): void {
    for (let round = 0; round < rounds; round++) {
      for (let i = 0; i < sources; i++) {
        cache.put([to(`x${i}-${round}`), a('192.0.2.7', { name: `x${i}-${round}.local` })], attacker(i), 10 + round);
      }
    }
  }

  it.each([
    [1, 500],
    [50, 20],
    [80, 10],
  ])('SEC-02 of %i sources pushes out nobody who was there and has said little', (sources, rounds) => {
    const cache = newCache({ maxPerName: 100 });
    cache.want(browse, 0);
    for (const label of honest) {
      cache.put(
        [to(label), a('192.0.2.9', { name: `${label}.local` })],
        `192.0.2.${label.length + label.charCodeAt(6)}`,
        0,
      );
    }
    crowd(cache, sources, rounds);
    expect(found(cache, browse, 100).length).toBeLessThanOrEqual(100);
    expect(honest.filter((label) => isHere(cache, label))).toEqual(honest);
  });

  it('SEC-02 makes room for a newcomer, and for one more of those who have said little', () => {
    const cache = newCache({ maxPerName: 100 });
    cache.want(browse, 0);
    crowd(cache, 20, 20);
    cache.put([to('late')], SOURCE, 50);
    cache.put([to('later')], SOURCE, 51);
    expect([isHere(cache, 'late'), isHere(cache, 'later')]).toEqual([true, true]);
    expect(found(cache, browse, 100)).toHaveLength(100);
  });
});
