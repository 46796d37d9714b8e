/**
 * Simulated networks on the command line; docs/simulation.md has what it found.
 *
 *     npm run simulate -- --seed 7                        one seeded run, checked against a model of the world
 *     npm run simulate -- --seed 1 --runs 500             many of them
 *     npm run simulate -- --seed 7 --hosts 8 --hours 24   a long one, with more hosts
 *     npm run simulate -- --scale day --hosts 200 --services 10 --hours 24
 *     npm run simulate -- --scale start --hosts 1000 --services 1 --resolve
 */
import { parseArgs } from 'node:util';
import { type Setting, settingOf } from '../test/sim/moves.js';
import { reportOf, runSeed } from '../test/sim/report.js';
import { runScale } from '../test/sim/scale.js';

/** Seconds that a move and the wait after it take on average, settling included. */
const SECONDS_FOR_A_MOVE = 40;

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    runs: { type: 'string', default: '1' },
    hosts: { type: 'string' },
    hours: { type: 'string' },
    moves: { type: 'string' },
    climate: { type: 'string' },
    scale: { type: 'string' },
    services: { type: 'string', default: '10' },
    watchers: { type: 'string', default: '1' },
    resolve: { type: 'boolean', default: false },
  },
});

if (values.scale === undefined) simulate();
else scale(values.scale);

/** Seeded runs; ends with code 1 when one of them goes wrong. */
function simulate(): void {
  const first = number('seed');
  const runs = number('runs');
  const began = performance.now();
  let failed = 0;
  for (let seed = first; seed < first + runs; seed++) {
    const setting = settingOf(seed, overrides());
    const at = performance.now();
    const result = runSeed(setting);
    const { violations, packets, bytes, duration, settlingTimes, hash } = result;
    if (violations.length > 0) {
      failed++;
      console.log(reportOf(result));
    }
    const verdict = violations.length === 0 ? 'ok' : 'FAILED';
    const settling = Math.round(Math.max(...settlingTimes) / 1_000);
    console.log(
      `seed ${seed} ${verdict}: ${setting.climate}, ${setting.hosts} hosts, ${setting.moves} moves, ${(duration / 3_600_000).toFixed(2)} h, ` +
        `${packets} packets, ${bytes} bytes, settling at most ${settling} s, ${Math.round(performance.now() - at)} ms, hash ${hash}`,
    );
  }
  if (runs > 1) console.log(`${runs} runs, ${failed} failed, ${Math.round((performance.now() - began) / 1_000)} s`);
  process.exitCode = failed === 0 ? 0 : 1;
}

/** What the command line says of the setting; the rest follows from the seed. */
function overrides(): Partial<Setting> {
  const { hosts, hours, moves, climate } = values;
  if (climate !== undefined && climate !== 'calm' && climate !== 'rough') {
    throw new TypeError(`--climate is ${JSON.stringify(climate)}: give calm or rough.`);
  }
  return {
    ...(hosts === undefined ? {} : { hosts: number('hosts') }),
    ...(hours === undefined ? {} : { moves: Math.ceil((number('hours') * 3_600) / SECONDS_FOR_A_MOVE) }),
    ...(moves === undefined ? {} : { moves: number('moves') }),
    ...(climate === undefined ? {} : { climate }),
  };
}

/** A large network: `day`, or `start`, where all hosts start in the same second. */
function scale(what: string): void {
  if (what !== 'day' && what !== 'start') throw new TypeError(`--scale is ${JSON.stringify(what)}: give day or start.`);
  const options = {
    seed: number('seed'),
    hosts: values.hosts === undefined ? 200 : number('hosts'),
    services: number('services'),
    watchers: number('watchers'),
    resolve: values.resolve,
    hours: values.hours === undefined ? (what === 'day' ? 24 : 0) : number('hours'),
    startingTime: what === 'day' ? 600_000 : 1_000,
  };
  console.log(runScale(options, console.log));
}

function number(name: 'seed' | 'runs' | 'hosts' | 'hours' | 'moves' | 'services' | 'watchers'): number {
  const value = Number(values[name]);
  if (Number.isFinite(value) && value >= 0) return value;
  throw new TypeError(`--${name} is ${JSON.stringify(values[name])}: give a number.`);
}
