/** Pointers to what is still asked for: heard again they are news, and they are no known answers. */
import { describe, expect, it } from 'vitest';
import type { RecordCache } from '../../../src/protocol/cache/cache.js';
import type { ResourceRecord } from '../../../src/protocol/record.js';
import { address, nsec, ptr, question, srv, txt } from '../../support/records.js';
import { newCache } from './cache-fixture.js';

const TYPE = '_t._tcp.local';
const I = `I.${TYPE}`;
const BROWSE = question(TYPE, 'PTR');
const POINTER = ptr(TYPE, I);
const [SRV, TXT, A, AAAA] = [
  question(I, 'SRV'),
  question(I, 'TXT'),
  question('h.local', 'A'),
  question('h.local', 'AAAA'),
];

function browsing(...records: ResourceRecord[]): RecordCache {
  const cache = newCache();
  for (const each of [BROWSE, SRV, TXT, A, AAAA]) cache.want(each, 0);
  cache.put([POINTER, ...records], '192.0.2.1', 0);
  return cache;
}

const mentioned = (cache: RecordCache, record: ResourceRecord = POINTER) =>
  cache.put([record], '192.0.2.1', 2_000).mentioned;
const isListed = (cache: RecordCache) => cache.knownAnswers([BROWSE], 2_000).length > 0;

describe('QRY-04 a pointer that is heard again', () => {
  it('mentions what is not known of the instance', () => {
    expect(mentioned(browsing())).toEqual([SRV, TXT]);
    expect(mentioned(browsing(txt(I)))).toEqual([SRV]);
  });

  it('and the addresses of its host, of which one is enough', () => {
    const known = [srv(I, 'h.local', 80), txt(I)];
    expect(mentioned(browsing(...known))).toEqual([A, AAAA]);
    expect(mentioned(browsing(...known), srv(I, 'h.local', 80))).toEqual([A, AAAA]);
    expect(mentioned(browsing(...known, nsec('h.local', ['A'])))).toEqual([A]);
    expect(mentioned(browsing(...known, address('h.local', '192.0.2.1')))).toEqual([]);
  });

  it('says nothing to those who want neither the pointer nor what is behind it', () => {
    const cache = newCache();
    cache.want(SRV, 0);
    cache.put([POINTER], '192.0.2.1', 0);
    expect(mentioned(cache)).toEqual([]);
    const other = newCache();
    other.want(BROWSE, 0);
    expect(mentioned(other)).toEqual([]);
    expect(mentioned(other, address('h.local', '192.0.2.1'))).toEqual([]);
  });

  it('does not mention what has no last answer: the instances of a type that is listed', () => {
    const cache = newCache();
    const types = question('_services._dns-sd._udp.local', 'PTR');
    for (const each of [types, BROWSE, question(TYPE, 'ANY')]) cache.want(each, 0);
    const listed = ptr(types.name, TYPE);
    cache.put([listed], '192.0.2.1', 0);
    expect(mentioned(cache, listed)).toEqual([]);
    expect(cache.knownAnswers([types], 2_000)).toHaveLength(1);
  });

  it('KAS-01 is a known answer only when the rest is known as well', () => {
    const known = [srv(I, 'h.local', 80), txt(I)];
    expect(isListed(browsing())).toBe(false);
    expect(isListed(browsing(...known))).toBe(false);
    expect(isListed(browsing(...known, address('h.local', '192.0.2.1')))).toBe(true);
  });

  it('DQS-02 so the question of another host that lists it does not stand for ours', () => {
    const heard = (cache: RecordCache) => cache.questionHeard([BROWSE], [POINTER], 2_000);
    expect(heard(browsing())).toEqual([]);
    expect(heard(browsing(srv(I, 'h.local', 80), txt(I), address('h.local', '192.0.2.1')))).toEqual([BROWSE]);
  });
});
