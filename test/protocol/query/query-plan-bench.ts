/** A query plan that is asked again and again. */
import { QueryPlan } from '../../../src/protocol/query/query-plan.js';
import type { Question } from '../../../src/protocol/record.js';
import { question } from '../../support/records.js';

export const HOUR = 3_600_000;
export const QM = { unicastResponse: false };
export const QU = { unicastResponse: true };
export const other = question('_u._tcp.local', 'PTR');
export const srv = question('x._t._tcp.local', 'SRV');

/** Every delay is 20 ms. */
export function newPlan(random = () => 0): QueryPlan {
  return new QueryPlan({ random });
}

/** What leaves now. */
export function ask(plan: QueryPlan, now: number): readonly Question[] {
  const questions = plan.due(now);
  plan.asked(questions, now);
  return questions;
}

/** Walks a plan deadline by deadline: when it sent which packet. */
export function run(plan: QueryPlan, until: number): { at: number; sent: readonly Question[] }[] {
  const packets: { at: number; sent: readonly Question[] }[] = [];
  for (;;) {
    const at = plan.nextDeadline();
    if (at > until || at === Infinity) return packets;
    packets.push({ at, sent: ask(plan, at) });
  }
}

export const times = (packets: readonly { at: number }[]) => packets.map(({ at }) => at);
export const gaps = (at: readonly number[]) => at.slice(1).map((time, index) => time - (at[index] ?? 0));
