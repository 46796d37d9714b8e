import { describe, expect, it } from 'vitest';
import {
  Announcements,
  announcementGap,
  changedRecords,
  goodbyes,
  updateWaitMs,
} from '../../../src/protocol/claim/announce.js';
import type { ResourceRecord } from '../../../src/protocol/record.js';
import type { RecordSet } from '../../../src/protocol/record-set.js';
import { address, ptr, srv, txt } from '../../support/records.js';

const HOST = 'h.local';
const INSTANCE = 'I._t._tcp.local';
const set = (...records: ResourceRecord[]): RecordSet => ({ id: 'x', claims: [], records });
const gone = (record: ResourceRecord): ResourceRecord => ({ ...record, ttl: 0 });

describe('announcementGap', () => {
  it('ANN-02 starts at a second and doubles', () => {
    expect([1, 2, 3, 4, 5, 6, 7].map(announcementGap)).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 64_000]);
  });
});

describe('updateWaitMs', () => {
  it('UPD-03 lets an update go at once after six seconds, and no later one sooner', () => {
    expect(updateWaitMs(-Infinity, 0)).toBe(0);
    expect(updateWaitMs(1_000, 1_000)).toBe(6_000);
    expect(updateWaitMs(1_000, 6_999)).toBe(1);
    expect(updateWaitMs(1_000, 7_000)).toBe(0);
    expect(updateWaitMs(1_000, 70_000)).toBe(0);
  });

  it('UPD-03 lets ten updates go in any minute', () => {
    const sent: number[] = [];
    for (let now = 0; now < 180_000; now += 600) if (updateWaitMs(sent.at(-1) ?? -Infinity, now) === 0) sent.push(now);
    expect(sent).toHaveLength(30);
    for (const [i, time] of sent.entries()) expect(time - (sent[i - 10] ?? -60_000)).toBeGreaterThanOrEqual(60_000);
  });
});

describe('Announcements', () => {
  const pointer = ptr('_t._tcp.local', 'I._t._tcp.local');
  const sub = ptr('_p._sub._t._tcp.local', 'I._t._tcp.local');

  /** All that is left to announce: the gap before each, and what it says. */
  function announced(queue: Announcements, wanted: RecordSet, told?: RecordSet) {
    const said: [gap: number, ...records: ResourceRecord[]][] = [];
    for (let rest = queue; !rest.isOver; ) {
      const gap = said.length === 0 ? 0 : rest.gapMs;
      const next = rest.next(wanted, told);
      said.push([gap, ...next.goodbyes, ...next.records]);
      rest = next.rest;
    }
    return said;
  }

  it('ANN-01 ANN-02 says all of a new set as often as asked for, with growing gaps', () => {
    const all = set(pointer, srv(INSTANCE, HOST, 80), txt(INSTANCE, ['a']));
    expect(Announcements.none.isOver).toBe(true);
    expect(announced(Announcements.begin(4), all)).toEqual([
      [0, ...all.records],
      [1_000, ...all.records],
      [2_000, ...all.records],
      [4_000, ...all.records],
    ]);
  });

  it('UPD-01 says what is different, and what was left of earlier announcements from the second one on', () => {
    const before = set(pointer, srv(INSTANCE, HOST, 80), txt(INSTANCE, ['a']));
    const after = set(pointer, srv(INSTANCE, HOST, 80), txt(INSTANCE, ['b']));
    const { rest } = Announcements.begin(3).next(before);
    expect(rest.update(before, before).owes).toBe(false);
    const owing = rest.update(before, after);
    expect(owing.owes).toBe(true);
    const update = owing.beginUpdate(4);
    expect(update.owes).toBe(false);
    expect(announced(update, after)).toEqual([
      [0, txt(INSTANCE, ['b'])],
      [1_000, ...after.records],
      [2_000, ...after.records],
      [4_000, txt(INSTANCE, ['b'])],
    ]);
  });

  it('ANN-02 never says more than eight in a row, and forgets none of the earlier ones', () => {
    const before = set(pointer, txt(INSTANCE, ['a']));
    const after = set(pointer, txt(INSTANCE, ['b']));
    const { rest } = Announcements.begin(8).next(before);
    const said = announced(rest.update(before, after).beginUpdate(3), after);
    expect(said.map(([, ...records]) => records)).toEqual([[txt(INSTANCE, ['b'])], ...Array(7).fill(after.records)]);
  });

  it('UPD-03 leaves out what is owed until its own time comes', () => {
    const sets = ['a', 'b', 'c'].map((text) => set(pointer, srv(INSTANCE, HOST, 80), txt(INSTANCE, [text])));
    const [a, b, c] = sets as [RecordSet, RecordSet, RecordSet];
    const first = Announcements.begin(2).next(a).rest.next(a).rest.update(a, b).beginUpdate(3).next(b);
    expect(first.records).toEqual([txt(INSTANCE, ['b'])]);
    const owing = first.rest.update(b, c);
    const second = owing.next(c);
    expect(second.records).toEqual([]);
    expect(second.rest.owes).toBe(true);
    expect(announced(second.rest.beginUpdate(2), c)).toEqual([
      [0, txt(INSTANCE, ['c'])],
      [1_000, txt(INSTANCE, ['c'])],
    ]);
  });

  it('UPD-01 says what changed back as well', () => {
    const a = set(pointer, txt(INSTANCE, ['a']));
    const b = set(pointer, txt(INSTANCE, ['b']));
    const idle = Announcements.begin(1).next(a).rest;
    expect(announced(idle.update(a, b).update(b, a).beginUpdate(1), a)).toEqual([[0, txt(INSTANCE, ['a'])]]);
  });

  it('UPD-02 says goodbye once, with the update that it belongs to, and not to what has come back', () => {
    const both = set(pointer, sub, txt(INSTANCE, ['a']));
    const one = set(pointer, txt(INSTANCE, ['a']));
    const idle = Announcements.begin(1).next(both).rest;
    const without = idle.update(both, one);
    expect(without.owes).toBe(true);
    expect(without.next(one).goodbyes).toEqual([]);
    expect(announced(without.beginUpdate(2), one)).toEqual([[0, gone(sub)], [1_000]]);
    expect(announced(without.update(one, both).beginUpdate(1), both)).toEqual([[0, sub]]);
  });

  it('UPD-02 says goodbye to shared records that went before the names were claimed again', () => {
    const told = set(
      pointer,
      sub,
      srv(INSTANCE, HOST, 80),
      ptr('5.0.18.198.in-addr.arpa', HOST, { flush: true, ttl: 120 }),
    );
    const wanted = set(pointer, txt(INSTANCE, ['a']));
    expect(announced(Announcements.begin(2), wanted, told)).toEqual([
      [0, gone(sub), pointer, txt(INSTANCE, ['a'])],
      [1_000, pointer, txt(INSTANCE, ['a'])],
    ]);
    // Changes before the first announcement are in it anyway.
    const begun = Announcements.begin(2);
    expect(begun.update(told, wanted)).toBe(begun);
  });

  it('A-26 keeps both families of addresses together', () => {
    const before = set(address(HOST, '198.18.0.1'), address(HOST, 'fd00::1'), srv(INSTANCE, HOST, 80));
    const after = set(address(HOST, '198.18.0.2'), address(HOST, 'fd00::1'), srv(INSTANCE, HOST, 80));
    const idle = Announcements.begin(1).next(before).rest;
    expect(idle.update(before, after).beginUpdate(1).next(after).records).toEqual([
      address(HOST, '198.18.0.2'),
      address(HOST, 'fd00::1'),
    ]);
  });

  it('tells people how much is ahead', () => {
    const { rest } = Announcements.begin(3).next(set(txt(INSTANCE, ['a'])));
    expect(JSON.stringify(rest.update(set(txt(INSTANCE, ['a'])), set(txt(INSTANCE, ['b']))))).toBe(
      '{"queued":2,"owed":1}',
    );
  });
});

describe('goodbyes', () => {
  it('GBY-01 keeps all but the TTL', () => {
    expect(goodbyes([srv(INSTANCE, HOST, 80), ptr('_t._tcp.local', 'I._t._tcp.local')])).toEqual([
      { ...srv(INSTANCE, HOST, 80), ttl: 0 },
      { ...ptr('_t._tcp.local', 'I._t._tcp.local'), ttl: 0 },
    ]);
  });
});

describe('changedRecords', () => {
  const pointer = ptr('_t._tcp.local', 'I._t._tcp.local');

  it('ANN-03 finds nothing to say when nothing changed', () => {
    expect(
      changedRecords(
        set(pointer, srv(INSTANCE, HOST, 80), txt(INSTANCE, ['a'])),
        set(txt(INSTANCE, ['a']), srv(INSTANCE, HOST, 80), pointer),
      ),
    ).toEqual({
      announce: [],
      goodbye: [],
    });
  });

  it('UPD-02 announces new unique data without a goodbye for the old', () => {
    const changes = changedRecords(
      set(pointer, srv(INSTANCE, HOST, 80), txt(INSTANCE, ['a'])),
      set(pointer, srv(INSTANCE, HOST, 80), txt(INSTANCE, ['b'])),
    );
    expect(changes).toEqual({ announce: [txt(INSTANCE, ['b'])], goodbye: [] });
  });

  it('UPD-02 says goodbye to shared data that went', () => {
    const sub = ptr('_p._sub._t._tcp.local', 'I._t._tcp.local');
    expect(changedRecords(set(pointer, sub, srv(INSTANCE, HOST, 80)), set(pointer, srv(INSTANCE, HOST, 80)))).toEqual({
      announce: [],
      goodbye: [gone(sub)],
    });
    expect(changedRecords(set(pointer), set(pointer, sub))).toEqual({ announce: [sub], goodbye: [] });
  });

  it('CNF-07 withdraws the old name and announces the new one when an instance is renamed', () => {
    const other = 'I (2)._t._tcp.local';
    const before = set(pointer, srv(INSTANCE, HOST, 80), txt(INSTANCE, ['a']));
    const after = set(ptr('_t._tcp.local', other), srv(other, HOST, 80), txt(other, ['a']));
    expect(changedRecords(before, after)).toEqual({ announce: after.records, goodbye: before.records.map(gone) });
  });

  it('CNF-07 announces the SRV record with the new target when the host is renamed', () => {
    const moved = srv('I._t._tcp.local', 'h-2.local', 80);
    expect(changedRecords(set(pointer, srv(INSTANCE, HOST, 80)), set(pointer, moved))).toEqual({
      announce: [moved],
      goodbye: [],
    });
  });

  it('CFL-03 announces the whole unique set when one of its records is new', () => {
    const changes = changedRecords(
      set(address(HOST, '192.0.2.1')),
      set(address(HOST, '192.0.2.1'), address(HOST, '192.0.2.2')),
    );
    expect(changes).toEqual({ announce: [address(HOST, '192.0.2.1'), address(HOST, '192.0.2.2')], goodbye: [] });
  });

  it('A-26 announces what is left of the address set, without a goodbye', () => {
    const changes = changedRecords(
      set(address(HOST, '192.0.2.1'), address(HOST, '192.0.2.2'), address(HOST, 'fe80::1'), srv(INSTANCE, HOST, 80)),
      set(address(HOST, '192.0.2.1'), address(HOST, 'fe80::1'), srv(INSTANCE, HOST, 80)),
    );
    expect(changes).toEqual({ announce: [address(HOST, '192.0.2.1'), address(HOST, 'fe80::1')], goodbye: [] });
  });

  it('UPD-02 says goodbye to unique data of which nothing is left to flush it', () => {
    const before = set(
      address(HOST, '192.0.2.1'),
      address(HOST, 'fe80::1'),
      ptr('1.2.0.192.in-addr.arpa', HOST, { flush: true, ttl: 120 }),
    );
    expect(changedRecords(before, set(address(HOST, 'fe80::1')))).toEqual({
      announce: [address(HOST, 'fe80::1')],
      goodbye: [gone(address(HOST, '192.0.2.1')), gone(ptr('1.2.0.192.in-addr.arpa', HOST, { flush: true, ttl: 120 }))],
    });
  });

  it('announces a record whose TTL changed, and says no goodbye to it', () => {
    const longer = ptr('_t._tcp.local', 'I._t._tcp.local', { ttl: 9000 });
    expect(changedRecords(set(pointer), set(longer))).toEqual({ announce: [longer], goodbye: [] });
  });

  it('NAM-06 announces a record that is now unique', () => {
    const owned = { ...pointer, cacheFlush: true };
    expect(changedRecords(set(pointer), set(owned))).toEqual({ announce: [owned], goodbye: [] });
  });

  it('UTF-03 takes names in another case for the same', () => {
    expect(changedRecords(set(pointer), set(ptr('_T._tcp.local', 'i._t._tcp.LOCAL')))).toEqual({
      announce: [],
      goodbye: [],
    });
  });
});
