/** Whatever a public signature mentions can be named: it is exported by the same entry, or by the main one. */
import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';

const dist = new URL('../../dist/', import.meta.url);

/** A declaration: the file below `dist`, and its name there. */
type Id = `${string}#${string}`;

function textOf(file: string): string {
  return readFileSync(new URL(file, dist), 'utf8').replace(/\/\*\*[\s\S]*?\*\//g, '');
}

function fileOf(from: string, file: string): string {
  return posix.join(posix.dirname(file), from).replace(/\.js$/, '.d.ts');
}

/** `type A as B, C` -> [[A, B], [C, C]]. */
function namesIn(list: string): [string, string][] {
  return list
    .split(',')
    .map((each) => each.trim().replace(/^type /, ''))
    .filter(Boolean)
    .map((each) => {
      const [name = '', alias = name] = each.split(' as ');
      return [name, alias];
    });
}

function exportsOf(file: string): Set<Id> {
  const text = textOf(file);
  const found = new Set<Id>();
  for (const [, list = '', from = ''] of text.matchAll(/export (?:type )?\{([^}]*)\} from '([^']+)'/g))
    for (const [name] of namesIn(list)) found.add(`${fileOf(from, file)}#${name}`);
  for (const [, from = ''] of text.matchAll(/export \* from '([^']+)'/g))
    for (const id of exportsOf(fileOf(from, file))) found.add(id);
  for (const [, name] of text.matchAll(
    /^export (?:declare )?(?:abstract )?(?:const|function|class|interface|type) (\w+)/gm,
  ))
    found.add(`${file}#${name}`);
  return found;
}

/** What a name stands for in a file; undefined for what is not of this package. */
function resolve(name: string, file: string, text: string): Id | undefined {
  for (const [, list = '', from = ''] of text.matchAll(/(?:import|export) (?:type )?\{([^}]*)\} from '(\.[^']+)'/g))
    for (const [original, alias] of namesIn(list)) if (alias === name) return `${fileOf(from, file)}#${original}`;
  return new RegExp(`^(?:export )?(?:declare )?(?:interface|type|class) ${name}\\b`, 'm').test(text)
    ? `${file}#${name}`
    : undefined;
}

function mentionedBy(id: Id): Id[] {
  const [file = '', name = ''] = id.split('#');
  const text = textOf(file);
  const start = new RegExp(
    `^(?:export )?(?:declare )?(?:abstract )?(?:class|interface|type|const|function) ${name}\\b`,
    'm',
  );
  const at = text.search(start);
  // A barrel has it from elsewhere.
  const origin = at < 0 ? resolve(name, file, text) : undefined;
  if (origin !== undefined) return [origin];
  const [declaration = ''] = text.slice(at).split(/\n(?=export |declare |interface |type |import )/);
  const mentioned = [...new Set(declaration.match(/\b[A-Z]\w+/g))].flatMap((word) => resolve(word, file, text) ?? []);
  return mentioned.map((each) => aliasOf(each).at(-1) ?? each);
}

/** What can be reached from the entry, and cannot be named. */
function unnamed(entry: string): Id[] {
  const known = new Set([...exportsOf(entry), ...exportsOf('index.d.ts')]);
  const originals = new Set([...known].flatMap((id) => [id, ...aliasOf(id)]));
  const seen = new Set<Id>(exportsOf(entry));
  for (const id of seen) for (const other of mentionedBy(id)) seen.add(other);
  return [...seen].filter((id) => !originals.has(id));
}

/** Where a barrel has it from. */
function aliasOf(id: Id): Id[] {
  const [file = '', name = ''] = id.split('#');
  const origin = resolve(name, file, textOf(file));
  return origin === undefined || origin === id ? [] : [origin, ...aliasOf(origin)];
}

describe('public types', () => {
  it.each(['index.d.ts', 'xstate.d.ts', 'testing.d.ts'])(
    '%s: all that its signatures mention can be named',
    (entry) => {
      expect(exportsOf(entry).size).toBeGreaterThan(5);
      expect(unnamed(entry)).toEqual([]);
    },
  );
});
