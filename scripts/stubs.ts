/**
 * The packages in `compat/stubs`: each has the name of no other, and takes the place of a replaced package by npm's
 * `overrides`. They are made of one table, that of `register`; a test compares.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import compat from '../compat/package.json' with { type: 'json' };
import { REPLACED } from '../src/compat/replaced.js';
import { readProject } from './project.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const originals: Readonly<Record<string, string>> = compat.devDependencies;

/** The files below `compat/stubs`, and their texts. */
export function stubFiles(): Map<string, string> {
  const packages = Object.keys(REPLACED).filter((name) => name in originals);
  return new Map(packages.flatMap((name) => filesOf(name)));
}

function filesOf(name: string): [file: string, text: string][] {
  const folder = name.replace(/^@.*\//, '');
  const modules = Object.entries(REPLACED).filter(([each]) => each === name || each.startsWith(`${name}/`));
  const files = modules.flatMap(([each, path]) => filesOfModule(each.slice(name.length + 1) || 'index', path));
  const exports = Object.fromEntries(modules.map(([each]) => exportOf(each.slice(name.length + 1))));
  const about = {
    name: `@mdns-actors/${folder}`,
    version: originals[name],
    description: `${name} on mdns-actors, for the "overrides" of npm`,
    license: 'MIT',
    repository: { type: 'git', url: `git+${readProject().repository}.git`, directory: `compat/stubs/${folder}` },
    main: './index.js',
    types: './index.d.ts',
    exports: { ...exports, './package.json': './package.json' },
    engines: { node: '>=20.19' },
    peerDependencies: { 'mdns-actors': '*' },
  };
  return [['package.json', `${JSON.stringify(about, undefined, 2)}\n`], ...files].map(([file = '', text = '']) => [
    `${folder}/${file}`,
    text,
  ]);
}

function filesOfModule(file: string, path: string): [file: string, text: string][] {
  const from = `'mdns-actors/compat/${path}'`;
  const reexport = `export * from ${from};\nexport { default } from ${from};\n`;
  return [
    [`${file}.js`, `module.exports = require(${from});\n`],
    [`${file}.d.ts`, `import replacement = require(${from});\nexport = replacement;\n`],
    [`${file}.mjs`, reexport],
    [`${file}.d.mts`, reexport],
  ];
}

function exportOf(subpath: string): [name: string, conditions: object] {
  const file = `./${subpath || 'index'}`;
  const conditions = {
    import: { types: `${file}.d.mts`, default: `${file}.mjs` },
    require: { types: `${file}.d.ts`, default: `${file}.js` },
  };
  return [subpath ? `./${subpath}` : '.', conditions];
}

/** The text of a file, or undefined. */
export function readStub(file: string): string | undefined {
  try {
    return readFileSync(`${root}compat/stubs/${file}`, 'utf8');
  } catch {
    return undefined;
  }
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  for (const [file, text] of stubFiles()) {
    const path = `${root}compat/stubs/${file}`;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}
