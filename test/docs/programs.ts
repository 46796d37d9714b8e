/** The programs in the docs: blocks of JavaScript or TypeScript, each with what its page says that it prints. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'esbuild';

const root = fileURLToPath(new URL('../../', import.meta.url));

export interface Program {
  /** The page and the line of its first line: `README.md:12`. */
  readonly at: string;
  readonly language: 'js' | 'ts' | 'tsx';
  readonly code: string;
  /** The lines of the block of text that follows; undefined if there is none. */
  readonly prints: readonly string[] | undefined;
}

/** What fragments of a page rely on. */
const CONTEXT: Readonly<Record<string, string>> = {
  'docs/testing.md': `import { writeFileSync } from 'node:fs';
import { babble, corruption, deaf, decodeMessage, duplication, encodeMessage, jitter } from 'mdns-actors/testing';
import { loss, mute, partition, reordering, SimulatedLan } from 'mdns-actors/testing';
const lan = new SimulatedLan({ seed: 1 });
const message = JSON.parse(\`{ "id": 0, "response": false, "authoritative": false, "truncated": false, "opcode": 0, "rcode": 0,
  "questions": [], "answers": [], "authorities": [], "additionals": [] }\`);
const bytes = encodeMessage(message);
`,
};

const BLOCK = /^```(\w+)\n([\s\S]*?)^```/gm;
const LANGUAGES = ['js', 'ts', 'tsx'] as const;

/** README and the pages for users, by their paths. */
export function pagesForUsers(): string[] {
  const folders = ['docs', 'docs/guide'];
  const pages = folders.flatMap((folder) => readdirSync(root + folder).map((file) => `${folder}/${file}`));
  return ['README.md', ...pages.filter((file) => file.endsWith('.md')).sort()];
}

/** The programs of a page, in their order. */
export function programsOf(page: string, text = readFileSync(root + page, 'utf8')): Program[] {
  const blocks = [...text.matchAll(BLOCK)].map(({ 0: whole, 1: language = '', 2: code = '', index }) => {
    return { language, code, start: index, end: index + whole.length };
  });
  return blocks.flatMap(({ language, code, start, end }, i) => {
    const known = LANGUAGES.find((each) => each === language);
    if (known === undefined) return [];
    const line = text.slice(0, start).split('\n').length + 1;
    const next = blocks[i + 1];
    const follows = next?.language === 'text' && !text.slice(end, next.start).includes('\n#');
    const prints = follows ? next.code.split('\n').filter((each) => each.trim() !== '') : undefined;
    return [{ at: `${page}:${line}`, language: known, code, prints }];
  });
}

/**
 * As a program that runs by itself: one that does not import the package gets what its page relies on, or else an `mdns`, which
 * closes at the end unless the program prints something, since it may do that later.
 */
function whole({ at, code, prints }: Program): string {
  if (/from 'mdns-actors|require\('mdns-actors/.test(code)) return code;
  const context = CONTEXT[at.replace(/:\d+$/, '')];
  if (context !== undefined) return context + code;
  const end = prints ? '' : 'await mdns.close();\n';
  return `import { createMdns } from 'mdns-actors';\nconst mdns = createMdns();\n${code}${end}`;
}

/** The names of the services that a server withdraws when it gets a signal. */
export function leaving({ code }: Program): string[] {
  if (!/process\.once\(signal|enableShutdownHooks/.test(code)) return [];
  return [...code.matchAll(/mdns\.publish\(\{ name: '([^']+)'/g)].map(([, name = '']) => name);
}

/** The packages that a program needs besides ours. */
export function packagesOf({ code }: Program): string[] {
  const imported = [...code.matchAll(/from '([^'.]+)'|^import '([^'.]+)'/gm)].map(
    ([, from, bare]) => from ?? bare ?? '',
  );
  return imported.filter((from) => !/^(?:node:|mdns-actors)/.test(from));
}

/** As a program that TypeScript checks, with the one word more that the guide asks for. */
export function asTypeScript(program: Program): string {
  return whole(program).replaceAll("['SIGINT', 'SIGTERM']", "['SIGINT', 'SIGTERM'] as const");
}

/** As every supported Node.js runs it. The stage knows ports as they are written, and esbuild shortens 3000. */
export function asJavaScript(program: Program): string {
  if (program.language === 'js') return whole(program);
  const compilerOptions = { experimentalDecorators: true, jsx: 'react-jsx' } as const;
  return transformSync(whole(program), {
    loader: 'tsx',
    target: 'node20',
    tsconfigRaw: { compilerOptions },
  }).code.replaceAll('3e3', '3000');
}
