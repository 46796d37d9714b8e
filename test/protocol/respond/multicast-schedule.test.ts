import { describe, expect, it } from 'vitest';
import { type Demand, MulticastSchedule } from '../../../src/protocol/respond/multicast-schedule.js';
import { type Answer, Zone } from '../../../src/protocol/respond/zone.js';
import { host, INSTANCE, printer, TYPE } from './responder-bench.js';

const zone = new Zone();
zone.add(host);
zone.add(printer);
const [ptr, srv, txt] = [...zone.find(TYPE, 'PTR'), ...zone.find(INSTANCE, 'ANY')] as [Answer, Answer, Answer];
const demand = (askedAt: number, gap = 1000): Demand => ({ askedAt, gap });

describe('MulticastSchedule', () => {
  it('lets things leave at their moments', () => {
    const schedule = new MulticastSchedule();
    expect(schedule.next()).toBe(Infinity);
    schedule.at(20, srv, demand(0));
    schedule.at(10, txt, demand(1));
    schedule.at(20, ptr, demand(2));
    expect(schedule.next()).toBe(10);
    expect([...schedule.take(9, false)]).toEqual([]);
    expect([...schedule.take(10, false)]).toEqual([[txt, demand(1)]]);
    expect(schedule.next()).toBe(20);
    expect([...schedule.take(50, false).keys()]).toEqual([srv, ptr]);
    expect(schedule.next()).toBe(Infinity);
  });

  it('A-42 RSP-12 unites wishes: the latest asker, the smallest gap', () => {
    const schedule = new MulticastSchedule();
    schedule.at(10, srv, demand(5, 1000));
    schedule.at(10, srv, demand(3, 250));
    schedule.gather(0, 20, srv, demand(7, 1000));
    expect([...schedule.take(20, false)]).toEqual([[srv, demand(7, 250)]]);
  });

  it('RSP-15 takes gathered answers along once they have waited 20 ms', () => {
    const schedule = new MulticastSchedule();
    schedule.gather(0, 100, ptr, demand(0));
    expect(schedule.take(19, true).size).toBe(0);
    expect(schedule.take(20, false).size).toBe(0);
    expect(schedule.take(20, true).size).toBe(1);
  });

  it('A-37 lets one more wait for what is gathering', () => {
    const schedule = new MulticastSchedule();
    expect(schedule.join(ptr, demand(0))).toBe(false);
    schedule.gather(0, 100, ptr, demand(0));
    expect(schedule.join(srv, demand(0))).toBe(false);
    expect(schedule.join(ptr, demand(90))).toBe(true);
    expect(schedule.next()).toBe(100);
    expect([...schedule.take(100, false)]).toEqual([[ptr, demand(90)]]);
  });

  it('RSP-15 closes what has been held for half a second, and gathers anew', () => {
    const schedule = new MulticastSchedule();
    schedule.gather(0, 20, ptr, demand(0));
    schedule.gather(510, 20, srv, demand(510));
    expect(schedule.toJSON()).toEqual({ gathering: 1, departures: 1 });
    expect(schedule.next()).toBe(20);
    expect([...schedule.take(20, false).keys()]).toEqual([ptr]);
    expect(schedule.next()).toBe(530);
  });
});
