/** The two faces of what a browse finds: an Observable and a loop. */
import { Subject, type Subscriber } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { Browse, ServiceBrowse } from '../../src/api/browse.js';

type Seen = { readonly event: 'up' | 'changed' | 'down'; readonly instance: { fullName: string; port?: number } };

const up = (fullName: string, port?: number): Seen => ({ event: 'up', instance: { fullName, ...(port && { port }) } });

function browseOf<E>() {
  const source = new Subject<E>();
  return { source, browse: new Browse<E>((subscriber) => source.subscribe(subscriber)) };
}

describe('a loop over a browse', () => {
  it('gets events in order, those that came while it was busy included, until the browse ends', async () => {
    const { source, browse } = browseOf<number>();
    const got: number[] = [];
    const loop = (async () => {
      for await (const event of browse) {
        got.push(event);
        if (event === 1) for (const next of [2, 3]) source.next(next);
        if (event === 3) source.complete();
      }
    })();
    source.next(1);
    await loop;
    expect(got).toEqual([1, 2, 3]);
    expect(source.observed).toBe(false);
  });

  it('ends the watch when it is left', async () => {
    const { source, browse } = browseOf<number>();
    const loop = (async () => {
      for await (const _ of browse) break;
    })();
    expect(source.observed).toBe(true);
    source.next(1);
    await loop;
    expect(source.observed).toBe(false);
  });

  it('throws what the browse ends with, after the events before', async () => {
    const { source, browse } = browseOf<number>();
    const got: number[] = [];
    const loop = (async () => {
      for await (const event of browse) got.push(event);
    })();
    source.next(1);
    source.error(new Error('a bug'));
    await expect(loop).rejects.toThrow('a bug');
    expect(got).toEqual([1]);
  });

  it('throws "overflow" after 10,000 events that wait, and watches no more', async () => {
    const { source, browse } = browseOf<number>();
    let count = 0;
    const loop = (async () => {
      for await (const _ of browse) count++;
    })();
    for (let event = 0; event < 10_002; event++) source.next(event);
    expect(source.observed).toBe(false);
    await expect(loop).rejects.toMatchObject({ code: 'overflow' });
    expect(count).toBe(10_000);
  });
});

describe('services$', () => {
  it('is a new map for each turn, first an empty one', () => {
    const turns = new Subject<readonly Seen[]>();
    const browse = new ServiceBrowse<Seen>(() => {}, turns);
    const maps: ReadonlyMap<string, Seen['instance']>[] = [];
    browse.services$.subscribe((map) => maps.push(map));
    turns.next([up('a'), up('b')]);
    turns.next([
      { event: 'changed', instance: { fullName: 'a', port: 2 } },
      { event: 'down', instance: { fullName: 'b' } },
    ]);
    expect(maps.map((map) => [...map.values()])).toEqual([
      [],
      [{ fullName: 'a' }, { fullName: 'b' }],
      [{ fullName: 'a', port: 2 }],
    ]);
  });

  it('makes a turn of each event where there are no turns', () => {
    const source = new Subject<Seen>();
    const browse = new ServiceBrowse<Seen>((subscriber: Subscriber<Seen>) => source.subscribe(subscriber));
    const sizes: number[] = [];
    browse.services$.subscribe(({ size }) => sizes.push(size));
    source.next(up('a'));
    source.next(up('b'));
    expect(sizes).toEqual([0, 1, 2]);
  });
});
