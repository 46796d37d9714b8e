/** Reads the values of operands and options. Each message says what was understood, and what would be right. */
import type { ServiceOptions } from '../api/options.js';
import type { CommandName } from './commands.js';
import { UsageError } from './usage-error.js';

const MAX_PORT = 0xffff;
const UNITS_MS = { ms: 1, s: 1_000, m: 60_000 } as const;

/** `2s`, `1.5s`, `500ms`, `1m`, or milliseconds without a unit. @returns milliseconds, more than 0 */
export function readDuration(option: string, text: string, command: CommandName | undefined): number {
  const [, number = '', unit = 'ms'] = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(text) ?? [];
  const ms = Math.round(Number(number) * UNITS_MS[unit as keyof typeof UNITS_MS]);
  if (number !== '' && ms > 0 && Number.isSafeInteger(ms)) return ms;
  const understood = number === '' ? 'is not a time' : `means ${Number(number)} ${unit}`;
  throw new UsageError(`${option} ${shown(text)} ${understood}: give a time above 0, such as 2s or 500ms.`, command);
}

export function readPort(text: string, command: CommandName): number {
  if (/^\d+$/.test(text) && Number(text) <= MAX_PORT) return Number(text);
  throw new UsageError(`${shown(text)} is not a port: give a whole number from 0 to ${MAX_PORT}.`, command);
}

/** The value of `--publish`. The name may contain spaces: type and port are the last two words. */
export function readService(text: string): ServiceOptions {
  const [, name, type, port] = /^(.*\S)\s+(\S+)\s+(\S+)$/s.exec(text.trim()) ?? [];
  if (name === undefined || type === undefined || port === undefined)
    throw new UsageError(`--publish ${shown(text)} is not "NAME TYPE PORT", in quotes.`, 'inspect');
  return { name, type: readType(type, 'inspect'), port: readPort(port, 'inspect') };
}

/** A service type. The library checks it; what it would read as a service called "tcp" is refused here. */
export function readType(text: string, command: CommandName): string {
  if (!/^_?(?:tcp|udp)$/i.test(text)) return text;
  const protocol = text.replace(/^_?/, '_').toLowerCase();
  throw new UsageError(
    `${shown(text)} is the protocol of a service type without the service: give for example _http.${protocol}, or http for _http._tcp.`,
    command,
  );
}

/** `key=value`, or a key alone (RFC 6763 section 6.4). */
export function readTxt(words: readonly string[]): Record<string, string | true> {
  const attributes = new Map<string, string | true>();
  for (const word of words) {
    const equals = word.indexOf('=');
    const key = equals < 0 ? word : word.slice(0, equals);
    if (attributes.has(key)) throw new UsageError(`The attribute ${shown(key)} is given twice.`, 'publish');
    attributes.set(key, equals < 0 ? true : word.slice(equals + 1));
  }
  return Object.fromEntries(attributes);
}

export function shown(text: string): string {
  return JSON.stringify(text);
}
