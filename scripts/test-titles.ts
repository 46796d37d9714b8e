/** Reads from the titles of tests what they cover. The files are formatted, so indentation tells what is inside what. */
import { readdirSync, readFileSync } from 'node:fs';

export interface CitedTest {
  /** Below `test/`. */
  readonly file: string;
  readonly title: string;
  /**
   * Ids in its title, in those of the `describe`s around it, and, where the title has gaps to fill, in the table that fills
   * them: `PRB-03`, `A-15`, `II.1`.
   */
  readonly ids: readonly string[];
}

export const TEST_FOLDER = new URL('../test/', import.meta.url);

/** What a line begins with that tests are made of: `bonjour` and `scenario` are our own kinds of `it`. */
const START = /^( *)(describe|it|test|bonjour|scenario\w*|for)(?=[ .(<])(.*)$/gm;
const TITLE = /^(?:\.\w+)*\(\s*(['"`])((?:\\.|(?!\1)[^\\])*)\1/;
/** A table and the title after it: `.each(table)('title', ...)`. */
const EACH_TITLE = /\)\(\s*(['"`])((?:\\.|(?!\1)[^\\])*)\1/;
/** Text in a table that begins with ids. */
const TABLE_IDS = /['"`]((?:(?:BCT|[A-Z][A-Z0-9]{0,2}-\d+|I{2,3}\.\d+b?)\b ?)+)/g;
const GAP = /\$\{|%\w/;
const ITEM = /\b[A-Z][A-Z0-9]{0,2}-\d{2}\b/g;
/** Apple's tests, and the conditions that hold in all of them. */
const APPLE = /\b(?:I{2,3}\.\d+b?|G-\d{1,2}\b)/g;

interface Block {
  readonly indent: number;
  /** Of `describe`s. */
  readonly ids: readonly string[];
  /** Of the tables of loops. */
  readonly table: readonly string[];
}

/** All tests, by file and in order of appearance. */
export function citedTests(): CitedTest[] {
  return readdirSync(TEST_FOLDER, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .sort()
    .flatMap((file) => testsIn(file, readFileSync(new URL(file, TEST_FOLDER), 'utf8')));
}

/** The tests of one file. */
export function testsIn(file: string, text: string): CitedTest[] {
  const tests: CitedTest[] = [];
  const blocks: Block[] = [];
  for (const match of text.matchAll(START)) {
    const [, { length: indent } = '', word = '', rest = ''] = match;
    const after = text.slice(match.index + indent + word.length);
    while (indent <= (blocks.at(-1)?.indent ?? -1)) blocks.pop();
    const { ids: around = [], table: loops = [] } = blocks.at(-1) ?? {};
    if (word === 'for') {
      const head = after.slice(0, after.indexOf(') {\n'));
      blocks.push({ indent, ids: around, table: [...loops, ...tableIds(head + tableOf(head, text))] });
      continue;
    }
    const isEach = rest.startsWith('.each');
    const found = (isEach ? EACH_TITLE : TITLE).exec(after);
    const title = found?.[2];
    if (title === undefined) continue;
    const table = isEach ? [...loops, ...tableIds(after.slice(0, found?.index))] : loops;
    const ids = [...new Set([...around, ...idsIn(title), ...(GAP.test(title) ? table : [])])];
    if (word === 'describe') blocks.push({ indent, ids, table: loops });
    else tests.push({ file, title, ids });
  }
  return tests;
}

/** The table that a loop has by name, if it is in the same file. */
function tableOf(head: string, text: string): string {
  const name = / of (\w+)$/.exec(head)?.[1];
  return name === undefined ? '' : (new RegExp(`^ *const ${name}\\b[^;]*;`, 'm').exec(text)?.[0] ?? '');
}

function tableIds(table: string): string[] {
  return [...table.matchAll(TABLE_IDS)].flatMap(([, ids = '']) => [...idsIn(ids), ...(ids.match(APPLE) ?? [])]);
}

function idsIn(title: string): string[] {
  return [...(title.match(ITEM) ?? []), ...(/\bBCT /.test(title) ? (title.match(APPLE) ?? []) : [])];
}
