/** The source as text: what each file imports, and its code without comments and texts. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Import {
  /** As written, or for files of our own the path below `src`: `protocol/name.ts`. */
  readonly from: string;
  /** Nothing is left of it in JavaScript. */
  readonly typeOnly: boolean;
}

export interface SourceFile {
  /** Below its folder, `src` unless another was asked for, with slashes: `protocol/name.ts`. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
  /** Without comments, and with the contents of texts and regular expressions left out where they are easily found. */
  readonly code: string;
}

/** Every TypeScript file below a folder of the repository. */
export function sourceFiles(folder = 'src'): SourceFile[] {
  const base = join(root, folder);
  const names = readdirSync(base, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  return names.map((name) => {
    const path = relative(base, join(base, name)).split(sep).join('/');
    return sourceFile(path, readFileSync(join(base, name), 'utf8'));
  });
}

export function sourceFile(path: string, text: string): SourceFile {
  return { path, text, imports: importsOf(path, text), code: codeOf(text) };
}

const declaration = /^(?:import|export)\s+(?:(type)\s+)?([\w*{}\s,$]*?)\s*from\s*'([^']+)'/gm;
const bare = /^import\s*'([^']+)'/gm;
const dynamic = /\bimport\(\s*'([^']+)'\s*\)/g;

function importsOf(path: string, text: string): Import[] {
  const found: Import[] = [];
  for (const [, type, names = '', from = ''] of text.matchAll(declaration)) {
    found.push({ from: resolve(path, from), typeOnly: type !== undefined || hasTypesOnly(names) });
  }
  for (const pattern of [bare, dynamic]) {
    for (const [, from = ''] of text.matchAll(pattern)) found.push({ from: resolve(path, from), typeOnly: false });
  }
  return found;
}

function hasTypesOnly(names: string): boolean {
  const inner = /^\{(.*)\}$/s.exec(names.trim())?.[1];
  if (inner === undefined) return false;
  const each = inner.split(',').map((name) => name.trim());
  return each.filter(Boolean).every((name) => name.startsWith('type '));
}

function resolve(path: string, from: string): string {
  if (!from.startsWith('.')) return from;
  return posix.join(posix.dirname(path), from).replace(/\.js$/, '.ts');
}

function codeOf(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|\s)\/\/.*$/gm, '$1')
    .replace(/'(?:[^'\\\n]|\\.)*'/g, "''");
}
