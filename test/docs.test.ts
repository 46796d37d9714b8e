/** The docs lead somewhere: links between pages, to headings, and to files of the project. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../', import.meta.url));

/** Those of the repository, by their paths. */
function pages(): string[] {
  const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.md'], { cwd: root, encoding: 'utf8' });
  return files
    .trim()
    .split('\n')
    .filter((file) => existsSync(root + file));
}

/** The text without fenced code, in which brackets are no links. */
function prose(text: string): string {
  return text.replace(/^(`{3,})[\s\S]*?^\1/gm, '').replace(/`[^`\n]*`/g, '');
}

/** As GitHub makes the anchors of headings. */
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

/** The links of a page that lead nowhere. */
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

describe('the links', () => {
  it.each(pages())('of %s lead somewhere', (page) => {
    expect(deadLinks(page, readFileSync(root + page, 'utf8'), readFile)).toEqual([]);
  });

  it('that are dead are found', () => {
    const other = '# A heading, with `code`\n';
    const page =
      '[a](other.md) [b](other.md#a-heading-with-code) [c](other.md#gone) [d](gone.md) [e](https://x.y)\n`[f](g)`\n\n[h]: gone.md\n';
    const read = (file: string) => (file === 'docs/other.md' ? other : undefined);
    expect(deadLinks('docs/page.md', page, read)).toEqual(['other.md#gone', 'gone.md', 'gone.md']);
  });
});
