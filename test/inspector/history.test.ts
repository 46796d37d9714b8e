/** What the page remembers, and shows of the past. */
import { describe, expect, it } from 'vitest';
import type { ActorInfo, Entry, Frame } from '../../src/inspector/frames.js';
import { History, MOST_ENTRIES } from '../../web/history.js';

const actor = (id: string, state = 'a', parent?: string): ActorInfo => ({
  id,
  parent,
  name: `actor ${id}`,
  chart: 'chart',
  state,
});
const starts = (id: string): Entry => ({ kind: 'actor', at: 0, actor: actor(id) });
const step = (id: string, state: string, by = 'x'): Entry => ({ kind: 'state', at: 0, id, state, by });
const frame = (log: readonly Entry[], whole?: readonly ActorInfo[]): Frame => ({
  at: 0,
  log,
  packets: [],
  looked: 100,
  span: 100,
  packetsUnseen: 0,
  actorsUnseen: 0,
  ...(whole && { whole }),
});

describe('history', () => {
  it('has the actors as they were at each entry', () => {
    const history = new History();
    history.apply(frame([starts('1'), starts('2'), step('1', 'b'), { kind: 'gone', at: 0, id: '2' }, step('1', 'c')]));
    const statesAt = (number: number) =>
      [...history.actorsAt(number).values()].map(({ id, state }) => `${id} ${state}`);
    expect([0, 1, 2, 3, 4].map(statesAt)).toEqual([['1 a'], ['1 a', '2 a'], ['1 b', '2 a'], ['1 b'], ['1 c']]);
    expect(history.live.get('1')?.state).toBe('c');
    expect(history.lastStep('1', 3)?.state).toBe('b');
    expect(history.lastStep('1')?.state).toBe('c');
  });

  it('keeps the last entries, and what they start from', () => {
    const history = new History();
    history.apply(frame([starts('1'), step('1', 'early')]));
    for (let index = 0; index < 3 * MOST_ENTRIES; index++) history.apply(frame([step('1', String(index))]));
    const first = history.lines[0];
    expect(history.lines.length).toBeGreaterThanOrEqual(MOST_ENTRIES);
    expect(history.lines.length).toBeLessThan(MOST_ENTRIES + 500);
    expect(history.actorsAt(first?.number ?? 0).get('1')?.state).toBe(String((first?.number ?? 0) - 2));
  });

  it('counts what it leaves out while it is paused, and goes on with what is different', () => {
    const history = new History();
    history.apply(frame([starts('1'), starts('2')]));
    history.pause();
    history.apply(frame([step('1', 'b'), step('1', 'c'), { kind: 'gone', at: 0, id: '2' }, starts('3')]));
    expect([history.lines.length, history.missed]).toEqual([2, 4]);
    expect(history.actorsAt(1).get('1')?.state).toBe('a');
    expect(history.live.get('1')?.state).toBe('c');
    history.resume();
    expect(history.lines.slice(2).map(({ entry }) => entry)).toEqual([
      step('1', 'c', ''),
      { kind: 'actor', at: 0, actor: actor('3') },
      { kind: 'gone', at: 0, id: '2' },
    ]);
    expect(history.missed).toBe(0);
  });

  it('takes from a whole frame only what it does not know', () => {
    const history = new History();
    history.apply(frame([], [actor('1'), actor('2', 'a', '1')]));
    history.apply(frame([], [actor('1', 'b'), actor('2', 'a', '1')]));
    expect(history.lines.map(({ entry }) => entry.kind)).toEqual(['actor', 'actor', 'state']);
    history.apply(frame([], [actor('1', 'b')]));
    expect(history.lines.at(-1)?.entry).toEqual({ kind: 'gone', at: 0, id: '2' });
  });

  it('labels actors of a link with the link, also when they are gone', () => {
    const history = new History();
    const link = { ...actor('1'), name: 'link.eth0/ipv4' };
    const querier = { ...actor('2', 'up', '1'), name: 'querier' };
    const message: Entry = { kind: 'message', at: 0, from: '2', to: '1', type: 't', data: '' };
    history.apply(frame([message, { kind: 'gone', at: 0, id: '2' }], [link, querier]));
    history.apply(frame([], [link, querier]));
    const log: Entry[] = [message, { kind: 'gone', at: 0, id: '2' }];
    history.apply(frame(log));
    expect(history.lines.slice(-2).map(({ from, to }) => [from, to])).toEqual([
      ['querier of eth0/ipv4', 'link.eth0/ipv4'],
      ['querier of eth0/ipv4', 'querier of eth0/ipv4'],
    ]);
  });
});
