/** The project's own files say the same everywhere, and a release waits until it may leave. */
import { describe, expect, it } from 'vitest';
import { projectFiles, readProject, readText } from '../scripts/project.js';
import { obstacles } from '../scripts/release-check.js';

describe('project.json', () => {
  const files = projectFiles(readProject());

  for (const [file, text] of files) {
    it(`${file} says the same; if not: npm run project`, () => {
      expect(readText(file)).toBe(text);
    });
  }

  it('reaches every file that names the project', () => {
    const moved = projectFiles({
      ...readProject(),
      repository: 'https://example.org/other',
      security: 'a@example.org',
    });
    for (const [file, text] of moved) if (file !== 'CODE_OF_CONDUCT.md') expect(text).toContain('example.org');
  });
});

describe('release:check', () => {
  const ready = {
    chosen: true,
    stale: [],
    version: '1.2.3',
    changelog: '# Changelog\n\n## 1.2.3 (2026-01-02)\n',
    changed: '',
  };

  it.each([
    ['is content with a release that may leave', {}, []],
    ['refuses placeholders', { chosen: false }, ['placeholders']],
    ['refuses files that say something else', { stale: ['SECURITY.md'] }, ['SECURITY.md']],
    ['refuses a version without a section in the changelog', { version: '1.2.4' }, ['## 1.2.4']],
    ['refuses changes that are not committed', { changed: ' M README.md' }, ['README.md']],
  ])('%s', (_, part, expected) => {
    const found = obstacles({ ...ready, ...part });
    expect(found).toHaveLength(expected.length);
    for (const [i, text] of expected.entries()) expect(found[i]).toContain(text);
  });
});

describe('the workflows', () => {
  it('test the oldest Node that the package admits', () => {
    const { engines } = JSON.parse(readText('package.json')) as { engines: { node: string } };
    const oldest = engines.node.replace('>=', '');
    expect(readText('.github/workflows/ci.yml')).toContain(`'${oldest}'`);
  });
});
