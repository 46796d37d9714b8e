/** The table of a record's life: every state with everything that can happen to it there, as the cache runs it. */
import { describe, expect, it } from 'vitest';
import type { RecordCache } from '../../../src/protocol/cache/cache.js';
import { type LifeEvent, type LifeState, lifeOf, recordLife } from '../../../src/protocol/cache/record-life.js';
import { a, askA, newCache, only, run, SOURCE } from './cache-fixture.js';

const TTL_MS = 100_000;
const lifeAfter = (state: LifeState, event: LifeEvent) => lifeOf(state).after[event]?.state;
const GRACE_MS = 5_000;
const record = a('192.0.2.1', { ttl: TTL_MS / 1_000 });

type Way = (cache: RecordCache, now: number) => unknown;
const nothing: Way = () => {};

/** What happens, done to a cache. */
const happens = {
  heard: (cache: RecordCache, now: number) => cache.put([record], SOURCE, now),
  doubted: (cache: RecordCache, now: number) => cache.reconfirm([record], now),
  goodbye: (cache: RecordCache, now: number) => cache.put([{ ...record, ttl: 0 }], SOURCE, now),
  flushed: (cache: RecordCache, now: number) => cache.put([a('192.0.2.2', { ttl: 4_500 })], SOURCE, now),
  denied: (cache: RecordCache, now: number) => cache.put([only(['AAAA'], { ttl: 4_500 })], SOURCE, now),
  'link.lost': (cache: RecordCache, now: number) => cache.shorten(GRACE_MS, now),
} satisfies Partial<Record<LifeEvent, Way>>;

/** How long a record has at most from the event that led to a state, in milliseconds. */
const lasts: Partial<Record<LifeState, number>> = {
  fresh: TTL_MS,
  doubted: 10_000,
  goodbye: 1_000,
  flushed: 1_000,
  denied: 1_000,
  outOfReach: GRACE_MS,
};

/** When each state is reached, and how. */
const ways: readonly (readonly [state: LifeState, at: number, way: Way])[] = [
  ['fresh', 1_500, nothing],
  ['due80', 81_000, nothing],
  ['due85', 86_000, nothing],
  ['due90', 91_000, nothing],
  ['due95', 96_000, nothing],
  ...(['doubted', 'goodbye', 'flushed', 'denied'] as const).map((state) => [state, 2_000, happens[state]] as const),
  ['outOfReach', 2_000, happens['link.lost']],
];

/** The end of the record: when and why. */
function endIn(cache: RecordCache): string | undefined {
  const gone = run(cache, 1_000_000).find(({ what }) => what.endsWith('192.0.2.1') && !what.startsWith('ask'));
  return gone && `${gone.what.split(' ')[0]} at ${gone.at}`;
}

function cacheIn(at: number, way: Way): RecordCache {
  const cache = newCache();
  cache.want(askA, 0);
  cache.put([record], SOURCE, 0);
  run(cache, at);
  way(cache, at);
  return cache;
}

describe('the life of a cached record', () => {
  it('names each state once', () => {
    expect(ways.map(([state]) => state).concat('removed')).toEqual(leaves(recordLife));
  });

  it.each(ways)('%s ends as the table says', (state, at, way) => {
    const since = lifeOf(state).endsAs === 'expired' ? 0 : at;
    expect(endIn(cacheIn(at, way))).toBe(`${lifeOf(state).endsAs} at ${since + (lasts[state] ?? TTL_MS)}`);
  });

  for (const [state, at, way] of ways) {
    for (const event of Object.keys(happens) as (keyof typeof happens)[]) {
      const next = lifeAfter(state, event);
      it(`${state}: ${event} leads to ${next ?? 'nothing'}`, () => {
        const cache = cacheIn(at, way);
        const before = endIn(cacheIn(at, way));
        const now = at + 500;
        run(cache, now);
        happens[event](cache, now);
        const end = endIn(cache);
        const soonest = next === undefined ? Infinity : now + (lasts[next] ?? TTL_MS);
        const isLater = next !== 'fresh' && next !== 'doubted' && soonest >= Number(before?.split(' ').at(-1));
        // What shortens a life never extends it.
        if (next === undefined || isLater) expect(end).toBe(before);
        else
          expect(end).toBe(
            `${lifeOf(next).endsAs} at ${Math.min(soonest, lifeOf(next).endsAs === 'expired' ? Infinity : TTL_MS)}`,
          );
      });
    }
  }

  it('leads through the refresh points one by one, and back to the first when heard', () => {
    const seen: LifeState[] = ['fresh'];
    for (let next = lifeAfter('fresh', 'due'); next !== undefined; next = lifeAfter(next, 'due')) seen.push(next);
    expect(seen).toEqual(['fresh', 'due80', 'due85', 'due90', 'due95']);
    expect(seen.map((state) => lifeAfter(state, 'heard'))).toEqual(seen.map(() => 'fresh'));
    const cache = cacheIn(0, nothing);
    expect(run(cache, 99_999).map(({ at }) => at)).toEqual([81_000, 86_000, 91_000, 96_000]);
  });

  it('has an end in each state, and none after it', () => {
    for (const [state] of ways) {
      for (const event of ['over', 'unobserved', 'evicted'] as const)
        expect(lifeOf(state).after[event]?.state).toBe('removed');
    }
    for (const event of ['heard', 'due', 'doubted', 'over'] as const) {
      expect(lifeAfter('removed', event)).toBeUndefined();
    }
  });
});

function leaves(phase: typeof recordLife): string[] {
  return Object.entries(phase.states ?? {}).flatMap(([name, inner]) => (inner.states ? leaves(inner) : [name]));
}
