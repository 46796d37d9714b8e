import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BYTES_PER_DATAGRAM,
  FairQueue,
  MAX_WAITING_BYTES,
  OTHERS_TURN,
} from '../../../src/protocol/intake/fair-queue.js';
import { RANKS } from '../../../src/protocol/intake/sources.js';

interface Item {
  readonly size: number;
  readonly text: string;
}

const item = (text: string, size = 100): Item => ({ text, size });

function drain(queue: FairQueue<Item>, most = Infinity): string[] {
  const taken: string[] = [];
  for (let next = queue.take(); next !== undefined; next = queue.take()) {
    if (taken.push(next.text) >= most) break;
  }
  return taken;
}

describe('SEC-02 the fair queue', () => {
  it('SEC-02 takes the best rank first, and of one rank each source in turn', () => {
    const queue = new FairQueue<Item>();
    for (const text of ['a1', 'a2', 'a3', 'b1', 'b2']) queue.add(text.charAt(0), item(text), 40);
    queue.add('c', item('c1'), 20);
    expect([queue.size, queue.nextRank, queue.has('b')]).toEqual([6, 20, true]);
    expect(drain(queue)).toEqual(['c1', 'a1', 'b1', 'a2', 'b2', 'a3']);
    expect([queue.size, queue.nextRank, queue.has('b'), queue.take()]).toEqual([0, Infinity, false, undefined]);
    expect(queue.toJSON()).toEqual({ datagrams: 0, bytes: 0, sources: 0 });
  });

  it('SEC-02 a source goes where its newest rank is, with all that waits of it, in order', () => {
    const queue = new FairQueue<Item>();
    queue.add('a', item('a1'), 10);
    queue.add('b', item('b1'), 20);
    queue.add('a', item('a2'), 30);
    expect(drain(queue)).toEqual(['b1', 'a1', 'a2']);
  });

  it('SEC-02 lets no rank wait for ever', () => {
    const queue = new FairQueue<Item>();
    for (const rank of [50, 60, 70]) queue.add(`${rank}`, item(`${rank}`), rank);
    const taken: string[] = [];
    for (let i = 0; i < 6 * OTHERS_TURN; i++) {
      queue.add('quick', item('quick'), 0);
      taken.push(queue.take()?.text ?? '');
    }
    expect(taken.filter((text) => text !== 'quick')).toEqual(['50', '60', '70']);
  });

  it('SEC-02 is bounded in bytes: those who send most lose their newest', () => {
    const queue = new FairQueue<Item>();
    const size = 9_000;
    const room = Math.floor(MAX_WAITING_BYTES / (size + BYTES_PER_DATAGRAM));
    for (let i = 0; i < room; i++) expect(queue.add('flood', item(`${i}`, size), 60)).toEqual([]);
    expect(queue.add('quiet', item('quiet', size), 5).map(({ text }) => text)).toEqual([`${room - 1}`]);
    expect(queue.add('flood', item('more', size), 60).map(({ text }) => text)).toEqual(['more']);
    expect(queue.add('worse', item('worse', size), 70).map(({ text }) => text)).toEqual(['worse']);
    expect(queue.size).toBe(room);
    expect(queue.toJSON().bytes).toBeLessThanOrEqual(MAX_WAITING_BYTES);
    expect(drain(queue, 2)).toEqual(['quiet', '0']);
  });

  it('SEC-02 neither loses nor doubles anything, and keeps the order of each source', () => {
    const step = fc.record({ source: fc.nat(4), rank: fc.nat(RANKS - 1), take: fc.nat(3) });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const queue = new FairQueue<Item>();
        const taken: string[] = [];
        const added: string[] = [];
        for (const [i, { source, rank, take }] of steps.entries()) {
          added.push(`${source} ${i}`);
          expect(queue.add(`${source}`, item(`${source} ${i}`), rank)).toEqual([]);
          for (let n = 0; n < take; n++) {
            const next = queue.take();
            if (next) taken.push(next.text);
          }
          expect(queue.size).toBe(added.length - taken.length);
        }
        taken.push(...drain(queue));
        const of = (texts: readonly string[], source: number) => texts.filter((text) => text.startsWith(`${source} `));
        for (let source = 0; source <= 4; source++) expect(of(taken, source)).toEqual(of(added, source));
        expect(taken).toHaveLength(added.length);
        expect(queue.toJSON()).toEqual({ datagrams: 0, bytes: 0, sources: 0 });
      }),
    );
  });
});
