/**
 * Where the project lives and whom to write to, from `project.json` into every file that says so: `npm run project`. The
 * addresses there are placeholders until its maintainers choose them and set `chosen`; `npm run release:check` waits for that.
 */
import { readFileSync, writeFileSync } from 'node:fs';

interface Project {
  /** Whether the maintainers have chosen what stands here. */
  readonly chosen: boolean;
  readonly repository: string;
  readonly homepage: string;
  readonly author: string;
  /** Mail addresses. */
  readonly security: string;
  readonly conduct: string;
}

const ROOT = new URL('../', import.meta.url);

export function readText(file: string): string {
  return readFileSync(new URL(file, ROOT), 'utf8');
}

export function readProject(): Project {
  return JSON.parse(readText('project.json')) as Project;
}

/** The lines that are made, by file: what each begins with, and what follows. */
function linesOf({ repository, homepage, author, security, conduct }: Project): Record<string, [string, string][]> {
  return {
    'package.json': [
      ['  "homepage": ', `"${homepage}",`],
      ['  "bugs": ', `"${repository}/issues",`],
      ['  "author": ', `"${author}",`],
      ['  "repository": ', `{ "type": "git", "url": "git+${repository}.git" },`],
    ],
    'SECURITY.md': [
      ['[advisory]: ', `${repository}/security/advisories/new`],
      ['[mail]: ', `mailto:${security}`],
    ],
    'CODE_OF_CONDUCT.md': [['[mail]: ', `mailto:${conduct}`]],
    'CONTRIBUTING.md': [['[repository]: ', repository]],
    '.github/ISSUE_TEMPLATE/config.yml': [['    url: ', `${repository}/security/advisories/new`]],
  };
}

/**
 * The files as they have to be, by name.
 *
 * @throws Error when a file lacks a line that is made
 */
export function projectFiles(project: Project): Map<string, string> {
  const files = new Map<string, string>();
  for (const [file, made] of Object.entries(linesOf(project))) {
    const lines = readText(file).split('\n');
    for (const [start, rest] of made) {
      const at = lines.findIndex((line) => line.startsWith(start));
      if (at < 0) throw new Error(`${file} has no line that begins with "${start}".`);
      lines[at] = start + rest;
    }
    files.set(file, lines.join('\n'));
  }
  return files;
}

if (process.argv[1]?.endsWith('project.ts')) {
  for (const [file, text] of projectFiles(readProject())) writeFileSync(new URL(file, ROOT), text);
}
