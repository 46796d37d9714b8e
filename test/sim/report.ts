/** What is told of a failed run: the seed, what is wrong, a short list of moves that goes wrong as well, and its packets. */
import { execFileSync } from 'node:child_process';
import { type Move, movesOf, type Setting } from './moves.js';
import { type Result, run } from './run.js';
import { shrink } from './shrink.js';

/** Violations that are shown of one run. */
const SHOWN = 5;

/** Runs a seed with its own moves. */
export function runSeed(setting: Setting): Result {
  return run(setting, movesOf(setting));
}

/** The report on a failed run, which may take a few hundred more runs to find its short list of moves. */
export function reportOf(result: Result): string {
  const { setting } = result;
  const kinds = new Set(result.violations.map(kindOf));
  const moves = shrink(movesOf(setting), (some) =>
    run(setting, some).violations.some((what) => kinds.has(kindOf(what))),
  );
  const short = run(setting, moves);
  return [
    `seed ${setting.seed} at commit ${commit()} fails: npm run simulate -- ${argumentsOf(setting)}`,
    ...shown(result.violations),
    `the same after ${moves.length} moves of ${movesOf(setting).length}:`,
    ...moves.map((move) => `  ${textOfMove(move)}`),
    ...shown(short.violations),
    short.trace(),
  ].join('\n');
}

/** A move as a line of code, to be pasted into a test. */
function textOfMove(move: Move): string {
  const fields = Object.entries(move).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  return `{ ${fields.join(', ')} },`;
}

function argumentsOf({ seed, hosts, moves }: Setting): string {
  return `--seed ${seed} --hosts ${hosts} --moves ${moves}`;
}

/** A shorter list must fail for the same reason: numbers and names in the text aside. */
function kindOf(violation: string): string {
  return (violation.split('\n')[0] ?? '').replace(/"[^"]*"|[\d.]+/g, '').slice(0, 60);
}

function shown(violations: readonly string[]): string[] {
  const more = violations.length - SHOWN;
  return [...violations.slice(0, SHOWN), ...(more > 0 ? [`and ${more} more`] : [])].map((what) => `  ${what}`);
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return 'unknown';
  }
}
