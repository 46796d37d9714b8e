/**
 * The replacements of other packages in `dist` (decision 28). Each is an ES module with what the other package exports,
 * and as `default` what `require` returns there; beside it is a CommonJS file that returns just that.
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { REPLACED } from '../src/compat/replaced.js';

const AS_ESM = "{ 'resolution-mode': 'import' }";

/** The entries of `mdns-actors/compat`, below `src` and `dist`. */
export const replacements = [...new Set(Object.values(REPLACED))].map((path) => `compat/${path}`);

/** Loaded by `node --import`, and what it loads in turn. */
export const redirects = ['compat/register', 'compat/redirect'];

/** The files for `require`, below `dist`, and their texts. */
export function requiredText(source: string): Record<string, string> {
  return Object.fromEntries(
    replacements.flatMap((entry) => [
      [`${entry}.cjs`, `module.exports = require('./${basename(entry)}.js').default;\n`],
      [`${entry}.d.cts`, declaration(entry, readFileSync(`${source}/${entry}.ts`, 'utf8'))],
    ]),
  );
}

/** `export =`, with the types of the module in a namespace of the same name. */
function declaration(entry: string, text: string): string {
  const module = `import('./${basename(entry)}.js', { with: ${AS_ESM} })`;
  const types = typesOf(text).map((name) => `  export type ${name} = ${module}.${name};\n`);
  const self = /export \{[^}]*\b([A-Z]\w*) as default\b/.exec(text) ? `type required = ${module}.default;\n` : '';
  const namespace = types.length === 0 ? '' : `declare namespace required {\n${types.join('')}}\n`;
  return `declare const required: typeof ${module}.default;\n${self}${namespace}export = required;\n`;
}

/** The names that an entry exports as types: interfaces, and values with a capital letter, which are classes or enums. */
function typesOf(text: string): string[] {
  const lists = [...text.matchAll(/export (type )?\{([^}]*)\}/g)];
  const names = lists.flatMap(([, type, list = '']) => {
    const exported = list.split(',').map((each) => each.trim());
    const types = exported.filter((each) => type !== undefined || /^type |(?:^|\bas )[A-Z]\w*$/.test(each));
    return types.map((each) => each.replace(/^.* /, '')).filter((name) => name !== '' && name !== 'default');
  });
  return [...new Set(names)].sort();
}
