import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { NodeClock } from '../../src/net/clock.js';

const DAY = 24 * 3_600_000;

describe('node clock', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('A-72 is monotonic and has fractions', () => {
    vi.useRealTimers();
    const clock = new NodeClock();
    const readings = Array.from({ length: 1_000 }, () => clock.now());
    expect(readings).toEqual([...readings].sort((a, b) => a - b));
    expect(readings.some((reading) => !Number.isInteger(reading))).toBe(true);
  });

  it('fires delays of 2^31 ms and more when they are over', () => {
    const clock = new NodeClock();
    const run = vi.fn();
    clock.setTimeout(run, 30 * DAY);
    vi.advanceTimersByTime(30 * DAY - 1);
    expect(run).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('clears a long delay also after its first stretch', () => {
    const clock = new NodeClock();
    const run = vi.fn();
    const timer = clock.setTimeout(run, 30 * DAY);
    vi.advanceTimersByTime(25 * DAY);
    clock.clearTimeout(timer);
    vi.advanceTimersByTime(30 * DAY);
    expect(run).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('never fires Infinity, and takes negative delays and NaN for 0', () => {
    const clock = new NodeClock();
    const never = vi.fn();
    const soon = vi.fn();
    const timer = clock.setTimeout(never, Number.POSITIVE_INFINITY);
    expect(vi.getTimerCount()).toBe(0);
    clock.setTimeout(soon, -1);
    clock.setTimeout(soon, Number.NaN);
    vi.advanceTimersByTime(5);
    expect(soon).toHaveBeenCalledTimes(2);
    expect(never).not.toHaveBeenCalled();
    clock.clearTimeout(timer);
    clock.clearTimeout(undefined);
  });

  it('A-72 waits on when the timer fires before its deadline', () => {
    let now = 1_000.9;
    const clock = new NodeClock({ monotonic: () => now, uptime: () => 0 });
    const run = vi.fn();
    clock.setTimeout(run, 10.5);
    now = 1_011.39;
    vi.advanceTimersByTime(11);
    expect(run).not.toHaveBeenCalled();
    now = 1_011.4;
    vi.advanceTimersByTime(1);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('A-69 counts the time that the machine slept', () => {
    const system = { monotonic: 5_000, uptime: 1_000 };
    const clock = new NodeClock({ monotonic: () => system.monotonic, uptime: () => system.uptime });
    const pass = (awakeMs: number, asleepMs = 0) => {
      system.monotonic += awakeMs;
      system.uptime += (awakeMs + asleepMs) / 1_000;
      return clock.now();
    };
    expect(pass(0)).toBe(5_000);
    expect(pass(2_000)).toBe(7_000);
    expect(pass(1_500, 3_600_000)).toBe(3_608_500);
    expect(pass(1_500)).toBe(3_610_000);
    expect(pass(1_500, 60_000)).toBe(3_671_500);
  });

  it('A-69 tells of sleep before a timer fires, once, and one that is cleared then does not fire', () => {
    const system = { asleep: 0 };
    const monotonic = () => performance.now();
    const clock = new NodeClock({ monotonic, uptime: () => (monotonic() + system.asleep) / 1_000 });
    const events: string[] = [];
    const timers = [3_000, 3_000, 3_500].map((ms, i) => clock.setTimeout(() => events.push(`timer ${i}`), ms));
    const end = clock.onWake(() => {
      events.push('woke');
      clock.clearTimeout(timers[0]);
    });
    vi.advanceTimersByTime(2_000);
    system.asleep = 60_000;
    vi.advanceTimersByTime(1_501);
    expect(events).toEqual(['woke', 'timer 1', 'timer 2']);
    end();
    system.asleep = 120_000;
    clock.setTimeout(() => events.push('later'), 2_000);
    vi.advanceTimersByTime(2_001);
    expect(events.slice(3)).toEqual(['later']);
  });

  it('A-69 takes timers that are late by more than ten seconds for a process that stood still', () => {
    let late = 0;
    const clock = new NodeClock({ monotonic: () => performance.now() + late, uptime: () => 0 });
    const events: string[] = [];
    clock.onWake(() => events.push('woke'));
    clock.setTimeout(() => events.push('first'), 100);
    clock.setTimeout(() => events.push('second'), 200);
    late = 9_900;
    vi.advanceTimersByTime(101);
    expect(events).toEqual(['first']);
    late = 30_000;
    vi.advanceTimersByTime(101);
    expect(events).toEqual(['first', 'woke', 'second']);
  });

  describe('A-69 timers that are late', () => {
    /** A clock whose timers fire a second late, and the turns of the event loop that it waits for. */
    function lateBySecond() {
      const turns: (() => void)[] = [];
      vi.stubGlobal('setImmediate', (run: () => void) => turns.push(run));
      const system = { behind: 0 };
      const clock = new NodeClock({ monotonic: () => performance.now() + system.behind, uptime: () => 0 });
      const events: string[] = [];
      const start = clock.now();
      const log = (text: string) => events.push(`${text} at ${Math.round(clock.now() - start)}`);
      return {
        clock,
        events,
        system,
        turns,
        schedule: (ms: number, text: string) => clock.setTimeout(() => log(text), ms),
        standStill: () => {
          vi.advanceTimersByTime(1);
          system.behind += 1_000;
          vi.advanceTimersByTime(300);
        },
        turn: (received = 0) => {
          system.behind += 5;
          for (let i = 0; i < received; i++) clock.noteReceived();
          if (received > 0) log('read');
          turns.shift()?.();
        },
      };
    }
    afterEach(() => {
      vi.unstubAllGlobals();
    });

    it('A-69 wait until a turn has brought no datagram, in which time stands still', () => {
      const late = lateBySecond();
      late.schedule(200, 'second');
      late.schedule(100, 'first');
      late.standStill();
      for (const received of [32, 32, 7]) late.turn(received);
      const read = 'read at 1100';
      expect(late.events).toEqual([read, read, read]);
      late.turn();
      expect(late.events.slice(3)).toEqual(['first at 1321', 'second at 1321']);
      expect(late.turns).toEqual([]);
    });

    it('A-69 wait for half a second at most, however much comes in', () => {
      const late = lateBySecond();
      late.schedule(100, 'first');
      late.standStill();
      let turns = 0;
      for (; late.turns.length > 0; turns++) late.turn(1);
      expect(turns).toBeGreaterThan(10);
      expect(turns).toBeLessThanOrEqual(100);
      expect(late.events.at(-1)).toMatch('first');
    });

    it('A-69 all fire, though one of them throws', () => {
      const late = lateBySecond();
      late.clock.setTimeout(() => {
        throw new Error('a mistake');
      }, 100);
      late.schedule(110, 'second');
      late.standStill();
      expect(() => late.turn()).toThrow('a mistake');
      late.turn();
      expect(late.events).toHaveLength(1);
    });

    it('A-69 do not fire when another one clears them, and wait when they are set anew', () => {
      const late = lateBySecond();
      const second = late.schedule(110, 'second');
      late.clock.setTimeout(() => {
        late.clock.clearTimeout(second);
        late.schedule(50, 'new');
      }, 100);
      late.standStill();
      late.turn();
      expect(late.events).toEqual([]);
      vi.advanceTimersByTime(50);
      expect(late.events.map((event) => event.split(' ')[0])).toEqual(['new']);
    });
  });

  it('A-69 takes the coarseness of uptime for no sleep', () => {
    const system = { monotonic: 5_000, asleep: 0 };
    const clock = new NodeClock({
      monotonic: () => system.monotonic,
      uptime: () => Math.floor((system.monotonic + system.asleep) / 1_000),
    });
    const drift = new Set<number>();
    for (let step = 0; step < 200; step += 1) {
      system.monotonic += 777;
      if (step === 100) system.asleep = 60_000;
      drift.add(clock.now() - system.monotonic);
    }
    // Nothing, until the sleep; then one value that stays.
    expect(drift.size).toBe(2);
    const [before, after = 0] = drift;
    expect(before).toBe(0);
    expect(Math.abs(after - 60_000)).toBeLessThan(1_000);
  });

  it('A-72 does what is due now in this turn of the event loop, also when nothing else happens', () => {
    vi.useRealTimers();
    const immediate = vi.spyOn(globalThis, 'setImmediate');
    const clock = new NodeClock();
    const timer = clock.setTimeout(() => {}, 0);
    const given = immediate.mock.results.map(({ value }) => value as NodeJS.Immediate);
    // Node calls one that does not keep the process alive only when something else happens, which may take for ever.
    expect(given.map((each) => each.hasRef())).toEqual([true]);
    immediate.mockRestore();
    clock.clearTimeout(timer);
  });

  it('keeps the process alive only when it is asked to', () => {
    vi.useRealTimers();
    const waiting = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const before = waiting();
    const idle = new NodeClock();
    const first = idle.setTimeout(() => {}, 10_000);
    expect(waiting()).toBe(before);
    const busy = new NodeClock({ keepAlive: true });
    const second = busy.setTimeout(() => {}, 10_000);
    expect(waiting()).toBe(before + 1);
    idle.clearTimeout(first);
    busy.clearTimeout(second);
    expect(waiting()).toBe(before);
  });
});
