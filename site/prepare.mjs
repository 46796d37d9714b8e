/** Copies the pages of `docs` to where VitePress finds its packages, and the files that pages link to as they are. */
import { cpSync, rmSync, statSync } from 'node:fs';

const [docs, pages] = [new URL('../docs/', import.meta.url), new URL('pages/', import.meta.url)];
rmSync(pages, { recursive: true, force: true });
cpSync(docs, pages, { recursive: true });
const filter = (file) => statSync(file).isDirectory() || /\.(?:svg|png|json)$/.test(file);
cpSync(docs, new URL('public/', pages), { recursive: true, filter });
