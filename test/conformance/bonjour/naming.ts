/** The tests about names: II.1 to II.5 in one run, as Apple's tester has them, II.6, and II.16. */
import { isBelow, type Name, nameKey } from '../../../src/protocol/name.js';
import type { Message } from '../../../src/protocol/record.js';
import { isProbe } from '../../support/packet-log.js';
import { type Finding, fail, warn } from './findings.js';
import { ANSWER_LIMIT_MS, RFC_TRY_GAP_MS, SETTLE_FAIL_MS } from './limits.js';
import { type Kind, NameTrial, type Objection, type Try } from './name-trial.js';
import { judgeTries } from './name-verdicts.js';
import { denialOf } from './rivals.js';
import type { Tester } from './tester.js';

const objections: readonly Objection[] = ['deny without flush', 'probe later', 'deny', 'probe later'];

/** II.2 and II.2b, what II.3 makes of them, some twenty in all, and II.4. */
export const fullPlan: readonly Objection[] = [
  'deny',
  'probe later',
  ...Array.from({ length: 4 }, () => objections).flat(),
  'deny without flush',
  'probe later',
  'probe earlier',
];

/** As far as it can be in a few seconds. */
export const shortPlan: readonly Objection[] = ['deny', 'probe later', 'deny without flush', 'probe earlier'];

export interface NamingOptions {
  readonly plan: readonly Objection[];
  /** Whether the tester objects at once. */
  readonly prompt?: boolean;
}

/** What the tester has seen of each name. */
export interface Seen {
  readonly host: readonly Try[];
  readonly service: readonly Try[];
}

/**
 * II.1 to II.5, for the host's and the service's name at the same time. To be called before the device is there; `start` makes
 * it begin.
 */
export async function claimNames(
  tester: Tester,
  { plan, prompt = false }: NamingOptions,
  start: () => void = () => {},
): Promise<Seen> {
  const host = new NameTrial(tester, { kind: 'host', plan, prompt });
  const service = new NameTrial(tester, { kind: 'service', plan, prompt });
  const first = tester.packets.length;
  start();
  await tester.until(() => host.isSettled && service.isSettled, SETTLE_FAIL_MS + plan.length * 2 * RFC_TRY_GAP_MS);
  const probes = tester.packets.slice(first).filter(({ from }) => from === tester.device.address);
  tester.note(...probes.filter(({ message }) => isProbe(message)).flatMap(({ message }) => judgeProbe(message)));
  const hostAnnouncedAt = host.tries.at(-1)?.announcedAt;
  const ofService = judgeTries(service.tries, plan, hostAnnouncedAt).map(asServiceFinding);
  tester.note(...judgeTries(host.tries, plan), ...ofService);
  return { host: host.tries, service: service.tries };
}

/** II.6 for the host's name, then for the service's, each after a while. Returns the names that the device tried. */
export async function disputeNames(tester: Tester, waitMs: number, prompt = false): Promise<Name[][]> {
  const names: Name[][] = [];
  for (const kind of ['host', 'service'] as const) {
    await tester.wait(waitMs);
    const tries = await disputeName(tester, kind, prompt);
    names.push(tries.map(({ name }) => name));
  }
  return names;
}

/** II.6: a device that has a name is told that somebody else has it, and told so again when it probes. */
export async function disputeName(tester: Tester, kind: Kind, prompt = false): Promise<readonly Try[]> {
  const own = kind === 'service' ? [tester.newest('SRV')] : addressesOf(tester);
  const name = own[0]?.name ?? '.';
  const trial = new NameTrial(tester, { kind, plan: ['deny'], prompt });
  tester.claim(denialOf(own, true));
  const isTried = await tester.until(() => trial.tries.length > 0, ANSWER_LIMIT_MS);
  if (!isTried) tester.note(fail('II.6', `no reaction to another device with the name ${name}`));
  await tester.until(() => trial.isSettled, SETTLE_FAIL_MS);
  const [first] = trial.tries;
  if (first && nameKey(first.name) !== nameKey(name)) {
    tester.note(warn('II.6', `${first.name} is tried without another try of ${name}`));
  }
  tester.note(...judgeTries(trial.tries, trial.options.plan).map((finding) => ({ ...finding, id: 'II.6' })));
  return trial.tries;
}

/** II.16: the operator renames the service, `rename` being how. */
export async function renameService(tester: Tester, name: Name, rename: () => void): Promise<readonly Try[]> {
  const trial = new NameTrial(tester, { kind: 'service', plan: ['probe earlier'], prompt: false });
  const { pointer, packets } = tester;
  const first = packets.length;
  rename();
  await tester.until(() => trial.isSettled, SETTLE_FAIL_MS);
  const goodbyes = packets.slice(first).flatMap(({ message }) => (message.response ? message.answers : []));
  const isGoodbye = goodbyes.some(
    (record) =>
      record.type === 'PTR' &&
      record.ttl === 0 &&
      'target' in pointer &&
      nameKey(record.name) === nameKey(pointer.name) &&
      nameKey(record.target) === nameKey(pointer.target),
  );
  if (!isGoodbye) tester.note(fail('II.16', 'no PTR record with TTL 0 for the old name'));
  if (trial.tries.some((each) => nameKey(each.name) !== nameKey(name))) {
    tester.note(warn('II.16', `another name than ${name}`));
  }
  tester.note(...judgeTries(trial.tries, trial.options.plan).map((finding) => ({ ...finding, id: 'II.16' })));
  return trial.tries;
}

function addressesOf(tester: Tester) {
  const { host, records } = tester;
  return records.filter(({ type, name }) => (type === 'A' || type === 'AAAA') && nameKey(name) === nameKey(host));
}

/** II.5: the tests of the host's name for that of the service. */
function asServiceFinding({ id, what, ...rest }: Finding): Finding {
  return { id: 'II.5', what: `${id}: ${what}`, ...rest };
}

/** II.1: what a probe has to look like (RFC 6762 sections 8.1, 8.2 and 18). */
function judgeProbe({
  id,
  opcode,
  rcode,
  authoritative,
  truncated,
  questions,
  answers,
  authorities,
}: Message): Finding[] {
  const isPlain = id === 0 && opcode === 0 && rcode === 0 && !authoritative && !truncated && answers.length === 0;
  const asked = new Set(questions.map(({ name }) => nameKey(name)));
  const stray = authorities.filter(({ name }) => !asked.has(nameKey(name)));
  const isEach = questions.every(({ name }) => authorities.some((record) => nameKey(record.name) === nameKey(name)));
  return [
    ...(isPlain ? [] : [fail('II.1', 'a probe with a header or a section that it should not have')]),
    ...(questions.every(({ type, class: of }) => type === 'ANY' && of === 1)
      ? []
      : [fail('II.1', 'a probe not for any type')]),
    ...(questions.every(({ unicastResponse }) => unicastResponse)
      ? []
      : [warn('II.1', 'a probe that is no QU question')]),
    ...(stray.length === 0 ? [] : [fail('II.1', 'proposed records without a question')]),
    ...(isEach ? [] : [fail('II.1', 'a question without proposed records')]),
    ...(questions.some(({ name }) => isBelow(name, 'arpa')) ? [warn('II.1', 'a probe for a reverse mapping')] : []),
  ];
}
