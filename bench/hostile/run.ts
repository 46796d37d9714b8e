/**
 * What hostile and careless peers can do to us, one line for each thing that must hold:
 *
 *     npm run --prefix bench hostile                      everything: about fifty minutes, root, Linux
 *     npm run --prefix bench hostile -- --only A1,A4      some of the items
 *     npm run --prefix bench hostile -- --only A5 --rows '^answers.*200'   those rows of A1 and A5 whose names match
 *     npm run --prefix bench hostile -- --scale 0.1       a tenth of the packets, seeds and seconds
 *     npm run --prefix bench hostile -- --first           before whatever else runs on this machine
 *
 * Ends with code 1 when one line fails. The process under test runs from `dist`; senders and askers are other processes.
 */
import { parseArgs } from 'node:util';
import { sweep } from '../../test/interop/world.js';
import { expiry, manyAddresses, types } from './growth.js';
import { holds, type Scenario, textOf } from './line.js';
import { lossInNamespaces, lossInSeeds, refreshes, stoppedProcess } from './manners.js';
import { mixedFlood, simulatedFloods } from './memory.js';
import { mute } from './mute.js';
import { runFirst } from './process.js';
import { questions } from './questions.js';
import { traffic } from './traffic.js';
import { updates } from './updates.js';

const scenarios: readonly (readonly [item: string, scenario: Scenario])[] = [
  ['A1', simulatedFloods],
  ['A1', mixedFlood],
  ['A2', manyAddresses],
  ['A2', expiry],
  ['A3', types],
  ['A4', questions],
  ['A5', mute],
  ['B9', updates],
  ['B13', traffic],
  ['B14', refreshes],
  ['B14', stoppedProcess],
  ['B14', lossInSeeds],
  ['B14', lossInNamespaces],
];

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    rows: { type: 'string', default: '' },
    scale: { type: 'string', default: '1' },
    first: { type: 'boolean', default: false },
  },
});
const only = values.only?.toUpperCase().split(',');
const scale = Number(values.scale);
const rows = new RegExp(values.rows);
// Worlds and child processes are removed when this process exits.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
sweep();
if (values.first) runFirst();

let failed = 0;
for (const [item, scenario] of scenarios) {
  if (only !== undefined && !only.includes(item)) continue;
  for await (const line of scenario(scale, (what) => rows.test(what))) {
    if (!holds(line)) failed++;
    console.log(textOf(line));
  }
}
console.log(failed === 0 ? 'everything holds' : `${failed} FAIL`);
process.exitCode = failed === 0 ? 0 : 1;
