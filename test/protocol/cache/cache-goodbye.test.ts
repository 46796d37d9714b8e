/** Records that their hosts withdraw (RFC 6762 section 10.1). */
import { describe, expect, it } from 'vitest';
import { Relevance } from '../../../src/protocol/query/relevance.js';
import type { ResourceRecord } from '../../../src/protocol/record.js';
import { question } from '../../support/records.js';
import { a, askA, browse, cacheWith, found, newCache, run, SOURCE, to } from './cache-fixture.js';

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

  it('counts for what no client asks for, as a renewal does, however full the cache is of that', () => {
    const cache = newCache({ maxRecords: 40, relevance: new Relevance() });
    cache.put([to('x')], SOURCE, 0);
    for (let i = 0; i < 20; i++) cache.put([a('192.0.2.1', { name: `h${i}.local` })], `192.0.2.${i}`, 0);
    cache.put([to('y')], SOURCE, 0);
    expect(found(cache, browse, 0)).toEqual(['x._t._tcp.local']);
    cache.put([bye], SOURCE, 1_000);
    cache.put([to('x')], SOURCE, 1_500);
    run(cache, 5_000);
    expect(found(cache, browse, 5_000)).toEqual(['x._t._tcp.local']);
    cache.put([bye], SOURCE, 5_000);
    run(cache, 6_000);
    expect([found(cache, browse, 6_000), cache.counters.goodbye]).toEqual([[], 1]);
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
