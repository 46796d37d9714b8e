/**
 * Other types whose rdata has names that RFC 6762 section 18.14 allows to compress. A record of such a type keeps its
 * rdata with expanded names, so that it does not depend on its message.
 */
import { labelsOf, type Name } from '../name.js';
import type { OtherType } from '../types.js';
import { Reader } from './reader.js';

/** `before` bytes, `names` names, `after` bytes, nothing else. */
interface Layout {
  readonly before: number;
  readonly names: number;
  readonly after: number;
}

const layouts: { readonly [type in OtherType]?: Layout } = {
  NS: { before: 0, names: 1, after: 0 },
  SOA: { before: 0, names: 2, after: 20 },
  MX: { before: 2, names: 1, after: 0 },
  RP: { before: 0, names: 2, after: 0 },
  AFSDB: { before: 2, names: 1, after: 0 },
  RT: { before: 2, names: 1, after: 0 },
  PX: { before: 2, names: 2, after: 0 },
  KX: { before: 2, names: 1, after: 0 },
  DNAME: { before: 0, names: 1, after: 0 },
};

/** Split rdata: only the names between the bytes can be compressed. */
export interface NamesWithin {
  readonly before: Uint8Array;
  readonly names: readonly Name[];
  readonly after: Uint8Array;
}

export function hasNamesWithin(type: OtherType): boolean {
  return layouts[type] !== undefined;
}

/** Splits the rdata between `start` and `end`; undefined if it does not have the layout of `type`. */
export function namesWithin(reader: Reader, type: OtherType, start: number, end: number): NamesWithin | undefined {
  const layout = layouts[type];
  if (layout === undefined) return undefined;
  const names: Name[] = [];
  let at = start + layout.before;
  while (names.length < layout.names) {
    const name = reader.name(at, end);
    if (name === undefined) return undefined;
    names.push(name);
    at = reader.end;
  }
  if (at + layout.after !== end) return undefined;
  return { before: reader.copy(start, start + layout.before), names, after: reader.copy(at, end) };
}

/** The same for rdata without a message, in which pointers are invalid. */
export function namesWithinRdata(type: OtherType, rdata: Uint8Array): NamesWithin | undefined {
  const parts = namesWithin(new Reader(rdata), type, 0, rdata.length);
  return parts !== undefined && expanded(parts).length === rdata.length ? parts : undefined;
}

/** The rdata with its names uncompressed. */
export function expanded({ before, names, after }: NamesWithin): Uint8Array {
  const bytes = [...before];
  for (const name of names) {
    for (const label of labelsOf(name)) bytes.push(label.length, ...label);
    bytes.push(0);
  }
  return Uint8Array.from([...bytes, ...after]);
}
