/** What is not asked for again, next to what is. */
import { describe, expect, it } from 'vitest';
import type { RecordCache } from '../../../src/protocol/cache/cache.js';
import type { Question } from '../../../src/protocol/record.js';
import { ptr, question } from '../../support/records.js';
import { a, askA, browse, newCache, run, SOURCE, to } from './cache-fixture.js';

describe('QRY-08 refresh', () => {
  it('QRY-08 nothing is asked for that has been flushed', () => {
    const cache = newCache({ random: () => 0 });
    cache.want(askA, 0);
    cache.put([a('192.0.2.1', { ttl: 100 })], SOURCE, 0);
    cache.put([a('192.0.2.2', { ttl: 100 })], SOURCE, 79_500);
    expect(run(cache, 100_000)).toEqual([{ at: 80_500, what: 'flushed 192.0.2.1' }]);
  });

  it('QRY-08 a record past its last point is not asked for along with another', () => {
    const cache = newCache({ random: () => 0 });
    cache.want(question('old.local', 'A'), 0);
    cache.put([a('192.0.2.1', { name: 'old.local', ttl: 100 })], SOURCE, 0);
    run(cache, 17_000);
    cache.want(askA, 17_000);
    cache.put([a('192.0.2.2', { ttl: 100 })], SOURCE, 17_000);
    run(cache, 96_000);
    expect(run(cache, 99_000)).toEqual([{ at: 97_000, what: 'ask h.local A' }]);
  });

  it('QRY-09 a question leaves the times of those records alone that are too young for it', () => {
    const draws = [0, 0, 0.9];
    const cache = newCache({ random: () => draws.shift() ?? 0 });
    cache.want(browse, 0);
    cache.put([to('x', { ttl: 100 })], SOURCE, 0);
    cache.put([to('y', { ttl: 100 })], SOURCE, 4_500);
    expect(run(cache, 86_000).map(({ at }) => at)).toEqual([80_000, 84_500]);
    expect(draws).toEqual([]);
  });

  it('only the last question before a record expires accepts a unicast response', () => {
    const cache = newCache({ random: () => 0 });
    cache.want(browse, 0);
    cache.put([to('x', { ttl: 100 })], SOURCE, 0);
    expect(acceptsUnicast(cache, 99_000)).toEqual([false, false, false, true]);
  });

  it('of the repeated questions about a doubted record only the last accepts a unicast response', () => {
    const cache = newCache();
    cache.want(browse, 0);
    cache.put([to('x', { ttl: 100 })], SOURCE, 0);
    cache.reconfirm([to('x', { ttl: 100 })], 90_000);
    expect(acceptsUnicast(cache, 95_000)).toEqual([false, true]);
  });

  it('a question after a goodbye does not accept a unicast response', () => {
    const cache = newCache();
    const types = question('_services._dns-sd._udp.local', 'PTR');
    const type = ptr(types.name, '_t._tcp.local');
    cache.want(types, 0);
    cache.put([type], SOURCE, 0);
    cache.put([ptr(types.name, '_t._tcp.local', { ttl: 0 })], SOURCE, 5_000);
    expect(acceptsUnicast(cache, 6_000)).toEqual([false]);
  });
});

/** Whether each question until then accepts a unicast response. */
function acceptsUnicast(cache: RecordCache, until: number): boolean[] {
  const questions: Question[] = [];
  while (cache.nextDeadline() <= until) questions.push(...cache.due(cache.nextDeadline()).refresh);
  return questions.map(({ unicastResponse }) => unicastResponse);
}
