import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameHash } from '../../../src/protocol/query/name-hash.js';
import { Relevance } from '../../../src/protocol/query/relevance.js';
import { ROOM, type Unread } from '../../../src/protocol/query/unread.js';
import type { ResourceRecord } from '../../../src/protocol/record.js';
import { decodeMessage } from '../../../src/protocol/wire/decode.js';
import { encodeMessage } from '../../../src/protocol/wire/encode.js';
import { leaveUnread } from '../../support/leave-unread.js';
import { address, ptr, response } from '../../support/records.js';
import { message as anyMessage } from '../wire/arbitraries.js';

const said = (...names: string[]) => response({ answers: names.map((name) => address(name, '192.0.2.1')) });
function start() {
  const relevance = new Relevance();
  const keep = (bytes: Uint8Array, source: string, now: number) => leaveUnread(relevance, bytes, source, now);
  return { unread: relevance.unread, keep };
}

/** What is taken about a name, as the names in each of the responses. */
const taken = (unread: Unread, name: string, most = 100) =>
  unread.take([nameHash(name)], most).map(({ bytes, source, receivedAt }) => {
    const names = decodeMessage(bytes.slice()).message?.answers.map((record) => record.name);
    return `${names?.join(' ')} from ${source} at ${receivedAt}`;
  });
/** A response of some 1,400 bytes. */
const large = (i: number) => {
  const records = Array.from({ length: 20 }, (_, k) =>
    ptr('_t._tcp.local', `${'x'.repeat(50)}${i} ${k}._t._tcp.local`),
  );
  return response({ answers: records });
};

describe('responses that are unread', () => {
  it('are found by the names of their records, in any case, and taken once', () => {
    const { unread, keep } = start();
    keep(said('a.local', 'b.local'), 'p', 1);
    keep(said('B.local', 'c.local'), 'q', 2);
    expect(['a.local', 'A.LOCAL', 'c.local', 'd.local'].map((name) => unread.has(nameHash(name)))).toEqual([
      true,
      true,
      true,
      false,
    ]);
    expect(taken(unread, 'b.local')).toEqual(['a.local b.local from p at 1', 'B.local c.local from q at 2']);
    expect(taken(unread, 'a.local')).toEqual([]);
    expect([unread.size, unread.missed, unread.has(nameHash('c.local'))]).toEqual([0, 0, false]);
  });

  it('are taken with all that belong with them: what one host says of a name, and goodbyes', () => {
    const { unread, keep } = start();
    const [type, other] = ['_t._tcp.local', '_u._tcp.local'];
    const pointing = (records: readonly ResourceRecord[]) => response({ answers: records });
    keep(pointing([ptr(type, `I.${type}`), address('h.local', '192.0.2.1')]), 'p', 1);
    keep(pointing([address('h.local', '192.0.2.2'), ptr(other, `J.${other}`)]), 'p', 2);
    keep(pointing([ptr(other, `K.${other}`)]), 'p', 3);
    keep(pointing([ptr(type, `I.${type}`, { ttl: 0 }), ptr(other, `J.${other}`, { ttl: 0 })]), 'p', 4);
    keep(pointing([ptr('_v._tcp.local', `L.${other}`)]), 'p', 5);
    const times = unread.take([nameHash('H.local')], 100).map(({ receivedAt }) => receivedAt);
    expect([times, unread.size]).toEqual([[1, 2], 3]);
    expect(unread.take([nameHash(type)], 100).map(({ receivedAt }) => receivedAt)).toEqual([3, 4]);
    expect(unread.size).toBe(1);
  });

  it('are not those of very many names, nor what these names had before', () => {
    const { unread, keep } = start();
    const names = (count: number) => Array.from({ length: count }, (_, i) => `n${i}.local`);
    keep(said('n64.local', 'old.local'), 'p', 1);
    keep(said('n0.local', 'first.local'), 'p', 2);
    keep(response({ answers: [ptr('_t._tcp.local', 'I._t._tcp.local')] }), 'p', 2);
    keep(said(...names(64)), 'p', 3);
    expect([unread.size, unread.missed]).toEqual([4, 0]);
    const many = names(64).map((name) => address(name, '192.0.2.1'));
    const twice = many.flatMap((record) => [record, { ...record, address: '192.0.2.2' }]);
    keep(response({ answers: twice }), 'p', 4);
    expect([unread.size, unread.missed]).toEqual([5, 0]);
    keep(
      response({ answers: [ptr('_t._tcp.local', 'J._t._tcp.local'), ...many, address('n64.local', '192.0.2.1')] }),
      'p',
      4,
    );
    // What is left is about a name that many hosts share, and holds beside what was dropped.
    expect([unread.size, unread.missed, unread.has(nameHash('_t._tcp.local'))]).toEqual([1, 5, true]);
    keep(said('n0.local'), 'p', 5);
    expect(taken(unread, 'n0.local')).toEqual(['n0.local from p at 5']);
  });

  it('are left, all of them, if they are more than may be taken', () => {
    const { unread, keep } = start();
    for (let i = 0; i < 3; i++) keep(said('a.local', `b${i}.local`), 'p', i);
    expect(unread.take([nameHash('b0.local')], 2, 'leave')).toEqual([]);
    expect([unread.size, unread.missed]).toEqual([3, 0]);
    expect(unread.take([nameHash('b0.local')], 3, 'leave')).toHaveLength(3);
  });

  it('are kept once if the same bytes come again, as of the last time and in that order', () => {
    const { unread, keep } = start();
    keep(said('a.local', 'b.local'), 'p', 1);
    keep(said('b.local'), 'p', 2);
    keep(said('a.local', 'b.local'), 'p', 3);
    // Another source says it on its own account.
    keep(said('b.local'), 'q', 4);
    expect(unread.size).toBe(3);
    expect(taken(unread, 'b.local')).toEqual([
      'b.local from p at 2',
      'a.local b.local from p at 3',
      'b.local from q at 4',
    ]);
  });

  it('SEC-02 are dropped from the oldest on when there is no room, and beyond as many as are read', () => {
    const { unread, keep } = start();
    const size = large(1_000).length;
    const many = Math.ceil((2 * ROOM) / size);
    for (let i = 1_000; i < 1_000 + many; i++) keep(large(i), 'p', i);
    expect(unread.size).toBeLessThanOrEqual(ROOM / size);
    expect(unread.size).toBeGreaterThan(0.95 * (ROOM / size));
    expect(unread.missed).toBe(many - unread.size);
    const { missed, size: left } = unread;
    const read = unread.take([nameHash('_t._tcp.local')], 10);
    expect(read.map(({ receivedAt }) => receivedAt - 1_000)).toEqual(
      Array.from({ length: 10 }, (_, i) => many - 10 + i),
    );
    expect([unread.size, unread.missed - missed]).toEqual([0, left - 10]);
  });

  it('SEC-02 keep few of those with dozens of names, whose index takes more than their bytes', () => {
    const { unread, keep } = start();
    for (let i = 0; i < 600; i++) keep(said(...Array.from({ length: 64 }, (_, k) => `h${i}-${k}.local`)), 'p', i);
    expect(unread.size).toBeLessThan(210);
    expect(taken(unread, 'h599-7.local')).toHaveLength(1);
  });

  it('keep the newest whatever comes, byte for byte, and forget the rest without a trace', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(400), fc.nat(3)), { minLength: 500, maxLength: 1_500 }), (events) => {
        const { unread, keep } = start();
        for (const [at, [i, source]] of events.entries()) keep(large(i), `p${source}`, at);
        const [last, from] = events.at(-1) ?? [0, 0];
        const all = unread.take([nameHash('_t._tcp.local')], 10_000);
        const newest = all.at(-1);
        expect([newest?.source, newest?.receivedAt]).toEqual([`p${from}`, events.length - 1]);
        expect(Buffer.from(newest?.bytes ?? []).equals(large(last))).toBe(true);
        const times = all.map(({ receivedAt }) => receivedAt);
        expect(times).toEqual(times.toSorted((a, b) => a - b));
        expect([unread.size, unread.has(nameHash('_t._tcp.local'))]).toEqual([0, false]);
        expect(unread.toJSON()).toMatchObject({ responses: 0, bytes: 0 });
      }),
      { numRuns: 5 },
    );
  });

  it('have the names that the decoder sees', () => {
    fc.assert(
      fc.property(anyMessage, (message) => {
        const { unread, keep } = start();
        const bytes = encodeMessage({ ...message, opcode: 0, rcode: 0, response: true });
        const found = decodeMessage(bytes).message;
        const records = [...(found?.answers ?? []), ...(found?.authorities ?? []), ...(found?.additionals ?? [])];
        keep(bytes, 'p', 0);
        for (const { name } of records) expect(unread.has(nameHash(name))).toBe(true);
        for (const { name } of records) unread.take([nameHash(name)], 1_000);
        expect(unread.size).toBe(0);
      }),
    );
  });
});
