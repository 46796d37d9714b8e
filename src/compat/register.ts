/**
 * `node --import mdns-actors/compat/register app.js`: what imports or requires one of the replaced packages, in this
 * process and in its worker threads, gets the replacement. It changes no file, and other packages are loaded as ever.
 */
import Module, { createRequire, register } from 'node:module';
import { REPLACED } from './replaced.js';

/** The name of a replacement, as this package resolves it itself by the `exports` of its package.json. */
const names = Object.entries(REPLACED).map(([name, path]) => [name, `mdns-actors/compat/${path}`] as const);

const urls = Object.fromEntries(names.map(([name, own]) => [name, import.meta.resolve(own)]));
register('./redirect.js', { parentURL: import.meta.url, data: urls });

const require = createRequire(import.meta.url);
const files = new Map(names.map(([name, own]) => [name, require.resolve(own)]));
/** Not in Node's types, but where every tool of this kind gets hold of `require`. */
const commonJs = Module as unknown as { _resolveFilename(request: string, ...rest: unknown[]): string };
const resolveFilename = commonJs._resolveFilename;
commonJs._resolveFilename = function (request, ...rest) {
  return files.get(request) ?? resolveFilename.call(this, request, ...rest);
};
