/** The tests about answers: II.7 to II.15, and the questions of III.1 to III.3. */
import { type Name, nameKey } from '../../../src/protocol/name.js';
import { type ResourceRecord, recordKey } from '../../../src/protocol/record.js';
import type { QuestionType } from '../../../src/protocol/types.js';
import { ptr, renderRecord } from '../../support/records.js';
import { type Finding, fail, timing, warn } from './findings.js';
import { ANSWER_LIMIT_MS, SIMPLE_WARN_MS } from './limits.js';
import { judgeSharedDelay } from './spread.js';
import type { Ask, Reply, Tester } from './tester.js';
import { MDNS_PORT } from './wire.js';

type Asked = Ask['questions'][number];

/** RFC 6763 section 9. */
const ALL_TYPES = '_services._dns-sd._udp.local';
/** Where the queries of III.3 come from. */
export const LEGACY_PORT = 40_000;

/** II.7: questions for unique records, each by itself. */
export async function askSimple(tester: Tester, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    for (const asked of uniqueQuestions(tester)) {
      await tester.pause();
      const replies = await askAll(tester, 'II.7', [asked]);
      const slow = replies.filter(({ delayMs }) => delayMs > SIMPLE_WARN_MS);
      tester.note(...slow.map(({ delayMs }) => timing(warn('II.7', `${told(asked)} takes ${delayMs.toFixed(1)} ms`))));
    }
  }
}

/**
 * II.8: the same question for a shared record, many times, every fifth for any type. Returns the delays, whose spread is judged
 * where there are enough of them (`judgeSpread`).
 */
export async function askShared(tester: Tester, samples: number): Promise<number[]> {
  const delays: number[] = [];
  for (let sample = 0; sample < samples; sample++) {
    await tester.pause();
    const type = sample % 5 === 4 ? 'ANY' : 'PTR';
    const [reply] = await askAll(tester, 'II.8', [[tester.device.serviceType, type]]);
    if (reply) delays.push(reply.delayMs);
  }
  tester.note(...delays.flatMap((delay) => judgeSharedDelay('II.8', delay)));
  return delays;
}

export interface Suppression {
  readonly id: string;
  /** Whether the known answer comes in a second packet, announced by the TC bit (II.10, II.14). */
  readonly isDistributed?: boolean;
  /** Asked along with the service type (II.13, II.14). */
  readonly others?: readonly Asked[];
  /** Whether to try the TTLs next to the border alone. */
  readonly isShort?: boolean;
}

/** II.9, II.10, II.13 and II.14: the device's own answer as a known answer, with ever lower TTLs. */
export async function askKnowing(tester: Tester, suppression: Suppression): Promise<void> {
  const { id, isDistributed = false, others = [], isShort = false } = suppression;
  const { pointer } = tester;
  const questions: Asked[] = [[pointer.name, 'PTR'], ...others];
  const half = pointer.ttl / 2;
  const atBorder = [Math.ceil(half), Math.ceil(half) - 1];
  for (const ttl of isShort ? atBorder : [pointer.ttl, Math.ceil(1.5 * half), ...atBorder, 1]) {
    await tester.pause();
    const known = [{ ...pointer, ttl }];
    const replies = await tester.exchange(() => {
      if (!isDistributed) return tester.ask({ questions, known });
      tester.ask({ questions, truncated: true });
      tester.ask({ questions: [], known });
    }, ANSWER_LIMIT_MS);
    const findings = judgeAnswers(id, expectedFor(tester, ttl < half ? questions : others), replies);
    const state = `known for ${ttl} of ${pointer.ttl} s`;
    tester.note(...findings.map((finding) => ({ ...finding, what: `${state}: ${finding.what}` })));
  }
}

/** II.11: several questions for unique records in one query. Their answers are late on purpose (RFC 6762 section 6.3). */
export async function askManySimple(tester: Tester): Promise<void> {
  await tester.pause();
  await askAll(
    tester,
    'II.11',
    uniqueQuestions(tester).filter(([, type]) => type !== 'ANY'),
  );
}

/** II.12: several questions in one query, for shared records too. */
export async function askManyShared(tester: Tester, samples: number): Promise<void> {
  const { instance, device } = tester;
  for (let sample = 0; sample < samples; sample++) {
    await tester.pause();
    const type = sample % 2 === 1 ? 'ANY' : 'PTR';
    const replies = await askAll(tester, 'II.12', [
      [device.serviceType, type],
      [ALL_TYPES, 'PTR'],
      [instance, 'SRV'],
    ]);
    tester.note(...replies.flatMap(({ delayMs }) => judgeSharedDelay('II.12', delayMs)));
  }
}

/** II.15: two questions for shared records, one after the other. */
export async function askTwice(tester: Tester): Promise<void> {
  const { serviceType } = tester.device;
  await tester.pause();
  const replies = await tester.exchange(() => {
    tester.ask({ questions: [[serviceType, 'PTR']] });
    tester.ask({ questions: [[ALL_TYPES, 'PTR']] });
  }, ANSWER_LIMIT_MS);
  const counts = replies.map(
    ({ message }) =>
      new Set(message.answers.filter(({ type }) => type === 'PTR').map(({ name }) => nameKey(name))).size,
  );
  if (counts.length === 1 && counts[0] === 2) return;
  tester.note(fail('II.15', `two shared answers come in ${counts.length} packets: ${counts.join(' and ')}`));
}

/** III.1 and III.2: whatever the addresses, everything is answered, and the SRV record leads to the device. */
export async function askEverything(tester: Tester, id: string): Promise<void> {
  for (const asked of everyQuestion(tester)) {
    await tester.pause();
    await askAll(tester, id, [asked]);
  }
  const isReachable = tester.records.some(
    (record) =>
      'address' in record && record.address === tester.device.address && nameKey(record.name) === nameKey(tester.host),
  );
  if (!isReachable) tester.note(fail(id, `${tester.host} does not lead to the device`));
}

/** III.3: questions of those who do not speak Multicast DNS. */
export async function askLegacy(tester: Tester): Promise<void> {
  for (const asked of [...everyQuestion(tester), [tester.instance, 'ANY'] as const]) {
    await tester.wait(100);
    const id = 1 + Math.floor(tester.random() * 0xfffe);
    const replies = await askAll(tester, 'III.3', [asked], { id, fromPort: LEGACY_PORT });
    for (const { message } of replies) {
      if (message.id !== id) tester.note(fail('III.3', `the id ${id} comes back as ${message.id}`));
      const [echoed] = message.questions;
      const isEchoed = message.questions.length === 1 && echoed && nameKey(echoed.name) === nameKey(asked[0]);
      if (!isEchoed) tester.note(fail('III.3', `${told(asked)} is not repeated in the answer`));
    }
  }
}

/** Asks in one query, waits until everything is answered, and judges what the answers are. */
async function askAll(
  tester: Tester,
  id: string,
  questions: readonly Asked[],
  over: Omit<Ask, 'questions'> = {},
): Promise<Reply[]> {
  const expected = expectedFor(tester, questions);
  const isEnough = (replies: readonly Reply[]) => {
    const found = new Set(answersOf(replies).map(recordKey));
    return expected.every(({ records }) => records.some((record) => found.has(recordKey(record))));
  };
  const say = () => tester.ask({ ...over, questions });
  const replies = await tester.exchange(say, ANSWER_LIMIT_MS, isEnough, over.fromPort ?? MDNS_PORT);
  tester.note(...judgeAnswers(id, expected, replies));
  return replies;
}

/** What is asked, and the records that are to answer it. */
interface Expected {
  readonly asked: Asked;
  readonly records: readonly ResourceRecord[];
}

/** The right data is what the device has announced. */
function expectedFor(tester: Tester, questions: readonly Asked[]): Expected[] {
  const { records } = tester;
  return questions.map((asked) => {
    const [name, type] = asked;
    if (nameKey(name) === ALL_TYPES) return { asked, records: [allTypesPointer(tester)] };
    const isMeant = (record: ResourceRecord) =>
      nameKey(record.name) === nameKey(name) && record.type !== 'NSEC' && (type === 'ANY' || type === record.type);
    return { asked, records: records.filter(isMeant) };
  });
}

function judgeAnswers(id: string, expected: readonly Expected[], replies: readonly Reply[]): Finding[] {
  const right = new Set(expected.flatMap(({ records }) => records.map(recordKey)));
  const found = answersOf(replies);
  const keys = new Set(found.map(recordKey));
  const wrong = found.filter((record) => !right.has(recordKey(record)));
  return [
    ...expected.flatMap(({ asked, records }) => {
      if (records.length === 0) return [fail(id, `${told(asked)}: the device announced no such record`)];
      const lacking = records.filter((record) => !keys.has(recordKey(record)));
      return lacking.map((record) => fail(id, `${told(asked)} is not answered with ${renderRecord(record)}`));
    }),
    ...wrong.map((record) => fail(id, `what nobody asked for is answered: ${renderRecord(record)}`)),
  ];
}

/** Need not be announced (RFC 6763 section 9). */
function allTypesPointer({ device: { serviceType } }: Tester): ResourceRecord {
  return ptr(ALL_TYPES, serviceType);
}

function uniqueQuestions({ instance, host }: Tester): Asked[] {
  const types: [Name, QuestionType][] = [
    [instance, 'SRV'],
    [instance, 'TXT'],
    [host, 'A'],
    [instance, 'ANY'],
    [host, 'ANY'],
  ];
  return types;
}

function everyQuestion({ instance, host, device }: Tester): Asked[] {
  return [
    [instance, 'SRV'],
    [instance, 'TXT'],
    [device.serviceType, 'PTR'],
    [host, 'A'],
  ];
}

function answersOf(replies: readonly Reply[]): ResourceRecord[] {
  return replies.flatMap(({ message }) => message.answers);
}

function told([name, type]: Asked): string {
  return `${name} ${type}`;
}
