/**
 * What the tester thinks of how a device came to a name (II.2 to II.6, II.16): functions of what happened. For the gaps
 * between probes see `conditions.ts`.
 */
import { nameKey } from '../../../src/protocol/name.js';
import { type Finding, fail, timing, warn } from './findings.js';
import {
  DEFERRAL_MS,
  FREE_TRIES,
  MIN_TRY_GAP_MS,
  PROBES,
  RFC_TRY_GAP_MS,
  SETTLE_FAIL_MS,
  SETTLE_WARN_MS,
} from './limits.js';
import { CROSSING_MS, type Objection, type Try } from './name-trial.js';

/**
 * @param plan what the tester was to say to the names that come up
 * @param hostAnnouncedAt when the host to which a service leads had its name: a service waits for that
 */
export function judgeTries(
  tries: readonly Try[],
  plan: readonly Objection[],
  hostAnnouncedAt = Number.NEGATIVE_INFINITY,
): Finding[] {
  return [
    ...tries.flatMap((each, i) => [
      ...judgeReaction(each, tries[i + 1]),
      ...judgeDeferrals(each),
      ...judgeAnnouncement(each),
    ]),
    ...judgeRepeats(tries),
    ...judgeRate(tries),
    ...judgeEnd(tries, hostAnnouncedAt),
    ...judgeCount(tries, plan),
  ];
}

const objected = {
  'probe earlier': 'II.4',
  'probe later': 'II.2b',
  deny: 'II.2',
  'deny without flush': 'II.3',
} as const;

/** A name that somebody has is given up, and no other. */
function judgeReaction({ name, objection, attempts, announcedAt }: Try, next: Try | undefined): Finding[] {
  const deniedAt = attempts.at(-1)?.deniedAt;
  const test = objection === undefined ? 'II.4' : objected[objection];
  if (deniedAt === undefined) {
    if (next) return [fail(test, `${name} is given up for ${next.name}, though nobody has it`)];
    return objection === 'probe later' && announcedAt ? [fail(test, `${name} is kept after a lost tie-break`)] : [];
  }
  const late = attempts.flatMap(({ probes }) => probes).filter((time) => time > deniedAt + CROSSING_MS);
  return [
    ...(late.length > 0 ? [fail(test, `${name} is probed for again, though somebody has it`)] : []),
    ...(announcedAt !== undefined ? [fail(test, `${name} is announced, though somebody has it`)] : []),
  ];
}

/** Who loses a tie-break waits before he tries the same name again (1.5.4; RFC 6762 section 8.2). */
function judgeDeferrals({ name, attempts }: Try): Finding[] {
  return attempts.slice(1).flatMap(({ probes }, i) => {
    const wait = (probes[0] ?? 0) - (attempts[i]?.contestedAt ?? 0);
    return wait < DEFERRAL_MS ? [fail('II.2b', `${name} is tried ${wait.toFixed()} ms after a lost tie-break`)] : [];
  });
}

function judgeAnnouncement({ name, attempts, announcedAt }: Try): Finding[] {
  const probes = attempts.at(-1)?.probes.length;
  if (announcedAt === undefined || probes === PROBES) return [];
  return [fail('II.4', `${name} is announced after ${probes} probes`)];
}

function judgeRepeats(tries: readonly Try[]): Finding[] {
  const keys = tries.map(({ name }) => nameKey(name));
  return tries
    .filter((_, i) => keys.indexOf(keys[i] ?? '') < i)
    .map(({ name }) => fail('II.2', `${name} is tried once more, though somebody had it`));
}

/** After so many tries there is a pause before each further one; the tester is lenient about its length, the RFC is not. */
function judgeRate(tries: readonly Try[]): Finding[] {
  const starts = tries.map(({ attempts }) => attempts.map(({ probes }) => probes[0] ?? 0));
  const late = [starts[FREE_TRIES - 1]?.at(-1) ?? 0, ...starts.slice(FREE_TRIES).flat()];
  const afterDenials = tries.slice(FREE_TRIES).map(({ attempts }, i) => {
    const deniedAt = tries[FREE_TRIES - 1 + i]?.attempts.at(-1)?.deniedAt ?? -Infinity;
    return (attempts[0]?.probes[0] ?? 0) - deniedAt;
  });
  const told = (gap: number) => `a try ${gap.toFixed()} ms after the one before, with ${FREE_TRIES} or more denied`;
  return [
    ...gaps(late)
      .filter((gap) => gap < MIN_TRY_GAP_MS)
      .map((gap) => fail('II.3', told(gap))),
    ...afterDenials.filter((gap) => gap < RFC_TRY_GAP_MS).map((gap) => warn('II.3', told(gap))),
  ];
}

/** Once the tester is content, the device is to have a name soon. */
function judgeEnd(tries: readonly Try[], hostAnnouncedAt: number): Finding[] {
  const last = tries.at(-1);
  if (last === undefined) return [fail('II.1', 'no probes')];
  if (last.announcedAt === undefined) return [fail('II.3', `${last.name} is not announced`)];
  const deniedAt = tries.at(-2)?.attempts.at(-1)?.deniedAt ?? last.announcedAt;
  const took = last.announcedAt - Math.max(deniedAt, hostAnnouncedAt);
  const told = `${last.name} is announced ${took.toFixed()} ms after the last denial`;
  if (took > SETTLE_FAIL_MS) return [timing(fail('II.3', told))];
  return took > SETTLE_WARN_MS ? [timing(warn('II.3', told))] : [];
}

/** A name for each objection that costs one, and one to keep. */
function judgeCount(tries: readonly Try[], plan: readonly Objection[]): Finding[] {
  const expected = 1 + plan.filter((objection) => objection !== 'probe earlier').length;
  return tries.length === expected ? [] : [fail('II.2', `tries ${tries.length} names, not ${expected}`)];
}

function gaps(times: readonly number[]): number[] {
  return times.slice(1).map((time, i) => time - (times[i] ?? 0));
}
