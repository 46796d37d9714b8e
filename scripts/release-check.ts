/** What keeps a version from being published: `npm run release:check`, which `npm publish` runs first. */
import { execFileSync } from 'node:child_process';
import { projectFiles, readProject, readText } from './project.js';

interface Release {
  /** Whether the maintainers have chosen the addresses in `project.json`. */
  readonly chosen: boolean;
  /** The files that do not say what `project.json` says. */
  readonly stale: readonly string[];
  readonly version: string;
  readonly changelog: string;
  /** What `git status --porcelain` prints. */
  readonly changed: string;
}

/** The obstacles, each with what to do about it. */
export function obstacles({ chosen, stale, version, changelog, changed }: Release): string[] {
  const found: string[] = [];
  if (!chosen)
    found.push(
      'project.json holds placeholders: choose repository and addresses, set "chosen" to true, then npm run project.',
    );
  for (const file of stale) found.push(`${file} does not say what project.json says: npm run project.`);
  if (!changelog.includes(`\n## ${version} `))
    found.push(`CHANGELOG.md has no section "## ${version} (date)": name what is unreleased.`);
  if (changed !== '') found.push(`There are changes that are not committed:\n${changed}`);
  return found;
}

function releaseNow(): Release {
  const project = readProject();
  const files = [...projectFiles(project)];
  return {
    chosen: project.chosen,
    stale: files.filter(([file, text]) => readText(file) !== text).map(([file]) => file),
    version: (JSON.parse(readText('package.json')) as { version: string }).version,
    changelog: readText('CHANGELOG.md'),
    changed: execFileSync('git', ['status', '--porcelain'], { encoding: 'utf8' }).trimEnd(),
  };
}

if (process.argv[1]?.endsWith('release-check.ts')) {
  const found = obstacles(releaseNow());
  for (const obstacle of found) console.error(`Not ready: ${obstacle}`);
  if (found.length > 0) process.exitCode = 1;
  else console.log('Ready to be published.');
}
