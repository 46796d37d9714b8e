/** Every link of the built site, and every picture, has its target: `npm run docs` ends with it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';

const dist = new URL('dist/', import.meta.url);
const { homepage } = JSON.parse(readFileSync(new URL('../project.json', import.meta.url), 'utf8'));
const base = new URL(`${homepage}/`).pathname;
const files = readdirSync(dist, { recursive: true }).filter((file) => file.endsWith('.html'));
const texts = new Map(files.map((file) => [file, readFileSync(new URL(file, dist), 'utf8')]));

/** The file that a link leads to; undefined for one that leaves the site. */
function fileOf(link, page) {
  if (/^[a-z]+:|^\/\//.test(link)) return undefined;
  const [path] = link.split(/[#?]/);
  if (path === '') return page;
  const file = path.startsWith('/') ? posix.relative(base, path) : posix.join(posix.dirname(page), path);
  return path.endsWith('/') ? posix.join(file, 'index.html') : file;
}

function isDead(link, page) {
  const file = fileOf(link, page);
  if (file === undefined) return false;
  if (!existsSync(new URL(file, dist))) return true;
  const anchor = decodeURIComponent(link.split('#')[1] ?? '');
  return anchor !== '' && !texts.get(file)?.includes(`id="${anchor}"`);
}

let dead = 0;
for (const [page, text] of texts) {
  const links = [...text.matchAll(/\s(?:href|src)="([^"]+)"/g)].map(([, link]) => link.replaceAll('&amp;', '&'));
  for (const link of new Set(links.filter((each) => isDead(each, page)))) {
    console.error(`${page}: ${link}`);
    dead++;
  }
}
console.log(`${texts.size} pages, ${dead} dead links`);
process.exitCode = dead === 0 && texts.size > 100 ? 0 : 1;
