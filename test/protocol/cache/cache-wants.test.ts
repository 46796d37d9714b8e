/** What wanting and no longer wanting a question changes, at a name with several record sets; and edges of passive observation. */
import { describe, expect, it } from 'vitest';
import { question, txt } from '../../support/records.js';
import { a, askA, browse, found, newCache, run, SOURCE, to } from './cache-fixture.js';

const askHinfo = question('h.local', 'HINFO');
const askTxt = question('h.local', 'TXT');
const text = txt('h.local', ['x']);

describe('several questions at one name', () => {
  it('QRY-10 closing one question leaves the refreshes of the others', () => {
    const cache = newCache({ random: () => 0 });
    cache.want(askA, 0);
    cache.want(askHinfo, 0);
    cache.put([a('192.0.2.1')], SOURCE, 0);
    cache.unwant(askHinfo);
    const asked = run(cache, 200_000).filter(({ what }) => what === 'ask h.local A');
    expect(asked.map(({ at }) => at)).toEqual([96_000, 102_000, 108_000, 114_000]);
  });

  it('SEC-02 wanting one record set does not keep the others at its name', () => {
    const cache = newCache({ maxRecords: 2, maxPerSource: 2, maxPerName: 2 });
    cache.put([text], SOURCE, 0);
    cache.want(askA, 0);
    cache.put([a('192.0.2.1')], SOURCE, 1);
    cache.put([to('x')], SOURCE, 2);
    expect(found(cache, askTxt, 3)).toEqual([]);
    expect(found(cache, askA, 3)).toEqual(['192.0.2.1']);
    expect(found(cache, browse, 3)).toEqual(['x._t._tcp.local']);
  });

  it('SEC-02 closing one question lets its records go first, and no others', () => {
    const cache = newCache({ maxRecords: 2, maxPerSource: 2, maxPerName: 2 });
    cache.want(askA, 0);
    cache.want(askTxt, 0);
    cache.put([a('192.0.2.1')], SOURCE, 0);
    cache.put([text], SOURCE, 1);
    cache.unwant(askTxt);
    cache.put([to('x')], SOURCE, 2);
    expect(found(cache, askTxt, 3)).toEqual([]);
    expect(found(cache, askA, 3)).toEqual(['192.0.2.1']);
  });
});

describe('POO-01 the edges of passive observation', () => {
  it('RSP-11 a record heard exactly one second before the first question counts as its answer', () => {
    const cache = newCache();
    cache.want(browse, 0);
    cache.put([to('x'), to('y')], SOURCE, 0);
    cache.put([to('x')], SOURCE, 19_000);
    cache.put([to('y')], SOURCE, 18_999);
    cache.questionHeard([browse], [], 20_000);
    cache.questionHeard([browse], [], 21_000);
    expect(run(cache, 60_000)).toEqual([{ at: 30_000, what: 'unobserved y._t._tcp.local' }]);
  });

  it('POO-01 a known answer in the first question alone excuses its owner', () => {
    const cache = newCache();
    cache.want(browse, 0);
    cache.put([to('x'), to('y')], SOURCE, 0);
    cache.questionHeard([browse], [to('x')], 20_000);
    cache.questionHeard([browse], [], 21_000);
    expect(run(cache, 60_000)).toEqual([{ at: 30_000, what: 'unobserved y._t._tcp.local' }]);
  });

  it('POO-01 two questions exactly ten seconds apart are within ten seconds', () => {
    const cache = newCache();
    cache.want(browse, 0);
    cache.put([to('x')], SOURCE, 0);
    cache.questionHeard([browse], [], 20_000);
    cache.questionHeard([browse], [], 30_000);
    expect(run(cache, 60_000)).toEqual([{ at: 32_000, what: 'unobserved x._t._tcp.local' }]);
  });

  it('POO-01 a third question does not put the verdict off', () => {
    const cache = newCache();
    cache.want(browse, 0);
    cache.put([to('x')], SOURCE, 0);
    for (const at of [20_000, 21_000, 29_000]) cache.questionHeard([browse], [], at);
    expect(run(cache, 60_000)).toEqual([{ at: 30_000, what: 'unobserved x._t._tcp.local' }]);
  });
});
