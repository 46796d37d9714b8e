/**
 * Reads values of unknown origin: each reader returns its value in a known shape, or refuses it with an `MdnsError`
 * that says what would be right. No method or conversion of the value is called, so objects with traps or throwing
 * getters do no harm.
 */
import { MdnsError, type MdnsErrorCode } from '../errors.js';

/** @param at the value's name in messages: `"port"`. @throws MdnsError */
export type Reader<T> = (value: unknown, at: string) => T;

export type RefusalCode = Extract<MdnsErrorCode, `invalid-${string}`>;

const SHOWN_CHARACTERS = 60;

/** Describes a value for people, without running any of its code. */
export function shown(value: unknown): string {
  switch (typeof value) {
    case 'string': {
      const text = value.length > SHOWN_CHARACTERS ? `${value.slice(0, SHOWN_CHARACTERS)}...` : value;
      return JSON.stringify(text);
    }
    case 'undefined':
      return 'missing';
    case 'function':
      return 'a function';
    case 'symbol':
      return 'a symbol';
    case 'object':
      if (value === null) return 'null';
      return isArray(value) ? 'an array' : 'an object';
    case 'bigint':
      return `${value}n`;
    default:
      return Object.is(value, -0) ? '-0' : String(value);
  }
}

/** @param advice what would be right: `give a whole number` */
export function refusal(at: string, value: unknown, advice: string, code: RefusalCode = 'invalid-option'): MdnsError {
  return new MdnsError(code, `${at} is ${shown(value)}: ${advice}.`);
}

export function text(advice: string, code?: RefusalCode): Reader<string> {
  return (value, at) => {
    if (typeof value === 'string') return value;
    throw refusal(at, value, advice, code);
  };
}

export const flag: Reader<boolean> = (value, at) => {
  if (typeof value === 'boolean') return value;
  throw refusal(at, value, 'give true or false');
};

export function whole(least: number, most: number): Reader<number> {
  return (value, at) => {
    // Adding 0 turns -0 into 0.
    if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value + 0;
    throw refusal(at, value, `give a whole number from ${least} to ${most}`);
  };
}

/** A port, priority or weight. */
export const uint16 = whole(0, 0xffff);
/** A TTL of a record that exists (RFC 2181 section 8). */
export const ttlSeconds = whole(1, 0x7fffffff);

/** A finite number, fractions included. */
export function atLeast(least: number, unit: string): Reader<number> {
  return (value, at) => {
    if (typeof value === 'number' && Number.isFinite(value) && value >= least) return value;
    throw refusal(at, value, `give a number of ${unit}, at least ${least}`);
  };
}

export function oneOf<const T extends string>(words: readonly T[]): Reader<T> {
  return (value, at) => {
    const word = words.find((each) => each === value);
    if (word !== undefined) return word;
    throw refusal(at, value, `give ${words.map((each) => `"${each}"`).join(' or ')}`);
  };
}

export function listOf<T>(reader: Reader<T>, advice: string, code?: RefusalCode): Reader<readonly T[]> {
  return (value, at) => {
    if (!isArray(value)) throw refusal(at, value, advice, code);
    const items: T[] = [];
    for (let index = 0; index < value.length; index++) items.push(reader(value[index], `${at}[${index}]`));
    return items;
  };
}

/** Whether it is an object, not null and not an array; `value` may be a revoked Proxy. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !isArray(value);
}

/** `Array.isArray` throws for a revoked Proxy. */
export function isArray(value: unknown): value is readonly unknown[] {
  try {
    return Array.isArray(value);
  } catch {
    return false;
  }
}

/** Whether it is an object with named fields, unlike a Map or a Date, whose contents are not in properties. */
export function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return isObject(value) && Object.prototype.toString.call(value) === '[object Object]';
}

/** Runs a reader. Errors other than refusals come from the value itself, and become refusals, too. */
export function guarded<T>(at: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof MdnsError) throw cause;
    throw new MdnsError('invalid-option', `${at} cannot be read: give plain data.`, { cause });
  }
}
