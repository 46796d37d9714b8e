import { describe, expect, it } from 'vitest';
import { WatcherGroups } from '../../../src/actors/supervisor/watcher-groups.js';

/** So many watchers join whichever group has room. */
function joined(count: number, groups = new WatcherGroups()): WatcherGroups {
  for (let i = 0; i < count; i++) groups.join(groups.withRoom);
  return groups;
}

describe('WatcherGroups', () => {
  it('has 25 watchers in a group, then makes the next one', () => {
    expect(new WatcherGroups().withRoom).toBe(1);
    expect(joined(24).withRoom).toBe(1);
    expect(joined(25).withRoom).toBe(2);
    const groups = joined(60);
    expect([groups.size, groups.has(3), groups.has(4)]).toEqual([3, true, false]);
    expect(JSON.stringify(groups)).toBe('{"1":25,"2":25,"3":10}');
  });

  it('forgets a group with its last watcher', () => {
    const groups = joined(2);
    expect([groups.isLast(1), groups.leave(1)]).toEqual([false, false]);
    expect([groups.isLast(1), groups.leave(1)]).toEqual([true, true]);
    expect([groups.size, groups.withRoom]).toEqual([0, 1]);
  });

  it('fills the newest group of those that are left', () => {
    const groups = joined(52);
    groups.leave(1);
    expect(groups.withRoom, 'the newest has room').toBe(3);
    groups.delete(3);
    expect(groups.withRoom, 'the second is full').toBe(3);
    groups.leave(2);
    expect(groups.withRoom).toBe(2);
    groups.delete(1);
    expect([groups.size, groups.withRoom]).toEqual([1, 2]);
  });

  it('forgets a group that it does not have', () => {
    const groups = joined(1);
    expect(groups.leave(7)).toBe(true);
    groups.delete(8);
    expect(JSON.stringify(groups)).toBe('{"1":1}');
  });
});
