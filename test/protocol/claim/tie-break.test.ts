import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareRecords, tieBreak } from '../../../src/protocol/claim/tie-break.js';
import type { ResourceRecord } from '../../../src/protocol/record.js';
import { address, record, srv, txt } from '../../support/records.js';

const HOST = 'h.local';
const raw = (number: number, ...bytes: number[]): ResourceRecord =>
  record(HOST, { type: `TYPE${number}`, rdata: Uint8Array.from(bytes) });

describe('compareRecords', () => {
  it.each([
    ['an address, unsigned', address(HOST, '169.254.99.200'), address(HOST, '169.254.200.50')],
    ['a byte above 127', raw(300, 0x7f), raw(300, 0x80)],
    ['the longer of equal beginnings', raw(300, 1, 2), raw(300, 1, 2, 0)],
    ['nothing at all', raw(300), raw(300, 0)],
    ['the type, before the data', txt(HOST, [Uint8Array.of(255)]), srv(HOST, HOST, 1)],
    ['the type number, not its name', address(HOST, 'ff02::1'), srv(HOST, HOST, 0)],
    ['the class, before the type', srv(HOST, HOST, 1), { ...address(HOST, '0.0.0.0'), class: 3 }],
    ['a name, in its case', srv(HOST, 'H.local', 1), srv(HOST, 'h.local', 1)],
    ['a name as length bytes and text', srv(HOST, 'zz.local', 1), srv(HOST, 'aaa.local', 1)],
  ])('TIE-02 A-04 goes by %s', (_, earlier, later) => {
    expect(compareRecords(earlier, later)).toBeLessThan(0);
    expect(compareRecords(later, earlier)).toBeGreaterThan(0);
  });

  it('TIE-02 takes no notice of owner name, cache-flush bit and TTL', () => {
    expect(
      compareRecords(address(HOST, '192.0.2.1'), {
        ...address(HOST, '192.0.2.1'),
        name: 'H.LOCAL',
        cacheFlush: true,
        ttl: 1,
      }),
    ).toBe(0);
  });
});

describe('tieBreak', () => {
  it.each([
    ['the later address', [address(HOST, '169.254.200.50')], [address(HOST, '169.254.99.200')]],
    ['more records', [address(HOST, '192.0.2.1'), address(HOST, 'fe80::1')], [address(HOST, '192.0.2.1')]],
    ['any record against none', [address(HOST, '192.0.2.1')], []],
    [
      'a later second record',
      [txt(HOST, [Uint8Array.of(1)]), srv(HOST, HOST, 81)],
      [srv(HOST, HOST, 80), txt(HOST, [Uint8Array.of(1)])],
    ],
    [
      'the first difference in order',
      [address(HOST, '192.0.2.1'), address(HOST, '192.0.2.9')],
      [address(HOST, '192.0.2.8'), address(HOST, '192.0.2.1')],
    ],
    [
      'a later type over more records',
      [address(HOST, 'fe80::1')],
      [address(HOST, '192.0.2.1'), address(HOST, '192.0.2.2'), address(HOST, '192.0.2.3')],
    ],
  ])('TIE-03 A-05 goes by %s', (_, later, earlier) => {
    expect(tieBreak(later, earlier)).toBe('win');
    expect(tieBreak(earlier, later)).toBe('lose');
  });

  it.each([
    ['nothing and nothing', [], []],
    [
      'the same in another order',
      [txt(HOST, [Uint8Array.of(1)]), srv(HOST, HOST, 80)],
      [srv(HOST, HOST, 80), txt(HOST, [Uint8Array.of(1)])],
    ],
    [
      'repeated records',
      [txt(HOST, [Uint8Array.of(1)]), srv(HOST, HOST, 80)],
      [srv(HOST, HOST, 80), txt(HOST, [Uint8Array.of(1)]), txt(HOST, [Uint8Array.of(1)]), srv(HOST, HOST, 80)],
    ],
  ])('TIE-03 A-05 sees no contest between %s', (_, ours, theirs) => {
    expect(tieBreak(ours, theirs)).toBe('equal');
  });

  const record = fc.oneof(
    fc.constantFrom('192.0.2.1', '192.0.2.200', '10.0.0.1', 'fe80::1', 'fe80::ff').map((text) => address(HOST, text)),
    fc.constantFrom(80, 443).map((port) => srv(HOST, HOST, port)),
    fc.array(fc.constantFrom(0, 127, 128, 255), { maxLength: 2 }).map((bytes) => raw(300, ...bytes)),
    fc.constant({ ...address(HOST, '192.0.2.1'), class: 3 }),
  );
  const records = fc.array(record, { maxLength: 4 });
  const sign = { win: 1, equal: 0, lose: -1 };

  it('TIE-03 is a total order, the same for both sides', () => {
    fc.assert(
      fc.property(records, records, records, (x, y, z) => {
        const order = (p: readonly ResourceRecord[], q: readonly ResourceRecord[]) => sign[tieBreak(p, q)];
        expect(order(x, y)).toBe(0 - order(y, x));
        expect(order(x, x)).toBe(0);
        if (order(x, y) >= 0 && order(y, z) >= 0) expect(order(x, z)).toBe(Math.max(order(x, y), order(y, z)));
      }),
    );
  });

  it('TIE-03 does not depend on the order or the repetition of records', () => {
    fc.assert(
      fc.property(records, records, fc.nat(), (ours, theirs, turn) => {
        const turned = [...ours.slice(turn % 4), ...ours, ...ours.slice(0, turn % 4)];
        expect(tieBreak(turned, theirs)).toBe(tieBreak(ours, theirs));
        expect(tieBreak(turned, ours)).toBe('equal');
      }),
    );
  });
});
