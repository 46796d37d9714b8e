/**
 * What things take when there are many of them, one line for each thing that must hold:
 *
 *     npm run --prefix bench growth                    everything: about fifteen minutes; root and Linux for `found`
 *     npm run --prefix bench growth -- --only browses  some of the items: cached, watched, published, browses, publications, found
 *     npm run --prefix bench growth -- --most 10000    instead of 100,000
 *     npm run --prefix bench growth -- --first         before whatever else runs on this machine
 *
 * Work is counted, so it does not depend on the machine: blocks of our code and of XState's that a packet enters. Ends with code 1
 * when one line fails. The process under test runs from `dist`, but for `found` on virtual time.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { sweep } from '../../test/interop/world.js';
import { holds, type Line, textOf } from '../hostile/line.js';
import { runChild, runFirst } from '../hostile/process.js';
import { contenders } from '../peers/contender.js';
import { Stage } from '../peers/stage.js';
import type { Browses } from './browses.js';
import type { Publications } from './publications.js';
import type { Grown } from './row.js';

const FEW = 1_000;
/** ms; a hundred thousand services take minutes to be announced one by one. */
const LIMIT = 1_800_000;
const TURN = { unit: 'ms', bound: 25 } as const;

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    most: { type: 'string', default: '100000' },
    first: { type: 'boolean', default: false },
  },
});
const many = Number(values.most);
const items: Readonly<Record<string, () => AsyncIterable<Line>>> = {
  cached: () => grown('cached'),
  watched: () => grown('watched'),
  published: () => grown('published'),
  browses,
  publications,
  found,
};
const only = values.only?.split(',');
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
sweep();
if (values.first) runFirst();
let failed = 0;
for (const [item, lines] of Object.entries(items)) {
  if (only !== undefined && !only.includes(item)) continue;
  for await (const line of lines()) {
    if (!holds(line)) failed++;
    console.log(textOf(line));
  }
}
console.log(failed === 0 ? 'everything holds' : `${failed} FAIL`);
process.exitCode = failed === 0 ? 0 : 1;

/** A packet about one of a thousand, and of as many as there are to be. */
async function* grown(item: string): AsyncIterable<Line> {
  const nodeOptions = ['--expose-gc', '--max-old-space-size=8192'];
  const run = (size: number) => runChild<Grown>('../growth/row.ts', [item, size], { nodeOptions, limitMs: LIMIT });
  const few = await run(FEW);
  const all = await run(many);
  const what = `one of ${many.toLocaleString('en')} ${item}`;
  const ratio = (read: (grown: Grown) => number): number => (few && all ? read(all) / read(few) : Number.NaN);
  const noteOf = (read: (grown: Grown) => number, unit: string): string =>
    few && all
      ? `${Number(read(few).toPrecision(3))} and ${Number(read(all).toPrecision(3))} ${unit}`
      : 'it did not end';
  const bound = Math.log(many) / Math.log(FEW);
  const work = (grown: Grown) => grown.work;
  const us = (grown: Grown) => grown.us;
  yield line(`${what}: work of a packet`, ratio(work), { unit: 'x', bound }, noteOf(work, 'blocks'));
  yield line(`${what}: time of a packet`, ratio(us), { unit: 'x', bound: 3 }, noteOf(us, 'us'));
  // Who publishes a hundred thousand services at once has them announced at once; see `publications`.
  if (item !== 'published') yield line(`${what}: p99.9 of a turn meanwhile`, all?.turn ?? Number.NaN, TURN);
  yield line(`${what}: memory of each`, all?.kibibytes ?? Number.NaN, { unit: 'KiB', bound: 24 });
}

async function* browses(): AsyncIterable<Line> {
  const count = 10_000;
  const result = await runChild<Browses>('../growth/browses.ts', [count]);
  const value = (read: (result: Browses) => number): number => (result ? read(result) : Number.NaN);
  const what = `${count.toLocaleString('en')} browses of one type`;
  yield line(
    `${what}: questions`,
    value(({ questions }) => questions),
    { unit: '', bound: 1 },
  );
  yield line(
    `${what}: opened`,
    value(({ opening }) => opening),
    { unit: 'ms', bound: 3_000 },
  );
  yield line(
    `${what}: closed`,
    value(({ closing }) => closing),
    { unit: 'ms', bound: 3_000 },
  );
  yield line(
    `${what}: memory of each`,
    value(({ kibibytes }) => kibibytes),
    { unit: 'KiB', bound: 12 },
  );
  yield line(
    `${what}: memory kept of each`,
    value(({ left }) => left),
    { unit: 'KiB', bound: 1 },
  );
  yield line(
    `${what}: longest turn`,
    value(({ longestTurn }) => longestTurn),
    TURN,
  );
}

async function* publications(): AsyncIterable<Line> {
  const result = await runChild<Publications>('../growth/publications.ts', [FEW, 'cpu']);
  const timed = await runChild<Publications>('../growth/publications.ts', [FEW, 'turns']);
  const value = (read: (result: Publications) => number): number => (result ? read(result) : Number.NaN);
  const what = `${FEW.toLocaleString('en')} publications`;
  yield line(
    `${what}: announced, CPU`,
    value(({ announcing }) => announcing),
    { unit: 'ms', bound: 1_000 },
  );
  yield line(
    `${what}: announced, virtual time`,
    value(({ after }) => after),
    { unit: 'ms', bound: 1_500 },
  );
  yield line(
    `${what}: withdrawn, CPU`,
    value(({ stopping }) => stopping),
    { unit: 'ms', bound: 1_000 },
  );
  yield line(`${what}: longest turn`, timed?.longestTurn ?? Number.NaN, TURN);
}

/** Over sockets, from a publisher that is silent until it is asked. */
async function* found(): AsyncIterable<Line> {
  const count = 10_000;
  const us = contenders.find(({ name }) => name === 'us');
  if (us === undefined) return;
  const what = `${count.toLocaleString('en')} found`;
  yield* await Stage.with(us, 'browse', count, async (stage) => {
    const seconds = await stage.contender.found(60_000);
    await sleep(1_000);
    const { delay = Number.NaN } = await stage.state();
    return [
      line(what, seconds, { unit: 's', bound: 2.2 }),
      line(`${what}: memory`, stage.memory(), { unit: 'MiB', bound: 110 }),
      line(`${what}: loop delay, p99.9`, delay, TURN),
    ];
  });
}

function line(what: string, value: number, limit: Pick<Line, 'unit' | 'bound'>, note?: string): Line {
  return { item: '', what, value, ...limit, ...(note !== undefined && { note }) };
}
