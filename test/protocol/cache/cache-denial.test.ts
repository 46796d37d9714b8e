/** Records that do not exist (RFC 6762 section 6.1). */
import { describe, expect, it } from 'vitest';
import { nsecData } from '../../../src/protocol/nsec.js';
import { question, record } from '../../support/records.js';
import { a, askA, askAaaa, browse, cacheWith, found, newCache, only, run, SOURCE, to } from './cache-fixture.js';

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

  it('NEG-09 reports a denial and that it answers, once', () => {
    const cache = newCache();
    cache.want(askAaaa, 0);
    expect(cache.put([only(['A'])], SOURCE, 0)).toMatchObject({ denied: [askAaaa], answered: [askAaaa] });
    expect(cache.put([only(['A'])], SOURCE, 10)).toMatchObject({ denied: [], answered: [] });
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
    expect(cache.put([a('fe80::1')], SOURCE, 10)).toMatchObject({ added: [a('fe80::1')], answered: [] });
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
