import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createActor, createMachine } from 'xstate';
import { VirtualClock } from '../../../src/net/simulated/virtual-clock.js';

/** Sets timers of these delays and keeps who fired when. */
function recorder(clock: VirtualClock) {
  const fired: string[] = [];
  return { fired, set: (name: string, ms: number) => clock.setTimeout(() => fired.push(`${name}@${clock.now()}`), ms) };
}

describe('virtual clock', () => {
  it('starts at the time it is given and stands still by itself', () => {
    expect(new VirtualClock().now()).toBe(0);
    expect(new VirtualClock(1_234.5).now()).toBe(1_234.5);
  });

  it('fires by deadline, and those of one instant in the order in which they were set', () => {
    const clock = new VirtualClock();
    const { fired, set } = recorder(clock);
    set('late', 20);
    set('first', 10);
    set('second', 10);
    set('early', 5);
    clock.advance(10);
    expect(fired).toEqual(['early@5', 'first@10', 'second@10']);
    expect(clock.now()).toBe(10);
    clock.advance(9.999);
    expect(fired).toHaveLength(3);
    clock.advance(0.001);
    expect(fired.at(-1)).toBe('late@20');
  });

  it('steps through timers that timers set', () => {
    const clock = new VirtualClock();
    const times: number[] = [];
    const again = () => {
      times.push(clock.now());
      if (times.length < 5) clock.setTimeout(again, 10);
    };
    clock.setTimeout(again, 10);
    clock.advance(1_000);
    expect(times).toEqual([10, 20, 30, 40, 50]);
    expect(clock.now()).toBe(1_000);
  });

  it('fires a delay of 0 at the same time in a later step, after those that wait already', () => {
    const clock = new VirtualClock();
    const { fired, set } = recorder(clock);
    clock.setTimeout(() => {
      set('zero', 0);
      fired.push('setter');
    }, 5);
    set('waiting', 5);
    clock.advance(5);
    expect(fired).toEqual(['setter', 'waiting@5', 'zero@5']);
  });

  it('takes negative delays and NaN for 0, and never fires Infinity', () => {
    const clock = new VirtualClock();
    const { fired, set } = recorder(clock);
    const never = set('never', Number.POSITIVE_INFINITY);
    set('negative', -5);
    set('nan', Number.NaN);
    expect(clock.pending).toBe(2);
    clock.advance(1e12);
    expect(fired).toEqual(['negative@0', 'nan@0']);
    clock.clearTimeout(never);
  });

  it('clears timers, fired and unknown ones too', () => {
    const clock = new VirtualClock();
    const { fired, set } = recorder(clock);
    const cleared = set('cleared', 5);
    const other = set('other', 5);
    clock.clearTimeout(cleared);
    clock.clearTimeout(cleared);
    clock.clearTimeout(undefined);
    clock.advance(5);
    clock.clearTimeout(other);
    expect(fired).toEqual(['other@5']);
    expect(clock.pending).toBe(0);
  });

  it('a timer can clear one of the same instant', () => {
    const clock = new VirtualClock();
    const { fired, set } = recorder(clock);
    clock.setTimeout(() => clock.clearTimeout(second), 5);
    const second = set('second', 5);
    clock.advance(5);
    expect(fired).toEqual([]);
  });

  it('tells the next deadline and how many wait', () => {
    const clock = new VirtualClock();
    expect(clock.nextDeadline).toBeUndefined();
    const { set } = recorder(clock);
    set('b', 20);
    const first = set('a', 10);
    expect([clock.nextDeadline, clock.pending]).toEqual([10, 2]);
    clock.clearTimeout(first);
    expect([clock.nextDeadline, clock.pending]).toEqual([20, 1]);
  });

  it('runs until nothing waits, or to the limit', () => {
    const clock = new VirtualClock();
    const { fired, set } = recorder(clock);
    set('a', 70_000);
    expect(clock.runUntilIdle()).toBe(true);
    expect([fired, clock.now()]).toEqual([['a@70000'], 70_000]);
    const tick = () => clock.setTimeout(tick, 1_000);
    tick();
    expect(clock.runUntilIdle(10_500)).toBe(false);
    expect(clock.now()).toBe(80_500);
  });

  it('never goes back', () => {
    const clock = new VirtualClock();
    clock.advance(10);
    clock.runUntil(5);
    clock.advance(-5);
    expect(clock.now()).toBe(10);
  });

  it('passes on what a timer throws, and goes on from there', () => {
    const clock = new VirtualClock();
    const { fired, set } = recorder(clock);
    clock.setTimeout(() => {
      throw new Error('broken timer');
    }, 5);
    set('after', 6);
    expect(() => clock.advance(10)).toThrow('broken timer');
    expect(clock.now()).toBe(5);
    clock.advance(5);
    expect(fired).toEqual(['after@6']);
  });

  it('refuses to be advanced by one of its timers', () => {
    const clock = new VirtualClock();
    clock.setTimeout(() => clock.advance(1), 5);
    expect(() => clock.advance(10)).toThrow('is running already');
  });

  it('stops timers that go on without time passing', () => {
    const clock = new VirtualClock();
    const again = () => clock.setTimeout(again, 0);
    again();
    expect(() => clock.advance(1)).toThrow('fire without end at 0 ms');
  });

  it('is a clock for XState: delayed transitions follow one another', () => {
    const clock = new VirtualClock();
    const machine = createMachine({
      initial: 'probing',
      states: {
        probing: { after: { 250: 'announcing' } },
        announcing: { after: { 1000: 'established' } },
        established: { type: 'final' },
      },
    });
    const actor = createActor(machine, { clock }).start();
    clock.advance(1_249);
    expect(actor.getSnapshot().value).toBe('announcing');
    clock.advance(1);
    expect([actor.getSnapshot().value, clock.pending]).toEqual(['established', 0]);
  });

  it('goes on as long as time passes', () => {
    const clock = new VirtualClock();
    let left = 1_000_100;
    const again = () => {
      left -= 1;
      if (left > 0) clock.setTimeout(again, 0.001);
    };
    again();
    clock.advance(2_000);
    expect(left).toBe(0);
  });

  it('fires 100,000 chained timers beside a thousand that wait', () => {
    const clock = new VirtualClock();
    let left = 100_000;
    const again = () => {
      left -= 1;
      if (left > 0) clock.setTimeout(again, 1);
    };
    for (let waiting = 0; waiting < 1_000; waiting += 1) clock.setTimeout(() => {}, 1e9);
    clock.setTimeout(again, 1);
    clock.advance(100_000);
    expect(left).toBe(0);
  });

  it('fires exactly what a sorted list would, whatever is set and cleared', () => {
    // Set first, then clear at random places of a full heap, then let time pass bit by bit.
    const delays = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 10, maxLength: 50 });
    const rounds = fc.array(
      fc.record({
        cleared: fc.array(fc.nat(49), { maxLength: 8 }),
        advance: fc.integer({ min: 0, max: 9 }),
        delay: fc.integer({ min: 0, max: 40 }),
      }),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(delays, rounds, (initial, steps) => {
        const clock = new VirtualClock();
        const fired: number[] = [];
        const expected: number[] = [];
        const handles: unknown[] = [];
        let model: { id: number; time: number }[] = [];
        const set = (delay: number) => {
          const id = handles.length;
          handles.push(clock.setTimeout(() => fired.push(id), delay));
          model.push({ id, time: clock.now() + delay });
        };
        for (const delay of initial) set(delay);
        for (const { cleared, advance, delay } of [...steps, { cleared: [], advance: 100, delay: 0 }]) {
          for (const id of cleared) clock.clearTimeout(handles[id]);
          model = model.filter((timer) => !cleared.includes(timer.id));
          set(delay);
          clock.advance(advance);
          const due = model.filter((timer) => timer.time <= clock.now());
          expected.push(...due.sort((a, b) => a.time - b.time || a.id - b.id).map((timer) => timer.id));
          model = model.filter((timer) => timer.time > clock.now());
          expect(clock.pending).toBe(model.length);
        }
        expect(fired).toEqual(expected);
      }),
    );
  });
});
