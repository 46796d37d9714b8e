/** Damaged and invented replies, many of them from one seed: nothing throws, and nothing grows beyond its bounds. */
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/net/simulated/random.js';
import { isWithin } from '../../../src/protocol/name.js';
import type { QuestionKey } from '../../../src/protocol/record.js';
import type { QuestionType } from '../../../src/protocol/types.js';
import { queryFor } from '../../../src/protocol/unicast/ask.js';
import { MAX_IN_FLIGHT, PollPlan } from '../../../src/protocol/unicast/poll-plan.js';
import { readReply } from '../../../src/protocol/unicast/reply.js';
import { DnsZone } from '../../../src/testing/dns-zone.js';

const ROUNDS = 20_000;
const DOMAIN = 'office.example';
const MAX_RECORDS = 60;
const MAX_BYTES = 60_000;

const random = seededRandom('hostile replies');
const below = (limit: number) => Math.floor(random() * limit);
const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;

const zone = new DnsZone({ name: DOMAIN, ttl: 30 });
for (let i = 0; i < 20; i++) {
  zone.publish({
    name: `P${i}`,
    type: 'ipp',
    port: i,
    host: `h${i}`,
    addresses: ['192.0.2.1'],
    txt: ['x'.repeat(200)],
  });
}
const names = [`_ipp._tcp.${DOMAIN}`, `P1._ipp._tcp.${DOMAIN}`, `h1.${DOMAIN}`, `none.${DOMAIN}`, 'bank.example'];
const types: readonly QuestionType[] = ['PTR', 'SRV', 'TXT', 'A', 'AAAA', 'ANY', 'SOA'];
const questions = names.flatMap((name) => types.map((type): QuestionKey => ({ name, type, class: 1 })));

function damaged(bytes: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(bytes);
  for (let left = below(4); left > 0; left--)
    copy[below(copy.length)] = pick([0, 1, 0x3f, 0x80, 0xc0, 0xff, below(256)]);
  return below(10) === 0 ? copy.subarray(0, below(copy.length)) : copy;
}

describe('SEC-03 replies of a hostile server', () => {
  it(`${ROUNDS} of them throw nothing, tell of no other domain, and fill no memory`, () => {
    const plan = new PollPlan({ domain: DOMAIN, random, maxRecords: MAX_RECORDS, maxBytes: MAX_BYTES });
    const kinds = { answer: 0, refusal: 0, unusable: 0 };
    let now = 0;
    let known = 0;
    for (let round = 0; round < ROUNDS; round++) {
      now += below(2_000);
      const question = pick(questions);
      if (below(3) === 0) plan.unwant(question);
      else plan.want(question, now);
      plan.due(now);
      const asked = plan.takeQuestions(now);
      expect(asked.length).toBeLessThanOrEqual(MAX_IN_FLIGHT);
      for (const each of asked) {
        const whole =
          zone.answer(queryFor(pick([each, question])), 'tcp', { address: '', port: 0 }) ?? new Uint8Array(0);
        const reply = readReply(damaged(whole), each, DOMAIN);
        kinds[reply.kind] += 1;
        if (reply.kind !== 'answer') plan.failed(each, now);
        else {
          for (const { name } of reply.others) expect(isWithin(name, DOMAIN)).toBe(true);
          plan.answered(each, reply, now);
        }
      }
      expect(plan.records).toBeLessThanOrEqual(MAX_RECORDS);
      expect(plan.bytes).toBeLessThanOrEqual(MAX_BYTES);
      known = Math.max(known, plan.records);
    }
    for (const count of Object.values(kinds)) expect(count).toBeGreaterThan(50);
    expect(known).toBeGreaterThan(MAX_RECORDS / 2);
    for (const question of questions) plan.unwant(question);
    plan.due(now + 100 * 24 * 3_600_000);
    expect([plan.records, plan.bytes, plan.questions]).toEqual([0, 0, 0]);
  });
});
