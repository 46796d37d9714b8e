/** Writes the pages that are made from the source, and the badges of README: `npm run docs:pages`. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { badges } from './pages/badges.js';
import { defaultsPage } from './pages/defaults.js';
import { errorsPage } from './pages/errors.js';
import { optionsPage } from './pages/options.js';

const DOCS = new URL('../docs/', import.meta.url);

/** The files as the source has them now, by their paths below `docs`. */
export function generatedPages(): Map<string, string> {
  return new Map([
    ['options.md', `${optionsPage()}\n`],
    ['defaults.md', `${defaultsPage()}\n`],
    ['errors.md', `${errorsPage()}\n`],
    ['images/badges.svg', badges()],
  ]);
}

export function readPage(file: string): string {
  return readFileSync(new URL(file, DOCS), 'utf8');
}

if (process.argv[1]?.endsWith('pages.ts')) {
  mkdirSync(new URL('images/', DOCS), { recursive: true });
  for (const [file, text] of generatedPages()) writeFileSync(new URL(file, DOCS), text);
}
