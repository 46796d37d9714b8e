/** docs/errors.md: every code of `MdnsError`, when it comes, from which calls, and with which messages. */
import { filesIn, said, table, textOf } from './source.js';

const HOME = 'src/protocol/errors.ts';

export function errorsPage(): string {
  const codes = codesOf(textOf(HOME));
  const calls = throwing();
  const messages = messagesOf();
  return [
    '# Errors',
    'Made by `npm run docs:pages` from the source. A call that is refused, and a wait that ends without a result, has an `MdnsError` with a `code` for programs and a message that says what to do. What peers send never causes one.',
    EXAMPLE,
    table(
      ['`code`', 'when', 'from'],
      codes.map(([code, when]) => [`\`${code}\``, when, (calls.get(code) ?? []).join(', ')]),
    ),
    '## Messages',
    'Where a message has `...`, the name, value or reason of your call stands.',
    ...[...messages].flatMap(([code, texts]) => [`### ${code}`, texts.map((text) => `- ${text}`).join('\n')]),
  ].join('\n\n');
}

const EXAMPLE = `\`\`\`js
import { createMdns, MdnsError } from 'mdns-actors';

const mdns = createMdns();
try {
  mdns.publish({ name: 'Web', type: 'http', port: 80_000 });
} catch (error) {
  if (!(error instanceof MdnsError)) throw error;
  console.log(error.code, error.message);
}
await mdns.close();
\`\`\`

\`\`\`text
invalid-option "port" is 80000: give a whole number from 0 to 65535.
\`\`\``;

/** The codes and their docstrings. */
function codesOf(text: string): [string, string][] {
  return [...text.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*\| '([\w-]+)'/g)].map(([, docstring = '', code = '']) => [
    code,
    said(docstring),
  ]);
}

const METHOD = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*(?:export function |async )?(\w+)(?:<[^>]*>)?\(/g;

/** The public calls that say in their docstring that they throw a code. */
function throwing(): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const file of ['src/api/mdns.ts', 'src/api/published.ts', 'src/api/published-service.ts'])
    for (const [, docstring = '', name = ''] of textOf(file).matchAll(METHOD)) {
      const [, thrown = ''] = /@throws MdnsError([\s\S]*?)(?=@|$)/.exec(docstring) ?? [];
      for (const [, code = ''] of thrown.matchAll(/`([\w-]+)`/g)) add(found, code, `\`${name}\``);
    }
  return found;
}

const TEXT = /'((?:[^'\\]|\\.)*)'|`((?:[^`\\]|\\.)*)`/.source;
/** With its message as a text, or as a constant of the line before. */
const THROWN = new RegExp(`new MdnsError\\(\\s*'([\\w-]+)',\\s*(?:${TEXT})`, 'g');
const PREPARED = new RegExp(
  `const message =\\s*(?:${TEXT});\\s*(?:throw|return) new MdnsError\\('([\\w-]+)', message`,
  'g',
);
const FEWEST_WORDS = 4;

/** The messages that are written in one place, by code. */
function messagesOf(): Map<string, string[]> {
  const found = new Map<string, string[]>();
  const note = (code: string, text: string) => {
    const message = text.replace(/\$\{(?:[^{}]|\{[^}]*\})*\}/g, '...').replace(/\\(.)/g, '$1');
    if ((message.match(/[a-z]{2,}/gi) ?? []).length >= FEWEST_WORDS) add(found, code, message);
  };
  for (const file of filesIn('src').filter((each) => !each.includes('/simulated/'))) {
    const source = textOf(file);
    for (const [, code = '', single = '', template = ''] of source.matchAll(THROWN)) note(code, single || template);
    for (const [, single = '', template = '', code = ''] of source.matchAll(PREPARED)) note(code, single || template);
  }
  for (const list of found.values()) list.sort();
  return new Map([...found].sort(([a], [b]) => a.localeCompare(b)));
}

function add(map: Map<string, string[]>, key: string, value: string): void {
  const list = map.get(key) ?? [];
  if (!list.includes(value)) map.set(key, [...list, value]);
}
