/**
 * Simultaneous probe tie-breaking (RFC 6762 section 8.2): which of two hosts gets a name that both probe for at the
 * same time.
 */
import type { ResourceRecord } from '../record.js';
import { typeNumber } from '../types.js';
import { encodeRdata } from '../wire/rdata.js';

/**
 * The order of RFC 6762 section 8.2: by class (without the cache-flush bit), then type number, then the bytes of the
 * rdata as unsigned numbers, with names uncompressed and in their case. Negative if `a` comes first.
 */
export function compareRecords(a: ResourceRecord, b: ResourceRecord): number {
  return compare(contestant(a), contestant(b));
}

/**
 * Compares the records that two hosts propose for one name, in any order, repetitions ignored. The later data wins:
 * `win` for ours, `lose` for theirs; `equal` data is not a conflict (RFC 6762 section 8.2.1).
 */
export function tieBreak(ours: readonly ResourceRecord[], theirs: readonly ResourceRecord[]): 'win' | 'lose' | 'equal' {
  const left = inOrder(ours);
  const right = inOrder(theirs);
  for (const [i, mine] of left.entries()) {
    const other = right[i];
    // The host with records left when the other has none wins.
    const order = other === undefined ? 1 : compare(mine, other);
    if (order !== 0) return order > 0 ? 'win' : 'lose';
  }
  return right.length > left.length ? 'lose' : 'equal';
}

interface Contestant {
  readonly class: number;
  readonly type: number;
  readonly rdata: Uint8Array;
}

function contestant(record: ResourceRecord): Contestant {
  return { class: record.class, type: typeNumber(record.type), rdata: encodeRdata(record) };
}

function compare(a: Contestant, b: Contestant): number {
  return a.class - b.class || a.type - b.type || Buffer.compare(a.rdata, b.rdata);
}

function inOrder(records: readonly ResourceRecord[]): Contestant[] {
  const sorted = records.map(contestant).sort(compare);
  return sorted.filter((one, i) => {
    const before = sorted[i - 1];
    return before === undefined || compare(before, one) !== 0;
  });
}
