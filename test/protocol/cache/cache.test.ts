import { describe, expect, it } from 'vitest';
import { DEADLINES_PER_TURN } from '../../../src/protocol/cache/cache.js';
import { MAX_KNOWN_ANSWERS } from '../../../src/protocol/cache/known-answers.js';
import { MAX_SIBLINGS } from '../../../src/protocol/cache/limits.js';
import type { ResourceRecord } from '../../../src/protocol/record.js';
import { question } from '../../support/records.js';
import { a, askA, browse, cacheWith, data, found, newCache, only, run, SOURCE, to } from './cache-fixture.js';

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
      removed: [{ record: to('y'), reason: 'evicted' }],
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
    const cache = newCache({ maxRecords: 10 });
    cache.put([a('192.0.2.1')], SOURCE, 0);
    for (let i = 0; i < 50; i++) cache.put([a('192.0.2.9', { name: `flood${i}.local` })], '192.0.2.66', i);
    expect(cache.size).toBe(10);
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
