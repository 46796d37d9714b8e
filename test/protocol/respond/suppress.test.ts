import { describe, expect, it } from 'vitest';
import type { ResourceRecord } from '../../../src/protocol/record.js';
import { compareCopies, isKnown, knownAnswers } from '../../../src/protocol/respond/suppress.js';
import { type Answer, Zone } from '../../../src/protocol/respond/zone.js';
import { address, ptr, srv } from '../../support/records.js';
import { HOST, host, INSTANCE, printer, TYPE } from './responder-bench.js';

const zone = new Zone();
zone.add(host);
zone.add(printer);
zone.add({ id: 'short', claims: [], records: [{ ...address('s.local', '192.0.2.1'), ttl: 1 }] });

const answer = (name: string, type: 'PTR' | 'A' | 'AAAA'): Answer => {
  const found = zone.find(name, type)[0];
  if (!found) throw new Error('not in the zone');
  return found;
};
const knows = (which: Answer, ...listed: ResourceRecord[]): boolean => isKnown(which, knownAnswers(zone, listed));

describe('known answers', () => {
  it.each([
    ['KAS-01', TYPE, 'PTR', 2250, true],
    ['KAS-02', TYPE, 'PTR', 2249, false],
    ['A-39 KAS-02', TYPE, 'PTR', 0, false],
    ['KAS-01', 'h.local', 'A', 60, true],
    ['KAS-02', 'h.local', 'A', 59, false],
    ['A-39 KAS-01', 's.local', 'A', 1, true],
    ['A-39 KAS-02', 's.local', 'A', 0, false],
  ] as const)('%s %s %s with %i s', (_id, name, type, ttl, known) => {
    const which = answer(name, type);
    expect(knows(which, ...which.records.map((record) => ({ ...record, ttl })))).toBe(known);
  });

  it('KAS-06 compares names within data without regard to case', () => {
    expect(knows(answer(TYPE, 'PTR'), ptr(TYPE.toUpperCase(), INSTANCE.toUpperCase()))).toBe(true);
    expect(knows(answer(TYPE, 'PTR'), ptr(TYPE, `X${INSTANCE}`))).toBe(false);
    expect(knows(answer(TYPE, 'PTR'), { ...ptr(TYPE, INSTANCE), class: 3 })).toBe(false);
  });

  it('A-45 CFL-03 needs every member of a unique set', () => {
    expect(knows(answer(HOST, 'AAAA'), address(HOST, 'fe80::10'))).toBe(false);
    expect(knows(answer(HOST, 'AAAA'), address(HOST, 'fe80::10'), address(HOST, '2001:db8::10'))).toBe(true);
  });

  it('KAS-04 keeps only what is ours', () => {
    expect(
      knownAnswers(zone, [srv(INSTANCE, HOST, 1), ptr(TYPE, 'X._t._tcp.local'), address('x.local', '192.0.2.9')]).size,
    ).toBe(0);
  });
});

describe('copies', () => {
  const shared = ptr(TYPE, INSTANCE);
  it.each([
    ['DAS-01 with our TTL', shared, 4500, 'complete'],
    ['DAS-01 with a longer one', shared, 9000, 'complete'],
    ['DAS-01 with a shorter one', shared, 4499, undefined],
    ['COP-02 with half', shared, 2250, undefined],
    ['COP-02 with less than half', shared, 2249, 'shortened'],
    ['COP-02 with half', address(HOST, '192.0.2.10'), 60, undefined],
    ['COP-02 with less than half', address(HOST, '192.0.2.10'), 50, 'shortened'],
    ['COP-02 with a goodbye', address(HOST, '192.0.2.10'), 0, 'shortened'],
    ['COP-01 with other data', ptr(TYPE, 'X._t._tcp.local'), 4500, undefined],
  ] as const)('%s', (_title, record, ttl, verdict) => {
    const copies = compareCopies(zone, [{ ...record, ttl }]);
    const own = zone.own(record)?.answer;
    expect(copies.complete).toEqual(verdict === 'complete' ? [own] : []);
    expect(copies.shortened).toEqual(verdict === 'shortened' ? [own] : []);
  });

  it('COP-02 takes the worse of two copies', () => {
    const copies = compareCopies(zone, [shared, { ...shared, ttl: 0 }]);
    expect(copies).toEqual({ complete: [], shortened: [answer(TYPE, 'PTR')] });
  });

  it('DAS-01 CFL-03 counts a unique set as told only when it was whole', () => {
    expect(compareCopies(zone, [address(HOST, 'fe80::10')]).complete).toEqual([]);
    expect(compareCopies(zone, [address(HOST, 'fe80::10'), address(HOST, '2001:db8::10')]).complete).toEqual([
      answer(HOST, 'AAAA'),
    ]);
    const half = compareCopies(zone, [address(HOST, 'fe80::10'), { ...address(HOST, '2001:db8::10'), ttl: 1 }]);
    expect(half).toEqual({ complete: [], shortened: [answer(HOST, 'AAAA')] });
  });
});
