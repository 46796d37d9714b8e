/** Links in the docs to pages, headings and files exist, and the docs list what the source has. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { generatedPages, readPage } from '../scripts/pages.js';
import { DEFAULT_MAX_RECORDS } from '../src/protocol/cache/limits.js';
import { sourceFiles } from './support/source.js';

const root = fileURLToPath(new URL('../', import.meta.url));

/** The pages of the repository, by their paths. */
function pages(): string[] {
  const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.md'], { cwd: root, encoding: 'utf8' });
  return files
    .trim()
    .split('\n')
    .filter((file) => existsSync(root + file));
}

/** The text without code, in which brackets are not links. */
function prose(text: string): string {
  return text.replace(/^(`{3,})[\s\S]*?^\1/gm, '').replace(/`[^`\n]*`/g, '');
}

/** The anchors that GitHub makes of headings. */
function anchors(text: string): Set<string> {
  const headings = text.replace(/^(`{3,})[\s\S]*?^\1/gm, '').matchAll(/^#{1,6} +(.+)$/gm);
  return new Set(
    [...headings].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

/** The links of a page whose targets do not exist. */
function deadLinks(page: string, text: string, read: (file: string) => string | undefined): string[] {
  const links = [...prose(text).matchAll(/\]\(([^)\s]+)\)|^\[[^\]]+\]: (\S+)/gm)].map(
    ([, inline, defined]) => inline ?? defined ?? '',
  );
  return links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [file = '', anchor] = link.split('#');
    const target = file === '' ? page : posix.join(posix.dirname(page), file);
    const there = file === '' ? text : read(target);
    if (there === undefined) return true;
    return anchor !== undefined && target.endsWith('.md') && !anchors(there).has(anchor);
  });
}

function readFile(file: string): string | undefined {
  if (!existsSync(root + file)) return undefined;
  return file.endsWith('.md') ? readFileSync(root + file, 'utf8') : '';
}

/** The files of `src/actors` that a page has no row for, and the rows without a text or with another name. */
function unlisted(page: string, files: readonly string[]): string[] {
  const rows = new Set(
    [...page.matchAll(/^\| \[([\w-]+)\]\(\.\.\/src\/(actors\/[\w/-]+\.ts)\) \| \S.* \|$/gm)].flatMap(rowFile),
  );
  return files.filter((file) => file.startsWith('actors/') && !rows.has(file));
}

function rowFile([, name = '', file = '']: RegExpMatchArray): string[] {
  return file.endsWith(`/${name}.ts`) ? [file] : [];
}

describe('docs/architecture.md', () => {
  it('has a line for each file of src/actors', () => {
    const files = sourceFiles().map(({ path }) => path);
    expect(files).toContain('actors/messages.ts');
    expect(unlisted(readFileSync(`${root}docs/architecture.md`, 'utf8'), files)).toEqual([]);
  });

  it('is incomplete without a row, a text or the right name', () => {
    const row = (name: string, file: string, what: string) => `| [${name}](../src/${file}) | ${what} |`;
    const page = [
      row('a', 'actors/a.ts', 'one'),
      row('b', 'actors/b.ts', ''),
      row('d', 'actors/link/c.ts', 'three'),
    ].join('\n');
    const files = ['actors/a.ts', 'actors/b.ts', 'actors/link/c.ts', 'actors/link/e.ts', 'net/f.ts'];
    expect(unlisted(page, files)).toEqual(['actors/b.ts', 'actors/link/c.ts', 'actors/link/e.ts']);
  });
});

it('README has the default of maxCacheRecords', () => {
  const row = `the default of \`maxCacheRecords\`: ${DEFAULT_MAX_RECORDS.toLocaleString('en')} on each link`;
  expect(readFileSync(`${root}README.md`, 'utf8')).toContain(row);
});

describe('the pages that are made from the source', () => {
  for (const [file, text] of generatedPages()) {
    it(`docs/${file} is up to date; if not: npm run docs:pages`, () => {
      expect(readPage(file)).toBe(text);
    });
  }
});

describe('the links', () => {
  it.each(pages())('of %s have a target', (page) => {
    expect(deadLinks(page, readFileSync(root + page, 'utf8'), readFile)).toEqual([]);
  });

  it('without a target are found', () => {
    const other = '# A heading, with `code`\n';
    const page =
      '[a](other.md) [b](other.md#a-heading-with-code) [c](other.md#gone) [d](gone.md) [e](https://x.y)\n`[f](g)`\n\n[h]: gone.md\n';
    const read = (file: string) => (file === 'docs/other.md' ? other : undefined);
    expect(deadLinks('docs/page.md', page, read)).toEqual(['other.md#gone', 'gone.md', 'gone.md']);
  });
});
