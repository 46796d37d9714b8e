/** Simultaneous probe tie-breaking (RFC 6762 section 8.2): who gets a name for which two hosts probe at the same time. */
import type { ResourceRecord } from '../record.js';
import { typeNumber } from '../types.js';
import { encodeRdata } from '../wire/rdata.js';

/**
 * The order of RFC 6762 section 8.2: by class (the cache-flush bit is not part of it), then type number, then the bytes of
 * the rdata as unsigned numbers, names in it uncompressed and in their case. Negative when `a` is the earlier one.
 */
export function compareRecords(a: ResourceRecord, b: ResourceRecord): number {
  return compare(contestant(a), contestant(b));
}

/**
 * Compares what two hosts propose for one name, in any order and however often repeated. The later data wins: `win` is ours,
 * `lose` theirs, and `equal` no contest, since the data is the same (RFC 6762 section 8.2.1).
 */
export function tieBreak(ours: readonly ResourceRecord[], theirs: readonly ResourceRecord[]): 'win' | 'lose' | 'equal' {
  const left = inOrder(ours);
  const right = inOrder(theirs);
  for (const [i, mine] of left.entries()) {
    const other = right[i];
    // Whoever has records left when the other has run out wins.
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
