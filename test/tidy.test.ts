/** The architecture as a test: three layers, one direction; bytes, time and chance through one door; files of a readable size. */
import { describe, expect, it } from 'vitest';
import { type SourceFile, sourceFile, sourceFiles } from './support/source.js';

/** From the bottom up: a file imports from its own layer and from those below. */
const LAYERS = ['protocol', 'net', 'actors', 'faces', 'cli'] as const;
type Layer = (typeof LAYERS)[number];

const MAX_LINES = 400;

function layerOf(path: string): Layer {
  const [folder = ''] = path.split('/');
  return LAYERS.find((layer) => layer === folder) ?? 'faces';
}

/** What is wrong with a file, in words. */
type Rule = (file: SourceFile) => string[];

const rules = {
  'imports come from the own layer and from those below': ({ path, imports }) => {
    const height = LAYERS.indexOf(layerOf(path));
    const own = imports.filter(({ from }) => from.endsWith('.ts') && !from.startsWith('..'));
    return own.filter(({ from }) => LAYERS.indexOf(layerOf(from)) > height).map(({ from }) => `imports ${from}`);
  },

  'protocol imports nothing else than itself and dns-packet': ({ path, imports }) => {
    if (layerOf(path) !== 'protocol') return [];
    const strange = imports.filter(({ from }) => !from.startsWith('protocol/') && from !== 'dns-packet');
    return strange.map(({ from }) => `imports ${from}`);
  },

  'net imports only types and errors of the protocol, and no XState': ({ path, imports }) => {
    if (layerOf(path) !== 'net') return [];
    const values = imports.filter(
      ({ from, typeOnly }) => layerOf(from) === 'protocol' && from !== 'protocol/errors.ts' && !typeOnly,
    );
    const others = imports.filter(({ from }) => ['xstate', 'rxjs', 'dns-packet'].includes(from));
    return [...values, ...others].map(({ from }) => `imports ${from}`);
  },

  'actors know nothing but actors, protocol, net and XState': ({ path, imports }) => {
    if (layerOf(path) !== 'actors') return [];
    const known = (from: string) =>
      from === 'xstate' || ['actors', 'protocol', 'net'].includes(from.split('/')[0] ?? '');
    return imports.filter(({ from }) => !known(from)).map(({ from }) => `imports ${from}`);
  },

  'sockets and interface lists are the business of net': ({ path, imports }) => {
    if (layerOf(path) === 'net') return [];
    const doors = ['node:dgram', 'node:os', 'node:net', 'dgram', 'os'];
    const hasLicence = layerOf(path) === 'faces' || layerOf(path) === 'cli';
    return hasLicence ? [] : imports.filter(({ from }) => doors.includes(from)).map(({ from }) => `imports ${from}`);
  },

  'time and chance come in by net': ({ path, code }) => {
    if (!['protocol', 'actors'].includes(layerOf(path))) return [];
    const worldly =
      /(?<![.\w])(Date|performance|setTimeout|setInterval|setImmediate|queueMicrotask|process)\b|Math\.random/g;
    return [...code.matchAll(worldly)].map(([what]) => `uses ${what}`);
  },

  'nothing is of type any, and no check is switched off': ({ text, code }) => [
    ...[...code.matchAll(/(?::|\bas|<|,|\||=>)\s*any\b(?!\s*[(:])/g)].map(([what]) => `says "${what}"`),
    ...[...text.matchAll(/@ts-(?:ignore|nocheck|expect-error)/g)].map(([what]) => `says ${what}`),
  ],

  [`files have at most ${MAX_LINES} lines`]: ({ text }) => {
    const lines = text.trimEnd().split('\n').length;
    return lines > MAX_LINES ? [`has ${lines} lines`] : [];
  },

  'machines are made by setup': ({ path, code }) => {
    if (layerOf(path) !== 'actors') return [];
    const machines = [...code.matchAll(/export const (\w+Machine)\b\s*=\s*(\w+)/g)];
    const made = machines
      .filter(([, , how = '']) => !/^(setup|\w+Setup)$/.test(how))
      .map(([, name]) => `makes ${name} without setup`);
    return /\bcreateMachine\(/.test(code) && machines.length === 0
      ? [...made, 'makes a machine that it does not export']
      : made;
  },
} satisfies Record<string, Rule>;

/** Files that import each other, directly or by way of others, types included: each circle as it is first met. */
function circles(files: readonly SourceFile[]): string[] {
  const imports = new Map(files.map(({ path, imports }) => [path, imports.map(({ from }) => from)]));
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, way: readonly string[]): void => {
    if (way.includes(path)) found.push([...way.slice(way.indexOf(path)), path].join(' -> '));
    if (way.includes(path) || done.has(path)) return;
    for (const from of imports.get(path) ?? []) visit(from, [...way, path]);
    done.add(path);
  };
  for (const { path } of files) visit(path, []);
  return found;
}

describe('the source is tidy', () => {
  const files = sourceFiles();

  for (const [name, rule] of Object.entries(rules)) {
    it(name, () => {
      expect(files.flatMap((file) => rule(file).map((what) => `${file.path} ${what}`))).toEqual([]);
    });
  }

  it('no file imports in a circle', () => {
    expect(circles(files)).toEqual([]);
  });

  it('each layer is there', () => {
    expect(new Set(files.map(({ path }) => layerOf(path)))).toEqual(new Set(LAYERS));
  });
});

describe('the rules can be broken', () => {
  it('circles are found', () => {
    const files = [
      sourceFile('net/a.ts', "import type { B } from './b.js';"),
      sourceFile('net/b.ts', "import { c } from './c.js';"),
      sourceFile('net/c.ts', "import { a } from './a.js';"),
    ];
    expect(circles(files)).toEqual(['net/a.ts -> net/b.ts -> net/c.ts -> net/a.ts']);
  });

  const long = 'x;\n'.repeat(MAX_LINES + 1);
  for (const [path, text, count] of [
    ['protocol/a.ts', "import { b } from '../net/b.js';", 2],
    ['protocol/a.ts', "import type { B } from '../net/b.js';", 2],
    ['protocol/a.ts', "import { readFileSync } from 'node:fs';", 1],
    ['protocol/a.ts', "export * from './b.js';\nimport packet from 'dns-packet';", 0],
    ['net/a.ts', "import { b } from '../protocol/b.js';", 1],
    ['net/a.ts', "import { type B, type C } from '../protocol/b.js';", 0],
    ['net/a.ts', "import { type B, c } from '../protocol/b.js';", 1],
    ['net/a.ts', "import { MdnsError } from '../protocol/errors.js';", 0],
    ['net/simulated/a.ts', "import { setup } from 'xstate';", 1],
    ['net/a.ts', "import { b } from '../actors/b.js';", 1],
    ['actors/a.ts', "import { b } from '../mdns.js';", 2],
    ['actors/a.ts', "import { b } from 'rxjs';", 1],
    ['actors/a.ts', "import { createSocket } from 'node:dgram';", 2],
    ['actors/a.ts', "const x = await import('../net/b.js');", 0],
    ['mdns.ts', "import { b } from './cli/b.js';", 1],
    ['cli/a.ts', "import { b } from '../mdns.js';", 0],
    ['actors/a.ts', 'const now = Date.now() + performance.now() + Math.random();', 3],
    ['actors/a.ts', 'context.clock.setTimeout(run, 1); // Date', 0],
    ['protocol/a.ts', 'setTimeout(run, 1);', 1],
    ['net/a.ts', 'setTimeout(run, Date.now());', 0],
    ['mdns.ts', 'const a: any = b as any;', 2],
    ['mdns.ts', 'type A = Map<string, any>; const any = 1;', 1],
    ['mdns.ts', '// @ts-ignore\nf(any);', 1],
    ['mdns.ts', long, 1],
    ['actors/a.ts', 'export const aMachine = setup({}).createMachine({});', 0],
    ['actors/a.ts', 'export const aMachine = createMachine({});', 1],
    ['actors/a.ts', 'const hidden = setup({}).createMachine({});', 1],
  ] as const) {
    it(`${path}: ${text.length > 100 ? `${text.length} characters` : text}`, () => {
      const file = sourceFile(path, text);
      const found = Object.values(rules).flatMap((rule) => (rule as Rule)(file));
      expect(found).toHaveLength(count);
    });
  }
});
