import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contestedNames, probeAuthorities, probeQuestions } from '../../../src/protocol/claim/probe.js';
import { proposal } from '../../../src/protocol/claim/proposal.js';
import { tieBreak } from '../../../src/protocol/claim/tie-break.js';
import type { Message, ResourceRecord } from '../../../src/protocol/record.js';
import type { RecordSet } from '../../../src/protocol/record-set.js';
import { decodeMessage } from '../../../src/protocol/wire/decode.js';
import { packQuery } from '../../../src/protocol/wire/pack-query.js';
import { address, srv, txt } from '../../support/records.js';

const NAME = 'h.local';
/** IPv6 on the smallest link: 1280 bytes without the headers of IP and UDP. */
const SMALLEST = 1_232;

const setOf = (records: readonly ResourceRecord[]): RecordSet => ({ id: 's', claims: [NAME], records });
const aaaa = (number: number) => address(NAME, `2001:db8::${number.toString(16)}`);
const many = Array.from({ length: 80 }, (_, i) => aaaa(i + 1));

/** The probe of a set as another host reads it. */
function onTheWire(set: RecordSet): Message {
  const probe = { questions: probeQuestions(set), knownAnswers: [], authorities: probeAuthorities(set) };
  const packets = packQuery({ ...probe, maxBytes: SMALLEST }).flatMap((query) => query.packets);
  expect(packets).toHaveLength(1);
  const [bytes = new Uint8Array()] = packets;
  expect(bytes.length).toBeLessThanOrEqual(SMALLEST);
  const { message } = decodeMessage(bytes);
  if (!message) throw new Error('The probe cannot be read.');
  return message;
}

const opposite = { win: 'lose', lose: 'win', equal: 'equal' } as const;

const anyRecord = fc.oneof(
  fc.integer({ min: 1, max: 200 }).map(aaaa),
  fc.integer({ min: 1, max: 250 }).map((last) => address(NAME, `198.18.0.${last}`)),
  fc.integer({ min: 1, max: 3 }).map((port) => srv(NAME, 'x.local', port)),
  fc.array(fc.integer({ min: 1, max: 250 }), { maxLength: 8 }).map((sizes) =>
    txt(
      NAME,
      sizes.map((size) => 'x'.repeat(size)),
    ),
  ),
);
const anySet = fc.array(anyRecord, { minLength: 1, maxLength: 90 }).map(setOf);

describe('proposal', () => {
  it('PRB-04 is all records of a name where a packet has room for them', () => {
    const records = [srv(NAME, 'x.local', 1), txt(NAME, ['a=1'])];
    expect(proposal(NAME, records)).toBe(records);
  });

  it('PRB-04 SIZ-01 of 80 addresses is those that the tie-break looks at first, in the order of the set', () => {
    const kept = proposal(NAME, [...many].reverse());
    expect(kept.length).toBeGreaterThan(40);
    expect(kept).toEqual(many.slice(0, kept.length).reverse());
  });

  it('PRB-04 SIZ-01 leaves out a TXT record that is too large, and keeps the SRV record', () => {
    const large = txt(
      NAME,
      Array.from({ length: 10 }, () => 'x'.repeat(250)),
    );
    expect(proposal(NAME, [srv(NAME, 'x.local', 1), large])).toEqual([srv(NAME, 'x.local', 1)]);
    expect(proposal(NAME, [large])).toEqual([]);
  });

  it('TIE-01 both sides of a contest see the same winner, however large the sets are', () => {
    fc.assert(
      fc.property(anySet, anySet, (one, other) => {
        const [ours] = contestedNames(one, onTheWire(other));
        const [theirs] = contestedNames(other, onTheWire(one));
        // A probe whose every record is too large proposes nothing, and is an ordinary question.
        if (!ours || !theirs) return;
        expect(ours.outcome).toBe(opposite[theirs.outcome]);
      }),
    );
  });

  it('TIE-01 the winner is that of the whole sets, unless everything that is sent is equal', () => {
    const half = setOf(many.slice(0, 60));
    const later = setOf([...many.slice(1, 60), address(NAME, '198.18.0.1')]);
    const outcome = tieBreak(probeAuthorities(half), probeAuthorities(later));
    expect(outcome).toBe(tieBreak(half.records, later.records));
    expect(outcome).toBe('win');
    expect(tieBreak(probeAuthorities(half), probeAuthorities(setOf(many.slice(0, 61))))).toBe('equal');
  });
});
