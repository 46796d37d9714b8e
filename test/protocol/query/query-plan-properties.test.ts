/** The query plan at random, and with whatever is done to it. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/net/simulated/random.js';
import { MAX_QUERY_GAP_MS } from '../../../src/protocol/constants.js';
import { question } from '../../support/records.js';
import { browse } from '../cache/cache-fixture.js';
import { ask, newPlan, QM, run } from './query-plan-bench.js';

const gaps = (at: readonly number[]) => at.slice(1).map((time, index) => time - (at[index] ?? 0));

describe('QueryPlan', () => {
  it('QRY-03 the first query comes 20-120 ms after opening, evenly spread', () => {
    const counts = [0, 0, 0, 0];
    for (let seed = 0; seed < 1_000; seed++) {
      const plan = newPlan(seededRandom(seed));
      plan.open(browse, 5_000, QM);
      const delay = plan.nextDeadline() - 5_000;
      expect(delay).toBeGreaterThanOrEqual(20);
      expect(delay).toBeLessThanOrEqual(120);
      const quarter = Math.floor((delay - 20) / 25);
      counts[quarter] = (counts[quarter] ?? 0) + 1;
    }
    for (const count of counts) {
      expect(count).toBeGreaterThan(200);
      expect(count).toBeLessThan(300);
    }
  });

  const act = fc.constantFrom('open', 'close', 'answered', 'unanswered', 'refresh', 'duplicated', 'reopen');
  const steps = fc.array(fc.tuple(fc.constantFrom(0, 1, 15, 40, 300, 1_000, 9_000), act, fc.nat(3), fc.boolean()), {
    maxLength: 40,
  });

  it('keeps all gaps, wakes only to send, and sends nothing that is closed', () => {
    fc.assert(
      fc.property(steps, fc.nat(), (sequence, seed) => {
        const plan = newPlan(seededRandom(seed));
        const names = [0, 1, 2, 3].map((id) => question(`_t${id}._tcp.local`, 'PTR'));
        const open = new Set<string>();
        const last = new Map<string, number>();
        let now = 0;
        for (const [wait, what, id, unicastResponse] of sequence) {
          now += wait;
          const asked = names[id] ?? browse;
          const allowed = new Set(open);
          for (const { at, sent } of run(plan, now)) {
            expect(sent.length).toBeGreaterThan(0);
            for (const { name } of sent) {
              expect(allowed).toContain(name);
              expect(at - (last.get(name) ?? -Infinity)).toBeGreaterThanOrEqual(249.999);
              last.set(name, at);
            }
          }
          if (what === 'open') plan.open(asked, now, { unicastResponse });
          else if (what === 'reopen') {
            plan.reopen(now, { unicastResponse });
            last.clear();
          } else if (what === 'refresh') plan.refresh(open.has(asked.name) ? [asked] : [], now);
          else if (what === 'close') plan.close(asked);
          else if (what === 'answered') plan.answered(asked, 0);
          else plan[what]([asked], now);
          if (what === 'open' || what === 'unanswered') open.add(asked.name);
          if (what === 'close' || what === 'answered') last.delete(asked.name);
          if (what === 'close') open.delete(asked.name);
          expect(plan.size).toBe(open.size);
        }
        for (const name of names) plan.close(name);
        expect([plan.size, plan.nextDeadline()]).toEqual([0, Infinity]);
      }),
    );
  });

  it('QRY-04 each gap of an undisturbed series is at least twice the one before, however late the packets leave', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(2_000), { minLength: 3, maxLength: 30 }), (lateness) => {
        const plan = newPlan();
        plan.open(browse, 0, QM);
        const sent = lateness.map((late) => {
          const at = plan.nextDeadline() + late;
          expect(ask(plan, at)).toHaveLength(1);
          return at;
        });
        const all = gaps(sent);
        expect(all[0]).toBeGreaterThanOrEqual(1_000);
        for (const [index, gap] of all.slice(1).entries()) {
          expect(gap).toBeGreaterThanOrEqual(Math.min(2 * (all[index] ?? 0), MAX_QUERY_GAP_MS));
        }
      }),
    );
  });
});
