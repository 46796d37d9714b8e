/**
 * What `npm version` does besides: what is unreleased in CHANGELOG.md gets the number and the date of the version. The
 * first release is `npm version 0.1.0 --allow-same-version`.
 */
import { writeFileSync } from 'node:fs';
import { readText } from './project.js';

const UNRELEASED = '## Unreleased\n';

/** @throws Error if nothing is unreleased, or the version has its section already */
export function releasedChangelog(changelog: string, version: string, date: string): string {
  if (changelog.includes(`\n## ${version} `)) throw new Error(`CHANGELOG.md has a section ${version} already.`);
  const [before, after, ...more] = changelog.split(UNRELEASED);
  if (before === undefined || after === undefined || more.length > 0)
    throw new Error('CHANGELOG.md must have one section "## Unreleased".');
  if (/^\s*(?:## |$)/.test(after)) throw new Error('CHANGELOG.md has nothing that is unreleased.');
  return `${before}${UNRELEASED}\n## ${version} (${date})\n${after}`;
}

if (process.argv[1]?.endsWith('version.ts')) {
  const { version } = JSON.parse(readText('package.json')) as { version: string };
  const date = new Date().toISOString().slice(0, 10);
  writeFileSync(
    new URL('../CHANGELOG.md', import.meta.url),
    releasedChangelog(readText('CHANGELOG.md'), version, date),
  );
}
