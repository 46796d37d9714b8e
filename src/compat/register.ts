/**
 * `node --import mdns-actors/compat/register app.js`: what imports or requires one of the replaced packages, in this
 * process and in its worker threads, gets the replacement. It changes no file, and other packages are loaded as ever.
 */
import Module, { createRequire, type ResolveHook, register } from 'node:module';
import { pathToFileURL } from 'node:url';
import { REPLACED } from './replaced.js';

/** The name of a replacement, as this package resolves it itself by the `exports` of its package.json. */
const names = Object.entries(REPLACED).map(([name, path]) => [name, `mdns-actors/compat/${path}`] as const);
const urls = new Map(names.map(([name, own]) => [name, import.meta.resolve(own)]));
const require = createRequire(import.meta.url);
const files = new Map(names.map(([name, own]) => [name, require.resolve(own)]));

/** What Node's types for version 20 lack. */
interface Hidden {
  /** From 22.15 on: one hook for `import` and `require`. */
  registerHooks?(hooks: { resolve(...args: Parameters<ResolveHook>): ReturnType<ResolveHook> }): void;
  /** Where every tool of this kind gets hold of `require`. */
  _resolveFilename(request: string, ...rest: unknown[]): string;
}
const hidden = Module as unknown as Hidden;

if (hidden.registerHooks) hidden.registerHooks({ resolve });
else redirectBeforeHooks();

function resolve(...[specifier, context, next]: Parameters<ResolveHook>): ReturnType<ResolveHook> {
  const file = files.get(specifier);
  if (file === undefined) return next(specifier, context);
  const imported = context.conditions.includes('import') ? urls.get(specifier) : undefined;
  return { url: imported ?? pathToFileURL(file).href, shortCircuit: true };
}

function redirectBeforeHooks(): void {
  register('./redirect.js', { parentURL: import.meta.url, data: Object.fromEntries(urls) });
  const resolveFilename = hidden._resolveFilename;
  hidden._resolveFilename = function (request, ...rest) {
    return files.get(request) ?? resolveFilename.call(this, request, ...rest);
  };
}
