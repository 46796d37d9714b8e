/** Writes docs/rfc-coverage.md: which tests cover what the RFCs ask for. `npm run coverage`. */
import { writeFileSync } from 'node:fs';
import { appleTests } from '../test/conformance/apple-tests.js';
import { type Item, itemGroups, items, type Level } from '../test/conformance/items.js';
import { traps } from '../test/conformance/traps.js';
import { type CitedTest, citedTests } from './test-titles.js';

export const COVERAGE_PAGE = new URL('../docs/rfc-coverage.md', import.meta.url);

const levels: readonly (readonly [Level, string])[] = [
  ['MUST', 'MUST and MUST NOT'],
  ['SHOULD', 'SHOULD and SHOULD NOT'],
  ['MAY', 'MAY'],
  ['rec', 'stated without a keyword'],
  ['eng', 'our own conclusions'],
];

type ByFile = ReadonlyMap<string, number>;

/** The page as the tests have it now. */
export function coveragePage(tests: readonly CitedTest[] = citedTests()): string {
  const found = countByFile(tests);
  const section = ({ title, items: rows }: (typeof itemGroups)[number]) =>
    [`## ${title}`, itemTable(rows, found)].join('\n\n');
  return [
    '# What the RFCs ask for, and where it is tested',
    introduction,
    summary(found),
    ...itemGroups.map(section),
    '## Not covered, and why',
    uncovered(found),
    '## Traps',
    'Where the RFCs are silent, or other implementations went wrong: what we decided, where a test cites it.',
    trapTable(found),
    "## Apple's Bonjour Conformance Test",
    'Its tests as scenarios of our own, with its limits; our suite is no substitute for a run of the original.',
    `${appleTable(found)}\n`,
  ].join('\n\n');
}

const introduction = `Made by \`npm run coverage\` from the titles of the tests. Each item is a sentence of our own about
[RFC 6762](https://www.rfc-editor.org/rfc/rfc6762), [RFC 6763](https://www.rfc-editor.org/rfc/rfc6763), or the RFC of its table; § is the section.
Level is the RFC's keyword (MUST includes MUST NOT, and so on); \`rec\`: the RFC says so without a keyword; \`eng\`: our own conclusion.
Who: Q querier, R responder, C cache, B both, A API. The numbers count test titles; one title may stand for a table of cases or many seeds.`;

function summary(found: ReadonlyMap<string, ByFile>): string {
  const rows = levels.map(([level, words]) => {
    const ours = items.filter((item) => item.level === level);
    const covered = ours.filter(({ id }) => found.has(id)).length;
    return `| ${words} | ${ours.length} | ${covered} | ${ours.length - covered} |`;
  });
  const all = items.filter(({ id }) => found.has(id)).length;
  return [
    '| level | items | tested | not tested |',
    '| --- | --- | --- | --- |',
    ...rows,
    `| all | ${items.length} | ${all} | ${items.length - all} |`,
  ].join('\n');
}

function itemTable(rows: readonly Item[], found: ReadonlyMap<string, ByFile>): string {
  const lines = rows.map(
    ({ id, section, level, who, behaviour }) =>
      `| ${id} | ${section} | ${level} | ${who} | ${behaviour} | ${places(found.get(id))} |`,
  );
  return ['| id | § | level | who | behaviour | tests |', '| --- | --- | --- | --- | --- | --- |', ...lines].join('\n');
}

function uncovered(found: ReadonlyMap<string, ByFile>): string {
  const open = items.filter(({ id }) => !found.has(id));
  if (open.length === 0) return 'Nothing.';
  return open
    .map(({ id, level, behaviour, reason = 'no test yet.' }) => `- ${id} (${level}): ${behaviour} — ${reason}`)
    .join('\n');
}

function trapTable(found: ReadonlyMap<string, ByFile>): string {
  const lines = traps
    .filter(({ id }) => found.has(id))
    .map(({ id, decision }) => `| ${id} | ${decision} | ${places(found.get(id))} |`);
  return ['| id | decision | tests |', '| --- | --- | --- |', ...lines].join('\n');
}

function appleTable(found: ReadonlyMap<string, ByFile>): string {
  const lines = appleTests.map(({ id, title }) => `| ${id} | ${title} | ${places(found.get(id)) || 'not yet'} |`);
  return ['| id | test | where |', '| --- | --- | --- |', ...lines].join('\n');
}

/** `[scenarios/probing](../test/scenarios/probing.test.ts) 2, ...` */
function places(files: ByFile = new Map()): string {
  return [...files]
    .map(([file, count]) => `[${file.replace(/(\.test)?\.ts$/, '')}](../test/${file})${count > 1 ? ` ${count}` : ''}`)
    .join(', ');
}

/** How many tests cite an id, by file. */
function countByFile(tests: readonly CitedTest[]): Map<string, ByFile> {
  const found = new Map<string, Map<string, number>>();
  for (const { file, ids } of tests) {
    for (const id of ids) {
      const files = found.get(id) ?? new Map<string, number>();
      found.set(id, files.set(file, (files.get(file) ?? 0) + 1));
    }
  }
  return found;
}

if (process.argv[1]?.endsWith('coverage.ts')) writeFileSync(COVERAGE_PAGE, coveragePage());
