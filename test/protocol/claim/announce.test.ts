import { describe, expect, it } from 'vitest';
import { announcementGap, changedRecords, goodbyes, UpdateBudget } from '../../../src/protocol/claim/announce.js';
import type { RecordData, ResourceRecord } from '../../../src/protocol/record.js';
import type { RecordSet } from '../../../src/protocol/record-set.js';
import { txtData } from '../../../src/protocol/txt-strings.js';

const unique = (name: string, data: RecordData, ttl = 120): ResourceRecord => ({
  name,
  class: 1,
  cacheFlush: true,
  ttl,
  ...data,
});
const shared = (name: string, target: string, ttl = 4500): ResourceRecord => ({
  name,
  class: 1,
  cacheFlush: false,
  ttl,
  type: 'PTR',
  target,
});
const a = (address: string): ResourceRecord => unique('h.local', { type: 'A', address });
const aaaa = (address: string): ResourceRecord => unique('h.local', { type: 'AAAA', address });
const reverse = (name: string): ResourceRecord => unique(name, { type: 'PTR', target: 'h.local' });
const txt = (text: string, name = 'I._t._tcp.local'): ResourceRecord =>
  unique(name, txtData([new TextEncoder().encode(text)]), 4500);
const srv = (port: number, name = 'I._t._tcp.local', target = 'h.local'): ResourceRecord =>
  unique(name, { type: 'SRV', priority: 0, weight: 0, port, target });
const set = (...records: ResourceRecord[]): RecordSet => ({ id: 'x', claims: [], records });
const gone = (record: ResourceRecord): ResourceRecord => ({ ...record, ttl: 0 });

describe('announcementGap', () => {
  it('ANN-02 starts at a second and doubles', () => {
    expect([1, 2, 3, 4, 5, 6, 7].map(announcementGap)).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 64_000]);
  });
});

describe('UpdateBudget', () => {
  it('UPD-03 lets ten updates go in any minute', () => {
    const budget = new UpdateBudget();
    for (let i = 0; i < 10; i++) {
      expect(budget.waitMs(i * 100)).toBe(0);
      budget.spend(i * 100);
    }
    expect(budget.waitMs(900)).toBe(59_100);
    expect(budget.waitMs(59_999)).toBe(1);
    expect(budget.waitMs(60_000)).toBe(0);
    budget.spend(60_000);
    expect(budget.waitMs(60_000)).toBe(100);
    expect(budget.waitMs(60_100)).toBe(0);
  });

  it('UPD-03 holds for a hundred updates a minute', () => {
    const budget = new UpdateBudget();
    const sent: number[] = [];
    for (let now = 0; now < 180_000; now += 600) {
      if (budget.waitMs(now) > 0) continue;
      budget.spend(now);
      sent.push(now);
    }
    expect(sent).toHaveLength(30);
    for (const [i, time] of sent.entries()) expect(time - (sent[i - 10] ?? -60_000)).toBeGreaterThanOrEqual(60_000);
  });
});

describe('goodbyes', () => {
  it('GBY-01 keeps all but the TTL', () => {
    expect(goodbyes([srv(80), shared('_t._tcp.local', 'I._t._tcp.local')])).toEqual([
      { ...srv(80), ttl: 0 },
      { ...shared('_t._tcp.local', 'I._t._tcp.local'), ttl: 0 },
    ]);
  });
});

describe('changedRecords', () => {
  const ptr = shared('_t._tcp.local', 'I._t._tcp.local');

  it('ANN-03 finds nothing to say when nothing changed', () => {
    expect(changedRecords(set(ptr, srv(80), txt('a')), set(txt('a'), srv(80), ptr))).toEqual({
      announce: [],
      goodbye: [],
    });
  });

  it('UPD-02 announces new unique data without a goodbye for the old', () => {
    const changes = changedRecords(set(ptr, srv(80), txt('a')), set(ptr, srv(80), txt('b')));
    expect(changes).toEqual({ announce: [txt('b')], goodbye: [] });
  });

  it('UPD-02 says goodbye to shared data that went', () => {
    const sub = shared('_p._sub._t._tcp.local', 'I._t._tcp.local');
    expect(changedRecords(set(ptr, sub, srv(80)), set(ptr, srv(80)))).toEqual({ announce: [], goodbye: [gone(sub)] });
    expect(changedRecords(set(ptr), set(ptr, sub))).toEqual({ announce: [sub], goodbye: [] });
  });

  it('CNF-07 withdraws the old name and announces the new one when an instance is renamed', () => {
    const other = 'I (2)._t._tcp.local';
    const before = set(ptr, srv(80), txt('a'));
    const after = set(shared('_t._tcp.local', other), srv(80, other), txt('a', other));
    expect(changedRecords(before, after)).toEqual({ announce: after.records, goodbye: before.records.map(gone) });
  });

  it('CNF-07 announces the SRV record with the new target when the host is renamed', () => {
    const moved = srv(80, 'I._t._tcp.local', 'h-2.local');
    expect(changedRecords(set(ptr, srv(80)), set(ptr, moved))).toEqual({ announce: [moved], goodbye: [] });
  });

  it('CFL-03 announces the whole unique set when one of its records is new', () => {
    const changes = changedRecords(set(a('192.0.2.1')), set(a('192.0.2.1'), a('192.0.2.2')));
    expect(changes).toEqual({ announce: [a('192.0.2.1'), a('192.0.2.2')], goodbye: [] });
  });

  it('A-26 announces what is left of the address set, without a goodbye', () => {
    const changes = changedRecords(
      set(a('192.0.2.1'), a('192.0.2.2'), aaaa('fe80::1'), srv(80)),
      set(a('192.0.2.1'), aaaa('fe80::1'), srv(80)),
    );
    expect(changes).toEqual({ announce: [a('192.0.2.1'), aaaa('fe80::1')], goodbye: [] });
  });

  it('UPD-02 says goodbye to unique data of which nothing is left to flush it', () => {
    const before = set(a('192.0.2.1'), aaaa('fe80::1'), reverse('1.2.0.192.in-addr.arpa'));
    expect(changedRecords(before, set(aaaa('fe80::1')))).toEqual({
      announce: [aaaa('fe80::1')],
      goodbye: [gone(a('192.0.2.1')), gone(reverse('1.2.0.192.in-addr.arpa'))],
    });
  });

  it('announces a record whose TTL changed, and says no goodbye to it', () => {
    const longer = shared('_t._tcp.local', 'I._t._tcp.local', 9000);
    expect(changedRecords(set(ptr), set(longer))).toEqual({ announce: [longer], goodbye: [] });
  });

  it('NAM-06 announces a record that is now unique', () => {
    const owned = { ...ptr, cacheFlush: true };
    expect(changedRecords(set(ptr), set(owned))).toEqual({ announce: [owned], goodbye: [] });
  });

  it('UTF-03 takes names in another case for the same', () => {
    expect(changedRecords(set(ptr), set(shared('_T._tcp.local', 'i._t._tcp.LOCAL')))).toEqual({
      announce: [],
      goodbye: [],
    });
  });
});
