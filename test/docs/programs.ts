/** The programs in the docs: blocks of JavaScript or TypeScript, each with what its page says that it prints. */
import { readFileSync } from 'node:fs';
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

const BLOCK = /^```(\w+)\n([\s\S]*?)^```/gm;
const LANGUAGES = ['js', 'ts', 'tsx'] as const;

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
 * As a program that runs by itself: one that does not import the package gets an `mdns`, which closes at the end unless the
 * program prints something, since it may do that later.
 */
function whole({ code, prints }: Pick<Program, 'code' | 'prints'>): string {
  if (/from 'mdns-actors|require\('mdns-actors/.test(code)) return code;
  const end = prints ? '' : 'await mdns.close();\n';
  return `import { createMdns } from 'mdns-actors';\nconst mdns = createMdns();\n${code}${end}`;
}

/** As every supported Node.js runs it. */
export function asJavaScript(program: Program): string {
  if (program.language === 'js') return whole(program);
  const compilerOptions = { experimentalDecorators: true, jsx: 'react-jsx' } as const;
  return transformSync(whole(program), { loader: 'tsx', target: 'node20', tsconfigRaw: { compilerOptions } }).code;
}
