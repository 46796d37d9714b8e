import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { COVERAGE_PAGE, coveragePage } from '../scripts/coverage.js';
import { citedTests, testsIn } from '../scripts/test-titles.js';
import { appleTests } from './conformance/apple-tests.js';
import { items } from './conformance/items.js';
import { traps } from './conformance/traps.js';

const tests = citedTests();
const cited = new Set(tests.flatMap(({ ids }) => ids));

describe('docs/rfc-coverage.md', () => {
  it('is made from the tests as they are now; if not: npm run coverage', () => {
    expect(readFileSync(COVERAGE_PAGE, 'utf8')).toBe(coveragePage(tests));
  });
});

describe('items', () => {
  it('are 222, each complete and with an id of its own', () => {
    expect(items).toHaveLength(222);
    expect(new Set(items.map(({ id }) => id)).size).toBe(222);
    for (const { id, level, who, section, behaviour } of items) {
      expect(id).toMatch(/^[A-Z][A-Z0-9]{0,2}-\d{2}$/);
      expect(['MUST', 'SHOULD', 'MAY', 'rec', 'eng'], id).toContain(level);
      expect(['Q', 'R', 'C', 'B', 'A'], id).toContain(who);
      expect([section, behaviour.at(-1)], id).toEqual([expect.stringMatching(/\w/), '.']);
    }
  });

  it('have a test each, or a reason why not', () => {
    const open = items.filter(({ id, reason }) => !cited.has(id) && reason === undefined);
    expect(open.map(({ id, level }) => `${id} ${level}`)).toEqual([]);
  });

  it('have a reason only where there is no test', () => {
    expect(items.filter(({ id, reason }) => cited.has(id) && reason !== undefined).map(({ id }) => id)).toEqual([]);
  });
});

describe('titles of tests', () => {
  it('cite no id that does not exist', () => {
    const known = new Set([...items, ...traps, ...appleTests].map(({ id }) => id));
    const unknown = tests.flatMap(({ file, title, ids }) =>
      ids.filter((id) => !known.has(id)).map((id) => `${id}: ${file}: ${title}`),
    );
    expect(unknown).toEqual([]);
  });

  it('are found in every form in which tests are written', () => {
    const text = [
      "describe('NAM-01 names', () => {",
      "  it('NAM-02 A-03 one', () => {});",
      '  for (const ttl of [1, 2]) {',
      '    scenario(`NAM-04 with $' + '{ttl} s`, (world) => {});',
      '  }',
      '  it.each([',
      "    ['QRY-01 first', 'NAM 1'],",
      "    ['second', 'not NAM-01'],",
      "  ])('NAM-05 %s', (name) => {});",
      '});',
      '',
      'for (const [what, id] of [',
      "  ['SEC-01 SEC-02 this', 'II.9 x'],",
      '] as const) {',
      '  for (const more of [1]) {',
      '    bonjour(`BCT $' + '{id} $' + '{what}`, () => {});',
      '  }',
      "  it('TXT-01 has no gap', () => {});",
      '}',
      "const cases = ['POO-01 x'] as const;",
      'for (const what of cases) {',
      '  it(`$' + '{what}`, () => {});',
      '}',
      '',
      'scenarioForSeeds(',
      '  "BCT II.2 II.2b G-1 isn\'t inside",',
      '  100,',
      ');',
      "it.each<[string, number]>(cases)('QRY-02 it\\'s %d', () => {});",
      "test('none', () => expect(f(1)('x')).toBe('QRY-03'));",
      'it(title, () => {});',
      '',
    ].join('\n');
    expect(testsIn('a.test.ts', text).map(({ ids }) => ids)).toEqual([
      ['NAM-01', 'NAM-02', 'A-03'],
      ['NAM-01', 'NAM-04'],
      ['NAM-01', 'NAM-05', 'QRY-01'],
      ['SEC-01', 'SEC-02', 'II.9'],
      ['TXT-01'],
      ['POO-01'],
      ['II.2', 'II.2b', 'G-1'],
      ['QRY-02'],
      [],
    ]);
  });
});
