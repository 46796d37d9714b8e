/** What happens to whole hosts: clocks that drift, power cuts, sleep. */
import { describe, expect, it } from 'vitest';
import { HostClock } from '../../../src/net/simulated/host-clock.js';
import { SimulatedHost, SimulatedLan, VirtualClock } from '../../../src/net/simulated/index.js';
import { Station } from './stations.js';

function pair() {
  const lan = new SimulatedLan();
  const kitchen = lan.host('kitchen', ['192.0.2.1/24']);
  const office = lan.host('office', ['192.0.2.2/24']);
  const stations = { kitchen: new Station(kitchen), office: new Station(office) };
  lan.clock.advance(0);
  return { lan, kitchen, office, ...{ at: stations } };
}

describe('a drifting clock', () => {
  it('gains or loses, and its timers fire by its own time, never early', () => {
    const base = new VirtualClock(1_000);
    for (const drift of [0.01, -0.01, 0.000_017]) {
      const clock = new HostClock(base, drift);
      const start = clock.now();
      const due = [0, 0.3, 7, 1_000, 86_400_000].map((ms) => {
        const fired = { ms, at: Number.NaN };
        clock.setTimeout(() => {
          fired.at = clock.now();
        }, ms);
        return fired;
      });
      base.advance(100_000_000);
      for (const { ms, at } of due) {
        expect(at - start).toBeGreaterThanOrEqual(ms);
        expect(at - start).toBeLessThan(ms + 0.001);
      }
      expect(clock.now() / base.now()).toBeCloseTo(1 + drift, 9);
    }
  });

  it('refuses a drift that stands still or goes back', () => {
    expect(() => new SimulatedHost({ clock: new VirtualClock(), drift: -1 })).toThrow(
      expect.objectContaining({ code: 'invalid-option' }),
    );
    expect(() => new SimulatedHost({ clock: new VirtualClock(), drift: Number.NaN })).toThrow(
      expect.objectContaining({ code: 'invalid-option' }),
    );
  });
});

describe('a crash', () => {
  it('ends everything on the host without a word', () => {
    const { lan, kitchen, at } = pair();
    let fired = 0;
    kitchen.clock.setTimeout(() => {
      fired += 1;
    }, 10);
    at.office.say('on its way');
    kitchen.crash();
    const sent = lan.trace.length;
    lan.clock.advance(1_000);
    at.kitchen.say('from the grave');
    kitchen.clock.setTimeout(() => {
      fired += 1;
    }, 0);
    lan.clock.advance(1_000);
    expect([fired, at.kitchen.heard(), kitchen.openLinks, kitchen.pendingTimers]).toEqual([0, [], 0, 0]);
    expect([lan.trace.length, lan.clock.pending]).toEqual([sent, 0]);
  });

  it('leaves its name and addresses to another host', () => {
    const { lan, kitchen, at } = pair();
    kitchen.crash();
    const again = new Station(lan.host('kitchen', ['192.0.2.1/24']));
    lan.clock.advance(0);
    at.office.say('welcome back');
    lan.clock.advance(1);
    expect(again.heard()).toEqual(['welcome back']);
  });
});

describe('sleep', () => {
  it('stops timers where they are, and is deaf', () => {
    const { lan, kitchen, at } = pair();
    const fired: number[] = [];
    kitchen.clock.setTimeout(() => fired.push(lan.clock.now()), 100);
    lan.clock.advance(40);
    kitchen.sleep();
    kitchen.sleep();
    at.office.say('hello?');
    lan.clock.advance(60_000);
    expect([fired, at.kitchen.heard()]).toEqual([[], []]);
    kitchen.wake();
    expect(kitchen.clock.now()).toBe(60_040);
    at.office.say('hello!');
    lan.clock.advance(100);
    expect(fired).toEqual([60_100]);
    expect(at.kitchen.heard()).toEqual(['hello!']);
  });

  it('A-69 tells that it is over before any timer fires', () => {
    const { lan, kitchen } = pair();
    const events: string[] = [];
    const timer = kitchen.clock.setTimeout(() => events.push('timer'), 0);
    kitchen.clock.setTimeout(() => events.push('other timer'), 0);
    const end = kitchen.onWake(() => {
      events.push('woke');
      kitchen.clock.clearTimeout(timer);
    });
    kitchen.sleep();
    lan.clock.advance(60_000);
    kitchen.wake();
    lan.clock.advance(1);
    expect(events).toEqual(['woke', 'other timer']);
    end();
    kitchen.sleep();
    kitchen.wake();
    expect(events).toHaveLength(2);
  });

  it('takes timers that are set and cleared meanwhile', () => {
    const base = new VirtualClock();
    const clock = new HostClock(base);
    const fired: string[] = [];
    const before = clock.setTimeout(() => fired.push('before'), 5);
    clock.pause();
    clock.clearTimeout(before);
    const inside = clock.setTimeout(() => fired.push('cleared'), 5);
    clock.setTimeout(() => fired.push('inside'), 5);
    clock.clearTimeout(inside);
    base.advance(1_000);
    expect([fired, clock.pending]).toEqual([[], 1]);
    clock.resume();
    clock.resume();
    base.advance(5);
    expect([fired, clock.pending]).toEqual([['inside'], 0]);
  });
});

describe('a process that stands still', () => {
  it('A-69 hears what waited in its sockets, then wakes when it was long, then fires what fell due, in order', () => {
    const { lan, kitchen, at } = pair();
    const events: string[] = [];
    kitchen.onWake(() => events.push('woke'));
    for (const ms of [300, 100, 200]) {
      kitchen.clock.setTimeout(() => events.push(`timer ${ms} after ${at.kitchen.received.length}`), ms);
    }
    const cleared = kitchen.clock.setTimeout(() => events.push('cleared'), 150);
    for (const [stall, then] of [
      [250, ['timer 100 after 2', 'timer 200 after 2']],
      [60_000, ['woke', 'timer 300 after 4']],
      [60_000, []],
    ] as const) {
      kitchen.stall();
      at.office.say('one');
      lan.clock.advance(stall);
      at.office.say('two');
      lan.clock.advance(10);
      kitchen.clock.clearTimeout(cleared);
      expect(events).toEqual([]);
      kitchen.recover();
      lan.clock.advance(0);
      expect(events.splice(0)).toEqual(then);
    }
    expect(at.kitchen.heard()).toEqual(['one', 'two', 'one', 'two', 'one', 'two']);
  });

  it('A-69 sets timers that count, and loses what its sockets cannot hold', () => {
    const { lan, kitchen, at } = pair();
    let fired = Number.NaN;
    kitchen.stall();
    lan.clock.advance(50);
    kitchen.clock.setTimeout(() => {
      fired = lan.clock.now();
    }, 100);
    for (let i = 0; i < 2_000; i++) at.office.say(`${i}`);
    lan.clock.advance(20);
    kitchen.recover();
    const heard = at.kitchen.heard();
    expect(heard.length).toBeGreaterThan(500);
    expect(heard.length).toBeLessThan(600);
    expect(heard[0]).toBe('0');
    lan.clock.advance(1_000);
    expect(fired).toBe(150);
    kitchen.recover();
    at.office.say('again');
    lan.clock.advance(10);
    expect(at.kitchen.heard()).toEqual(['again']);
  });
});
