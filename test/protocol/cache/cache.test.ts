import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/net/simulated/random.js';
import { DEADLINES_PER_TURN, type RecordCache } from '../../../src/protocol/cache/cache.js';
import { MAX_KNOWN_ANSWERS } from '../../../src/protocol/cache/known-answers.js';
import { MAX_SIBLINGS } from '../../../src/protocol/cache/limits.js';
import { nsecData } from '../../../src/protocol/nsec.js';
import type { ResourceRecord } from '../../../src/protocol/record.js';
import { question, record } from '../../support/records.js';
import { a, askA, askAaaa, browse, data, found, newCache, only, run, SOURCE, to } from './cache-fixture.js';

function cacheWith(records: readonly ResourceRecord[], at = 0): RecordCache {
  const cache = newCache();
  cache.put(records, SOURCE, at);
  return cache;
}

describe('taking in and looking up', () => {
  it('QRY-14 keeps what nobody asked for until its TTL has run out, and says nothing', () => {
    const cache = newCache();
    expect(cache.put([a('192.0.2.1')], SOURCE, 0)).toEqual({
      added: [],
      removed: [],
      denied: [],
      answered: [],
      unanswered: [],
      mentioned: [],
    });
    expect(found(cache, askA, 119_999)).toEqual(['192.0.2.1']);
    expect(found(cache, askA, 120_000)).toEqual([]);
    expect(cache.nextDeadline()).toBe(120_000);
    expect(run(cache, 120_000)).toEqual([]);
    expect(cache.size).toBe(0);
    expect(cache.nextDeadline()).toBe(Infinity);
  });

  it('UTF-03 finds names without regard to ASCII case and keeps their spelling', () => {
    const cache = cacheWith([a('192.0.2.1', { name: 'MyHost.local' })]);
    expect(cache.lookup(question('myhost.LOCAL', 'A'), 0)[0]?.record.name).toBe('MyHost.local');
  });

  it('A-46 takes rdata that differs in the case of names for the same record, and spells it as heard last', () => {
    const cache = cacheWith([to('Printer')]);
    cache.put([to('PRINTER')], SOURCE, 5);
    expect(found(cache, browse, 10)).toEqual(['PRINTER._t._tcp.local']);
  });

  it('finds all types for ANY', () => {
    const cache = cacheWith([a('192.0.2.1'), a('fe80::1'), a('192.0.2.9', { name: 'other.local' })]);
    expect(found(cache, question('h.local', 'ANY'), 0)).toEqual(['192.0.2.1', 'fe80::1']);
    expect(found(cache, { ...question('h.local', 'A'), class: 255 }, 0)).toEqual(['192.0.2.1']);
    expect(found(cache, { ...question('h.local', 'A'), class: 3 }, 0)).toEqual([]);
  });

  it('tells when a record was heard and when it will expire', () => {
    const cache = cacheWith([a('192.0.2.1')], 7);
    const times = { receivedAt: 7, firstHeardAt: 7, expiresAt: 120_007 };
    expect(cache.lookup(askA, 8)).toEqual([{ record: a('192.0.2.1'), source: SOURCE, ...times }]);
    cache.put([a('192.0.2.1')], SOURCE, 9);
    expect(cache.lookup(askA, 9)).toMatchObject([{ receivedAt: 9, firstHeardAt: 7 }]);
    cache.due(120_009);
    cache.put([a('192.0.2.1')], SOURCE, 200_000);
    expect(cache.lookup(askA, 200_000)).toMatchObject([{ receivedAt: 200_000, firstHeardAt: 200_000 }]);
  });

  it('CFL-06 never caches what is about the message: OPT, TSIG, TKEY, SIG(0)', () => {
    const rdata = new Uint8Array(20);
    const pseudo = (type: 'OPT' | 'TSIG' | 'TKEY' | 'SIG'): ResourceRecord => ({
      name: '.',
      type,
      class: 0xffff,
      cacheFlush: false,
      ttl: 120,
      rdata,
    });
    const cache = cacheWith([pseudo('OPT'), pseudo('TSIG'), pseudo('TKEY'), pseudo('SIG')]);
    expect(cache.size).toBe(0);
    cache.put([{ ...pseudo('SIG'), rdata: Uint8Array.of(0, 1, 5) } as ResourceRecord], SOURCE, 0);
    expect(cache.size).toBe(1);
  });

  it('SEC-02 does not believe TTLs over 75 minutes', () => {
    const cache = cacheWith([to('x', { ttl: 0xffffffff }), a('192.0.2.1', { ttl: 4501 })]);
    expect(cache.lookup(browse, 0)[0]?.expiresAt).toBe(4_500_000);
    expect(cache.lookup(askA, 0)[0]?.expiresAt).toBe(4_500_000);
  });

  it('refuses limits that make no sense', () => {
    expect(() => newCache({ maxRecords: 0 })).toThrowError(expect.objectContaining({ code: 'invalid-option' }));
    expect(() => newCache({ maxTtlSeconds: 1.5 })).toThrowError(/maxTtlSeconds is 1.5/);
  });

  it('writes itself as a small summary', () => {
    const cache = cacheWith([a('192.0.2.1')]);
    cache.put([a('192.0.2.1')], SOURCE, 1);
    expect(JSON.parse(JSON.stringify(cache))).toMatchObject({
      records: 1,
      names: 1,
      sources: 1,
      nextDeadline: 120_001,
      counters: { added: 1, renewed: 1, expired: 0 },
    });
  });
});

describe('reporting', () => {
  it('QRY-07 reports every wanted record that is new, and no renewal', () => {
    const cache = newCache();
    expect(cache.want(browse, 0)).toEqual({ records: [], denied: false, answered: false });
    expect(cache.put([to('x')], SOURCE, 10).added).toEqual([to('x')]);
    expect(cache.put([to('x', { ttl: 100 }), to('y')], SOURCE, 20).added).toEqual([to('y')]);
    expect(cache.put([a('192.0.2.1')], SOURCE, 30).added).toEqual([]);
  });

  it('gives what is there already when a question becomes wanted', () => {
    const cache = cacheWith([to('x')]);
    expect(cache.want(browse, 5).records.map(({ record }) => data(record))).toEqual(['x._t._tcp.local']);
  });

  it('reports a record again that ran out before anybody could tell', () => {
    const cache = cacheWith([to('x', { ttl: 10 })]);
    expect(cache.want(browse, 10_001).records).toEqual([]);
    expect(cache.put([to('x')], SOURCE, 10_002)).toMatchObject({ added: [to('x')], removed: [] });
  });

  it('reports removals with their reason only while they are wanted', () => {
    const cache = newCache();
    cache.want(browse, 0);
    cache.want(askA, 0);
    cache.put([to('x', { ttl: 10 }), a('192.0.2.1', { ttl: 10 })], SOURCE, 0);
    cache.unwant(askA);
    expect(run(cache, 10_000).filter(({ what }) => !what.startsWith('ask'))).toEqual([
      { at: 10_000, what: 'expired x._t._tcp.local' },
    ]);
  });

  it('wanting twice is wanting once', () => {
    const cache = newCache();
    cache.want(browse, 0);
    cache.want(question('_T._tcp.LOCAL', 'PTR', { qu: true }), 0);
    cache.unwant(browse);
    expect(cache.put([to('x')], SOURCE, 0).added).toEqual([]);
  });

  it('reports all types to who wants ANY', () => {
    const cache = newCache();
    cache.want(question('h.local', 'ANY'), 0);
    expect(cache.put([a('192.0.2.1'), a('fe80::1'), only(['A', 'AAAA'])], SOURCE, 0).added).toHaveLength(3);
  });

  it('forgets names that nobody wants and at which there is nothing', () => {
    const cache = newCache();
    cache.want(browse, 0);
    cache.unwant(browse);
    cache.unwant(browse);
    cache.unwant(askA);
    expect(cache.put([to('x')], SOURCE, 0).added).toEqual([]);
    run(cache, Infinity);
    cache.want(askA, 0);
    expect(cache.toJSON()).toMatchObject({ records: 0, names: 1, sources: 0 });
    cache.unwant(askA);
    expect(cache.toJSON()).toMatchObject({ names: 0 });
  });
});

describe('QRY-11 questions that need not be repeated', () => {
  it('QRY-11 a unique answer answers, each time it is heard', () => {
    const cache = newCache();
    cache.want(askA, 0);
    expect(cache.put([a('192.0.2.1'), a('192.0.2.2')], SOURCE, 50).answered).toEqual([askA]);
    expect(cache.put([a('192.0.2.1')], SOURCE, 90).answered).toEqual([askA]);
    expect(cache.want(askA, 100).answered).toBe(true);
  });

  it('QRY-07 a shared answer does not; neither does a goodbye, nor anything for ANY', () => {
    const cache = newCache();
    for (const wanted of [browse, askA, question('h.local', 'ANY')]) cache.want(wanted, 0);
    expect(cache.put([to('x'), a('192.0.2.1', { flush: false })], SOURCE, 0).answered).toEqual([]);
    expect(cache.put([a('192.0.2.2', { ttl: 0 })], SOURCE, 0).answered).toEqual([]);
    expect(cache.put([a('192.0.2.2')], SOURCE, 0).answered).toEqual([askA]);
  });

  it('A-24 a PTR with the cache-flush bit set by mistake does not end a browse, a reverse mapping is answered', () => {
    const cache = newCache();
    const reverse = question('1.2.0.192.in-addr.arpa', 'PTR');
    cache.want(browse, 0);
    cache.want(reverse, 0);
    const records = [to('x', { flush: true }), to('h', { flush: true, name: '1.2.0.192.in-addr.arpa' })];
    expect(cache.put(records, SOURCE, 0).answered).toEqual([reverse]);
    expect(cache.want(browse, 0).answered).toBe(false);
  });

  it('does not count as answered what will go before it is asked for again', () => {
    const cache = cacheWith([a('192.0.2.1')]);
    expect(cache.want(askA, 113_999).answered).toBe(true);
    expect(cache.want(askA, 114_000).answered).toBe(false);
  });

  it('QRY-11 a record of another type answers nothing', () => {
    const cache = newCache();
    cache.want(askA, 0);
    cache.put([a('192.0.2.1')], SOURCE, 50);
    expect(cache.put([a('fe80::1')], SOURCE, 90).answered).toEqual([]);
  });

  it('QRY-11 one of two answers is answer enough, and none is missed before it is gone', () => {
    const cache = newCache();
    cache.want(askA, 0);
    cache.put([a('192.0.2.1'), a('192.0.2.2')], SOURCE, 0);
    cache.put([a('192.0.2.2', { ttl: 0 })], SOURCE, 10);
    expect(cache.want(askA, 20).answered).toBe(true);
    expect(cache.put([a('192.0.2.1', { ttl: 0 }), a('fe80::1')], SOURCE, 30).unanswered).toEqual([]);
    expect(run(cache, 2_000)).toEqual([
      { at: 1_010, what: 'goodbye 192.0.2.2' },
      { at: 1_010, what: 'unanswered h.local A' },
      { at: 1_030, what: 'goodbye 192.0.2.1' },
    ]);
  });

  it('QRY-11 tells so even if another question for the name comes meanwhile', () => {
    const cache = newCache();
    cache.want(askA, 0);
    cache.put([a('192.0.2.1'), only(['A'])], SOURCE, 0);
    cache.put([a('192.0.2.1', { ttl: 0 })], SOURCE, 10);
    expect(cache.want(askAaaa, 20)).toMatchObject({ denied: true, answered: true });
    expect(run(cache, 2_000).at(-1)).toEqual({ at: 1_010, what: 'unanswered h.local A' });
    expect(run(cache, 98_000).map(({ what }) => what)).toEqual(['ask h.local AAAA']);
  });

  it('tells when the last answer is gone, so that the question is asked anew', () => {
    const cache = newCache();
    cache.want(askA, 0);
    cache.put([a('192.0.2.1', { ttl: 100 }), a('192.0.2.2', { ttl: 50 })], SOURCE, 0);
    const events = run(cache, 100_000).filter(({ what }) => !what.startsWith('ask'));
    expect(events).toEqual([
      { at: 50_000, what: 'expired 192.0.2.2' },
      { at: 100_000, what: 'expired 192.0.2.1' },
      { at: 100_000, what: 'unanswered h.local A' },
    ]);
  });
});

describe('QRY-08 refresh', () => {
  const points = (events: readonly { at: number; what: string }[]) =>
    events.filter(({ what }) => what.startsWith('ask')).map(({ at }) => at);

  it('QRY-08 asks at 80, 85, 90 and 95 % of the TTL and gives up at 100 %', () => {
    const cache = newCache({ random: () => 0 });
    cache.want(browse, 0);
    cache.put([to('x', { ttl: 100 })], SOURCE, 0);
    expect(run(cache, 200_000)).toEqual([
      { at: 80_000, what: 'ask _t._tcp.local PTR' },
      { at: 85_000, what: 'ask _t._tcp.local PTR' },
      { at: 90_000, what: 'ask _t._tcp.local PTR' },
      { at: 95_000, what: 'ask _t._tcp.local PTR' },
      { at: 100_000, what: 'expired x._t._tcp.local' },
    ]);
  });

  it('QRY-08 begins anew with the TTL of an answer', () => {
    const cache = newCache({ random: () => 0 });
    cache.want(browse, 0);
    cache.put([to('x', { ttl: 100 })], SOURCE, 0);
    expect(points(run(cache, 82_000))).toEqual([80_000]);
    cache.put([to('x', { ttl: 200 })], SOURCE, 82_000);
    expect(points(run(cache, 260_000))).toEqual([242_000, 252_000]);
  });

  it('QRY-09 draws anew for each point', () => {
    const cache = newCache({ random: seededRandom(1) });
    cache.want(browse, 0);
    cache.put([to('x', { ttl: 100 })], SOURCE, 0);
    const offsets = points(run(cache, 100_000)).map((at) => (at % 5_000).toFixed(3));
    expect(new Set(offsets).size).toBe(4);
  });

  it('QRY-10 asks nothing for records that nobody wants, or wants no more', () => {
    const cache = newCache();
    cache.want(browse, 0);
    cache.put([to('x', { ttl: 100 })], SOURCE, 0);
    cache.unwant(browse);
    expect(run(cache, 200_000)).toEqual([]);
    expect(cache.size).toBe(0);
  });

  it('QRY-08 a record that becomes wanted late joins at the next point', () => {
    const cache = newCache({ random: () => 0 });
    cache.put([to('x', { ttl: 100 })], SOURCE, 0);
    cache.want(browse, 86_000);
    expect(points(run(cache, 100_000))).toEqual([90_000, 95_000]);
  });

  it('A-52 asks once per window for many records of one question', () => {
    const random = seededRandom(3);
    const cache = newCache({ random });
    cache.want(browse, 0);
    for (let i = 0; i < 100; i++) cache.put([to(`x${i}`, { ttl: 100 })], SOURCE, random() * 500);
    const asked = points(run(cache, 200_000));
    expect(asked).toHaveLength(4);
    for (const [index, from] of [80_000, 85_000, 90_000, 95_000].entries()) {
      expect(asked[index]).toBeGreaterThanOrEqual(from);
      expect(asked[index]).toBeLessThan(from + 2_500);
    }
  });

  it('A-52 asks separately for records of one question that are not as old', () => {
    const cache = newCache({ random: () => 0 });
    cache.want(browse, 0);
    cache.put([to('x', { ttl: 100 })], SOURCE, 0);
    cache.put([to('y', { ttl: 100 })], SOURCE, 3_000);
    expect(points(run(cache, 84_000))).toEqual([80_000, 83_000]);
  });

  it('QRY-09 what may be asked for by now goes along with what is due, and nothing earlier', () => {
    const cache = newCache({ random: () => 0.5 });
    for (const [i, at] of [0, 1_000, 1_100].entries()) {
      run(cache, at);
      cache.want(question(`h${i}.local`, 'A'), at);
      cache.put([a('192.0.2.1', { name: `h${i}.local`, ttl: 100 })], SOURCE, at);
    }
    expect(run(cache, 85_000)).toEqual([
      { at: 81_000, what: 'ask h0.local A' },
      { at: 81_000, what: 'ask h1.local A' },
      { at: 82_100, what: 'ask h2.local A' },
    ]);
  });

  it('QRY-09 a doubted record keeps to its own times', () => {
    const cache = newCache({ random: () => 0.5 });
    for (const name of ['h.local', 'i.local']) {
      cache.want(question(name, 'A'), 0);
      cache.put([a('192.0.2.1', { name, ttl: 100 })], SOURCE, 0);
    }
    run(cache, 80_500);
    cache.reconfirm([{ name: 'i.local', type: 'A' }], 80_500);
    expect(run(cache, 82_000)).toEqual([
      { at: 81_000, what: 'ask h.local A' },
      { at: 81_500, what: 'ask i.local A' },
    ]);
  });

  it('QRY-09 sets that are heard in one burst share their place in the window, later ones draw their own', () => {
    const draws = [0.2, 0.6, 0.9];
    const cache = newCache({ random: () => draws.shift() ?? 0 });
    for (const [i, at] of [0, 1, 2_000].entries()) {
      cache.want(question(`h${i}.local`, 'A'), at);
      cache.put([a('192.0.2.1', { name: `h${i}.local`, ttl: 100 })], SOURCE, at);
    }
    expect(points(run(cache, 84_000))).toEqual([80_400, 80_400, 83_200]);
  });

  it('asks once after a sleep, however many points went by', () => {
    const cache = newCache();
    cache.want(browse, 0);
    cache.put([to('x', { ttl: 100 })], SOURCE, 0);
    expect(cache.due(93_000).refresh).toEqual([browse]);
    expect(cache.nextDeadline()).toBe(96_000);
  });

  it('asks the wanted question, never with the QU bit', () => {
    const cache = newCache();
    cache.want(question('H.local', 'ANY', { qu: true }), 0);
    cache.put([a('192.0.2.1')], SOURCE, 0);
    expect(cache.due(98_000).refresh).toEqual([question('H.local', 'ANY')]);
  });
});

describe('GBY-02 goodbye', () => {
  const bye = to('x', { ttl: 0 });

  it('GBY-02 removes one second later', () => {
    const cache = newCache();
    cache.want(browse, 0);
    cache.put([to('x')], SOURCE, 0);
    expect(cache.put([bye], SOURCE, 5_000).removed).toEqual([]);
    expect(found(cache, browse, 5_999)).toHaveLength(1);
    expect(run(cache, 10_000)).toEqual([{ at: 6_000, what: 'goodbye x._t._tcp.local' }]);
  });

  it('A-51 a rescue within the second is no change at all', () => {
    const cache = newCache();
    cache.want(browse, 0);
    cache.put([to('x')], SOURCE, 0);
    cache.put([bye], SOURCE, 5_000);
    expect(cache.put([to('x')], SOURCE, 5_900)).toMatchObject({ added: [], removed: [] });
    expect(run(cache, 60_000)).toEqual([]);
    expect(found(cache, browse, 4_505_899)).toHaveLength(1);
  });

  it('A-50 a second goodbye does not win time', () => {
    const cache = cacheWith([to('x')]);
    cache.put([bye], SOURCE, 5_000);
    cache.put([bye], SOURCE, 5_900);
    expect(cache.nextDeadline()).toBe(6_000);
  });

  it('QRY-08 nothing is asked for that has said goodbye', () => {
    const cache = newCache({ random: () => 0 });
    cache.want(browse, 0);
    cache.put([to('x', { ttl: 10 })], SOURCE, 0);
    cache.put([bye], SOURCE, 7_900);
    expect(run(cache, 20_000)).toEqual([{ at: 8_900, what: 'goodbye x._t._tcp.local' }]);
  });

  it('ignores the goodbye of what it does not know', () => {
    expect(cacheWith([bye]).size).toBe(0);
  });

  it('A-49 a goodbye with the cache-flush bit takes none of its siblings along', () => {
    const cache = cacheWith([a('192.0.2.1'), a('192.0.2.2')]);
    cache.put([a('192.0.2.3')], SOURCE, 900);
    cache.put([a('192.0.2.1', { ttl: 0 })], SOURCE, 1_500);
    run(cache, 3_000);
    expect(found(cache, askA, 3_000)).toEqual(['192.0.2.2', '192.0.2.3']);
  });
});

describe('GBY-02 the goodbye of one holder of a record that many hold', () => {
  const LIST = '_services._dns-sd._udp.local';
  const listed = (ttl = 4500): ResourceRecord => ({
    ...to('', { name: LIST, ttl }),
    type: 'PTR',
    target: '_t._tcp.local',
  });
  const types = question(LIST, 'PTR');
  const gone = { at: 11_000, what: 'goodbye _t._tcp.local' };
  const asked = { at: 10_300, what: `ask ${LIST} PTR` };

  /** A list with one type, whose holder says goodbye to it at 10 s. */
  function withGoodbye(wanted: boolean, others: readonly ResourceRecord[] = [], random = () => 0.5) {
    const cache = newCache({ random });
    if (wanted) cache.want(types, 0);
    cache.put([listed(), ...others], SOURCE, 0);
    cache.put([listed(0)], SOURCE, 10_000);
    return cache;
  }

  it('GBY-02 is asked about once within that second, and goes when nobody answers', () => {
    const cache = withGoodbye(true);
    cache.put([listed(0)], SOURCE, 10_200);
    expect(run(cache, 20_000)).toEqual([asked, gone]);
  });

  it('GBY-02 is asked about once, whatever chance says of the refreshes after that', () => {
    const chance = [0.1, 0.2];
    const events = run(
      withGoodbye(true, [], () => chance.shift() ?? 0.9),
      20_000,
    );
    expect(events.map(({ what }) => what)).toEqual([asked.what, gone.what]);
  });

  it('GBY-02 stays when another holder answers, and is not asked about when one has spoken up before', () => {
    const cache = withGoodbye(true);
    expect(cache.due(10_300).refresh).toEqual([types]);
    cache.put([listed()], '192.0.2.21', 10_400);
    expect(run(cache, 60_000)).toEqual([]);
    cache.put([listed(0)], SOURCE, 61_000);
    cache.put([listed()], '192.0.2.21', 61_100);
    expect(run(cache, 120_000)).toEqual([]);
  });

  it('GBY-02 stays while another instance of the type is known, answer or not', () => {
    const cache = withGoodbye(true, [to('x')]);
    expect(run(cache, 20_000)).toEqual([asked]);
    expect(found(cache, types, 20_000)).toEqual(['_t._tcp.local']);
    expect(run(cache, 3_700_000).at(0)?.at).toBeCloseTo(3_645_000, -5);
  });

  it('GBY-02 goes with the last instance, whichever of the two goodbyes comes first', () => {
    const cache = withGoodbye(true, [to('x')]);
    cache.put([to('x', { ttl: 0 })], SOURCE, 10_900);
    expect(run(cache, 20_000)).toEqual([asked, gone]);
  });

  it('QRY-11 is not asked about when nobody wants to know; nor are other goodbyes', () => {
    expect(run(withGoodbye(false), 10_999)).toEqual([]);
    const cache = newCache();
    cache.want(browse, 0);
    cache.put([to('x')], SOURCE, 0);
    cache.put([to('x', { ttl: 0 })], SOURCE, 10_000);
    expect(run(cache, 20_000)).toEqual([{ at: 11_000, what: 'goodbye x._t._tcp.local' }]);
  });

  it('GBY-01 says whether a type has an instance besides our own', () => {
    const cache = newCache();
    const own = to('own');
    cache.put([listed(), own], SOURCE, 0);
    expect(cache.isHeldElsewhere(listed(), [listed(), own], 1_000)).toBe(false);
    cache.put([to('other')], '192.0.2.21', 1_000);
    expect(cache.isHeldElsewhere(listed(), [listed(), own], 2_000)).toBe(true);
    cache.put([to('other', { ttl: 0 })], '192.0.2.21', 3_000);
    expect(cache.isHeldElsewhere(listed(), [listed(), own], 3_500)).toBe(false);
    expect(cache.isHeldElsewhere(own, [], 0)).toBe(false);
  });
});

describe('CFL-01 cache flush', () => {
  it('CFL-01 flushes what is older than a second, one second later', () => {
    const cache = newCache();
    cache.want(askA, 0);
    cache.put([a('192.0.2.1')], SOURCE, 0);
    cache.put([a('192.0.2.2')], SOURCE, 10_000);
    expect(found(cache, askA, 10_999)).toEqual(['192.0.2.1', '192.0.2.2']);
    expect(run(cache, 20_000)).toEqual([{ at: 11_000, what: 'flushed 192.0.2.1' }]);
  });

  it.each([
    [800, true],
    [1_000, true],
    [1_000.1, false],
  ])('CFL-02 a record heard %d ms before survives: %s', (gap, survives) => {
    const cache = cacheWith([a('192.0.2.1')]);
    cache.put([a('192.0.2.2')], SOURCE, gap);
    run(cache, 5_000);
    expect(found(cache, askA, 5_000)).toHaveLength(survives ? 2 : 1);
  });

  it('A-47 counts from when a record was heard last', () => {
    const cache = cacheWith([a('192.0.2.1')]);
    cache.put([a('192.0.2.1')], SOURCE, 9_500);
    cache.put([a('192.0.2.2')], SOURCE, 10_000);
    run(cache, 20_000);
    expect(found(cache, askA, 20_000)).toEqual(['192.0.2.1', '192.0.2.2']);
  });

  it('A-47 a set that is repeated as a whole in one datagram survives, in whatever order', () => {
    const cache = cacheWith([a('192.0.2.1'), a('192.0.2.2')]);
    cache.put([a('192.0.2.2'), a('192.0.2.1')], SOURCE, 60_000);
    run(cache, 70_000);
    expect(found(cache, askA, 70_000)).toHaveLength(2);
  });

  it('A-48 flushes the same name, type and class only', () => {
    const cache = cacheWith([
      a('fe80::1'),
      a('192.0.2.1', { name: 'other.local' }),
      { ...a('192.0.2.1'), class: 3 },
      a('192.0.2.7'),
    ]);
    cache.put([a('192.0.2.2')], SOURCE, 10_000);
    run(cache, 12_000);
    expect(found(cache, askA, 12_000)).toEqual(['192.0.2.2']);
    expect(found(cache, askAaaa, 12_000)).toHaveLength(1);
    expect(found(cache, question('other.local', 'A'), 12_000)).toHaveLength(1);
    expect(found(cache, { ...askA, class: 3 }, 12_000)).toHaveLength(1);
  });

  it('CFL-01 a record without the bit flushes nothing', () => {
    const cache = cacheWith([to('x')]);
    cache.put([to('y')], SOURCE, 10_000);
    run(cache, 20_000);
    expect(found(cache, browse, 20_000)).toHaveLength(2);
  });

  it.each(['_t._tcp.local', '_sub1._sub._t._tcp.local', '_services._dns-sd._udp.local', 'b._dns-sd._udp.local'])(
    'CFL-04 PTR records of %s are shared: a cache-flush bit set by mistake takes nothing away',
    (name) => {
      const cache = newCache();
      const asked = question(name, 'PTR');
      cache.want(asked, 0);
      cache.put([to('right', { name })], SOURCE, 0);
      cache.put([to('wrong', { name, flush: true })], '192.0.2.21', 10_000);
      expect(run(cache, 20_000)).toEqual([]);
      expect(found(cache, asked, 20_000)).toHaveLength(2);
    },
  );

  it('KAS-01 CFL-04 a PTR record with a mistaken cache-flush bit is a known answer like the others, without it', () => {
    const cache = newCache();
    cache.want(browse, 0);
    cache.put([to('wrong', { flush: true })], SOURCE, 0);
    expect(cache.knownAnswers([browse], 1_000)).toEqual([to('wrong', { ttl: 4_499 })]);
  });

  it('CFL-01 a reverse mapping is of one host: its cache-flush bit counts', () => {
    const cache = newCache();
    const name = '1.2.0.192.in-addr.arpa';
    cache.want(question(name, 'PTR'), 0);
    cache.put([to('old', { name, flush: true })], SOURCE, 0);
    cache.put([to('new', { name, flush: true })], SOURCE, 10_000);
    expect(run(cache, 20_000)).toEqual([{ at: 11_000, what: 'flushed old._t._tcp.local' }]);
  });

  it('CFL-08 only ever shortens a life', () => {
    const cache = newCache();
    cache.want(askA, 0);
    cache.put([a('192.0.2.1')], SOURCE, 0);
    cache.put([a('192.0.2.1', { ttl: 0 })], SOURCE, 9_400);
    cache.put([a('192.0.2.2')], SOURCE, 10_000);
    expect(run(cache, 12_000)).toEqual([{ at: 10_400, what: 'goodbye 192.0.2.1' }]);
  });

  it('CFL-01 a flushed record that is heard again lives on', () => {
    const cache = cacheWith([a('192.0.2.1')]);
    cache.put([a('192.0.2.2')], SOURCE, 10_000);
    cache.put([a('192.0.2.1')], SOURCE, 10_900);
    run(cache, 20_000);
    expect(found(cache, askA, 20_000)).toHaveLength(2);
  });
});

describe('NEG-09 denial', () => {
  it('NEG-09 an NSEC record denies each type that it does not list, for its TTL', () => {
    const cache = newCache();
    cache.want(askAaaa, 0);
    const changes = cache.put([only(['A'])], SOURCE, 50);
    expect(changes).toMatchObject({ added: [], denied: [askAaaa], answered: [askAaaa] });
    expect(cache.denied(askAaaa, 120_049)).toBe(true);
    expect(cache.denied(askAaaa, 120_050)).toBe(false);
    expect(cache.denied(askA, 60)).toBe(false);
    expect(cache.denied(question('other.local', 'AAAA'), 60)).toBe(false);
    expect(cache.want(askAaaa, 60)).toEqual({ records: [], denied: true, answered: true });
  });

  it('NEG-09 says so once, and answers each time', () => {
    const cache = newCache();
    cache.want(askAaaa, 0);
    cache.put([only(['A'])], SOURCE, 0);
    expect(cache.put([only(['A'])], SOURCE, 10)).toMatchObject({ denied: [], answered: [askAaaa] });
  });

  it('NEG-09 refreshes a denial like an answer, and only for questions that it denies', () => {
    const cache = newCache({ random: () => 0 });
    cache.want(askAaaa, 0);
    cache.put([only(['A'], { ttl: 100 })], SOURCE, 0);
    expect(run(cache, 100_000)).toEqual([
      { at: 80_000, what: 'ask h.local AAAA' },
      { at: 85_000, what: 'ask h.local AAAA' },
      { at: 90_000, what: 'ask h.local AAAA' },
      { at: 95_000, what: 'ask h.local AAAA' },
      { at: 100_000, what: 'unanswered h.local AAAA' },
    ]);
    cache.put([only(['AAAA'], { ttl: 100 })], SOURCE, 100_000);
    expect(cache.nextDeadline()).toBe(200_000);
  });

  it('NEG-08 the next name does not matter', () => {
    const cache = cacheWith([record('h.local', { ...nsecData('h.local', ['A']), next: 'somewhere.else' })]);
    expect(cache.denied(askAaaa, 0)).toBe(true);
  });

  it('A-53 an answer beats the denial at once', () => {
    const cache = newCache();
    cache.want(askAaaa, 0);
    cache.put([only(['A'])], SOURCE, 0);
    expect(cache.put([a('fe80::1')], SOURCE, 10)).toMatchObject({ added: [a('fe80::1')], answered: [askAaaa] });
    expect(cache.want(askAaaa, 20).denied).toBe(false);
  });

  it('A-53 a denial takes the old answer away within a second, and counts from then on', () => {
    const cache = newCache();
    cache.want(askAaaa, 0);
    cache.put([a('192.0.2.1'), a('fe80::1')], SOURCE, 0);
    expect(cache.put([only(['A'])], SOURCE, 5_000)).toMatchObject({ denied: [] });
    expect(run(cache, 7_000)).toEqual([
      { at: 6_000, what: 'flushed fe80::1' },
      { at: 6_000, what: 'denied h.local AAAA' },
    ]);
    expect(found(cache, askA, 7_000)).toHaveLength(1);
  });

  it('A-53 an answer of the same second stays', () => {
    const cache = cacheWith([a('fe80::1')]);
    cache.put([only(['A'])], SOURCE, 900);
    run(cache, 5_000);
    expect(found(cache, askAaaa, 5_000)).toHaveLength(1);
  });

  it('NEG-05 nobody can deny the pointers of a service type', () => {
    const cache = newCache();
    cache.want(browse, 0);
    cache.put([to('x')], SOURCE, 0);
    const bogus = only(['A'], { name: '_t._tcp.local' });
    expect(cache.put([bogus], SOURCE, 5_000)).toMatchObject({ denied: [], answered: [] });
    run(cache, 10_000);
    expect(found(cache, browse, 10_000)).toHaveLength(1);
  });

  it('the goodbye of an NSEC record ends the denial', () => {
    const cache = cacheWith([only(['A'])]);
    cache.put([only(['A'], { ttl: 0 })], SOURCE, 10);
    expect(cache.denied(askAaaa, 20)).toBe(false);
  });
});

describe('KAS-03 known answers', () => {
  it('KAS-03 lists shared records with at least half of their TTL left, with the seconds that are left', () => {
    const cache = cacheWith([to('x', { ttl: 100 })]);
    expect(cache.knownAnswers([browse], 10_500)).toEqual([to('x', { ttl: 89 })]);
    expect(cache.knownAnswers([browse], 50_000)).toEqual([to('x', { ttl: 50 })]);
    expect(cache.knownAnswers([browse], 50_001)).toEqual([]);
  });

  it('KAS-05 never lists unique records', () => {
    const cache = cacheWith([a('192.0.2.1'), to('x')]);
    expect(cache.knownAnswers([askA, browse], 0).map(({ type }) => type)).toEqual(['PTR']);
  });

  it('KAS-03 measures by the TTL that the owner gave, even if we do not believe it', () => {
    const cache = cacheWith([to('x', { ttl: 86_400 })]);
    expect(cache.knownAnswers([browse], 4_000_000)).toEqual([to('x', { ttl: 82_400 })]);
  });

  it('lists no record whose owner is to be heard: after a goodbye, or in doubt', () => {
    const cache = cacheWith([to('x'), to('y'), to('z')]);
    cache.put([to('x', { ttl: 0 })], SOURCE, 10);
    cache.reconfirm([to('y')], 10);
    expect(cache.knownAnswers([browse], 20).map(data)).toEqual(['z._t._tcp.local']);
  });

  it('lists a record once for two questions, and a bounded number', () => {
    const cache = cacheWith([to('x')]);
    expect(cache.knownAnswers([browse, question('_t._tcp.local', 'ANY'), askA], 0)).toHaveLength(1);
    cache.put(
      Array.from({ length: MAX_KNOWN_ANSWERS + 5 }, (_, i) => to(`x${i}`)),
      SOURCE,
      0,
    );
    expect(cache.knownAnswers([browse], 0)).toHaveLength(MAX_KNOWN_ANSWERS);
  });
});

describe('DQS-01 questions of other hosts', () => {
  it.each<[string, ResourceRecord[], boolean]>([
    ['no known answers', [], true],
    ['known answers that we hold', [to('x')], true],
    ['a known answer that we lack', [to('y')], false],
    ['a known answer that we hold, but not for long enough to list it', [to('old')], false],
    ['an unknown answer to another question', [to('y'), to('z', { name: '_u._tcp.local' })].slice(1), true],
  ])('DQS-01 with %s', (_, known, superfluous) => {
    const cache = newCache();
    cache.want(browse, 0);
    cache.put([to('old', { ttl: 1_000 })], SOURCE, 0);
    cache.put([to('x')], SOURCE, 600_000);
    const asked = question('_T._TCP.local', 'PTR');
    expect(cache.questionHeard([asked], known, 600_000)).toEqual(superfluous ? [browse] : []);
  });

  it('DQS-02 not for QU questions, other types or what is not wanted', () => {
    const cache = newCache();
    cache.want(browse, 0);
    const asked = [question('_t._tcp.local', 'PTR', { qu: true }), question('_t._tcp.local', 'ANY'), askA];
    expect(cache.questionHeard(asked, [], 0)).toEqual([]);
  });

  it('KAS-04 learns nothing from known answers', () => {
    const cache = newCache();
    cache.questionHeard([browse], [to('x')], 0);
    expect(cache.size).toBe(0);
  });
});

describe('POO-01 passive observation of failures', () => {
  function observed(): RecordCache {
    const cache = newCache();
    cache.want(browse, 0);
    cache.put([to('x'), to('y')], SOURCE, 0);
    return cache;
  }

  it('POO-01 removes what two questions in ten seconds did not bring forth; POO-02 without asking', () => {
    const cache = observed();
    cache.questionHeard([browse], [], 20_000);
    cache.questionHeard([browse], [], 21_000);
    cache.put([to('y')], SOURCE, 21_100);
    expect(run(cache, 60_000)).toEqual([{ at: 30_000, what: 'unobserved x._t._tcp.local' }]);
  });

  it('POO-01 observes again after each verdict', () => {
    const cache = observed();
    cache.questionHeard([browse], [], 20_000);
    cache.questionHeard([browse], [], 21_000);
    cache.put([to('x'), to('y')], SOURCE, 21_100);
    expect(run(cache, 40_000)).toEqual([]);
    cache.questionHeard([browse], [], 40_000);
    cache.questionHeard([browse], [], 41_000);
    expect(run(cache, 60_000).map(({ at }) => at)).toEqual([50_000, 50_000]);
  });

  it('POO-01 ends with the last record', () => {
    const cache = cacheWith([to('x')]);
    cache.questionHeard([browse], [], 20_000);
    cache.questionHeard([browse], [], 21_000);
    cache.put([to('x', { ttl: 0 })], SOURCE, 22_000);
    run(cache, 23_000);
    expect(cache.nextDeadline()).toBe(Infinity);
  });

  it('POO-01 one question is not enough, nor two that one response answers', () => {
    const cache = observed();
    cache.questionHeard([browse], [], 20_000);
    cache.questionHeard([browse], [], 20_999);
    expect(run(cache, 60_000)).toEqual([]);
  });

  it('POO-01 nor two that are more than ten seconds apart', () => {
    const cache = observed();
    cache.questionHeard([browse], [], 20_000);
    cache.questionHeard([browse], [], 30_001);
    expect(run(cache, 60_000)).toEqual([]);
    cache.questionHeard([browse], [], 60_000);
    cache.questionHeard([browse], [], 62_000);
    expect(run(cache, 80_000)).toHaveLength(2);
  });

  it('POO-01 gives the owner time to answer the last question', () => {
    const cache = observed();
    cache.questionHeard([browse], [], 20_000);
    cache.questionHeard([browse], [], 29_900);
    expect(run(cache, 31_899)).toEqual([]);
    expect(run(cache, 31_900)).toHaveLength(2);
  });

  it('POO-01 QU questions do not count, nor those for ANY', () => {
    const cache = observed();
    for (const at of [20_000, 22_000, 24_000]) {
      cache.questionHeard([question('_t._tcp.local', 'PTR', { qu: true }), question('_t._tcp.local', 'ANY')], [], at);
    }
    expect(run(cache, 60_000)).toEqual([]);
  });

  it('POO-01 a record that its owner was told is known does not count, unless with too short a TTL', () => {
    const cache = observed();
    const known = [to('x', { ttl: 2_250 }), to('y', { ttl: 2_249 })];
    cache.questionHeard([browse], known, 20_000);
    cache.questionHeard([browse], known, 21_000);
    expect(run(cache, 60_000)).toEqual([{ at: 30_000, what: 'unobserved y._t._tcp.local' }]);
  });

  it('RSP-11 a record heard less than a second before the question counts as its answer', () => {
    const cache = observed();
    cache.put([to('x')], SOURCE, 19_100);
    cache.questionHeard([browse], [], 20_000);
    cache.questionHeard([browse], [], 21_000);
    expect(run(cache, 60_000)).toEqual([{ at: 30_000, what: 'unobserved y._t._tcp.local' }]);
  });

  it('POO-01 holds for what nobody wants as well', () => {
    const cache = cacheWith([a('192.0.2.1')]);
    cache.questionHeard([askA], [], 20_000);
    cache.questionHeard([askA], [], 21_000);
    run(cache, 30_000);
    expect(cache.size).toBe(0);
    expect(cache.counters.unobserved).toBe(1);
  });
});

describe('RCF-01 reconfirm', () => {
  it('RCF-01 asks three times and gives up after ten seconds', () => {
    const cache = newCache();
    cache.want(askA, 0);
    cache.put([a('192.0.2.1')], SOURCE, 0);
    expect(cache.reconfirm([a('192.0.2.1')], 5_000)).toEqual([askA]);
    expect(run(cache, 20_000)).toEqual([
      { at: 6_000, what: 'ask h.local A' },
      { at: 8_000, what: 'ask h.local A' },
      { at: 15_000, what: 'reconfirmed 192.0.2.1' },
      { at: 15_000, what: 'unanswered h.local A' },
    ]);
  });

  it('RCF-01 an answer ends the doubt', () => {
    const cache = cacheWith([a('192.0.2.1')]);
    cache.reconfirm([a('192.0.2.1')], 5_000);
    cache.put([a('192.0.2.1')], SOURCE, 5_100);
    expect(run(cache, 60_000)).toEqual([]);
    expect(cache.size).toBe(1);
  });

  it('RCF-01 works for records that nobody wants, and while they stop being wanted', () => {
    const cache = cacheWith([a('192.0.2.1')]);
    cache.want(askA, 4_000);
    cache.reconfirm([{ name: 'H.local', type: 'A', address: '192.0.2.1' }], 5_000);
    cache.unwant(askA);
    expect(run(cache, 20_000).map(({ at }) => at)).toEqual([6_000, 8_000]);
    expect(cache.size).toBe(0);
  });

  it('RCF-01 doubts one record or a whole set, and asks once', () => {
    const cache = cacheWith([to('x'), to('y'), to('z')]);
    expect(cache.reconfirm([{ name: '_t._tcp.local', type: 'PTR' }], 0)).toEqual([browse]);
    expect(run(cache, 9_999).map(({ at }) => at)).toEqual([1_000, 3_000]);
    run(cache, 10_000);
    expect(cache.size).toBe(0);
    const other = cacheWith([to('x'), to('y')]);
    other.reconfirm([to('x'), to('unknown')], 0);
    run(other, 10_000);
    expect(found(other, browse, 10_000)).toEqual(['y._t._tcp.local']);
  });

  it('A-54 doubting again, or what is about to go, changes nothing', () => {
    const cache = cacheWith([to('x'), to('y')]);
    cache.put([to('y', { ttl: 0 })], SOURCE, 0);
    cache.reconfirm([to('x')], 0);
    expect(cache.reconfirm([to('x'), to('y'), to('unknown')], 500)).toEqual([]);
    run(cache, 10_000);
    expect(cache.size).toBe(0);
  });

  it('RCF-01 asks even if little of the TTL is left', () => {
    const cache = cacheWith([a('192.0.2.1', { ttl: 4 })]);
    expect(cache.reconfirm([a('192.0.2.1')], 0)).toHaveLength(1);
    expect(cache.reconfirm([a('192.0.2.1')], 100)).toHaveLength(0);
    expect(run(cache, 10_000).map(({ at }) => at)).toEqual([1_000, 3_000]);
    expect(cache.counters.reconfirmed).toBe(1);
  });
});

describe('TOP-01 link lost', () => {
  it('TOP-01 cuts lives short, and asks for nothing meanwhile', () => {
    const cache = newCache();
    cache.want(browse, 0);
    cache.put([to('x'), to('y', { ttl: 2 })], SOURCE, 0);
    cache.shorten(5_000, 1_500);
    expect(run(cache, 60_000)).toEqual([
      { at: 1_620, what: 'ask _t._tcp.local PTR' },
      { at: 1_720, what: 'ask _t._tcp.local PTR' },
      { at: 1_820, what: 'ask _t._tcp.local PTR' },
      { at: 1_920, what: 'ask _t._tcp.local PTR' },
      { at: 2_000, what: 'expired y._t._tcp.local' },
      { at: 6_500, what: 'link-lost x._t._tcp.local' },
    ]);
  });

  it('A-55 a short interruption goes unnoticed', () => {
    const cache = newCache();
    cache.want(browse, 0);
    cache.put([to('x')], SOURCE, 0);
    cache.shorten(5_000, 10_000);
    expect(cache.put([to('x')], SOURCE, 12_000)).toMatchObject({ added: [], removed: [] });
    expect(run(cache, 60_000)).toEqual([]);
  });

  it('CFL-08 never lengthens a life', () => {
    const cache = cacheWith([to('x')]);
    cache.put([to('x', { ttl: 0 })], SOURCE, 0);
    cache.shorten(5_000, 500);
    expect(cache.nextDeadline()).toBe(1_000);
  });

  it('ends the observation of failures, since nobody could be heard', () => {
    const cache = cacheWith([to('x')]);
    cache.questionHeard([browse], [], 20_000);
    cache.questionHeard([browse], [], 21_000);
    cache.shorten(60_000, 22_000);
    run(cache, 40_000);
    expect(cache.size).toBe(1);
  });
});

describe('SEC-02 bounds', () => {
  it('SEC-02 holds at most so many records, and drops the one heard longest ago', () => {
    const cache = newCache({ maxRecords: 4, maxPerName: 4, maxPerSource: 4 });
    for (let i = 0; i < 4; i++) cache.put([to(`x${i}`)], SOURCE, i);
    cache.put([to('x0')], SOURCE, 10);
    cache.put([to('x4')], SOURCE, 11);
    expect(found(cache, browse, 11).map((name) => name.slice(0, 2))).toEqual(['x0', 'x2', 'x3', 'x4']);
    expect(cache.counters.evicted).toBe(1);
  });

  it('SEC-02 never drops a wanted record for one that nobody wants', () => {
    const cache = newCache({ maxRecords: 3, maxPerName: 3, maxPerSource: 3 });
    cache.put([to('x'), to('y')], SOURCE, 0);
    cache.want(browse, 0);
    cache.put([a('192.0.2.1')], SOURCE, 1);
    cache.put([a('192.0.2.2', { name: 'b.local' })], SOURCE, 2);
    expect(found(cache, browse, 2)).toHaveLength(2);
    expect(cache.size).toBe(3);
    cache.put([to('z')], SOURCE, 3);
    cache.put([a('192.0.2.3', { name: 'c.local' })], SOURCE, 4);
    expect(found(cache, browse, 4)).toHaveLength(3);
    expect(cache.counters).toMatchObject({ evicted: 2, refused: 1 });
  });

  it('SEC-02 drops and reports a wanted one when all are wanted', () => {
    const cache = newCache({ maxRecords: 2, maxPerName: 2, maxPerSource: 2 });
    cache.want(browse, 0);
    cache.put([to('x'), to('y')], SOURCE, 0);
    expect(cache.put([to('z')], SOURCE, 1)).toMatchObject({
      added: [to('z')],
      removed: [{ record: to('x'), reason: 'evicted' }],
    });
  });

  it('SEC-02 tells when an answer was dropped', () => {
    const cache = newCache({ maxRecords: 1 });
    cache.want(browse, 0);
    cache.want(askA, 0);
    cache.put([a('192.0.2.1')], SOURCE, 0);
    expect(cache.put([to('x')], SOURCE, 1)).toMatchObject({ unanswered: [askA] });
  });

  it('SEC-02 what is wanted no more goes first', () => {
    const cache = newCache({ maxRecords: 2, maxPerName: 2, maxPerSource: 2 });
    cache.want(browse, 0);
    cache.want(askA, 0);
    cache.put([to('x')], SOURCE, 0);
    cache.put([a('192.0.2.1')], SOURCE, 1);
    cache.unwant(askA);
    cache.put([a('192.0.2.3', { name: 'c.local' })], SOURCE, 2);
    expect(found(cache, browse, 2)).toHaveLength(1);
    expect(found(cache, askA, 2)).toHaveLength(0);
  });

  it('SEC-02 a host has at most 64 addresses of a family, those heard last, and the newest ones of one packet are left out', () => {
    const cache = newCache();
    cache.want(askA, 0);
    const many = Array.from({ length: MAX_SIBLINGS + 2 }, (_, i) => a(`192.0.2.${i}`, { flush: false }));
    expect(cache.put(many, SOURCE, 0)).toMatchObject({ added: many.slice(0, MAX_SIBLINGS), removed: [] });
    cache.put(many.slice(0, 1), SOURCE, 1);
    expect(cache.put([a('192.0.2.99', { flush: false })], SOURCE, 2)).toMatchObject({
      added: [{ address: '192.0.2.99' }],
      removed: [{ record: many[1], reason: 'evicted' }],
    });
    expect(cache.size).toBe(MAX_SIBLINGS);
    expect(cache.counters).toMatchObject({ crowded: 3, evicted: 1, refused: 0 });
    for (let i = 0; i < 2 * MAX_SIBLINGS; i++) cache.put([to(`x${i}`)], SOURCE, 3);
    expect(found(cache, browse, 3)).toHaveLength(2 * MAX_SIBLINGS);
  });

  it('SEC-02 one source does not push out the addresses that another says, and what goes anyhow goes first', () => {
    const cache = newCache({ maxSiblings: 4 });
    const others = (i: number) => a(`192.0.2.${i}`, { flush: false });
    cache.put([others(1)], SOURCE, 0);
    for (let i = 2; i < 50; i++) cache.put([others(i)], '192.0.2.66', i);
    expect(cache.lookup(askA, 50).map(({ record }) => record)).toEqual([1, 47, 48, 49].map(others));
    cache.put([others(49), { ...others(1), ttl: 0 }], SOURCE, 50);
    cache.put([others(50)], '192.0.2.66', 51);
    expect(cache.lookup(askA, 51).map(({ record }) => record)).toEqual([47, 48, 49, 50].map(others));
    expect(cache.counters).toMatchObject({ crowded: 46, evicted: 46 });
  });

  it('SEC-02 one name has at most its share', () => {
    const cache = newCache({ maxRecords: 10, maxPerName: 3 });
    cache.put([a('192.0.2.1')], SOURCE, 0);
    for (let i = 0; i < 9; i++) cache.put([to(`x${i}`)], `192.0.2.${i}`, i);
    expect(found(cache, browse, 9)).toHaveLength(3);
    expect(found(cache, askA, 9)).toHaveLength(1);
  });

  it('SEC-02 one source pushes out only what it said itself', () => {
    const cache = newCache({ maxRecords: 10, maxPerSource: 4 });
    cache.put([a('192.0.2.1')], SOURCE, 0);
    for (let i = 0; i < 50; i++) cache.put([a('192.0.2.9', { name: `flood${i}.local` })], '192.0.2.66', i);
    expect(cache.size).toBe(5);
    expect(found(cache, askA, 50)).toEqual(['192.0.2.1']);
  });

  it('SEC-02 one source does not fill a name: it pushes nobody else out, however wanted what it says', () => {
    const cache = newCache({ maxRecords: 16 });
    cache.want(browse, 0);
    cache.put([to('honest')], SOURCE, 0);
    for (let i = 0; i < 50; i++) cache.put([to(`x${i}`)], '192.0.2.66', i + 1);
    expect(cache.size).toBe(6);
    expect(found(cache, browse, 60)).toContain('honest._t._tcp.local');
  });

  it('SEC-02 a source that repeats what others said does not take it over', () => {
    const cache = newCache({ maxRecords: 10, maxPerSource: 2 });
    cache.put([a('192.0.2.1')], SOURCE, 0);
    cache.put([a('192.0.2.1')], '192.0.2.66', 1);
    for (let i = 0; i < 5; i++) cache.put([a('192.0.2.9', { name: `flood${i}.local` })], '192.0.2.66', 2);
    expect(found(cache, askA, 5)).toEqual(['192.0.2.1']);
  });

  it('SEC-02 the smallest cache works, within one datagram too', () => {
    const cache = newCache({ maxRecords: 1 });
    cache.want(browse, 0);
    const { added, removed } = cache.put([to('x'), a('192.0.2.1'), to('y')], SOURCE, 0);
    // What came and had to go within the datagram is not worth a word.
    expect(added.map(data)).toEqual(['y._t._tcp.local']);
    expect(removed).toEqual([]);
    expect(cache.size).toBe(1);
    expect(run(cache, 5_000_000).at(-1)?.what).toBe('expired y._t._tcp.local');
  });

  it('does not deal with too many deadlines at once', () => {
    const cache = newCache({ maxRecords: 20_000, maxPerSource: 20_000 });
    for (let i = 0; i < DEADLINES_PER_TURN + 10; i++) cache.put([a('192.0.2.1', { name: `h${i}.local` })], SOURCE, 0);
    cache.due(200_000);
    expect(cache.size).toBe(10);
    expect(cache.nextDeadline()).toBe(120_000);
    cache.due(200_000);
    expect(cache.size).toBe(0);
  });
});
