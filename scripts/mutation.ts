/**
 * Plants faults in the files that decide, runs their tests against each, and fails where a file's tests miss too many:
 * `npm run mutation`, or `npm run mutation -- --mutate src/protocol/cache/flush.ts` for one file. `docs/mutation.md` explains.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** The share of planted faults, in percent, that the tests of each file have to catch. */
const FLOOR = 92;
const REPORT = 'coverage/mutation.json';
const caught = new Set(['Killed', 'Timeout']);
const missed = new Set(['Survived', 'NoCoverage']);

interface Mutant {
  readonly status: string;
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly location: { readonly start: { readonly line: number; readonly column: number } };
}
interface Report {
  readonly files: Readonly<Record<string, { readonly mutants: readonly Mutant[] }>>;
}

const { status } = spawnSync('npx', ['stryker', 'run', ...process.argv.slice(2)], { stdio: 'inherit' });
if (status !== 0) process.exit(status ?? 1);

const { files } = JSON.parse(readFileSync(REPORT, 'utf8')) as Report;
let failed = false;
for (const [file, { mutants }] of Object.entries(files)) {
  const count = (of: ReadonlySet<string>) => mutants.filter((mutant) => of.has(mutant.status)).length;
  const judged = count(caught) + count(missed);
  if (judged === 0) continue;
  const score = (100 * count(caught)) / judged;
  const enough = score >= FLOOR;
  failed ||= !enough;
  console.log(
    `${enough ? 'ok   ' : 'BELOW'} ${score.toFixed(1).padStart(5)} %  ${count(missed)} of ${judged} missed  ${file}`,
  );
}
console.log(
  failed
    ? `Below the floor of ${FLOOR} %: the survivors above show what no test notices.`
    : `All at ${FLOOR} % or more.`,
);
process.exit(failed ? 1 : 0);
