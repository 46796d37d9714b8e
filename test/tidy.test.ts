/** The architecture as a test: rooms on floors, one direction; bytes, time and chance through one door; files of a readable size. */
import { describe, expect, it } from 'vitest';
import { targets } from '../scripts/mutation-targets.js';
import { strayNumbers } from './support/rfc-numbers.js';
import { type SourceFile, sourceFile, sourceFiles } from './support/source.js';

/**
 * The rooms from the ground up: a file imports from its own room and from those below. Rooms of one floor do not know each
 * other. The entries `index.ts`, `xstate.ts` and `testing.ts` stand above what they export.
 */
const FLOORS = [
  ['ip'],
  ['protocol'],
  ['net'],
  ['actors'],
  ['actors/link', 'actors/watcher', 'actors/domain'],
  ['actors/supervisor'],
  ['inspector'],
  ['worker'],
  ['api', 'testing'],
  ['entries'],
  ['cli', 'compat'],
] as const;
const ROOMS: readonly string[] = FLOORS.flat();

const MAX_LINES = 350;
/** Of a test file: tables and tests of one subject are longer than code. */
const MAX_TEST_LINES = 500;
const MAX_WIDTH = 120;

/** Where comments and messages are in plain English, by the beginning of paths; docs/glossary.md has the words that are ours. */
const PLAIN = ['ip/', 'net/', 'protocol/', 'testing/', 'api/', 'cli/', 'actors/', 'inspector/', 'worker/', 'compat/'];
/** Words of a dialect, and what is written instead: "a peer", "no host", "the client", "is not a", "is reported to". */
const DIALECT =
  /\b(?:nobody|somebody|anybody|everybody|whoever|(?:is|are|was|were|be) told|cannot be meant)\b|(?<!\bthere )\bis no (?!longer|more)|(?<=\. )Who\b/gi;

/** The room of a file of `src`, or the package's name for an import from elsewhere. */
function roomOf(path: string): string {
  const folders = path.split('/').slice(0, -1);
  if (folders.length === 0) return path.endsWith('.ts') ? 'entries' : path;
  return ROOMS.find((room) => room === folders.slice(0, 2).join('/')) ?? folders[0] ?? '';
}

function floorOf(room: string): number {
  return FLOORS.findIndex((rooms) => (rooms as readonly string[]).includes(room));
}

/** `actors/link` is a room of `actors`. */
function isIn(path: string, room: string): boolean {
  return roomOf(path) === room || roomOf(path).startsWith(`${room}/`);
}

function isPlain(path: string): boolean {
  return roomOf(path) === 'entries' || PLAIN.some((beginning) => path.startsWith(beginning));
}

/** What is wrong with a file, in words. */
type Rule = (file: SourceFile) => string[];

const rules = {
  'imports come from the own room and from the floors below': ({ path, imports }) => {
    const [room, floor] = [roomOf(path), floorOf(roomOf(path))];
    const own = imports.filter(({ from }) => from.endsWith('.ts') && !from.startsWith('..') && roomOf(from) !== room);
    return own.filter(({ from }) => floorOf(roomOf(from)) >= floor).map(({ from }) => `imports ${from}`);
  },

  'each file is in a room': ({ path }) => (ROOMS.includes(roomOf(path)) ? [] : [`is in ${roomOf(path)}`]),

  'entries only export': ({ path, code }) => {
    if (roomOf(path) !== 'entries') return [];
    const rest = code.replace(/export (?:type )?(?:\{[^}]*\}|\*) from '[^']*';/g, '').trim();
    return rest === '' ? [] : [`says "${rest.slice(0, 30)}"`];
  },

  'protocol imports nothing else than itself, ip and dns-packet': ({ path, imports }) => {
    if (roomOf(path) !== 'protocol') return [];
    const strange = imports.filter(({ from }) => !/^(?:protocol|ip)\//.test(from) && from !== 'dns-packet');
    return strange.map(({ from }) => `imports ${from}`);
  },

  'ip imports nothing else than itself and the addresses of Node': ({ path, imports }) => {
    if (roomOf(path) !== 'ip') return [];
    return imports
      .filter(({ from }) => !from.startsWith('ip/') && from !== 'node:net')
      .map(({ from }) => `imports ${from}`);
  },

  'net imports only types, errors and numbers of the protocol, and no XState': ({ path, imports }) => {
    if (roomOf(path) !== 'net') return [];
    const open = ['protocol/errors.ts', 'protocol/constants.ts'];
    const values = imports.filter(
      ({ from, typeOnly }) => roomOf(from) === 'protocol' && !open.includes(from) && !typeOnly,
    );
    const others = imports.filter(({ from }) => ['xstate', 'rxjs', 'dns-packet'].includes(from));
    return [...values, ...others].map(({ from }) => `imports ${from}`);
  },

  'actors know nothing but actors, protocol, net, ip and XState': ({ path, imports }) => {
    if (!isIn(path, 'actors')) return [];
    const known = (from: string) => from === 'xstate' || /^(?:actors|protocol|net|ip)\//.test(from);
    return imports.filter(({ from }) => !known(from)).map(({ from }) => `imports ${from}`);
  },

  'sockets and interface lists are the business of net': ({ path, imports }) => {
    if (['ip', 'net', 'api', 'cli'].includes(roomOf(path))) return [];
    const doors = ['node:dgram', 'node:os', 'node:net', 'dgram', 'os'];
    return imports
      .filter(({ from, typeOnly }) => doors.includes(from) && !typeOnly)
      .map(({ from }) => `imports ${from}`);
  },

  'the page is served by the inspector, and nothing else by HTTP': ({ path, imports }) => {
    if (roomOf(path) === 'inspector') return [];
    const values = imports.filter(({ from, typeOnly }) => ['node:http', 'node:https'].includes(from) && !typeOnly);
    return values.map(({ from }) => `imports ${from}`);
  },

  'time and chance come in by net': ({ path, code }) => {
    if (!['protocol', 'actors', 'ip', 'inspector', 'worker'].some((room) => isIn(path, room))) return [];
    const worldly =
      /(?<![.\w])(Date|performance|setTimeout|setInterval|setImmediate|queueMicrotask|process)\b|Math\.random/g;
    return [...code.matchAll(worldly)].map(([what]) => `uses ${what}`);
  },

  'the numbers of the RFCs have one home': strayNumbers,

  'nothing is of type any, and no check is switched off': ({ text, code }) => [
    ...[...code.matchAll(/(?::|\bas|<|,|\||=>)\s*any\b(?!\s*[(:])/g)].map(([what]) => `says "${what}"`),
    ...[...text.matchAll(/@ts-(?:ignore|nocheck|expect-error)/g)].map(([what]) => `says ${what}`),
  ],

  [`files have at most ${MAX_LINES} lines`]: ({ text }) => tooLong(text, MAX_LINES),

  [`comments keep to ${MAX_WIDTH} columns`]: ({ path, text }) => {
    if (!isPlain(path)) return [];
    const wide = text.split('\n').filter((line) => line.length > MAX_WIDTH && /^\s*(?:\/?\*|\/\/)/.test(line));
    return wide.map((line) => `has the wide line "${line.trim().slice(0, 40)}"`);
  },

  'comments and messages are in plain English': ({ path, text }) => {
    if (!isPlain(path)) return [];
    const running = text.replace(/\s*\n\s*(?:\*(?!\/)|\/\/)?\s*/g, ' ');
    return [...running.matchAll(DIALECT)].map(([word]) => `says "${word}"`);
  },

  'machines are made by setup': ({ path, code }) => {
    if (!isIn(path, 'actors') && !isIn(path, 'worker')) return [];
    const machines = [...code.matchAll(/export const (\w+Machine)\b\s*=\s*(\w+)/g)];
    const made = machines
      .filter(([, , how = '']) => !/^(setup|\w+Setup)$/.test(how))
      .map(([, name]) => `makes ${name} without setup`);
    return /\bcreateMachine\(/.test(code) && machines.length === 0
      ? [...made, 'makes a machine that it does not export']
      : made;
  },
} satisfies Record<string, Rule>;

function tooLong(text: string, most: number): string[] {
  const lines = text.trimEnd().split('\n').length;
  return lines > most ? [`has ${lines} lines`] : [];
}

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

  it('the files in which faults are planted are there', () => {
    const planted = Object.values(targets).map(({ file }) => file);
    expect(files.map(({ path }) => `src/${path}`)).toEqual(expect.arrayContaining(planted));
  });

  it('each room is there', () => {
    expect(new Set(files.map(({ path }) => roomOf(path)))).toEqual(new Set(ROOMS));
  });
});

describe('the tests are tidy', () => {
  it(`files have at most ${MAX_TEST_LINES} lines`, () => {
    const files = sourceFiles('test');
    expect(files.length).toBeGreaterThan(200);
    expect(files.flatMap(({ path, text }) => tooLong(text, MAX_TEST_LINES).map((what) => `${path} ${what}`))).toEqual(
      [],
    );
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
    ['net/a.ts', "import { MDNS_PORT } from '../protocol/constants.js';", 0],
    ['net/simulated/a.ts', "import { setup } from 'xstate';", 1],
    ['net/a.ts', "import { b } from '../actors/b.js';", 1],
    ['actors/a.ts', "import { b } from '../api/mdns.js';", 2],
    ['actors/link/a.ts', "import { b } from '../supervisor/b.js';", 1],
    ['actors/link/a.ts', "import { b } from '../watcher/b.js';", 1],
    ['actors/supervisor/a.ts', "import { b } from '../link/b.js';", 0],
    ['actors/other/a.ts', "import { b } from '../link/b.js';", 1],
    ['ip/a.ts', "import type { B } from '../net/b.js';", 2],
    ['other/a.ts', 'x;', 1],
    ['index.ts', "export type { A } from './api/a.js';\nexport * from './api/b.js';", 0],
    ['index.ts', 'export const a = 1;', 1],
    ['actors/a.ts', "import { b } from 'rxjs';", 1],
    ['actors/a.ts', "import { createSocket } from 'node:dgram';", 2],
    ['compat/a.ts', "import type { RemoteInfo } from 'node:dgram';", 0],
    ['actors/a.ts', "const x = await import('../net/b.js');", 0],
    ['api/mdns.ts', "import { b } from '../cli/b.js';", 1],
    ['cli/a.ts', "import { b } from '../index.js';", 0],
    ['actors/a.ts', 'const now = Date.now() + performance.now() + Math.random();', 3],
    ['actors/a.ts', 'context.clock.setTimeout(run, 1); // Date', 0],
    ['protocol/a.ts', 'setTimeout(run, 1);', 1],
    ['inspector/a.ts', 'setTimeout(run, 1);', 1],
    ['api/a.ts', "import { createServer } from 'node:http';", 1],
    ['inspector/a.ts', "import { createServer } from 'node:http';", 0],
    ['net/a.ts', 'setTimeout(run, Date.now());', 0],
    ['net/a.ts', 'bind(5353); // not 5353', 1],
    ['net/a.ts', "join('224.0.0.251', 'is [ff02::fb]:5353');", 1],
    ['protocol/a.ts', 'const points = [0.8, 0.85]; const other = [0.85e3, 10.8, 0x120];', 2],
    ['protocol/constants.ts', '/** Section 3. */\nexport const MDNS_PORT = 5353;', 0],
    ['protocol/a.ts', '/** The gap of section 5.2. */\nconst GAP_MS = 1_000;', 1],
    ['protocol/a.ts', '/** The gap (RFC 6762 section 5.2). */\nexport const GAP = { min: 1_000 } as const;', 1],
    ['protocol/a.ts', '// RFC 6762 section 5.2\nconst GAP_MS = 2 * FIRST_QUERY_GAP_MS + 5;', 1],
    ['protocol/a.ts', '/** Section 5.2 names none: our choice. */\nconst MAX_ROUNDS = 10;', 0],
    ['protocol/a.ts', '/** Section 5.2. */\nconst GAP_MS = FIRST_QUERY_GAP_MS;', 0],
    ['protocol/a.ts', '/** The gap. */\nconst GAP_MS = 1_000;', 0],
    ['api/mdns.ts', 'const a: any = b as any;', 2],
    ['api/mdns.ts', 'type A = Map<string, any>; const any = 1;', 1],
    ['api/mdns.ts', '// @ts-ignore\nf(any);', 1],
    ['api/mdns.ts', long, 1],
    ['net/a.ts', `// ${'long '.repeat(24)}`, 1],
    ['net/a.ts', `const a = '${'long '.repeat(24)}';`, 0],
    ['net/a.ts', '/** Tells who\n * is no\n * peer. Whoever is told, and nobody else. */', 4],
    ['net/a.ts', "// There is no peer, and there\n// is no longer any. 'Who' asks?", 0],
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
