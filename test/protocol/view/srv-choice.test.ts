import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/net/simulated/random.js';
import type { SrvData } from '../../../src/protocol/record.js';
import { compareSrvs, drawSrvs } from '../../../src/protocol/view/srv-choice.js';

function srv(priority: number, weight: number, port = 80): SrvData {
  return { type: 'SRV', priority, weight, port, target: 'h.local' };
}

describe('drawSrvs', () => {
  it('PSR-03 draws equal priorities by weight: 1 to 3 comes out as 25 to 75 percent', () => {
    const random = seededRandom(1);
    const light = srv(0, 1);
    let first = 0;
    for (let i = 0; i < 10_000; i++) if (drawSrvs([light, srv(0, 3)], random)[0] === light) first++;
    expect(first).toBeGreaterThan(2300);
    expect(first).toBeLessThan(2700);
  });

  it('PSR-03 never puts a higher priority before a lower one, and leaves nothing out', () => {
    const some = fc.array(fc.tuple(fc.nat(3), fc.nat(3)).map(([priority, weight]) => srv(priority, weight)));
    fc.assert(
      fc.property(some, fc.integer(), (records, seed) => {
        const order = drawSrvs(records, seededRandom(seed));
        expect(new Set(order)).toEqual(new Set(records));
        expect(order.map(({ priority }) => priority)).toEqual(records.map(({ priority }) => priority).sort());
      }),
    );
  });

  it('PSR-03 draws weights of 0 evenly among themselves, and hardly ever before greater ones', () => {
    const random = seededRandom(2);
    const [a, b, heavy] = [srv(0, 0, 1), srv(0, 0, 2), srv(0, 1, 3)];
    const firsts = (records: SrvData[]) => Array.from({ length: 2000 }, () => drawSrvs(records, random)[0]);
    const evenly = firsts([a, b]).filter((drawn) => drawn === a).length;
    expect(evenly).toBeGreaterThan(900);
    expect(evenly).toBeLessThan(1100);
    const zeros = firsts([a, heavy]).filter((drawn) => drawn === a).length;
    expect(zeros).toBeGreaterThan(0);
    expect(zeros).toBeLessThan(100);
  });

  it('takes the ends of the random range', () => {
    const records = [srv(0, 1, 1), srv(0, 1, 2)];
    expect(drawSrvs(records, () => 0).map(({ port }) => port)).toEqual([1, 2]);
    expect(drawSrvs(records, () => 1 - Number.EPSILON).map(({ port }) => port)).toEqual([2, 1]);
    expect(drawSrvs([], () => 0)).toEqual([]);
  });
});

describe('compareSrvs', () => {
  it('PSR-03 shows the lowest priority, then the greatest weight, then the latest', () => {
    const ranked = [
      { srv: srv(0, 5), order: 9 },
      { srv: srv(0, 5), order: 3 },
      { srv: srv(0, 1), order: 10 },
      { srv: srv(1, 9), order: 11 },
    ];
    expect([...ranked].reverse().sort(compareSrvs)).toEqual(ranked);
  });
});
