/**
 * Plants faults in the files that decide, runs their tests against each, and fails where a file's tests miss too many:
 * `npm run mutation` for all of them, `npm run mutation -- flush probe` for some. `docs/mutation.md` explains.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { type Target, targets } from './mutation-targets.js';

/** The share of planted faults, in percent, that the tests of each file have to catch. */
const FLOOR = 92;
const REPORT = 'coverage/mutation.json';
interface Report {
  readonly files: Readonly<Record<string, { readonly mutants: readonly Mutant[] }>>;
}
interface Mutant {
  readonly status: string;
  readonly statusReason?: string;
}

/** Plants the faults of one file. Returns one line about it, and whether enough of them were caught. */
function judge({ file, tests }: Target): { readonly line: string; readonly enough: boolean } {
  rmSync(REPORT, { force: true });
  const env = { ...process.env, MUTATION_TESTS: tests.join(' ') };
  const { status } = spawnSync('npx', ['stryker', 'run', '--mutate', file], { stdio: 'inherit', env });
  if (status !== 0) return { line: `FAILED ${file}`, enough: false };
  const { files } = JSON.parse(readFileSync(REPORT, 'utf8')) as Report;
  const mutants = Object.values(files).flatMap((one) => one.mutants);
  const count = (status: string) => mutants.filter((mutant) => mutant.status === status).length;
  // A loop without end is found by its steps; what only took long may be the machine's fault, and has to be looked at.
  const isEndless = ({ status, statusReason = '' }: Mutant) =>
    status === 'Timeout' && statusReason.startsWith('Hit limit');
  const slow = count('Timeout') - mutants.filter(isEndless).length;
  const caught = count('Killed') + count('Timeout');
  const judged = caught + count('Survived') + count('NoCoverage');
  const score = judged === 0 ? 0 : (100 * caught) / judged;
  const enough = score >= FLOOR;
  const verdict = `${enough ? 'ok   ' : 'BELOW'} ${score.toFixed(1).padStart(5)} %`;
  return { line: `${verdict}  ${caught} of ${judged} caught, ${slow} by the clock  ${file}`, enough };
}

const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(targets);
const chosen = names.map((name) => targets[name]).filter((target) => target !== undefined);
if (chosen.length < names.length) {
  console.error(`Usage: npm run mutation -- [${Object.keys(targets).join(' | ')}] ...`);
  process.exit(2);
}

const verdicts = chosen.map(judge);
for (const { line } of verdicts) console.log(line);
const failed = verdicts.some(({ enough }) => !enough);
console.log(
  failed
    ? `Below the floor of ${FLOOR} %: the survivors above show what no test notices.`
    : `All at ${FLOOR} % or more.`,
);
process.exit(failed ? 1 : 0);
