/** Records that replace others (RFC 6762 section 10.2). */
import { describe, expect, it } from 'vitest';
import { question } from '../../support/records.js';
import { a, askA, askAaaa, browse, cacheWith, found, newCache, run, SOURCE, to } from './cache-fixture.js';

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
