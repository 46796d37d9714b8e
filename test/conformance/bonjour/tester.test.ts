/** The tester finds what is wrong: every verdict of it, for a device that deserves it. */
import { describe, expect, it } from 'vitest';
import type { Rule } from '../../../src/net/simulated/index.js';
import type { Message, ResourceRecord } from '../../../src/protocol/record.js';
import { decodeMessage } from '../../../src/protocol/wire/decode.js';
import { encodeMessage } from '../../../src/protocol/wire/encode.js';
import { ptr, query } from '../../support/records.js';
import { scenario } from '../../support/scenario.js';
import { judgeConditions } from './conditions.js';
import { CHATTINESS_LIMIT_MS, SILENCE_MS } from './limits.js';
import type { Objection, Try } from './name-trial.js';
import { judgeTries } from './name-verdicts.js';
import { claimNames, disputeName, renameService } from './naming.js';
import { askEverything, askKnowing, askLegacy, askManyShared, askManySimple, askSimple, askTwice } from './replies.js';
import { judgeSilence } from './silence.js';
import { judgeSharedDelay, judgeSpread } from './spread.js';
import { Stand, type StandOptions } from './stand.js';
import type { Observed } from './wire.js';

/** What becomes of a packet on its way: another one, or none, or it is late by some milliseconds. */
type Distortion = (message: Message) => Partial<Message> | 'drop' | number;

interface Fault {
  readonly what: string;
  /** What comes of it, perhaps among other things. */
  readonly finding: `${'FAIL' | 'WARN'} ${string}`;
  /** Of what the device says, and of what it hears. */
  readonly says?: Distortion;
  readonly hears?: Distortion;
  readonly script: (stand: Stand) => Promise<unknown>;
  readonly options?: StandOptions;
}

const untouched = 0;
const dropResponses: Distortion = ({ response }) => (response ? 'drop' : untouched);
const dropQueries: Distortion = ({ response }) => (response ? untouched : 'drop');

/** The probes of another device, as if they were responses. */
const probesAsDenials: Distortion = ({ response, authorities }) =>
  response ? untouched : { response: true, authoritative: true, questions: [], answers: authorities, authorities: [] };

function alternately(one: Distortion, other: Distortion = () => untouched): Distortion {
  let count = 0;
  return (message) => (count++ % 2 === 0 ? one(message) : other(message));
}

function flushing(cacheFlush: boolean, type?: ResourceRecord['type']): Distortion {
  const change = (record: ResourceRecord) =>
    type === undefined || record.type === type ? { ...record, cacheFlush } : record;
  return ({ answers, authorities, additionals }) => ({
    answers: answers.map(change),
    authorities: authorities.map(change),
    additionals: additionals.map(change),
  });
}

function answering(change: (record: ResourceRecord) => ResourceRecord): Distortion {
  return ({ answers }) => ({ answers: answers.map(change) });
}

/** Of a device that is switched on. */
const starting: readonly Fault[] = [
  { what: 'announcements without the cache-flush bit', finding: 'FAIL G-3', says: flushing(false), script: claim() },
  { what: 'proposed records with it', finding: 'FAIL G-4', says: flushing(true), script: claim() },
  { what: 'shared records with it', finding: 'FAIL G-6', says: flushing(true, 'PTR'), script: claim() },
  {
    what: 'a record that is twice in a packet',
    finding: 'FAIL G-7',
    says: ({ answers }) => ({ answers: [...answers, ...answers] }),
    script: claim(),
  },
  {
    what: 'a host name with an underscore',
    finding: 'WARN G-9',
    says: answering((record) => (record.type === 'A' ? { ...record, name: 'h_1.local' } : record)),
    script: claim(),
  },
  { what: 'probes without proposed records', finding: 'FAIL II.1', says: () => ({ authorities: [] }), script: claim() },
  {
    what: 'probes that are no QU questions',
    finding: 'WARN II.1',
    says: ({ questions }) => ({ questions: questions.map((each) => ({ ...each, unicastResponse: false })) }),
    script: claim(),
  },
  { what: 'a device that is deaf to denials', finding: 'FAIL II.2', hears: dropResponses, script: claim('deny') },
  {
    what: 'a name that is given up for a probe',
    finding: 'FAIL II.2b',
    hears: probesAsDenials,
    script: claim('probe later'),
  },
  { what: 'a lost tie-break that is no loss', finding: 'FAIL II.2b', hears: dropQueries, script: claim('probe later') },
  {
    what: 'probes at odd moments',
    finding: 'FAIL II.4',
    says: alternately(
      () => 120,
      () => 0,
    ),
    script: claim(),
  },
  {
    what: 'a name that is given up for a probe with earlier data',
    finding: 'FAIL II.4',
    hears: probesAsDenials,
    script: claim('probe earlier'),
  },
  {
    what: 'a service that is deaf to denials',
    finding: 'FAIL II.5',
    hears: ({ answers }) => (answers.some(({ type }) => type === 'SRV') ? 'drop' : untouched),
    script: claim('deny'),
  },
];

/** Of a device that is up. */
const settled: readonly Fault[] = [
  {
    what: 'answers without the cache-flush bit',
    finding: 'WARN G-5',
    says: flushing(false),
    script: ({ tester }) => askSimple(tester, 1),
  },
  {
    what: 'no additional records',
    finding: 'WARN G-8',
    says: () => ({ additionals: [] }),
    script: ({ tester }) => askSimple(tester, 1),
  },
  {
    what: 'a device that does not mind another one with its name',
    finding: 'FAIL II.6',
    hears: dropResponses,
    script: ({ tester }) => disputeName(tester, 'host'),
  },
  {
    what: 'a new name without another try of the old one',
    finding: 'WARN II.6',
    hears: dropResponses,
    script: ({ tester, service }) => {
      service.update({ name: 'J' });
      return disputeName(tester, 'service');
    },
  },
  {
    what: 'answers after 15 ms',
    finding: 'WARN II.7',
    says: () => 15,
    script: ({ tester }) => askSimple(tester, 1),
  },
  {
    what: 'answers after 800 ms',
    finding: 'FAIL II.7',
    says: () => 800,
    script: ({ tester }) => askSimple(tester, 1),
  },
  {
    what: 'other data than was announced',
    finding: 'FAIL II.7',
    says: answering((record) => (record.type === 'SRV' ? { ...record, port: 1 } : record)),
    script: ({ tester }) => askSimple(tester, 1),
  },
  {
    what: 'answers that the tester knows',
    finding: 'FAIL II.9',
    hears: () => ({ answers: [] }),
    script: ({ tester }) => askKnowing(tester, { id: 'II.9' }),
  },
  {
    what: 'silence however little the tester knows',
    finding: 'FAIL II.9',
    hears: answering((record) => ({ ...record, ttl: 4_500 })),
    script: ({ tester }) => askKnowing(tester, { id: 'II.9' }),
  },
  {
    what: 'answers that the tester tells of in a second packet',
    finding: 'FAIL II.10',
    hears: ({ questions }) => (questions.length === 0 ? 'drop' : untouched),
    script: ({ tester }) => askKnowing(tester, { id: 'II.10', isDistributed: true }),
  },
  {
    what: 'an answer to the first of several questions alone',
    finding: 'FAIL II.11',
    hears: ({ questions }) => ({ questions: questions.slice(0, 1) }),
    script: ({ tester }) => askManySimple(tester),
  },
  {
    what: 'shared answers after 800 ms',
    finding: 'FAIL II.12',
    says: () => 800,
    script: ({ tester }) => askManyShared(tester, 1),
  },
  {
    what: 'two packets for two shared answers',
    finding: 'FAIL II.15',
    hears: alternately(
      () => 0,
      () => 130,
    ),
    script: ({ tester }) => askTwice(tester),
  },
  {
    what: 'no goodbye to an old name',
    finding: 'FAIL II.16',
    says: ({ answers }) => (answers.some(({ ttl }) => ttl === 0) ? 'drop' : untouched),
    script: ({ tester, service }) => renameService(tester, 'J._t._tcp.local', () => service.update({ name: 'J' })),
  },
  {
    what: 'another name than the operator gave',
    finding: 'WARN II.16',
    script: ({ tester, service }) => renameService(tester, 'J._t._tcp.local', () => service.update({ name: 'K' })),
  },
  {
    what: 'no answers to another subnet',
    finding: 'FAIL III.1',
    says: dropResponses,
    script: ({ tester }) => askEverything(tester, 'III.1'),
  },
  {
    what: 'unicast responses with the cache-flush bit',
    finding: 'FAIL III.3',
    says: flushing(true),
    script: ({ tester }) => askLegacy(tester),
  },
  {
    what: 'unicast responses without the id of the query',
    finding: 'FAIL III.3',
    says: () => ({ id: 0 }),
    script: ({ tester }) => askLegacy(tester),
  },
];

const device = { address: '198.18.0.1', serviceType: '_t._tcp.local' };
const { message } = decodeMessage(query({})) as { readonly message: Message };
const packet: Observed = { time: 0, from: device.address, fromPort: 5353, toPort: 5353, message };

describe('the tester finds', () => {
  for (const fault of starting) faulty(fault, () => {});
  for (const fault of settled) faulty(fault, (stand) => stand.settle());

  it('BCT II.3 tries that follow one another too fast', () => {
    const denied = (gap: number, name: number): Try => {
      const start = name * gap;
      return { name: `h-${name}.local`, objection: 'deny', attempts: [{ probes: [start], deniedAt: start + 1 }] };
    };
    const tries = (gap: number) => Array.from({ length: 17 }, (_, name) => denied(gap, name));
    const verdicts = (gap: number) =>
      judgeTries(tries(gap), []).map(({ id, verdict, what }) => `${verdict} ${id} ${what}`);
    expect(verdicts(900)).toContainEqual(expect.stringMatching(/^FAIL II.3 a try 900 ms/));
    expect(verdicts(4_900).join()).toMatch(/WARN II.3 a try 4899 ms/);
    expect(verdicts(5_001).join()).not.toContain('a try');
    const slow: Try = { name: 'h.local', objection: undefined, attempts: [{ probes: [50_000] }], announcedAt: 77_000 };
    expect(judgeTries([denied(0, 1), slow], ['deny']).map(({ verdict, id }) => `${verdict} ${id}`)).toContain(
      'FAIL II.3',
    );
    expect(judgeTries([denied(0, 1)], []).at(-1)).toMatchObject({
      verdict: 'FAIL',
      what: 'h-1.local is not announced',
    });
  });

  it('BCT II.2b a pause of less than a second', () => {
    const attempts = [{ probes: [0], contestedAt: 1 }, { probes: [900, 1_150, 1_400] }];
    const [finding] = judgeTries([{ name: 'h.local', objection: 'probe later', attempts, announcedAt: 1_650 }], []);
    expect(finding).toMatchObject({ id: 'II.2b', verdict: 'FAIL' });
  });

  it('BCT II.8 shared answers that come too early, too late, or all at the same time', () => {
    const verdict = (delay: number) => judgeSharedDelay('II.8', delay)[0]?.verdict;
    expect([9, 15, 20, 125, 130, 751].map(verdict)).toEqual(['FAIL', 'WARN', undefined, undefined, 'WARN', 'FAIL']);
    const verdicts = (delays: readonly number[]) => judgeSpread('II.8', delays).map((finding) => finding.verdict);
    expect(verdicts([50, 51, 52, 53])).toEqual(['WARN', 'FAIL']);
    expect(verdicts([50, 51, 52, 130])).toEqual(['WARN']);
    expect(verdicts([30, 60, 90, 120])).toEqual([]);
  });

  it('BCT III.4 announcements that are too many, too close or without end', () => {
    const hour = 3_600_000;
    const answers = [ptr(device.serviceType, `I.${device.serviceType}`)];
    const verdicts = (...times: readonly number[]) => {
      const packets = times.map((time) => ({ ...packet, time, message: { ...message, response: true, answers } }));
      return judgeSilence(packets, device, CHATTINESS_LIMIT_MS + SILENCE_MS).map(({ verdict }) => verdict);
    };
    expect(verdicts(0, 1_000, 3_000, 7_000)).toEqual([]);
    expect(verdicts(0, 990)).toEqual(['FAIL']);
    expect(verdicts(0, 1_000, 2_000)).toEqual(['FAIL']);
    expect(verdicts(...Array.from({ length: 11 }, (_, i) => 1_000 * 2 ** i - 1_000))).toEqual(['FAIL']);
    expect(verdicts(0, 1_000, 5 * hour)).toEqual([]);
    expect(verdicts(...Array.from({ length: 12 }, (_, i) => 3 * hour * i))).toEqual(['FAIL']);
  });

  it('BCT III.5 packets that a router may have passed on', () => {
    expect(judgeConditions([{ ...packet, ipTtl: 64 }], device)).toMatchObject([{ id: 'III.5' }]);
    expect(judgeConditions([{ ...packet, ipTtl: 255 }], device)).toEqual([]);
    expect(judgeConditions([{ ...packet, toPort: 40_000, ipTtl: 64 }], device)).toEqual([]);
  });
});

function faulty({ what, finding, says, hears, script, options }: Fault, prepare: (stand: Stand) => void): void {
  scenario(`BCT ${finding.split(' ')[1]} ${what}`, async (world) => {
    const stand = new Stand(world, 1, options);
    prepare(stand);
    if (says) world.lan.addRule(distorting('device/eth0', says));
    if (hears) world.lan.addRule(distorting('tester', hears));
    await script(stand);
    const { findings, packets, device } = stand.tester;
    const found = [...findings, ...judgeConditions(packets, device)];
    expect(found.map(({ verdict, id }) => `${verdict} ${id}`)).toContain(finding);
  });
}

function distorting(sender: string, distortion: Distortion): Rule {
  return ({ from, bytes }) => {
    const { message } = decodeMessage(bytes);
    if (from !== sender || !message) return undefined;
    const verdict = distortion(message);
    if (verdict === 'drop') return verdict;
    return typeof verdict === 'number' ? { delayMs: verdict } : { bytes: encodeMessage({ ...message, ...verdict }) };
  };
}

function claim(...plan: readonly Objection[]): Fault['script'] {
  return ({ tester, powerOn }) => claimNames(tester, { plan, prompt: true }, powerOn);
}
