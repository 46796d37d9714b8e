/**
 * What a system in a worker is good for, and what it costs:
 *
 *     npm run --prefix bench worker                        everything: about six minutes; root and Linux for `found`
 *     npm run --prefix bench worker -- --only start,found  some of it: blocked, start, found, asleep, processes
 *     npm run --prefix bench worker -- --runs 3            of each, of which the median counts
 *
 * Ends with code 1 when a goal is not met.
 */
import { parseArgs } from 'node:util';
import { holds, type Line, textOf } from '../hostile/line.js';
import { asleep } from './asleep.js';
import { blocked } from './blocked.js';
import { found } from './found.js';
import { processes } from './processes.js';
import { start } from './start.js';

const ROUNDS = 8;
const SECONDS = 60;
const PROCESSES = 4;

const { values } = parseArgs({ options: { only: { type: 'string' }, runs: { type: 'string', default: '5' } } });
const runs = Number(values.runs);
const items: Readonly<Record<string, () => AsyncIterable<Line | string>>> = {
  blocked: () => blocked(ROUNDS),
  start: () => start(runs),
  found: () => found(runs),
  asleep: () => asleep(SECONDS),
  processes: () => processes(PROCESSES),
};
// Worlds and their programs are removed when this process exits.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
let failed = 0;
for (const [item, rows] of Object.entries(items)) {
  if (values.only !== undefined && !values.only.split(',').includes(item)) continue;
  for await (const row of rows()) {
    if (typeof row !== 'string' && !holds(row)) failed++;
    console.log(typeof row === 'string' ? row : textOf(row));
  }
}
process.exitCode = failed === 0 ? 0 : 1;
