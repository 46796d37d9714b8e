/** docs/defaults.md: every number that decides something, as the source has it. */

import { DEFAULT_WAIT_MS } from '../../src/api/default-wait.js';
import { supervisorInput } from '../../src/api/read-options.js';
import { SimulatedLan } from '../../src/net/simulated/index.js';
import { cacheLimits } from '../../src/protocol/cache/limits.js';
import { filesIn, said, table, textOf } from './source.js';

const CONSTANTS = 'src/protocol/constants.ts';
/** Bounds and defaults that are our own choice, by their names. */
const OWN = /^(?:export )?const ((?:MAX|MIN|LEAST|DEFAULT)_\w+) = ([\d_.]+|[\d_.]+ \* [\d_.]+);$/;

export function defaultsPage(): string {
  return [
    '# Defaults and limits',
    'Made by `npm run docs:pages` from the source. What the [options](options.md) say if you say nothing, the numbers of the RFCs, and the bounds of everything that grows.',
    '## What `createMdns()` does without options',
    optionTable(),
    '## The numbers of the RFCs',
    `From [constants.ts](../${CONSTANTS}). They are not options, since other hosts rely on them; sections without an RFC are those of RFC 6762.`,
    ...constantTables(),
    '## Our own bounds',
    'What arrives is hostile until shown otherwise, so everything that grows has a bound. What goes beyond one is dropped or has to wait, and is counted in `metrics()`.',
    table(['what', 'number', 'where'], ownBounds()),
  ].join('\n\n');
}

/** As the options are read, not as the docs describe them. */
function optionTable(): string {
  const network = new SimulatedLan({ seed: 1 }).host('this', ['198.18.0.1/24']);
  const input = supervisorInput({}, network);
  const { bytes } = cacheLimits({ random: Math.random, maxRecords: input.maxCacheRecords });
  const group = (family: 'ipv4' | 'ipv6') => `${input.groups[family]?.group}, port ${input.groups[family]?.port}`;
  return table(
    ['option', 'value'],
    [
      ['`hostname`', `\`${input.hostname}\` on a machine called \`this\``],
      ['`ipv4`', group('ipv4')],
      ['`ipv6`', group('ipv6')],
      ['`ttl`', `${input.ttls.host} s for records with host names, ${input.ttls.other} s for the others`],
      ['`announcements`', `${input.announcements}`],
      ['`reannounce`', `${input.reannounceMs === undefined ? 'false' : input.reannounceMs}`],
      ['`scanIntervalMs`', ms(input.scanIntervalMs)],
      ['`maxCacheRecords`', `${number(input.maxCacheRecords)} for each link`],
      ['`maxCacheBytes`', `${number(bytes)} for each link`],
      ['`keepAlive`', `${input.keepAlive}`],
      ['`timeout` of `discover`, `resolve`, `lookup`, `query`, `reverse`', ms(DEFAULT_WAIT_MS)],
    ],
  );
}

function constantTables(): string[] {
  const sections = textOf(CONSTANTS)
    .split(/^\/\/ /m)
    .slice(1);
  return sections.flatMap((section) => {
    const [title = '', ...lines] = section.split('\n');
    const pattern = /(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n)?^export const (\w+) = ([\s\S]*?);$/gm;
    const rows = [...lines.join('\n').matchAll(pattern)].map(([, docstring = '', name = '', value = '']) => {
      return [`\`${name}\``, shown(value), said(docstring)];
    });
    return [`### ${title}`, table(['name', 'value', ''], rows)];
  });
}

function ownBounds(): string[][] {
  const files = filesIn('src').filter((file) => file !== CONSTANTS && !file.includes('/simulated/'));
  return files.flatMap((file) => {
    const lines = textOf(file).split('\n');
    return lines.flatMap((line, at) => {
      const [, name = '', value = ''] = OWN.exec(line) ?? [];
      const docstring = docstringBefore(lines, at);
      if (name === '' || docstring === undefined) return [];
      return [[docstring, shown(value), `[${name}](../${file})`]];
    });
  });
}

/** The docstring that ends in the line before, as one line. */
function docstringBefore(lines: readonly string[], at: number): string | undefined {
  if (!lines[at - 1]?.endsWith('*/')) return undefined;
  const start = lines.findLastIndex((line, i) => i < at && line.startsWith('/**'));
  const text = lines.slice(start, at).join('\n');
  return said(text.replace(/^\/\*\*|\*\/$/g, ''));
}

function shown(value: string): string {
  const plain = value.replace(/ as const$/, '').replace(/\s+/g, ' ');
  return /^[\d_]+$/.test(plain) ? number(Number(plain.replaceAll('_', ''))) : `\`${plain}\``;
}

function number(value: number): string {
  return value.toLocaleString('en');
}

function ms(value: number): string {
  return `${number(value)} ms`;
}
