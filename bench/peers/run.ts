/**
 * What we take beside others, over real sockets in network namespaces: a table with a row for each thing that is measured.
 *
 *     npm run --prefix bench peers                          everything: about fifteen minutes, root, Linux
 *     npm run --prefix bench peers -- --only found,flood    some of the sections: found, flood, answers, import
 *     npm run --prefix bench peers -- --rows 'shuffled'     the rows whose names match
 *     npm run --prefix bench peers -- --runs 3              the median of so many runs
 *     npm run --prefix bench peers -- --with us,multicast-dns   some of the contenders
 *     npm run --prefix bench peers -- --first               before whatever else runs on this machine
 *
 * Ends with code 1 when a goal is not met.
 */
import { parseArgs } from 'node:util';
import { sweep } from '../../test/interop/world.js';
import { runFirst } from '../hostile/process.js';
import { answers } from './answers.js';
import { type Contender, contenders } from './contender.js';
import { floods } from './floods.js';
import { found } from './found.js';
import { imports } from './imports.js';
import type { Measure } from './measure.js';
import { heading, isMet, median, textOf } from './table.js';

const measures: readonly Measure[] = [...found, ...floods, ...answers, ...imports];

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    rows: { type: 'string', default: '' },
    runs: { type: 'string', default: '1' },
    with: { type: 'string' },
    first: { type: 'boolean', default: false },
  },
});
const sections = options.only?.split(',');
const wanted = new RegExp(options.rows);
const notes = new Set<string>();
// Worlds and their programs are removed when this process exits.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
sweep();
if (options.first) runFirst();

const present = contenders.filter((contender) => isPresent(contender));
const names = present.map(({ name }) => name);
console.log(heading(names));
let failed = 0;
for (const measure of measures) {
  if (sections !== undefined && !sections.includes(measure.section)) continue;
  const rows = measure.rows.filter(({ what }) => wanted.test(what));
  if (rows.length === 0) continue;
  const columns = await measured(measure);
  for (const row of rows) {
    const values = valuesOf(columns, measure.rows.indexOf(row));
    if (isMet(row, values) === false) failed++;
    console.log(textOf(row, values, names));
  }
}
for (const note of notes) console.log(`\n${note}`);
process.exitCode = failed === 0 ? 0 : 1;

function isPresent({ name, missing }: Contender): boolean {
  if (options.with !== undefined && !options.with.split(',').includes(name)) return false;
  const reason = missing();
  if (reason !== undefined) notes.add(`${name} is left out: ${reason}.`);
  return reason === undefined;
}

type Column = readonly (number | undefined)[];

/** The runs of each contender. They take turns, so that what else the machine does is spread over all. */
async function measured(measure: Measure): Promise<ReadonlyMap<string, readonly Column[]>> {
  const able = present.filter(({ abilities }) => abilities.includes(measure.needs));
  const columns = new Map(able.map(({ name }) => [name, [] as Column[]]));
  for (let run = 0; run < Number(options.runs); run++)
    for (const contender of able) columns.get(contender.name)?.push(await runOf(measure, contender));
  return columns;
}

async function runOf(measure: Measure, contender: Contender): Promise<Column> {
  try {
    return await measure.run(contender);
  } catch (error) {
    const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    notes.add(`A run of ${contender.name} does not count: ${reason}.`);
    return measure.rows.map(() => Number.NaN);
  }
}

function valuesOf(columns: ReadonlyMap<string, readonly Column[]>, index: number): ReadonlyMap<string, number> {
  const values = [...columns].map(([name, runs]): [string, number | undefined] => {
    const found = runs.map((run) => run[index]).filter((value) => value !== undefined);
    return [name, found.length === 0 ? undefined : median(found)];
  });
  return new Map(values.filter((entry): entry is [string, number] => entry[1] !== undefined));
}
