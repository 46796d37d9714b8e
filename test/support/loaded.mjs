/**
 * Preloaded into a Node process (`node --import`), writes at its end which files it has loaded: one line of JSON to the file
 * that LOADED names. ES modules are seen by a hook, what they require by CommonJS's cache.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import module, { createRequire } from 'node:module';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const { LOADED = '' } = process.env;
const hook = `
import { appendFileSync } from 'node:fs';
export async function load(url, context, next) {
  if (url.startsWith('file:')) appendFileSync(${JSON.stringify(`${LOADED}.esm`)}, url + '\\n');
  return next(url, context);
}`;
writeFileSync(`${LOADED}.esm`, '');
module.register(`data:text/javascript,${encodeURIComponent(hook)}`);

process.on('exit', () => {
  const imported = readFileSync(`${LOADED}.esm`, 'utf8').split('\n').filter(Boolean).map(fileURLToPath);
  const required = Object.keys(createRequire(import.meta.url).cache);
  writeFileSync(LOADED, JSON.stringify([...new Set([...imported, ...required])]));
});
