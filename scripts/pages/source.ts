/** The source as text, with what its docstrings say. */
import { readdirSync, readFileSync } from 'node:fs';

const ROOT = new URL('../../', import.meta.url);

export interface Declared {
  readonly name: string;
  /** As written: `number | Partial<RecordTtls>`. */
  readonly type: string;
  readonly text: string;
}

/** The TypeScript files below a folder of the repository, by their paths. */
export function filesIn(folder: string): string[] {
  const names = readdirSync(new URL(`${folder}/`, ROOT), { recursive: true, encoding: 'utf8' });
  const files = names.filter((name) => name.endsWith('.ts')).map((name) => `${folder}/${name.replaceAll('\\', '/')}`);
  return files.sort();
}

export function textOf(file: string): string {
  return readFileSync(new URL(file, ROOT), 'utf8');
}

/** What a docstring says, as one line. */
export function said(docstring: string): string {
  return docstring.replace(/\s*\n\s*\*? ?/g, ' ').trim();
}

const MEMBER = /(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n)?^ +readonly (\w+)\??: ([\s\S]*?);$/gm;

/**
 * The members of an interface or object type of `src/api`, by name.
 *
 * @throws Error when it is not there, or a member has no docstring
 */
export function membersOf(declaration: string): Map<string, Declared> {
  const start = new RegExp(`^export (?:interface|type) ${declaration}\\b`, 'm');
  const text = filesIn('src/api')
    .map(textOf)
    .find((each) => start.test(each));
  if (text === undefined) throw new Error(`src/api declares no ${declaration}.`);
  const [body = ''] = text.slice(text.search(start)).split(/\n(?=\/\*\*|export )/);
  const members = [...body.matchAll(MEMBER)].map(([, docstring, name = '', type = '']) => {
    if (docstring === undefined) throw new Error(`${declaration}.${name} has no docstring.`);
    return [name, { name, type: type.replace(/\s+/g, ' '), text: said(docstring) }] as const;
  });
  return new Map(members);
}

/** Text in a cell of a table. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
