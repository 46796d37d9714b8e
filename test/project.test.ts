/** The project's own files say the same everywhere, and a release waits until it may leave. */
import { describe, expect, it } from 'vitest';
import { projectFiles, readProject, readText } from '../scripts/project.js';
import { obstacles } from '../scripts/release-check.js';
import { releasedChangelog } from '../scripts/version.js';

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

const ready = {
  chosen: true,
  stale: [],
  version: '1.2.3',
  changelog: '# Changelog\n\n## 1.2.3 (2026-01-02)\n',
  changed: '',
};

describe('release:check', () => {
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

describe('npm version', () => {
  const changelog = '# Changelog\n\nAbout it.\n\n## Unreleased\n\n### Added\n\n- A thing.\n\n## 0.1.0 (2026-01-01)\n';

  it('gives what is unreleased its number and its date, which is what release:check asks for', () => {
    const released = releasedChangelog(changelog, '0.2.0', '2026-02-03');
    expect(released).toBe(changelog.replace('## Unreleased\n', '## Unreleased\n\n## 0.2.0 (2026-02-03)\n'));
    expect(obstacles({ ...ready, version: '0.2.0', changelog: released })).toEqual([]);
  });

  it.each([
    ['a version that is there already', changelog, '0.1.0', 'has a section 0.1.0 already'],
    ['a changelog without such a section', '# Changelog\n', '0.2.0', 'one section "## Unreleased"'],
    ['nothing that is unreleased', '## Unreleased\n\n## 0.1.0 (x)\n', '0.2.0', 'nothing that is unreleased'],
    ['nothing at all', '## Unreleased\n', '0.2.0', 'nothing that is unreleased'],
  ])('refuses %s', (_, text, version, message) => {
    expect(() => releasedChangelog(text, version, '2026-02-03')).toThrow(message);
  });

  it('can make the first release', () => {
    const { version } = JSON.parse(readText('package.json')) as { version: string };
    const released = releasedChangelog(readText('CHANGELOG.md'), version, '2026-02-03');
    expect(obstacles({ ...ready, version, changelog: released })).toEqual([]);
  });
});

describe('the workflows', () => {
  it('test the oldest Node that the package admits', () => {
    const { engines } = JSON.parse(readText('package.json')) as { engines: { node: string } };
    const oldest = engines.node.replace('>=', '');
    expect(readText('.github/workflows/ci.yml')).toContain(`'${oldest}'`);
  });
});
