import { describe, expect, it } from 'vitest';
import { SetIndex } from '../../../src/actors/link/set-index.js';
import { Relevance } from '../../../src/protocol/query/relevance.js';
import type { ResourceRecord } from '../../../src/protocol/record.js';
import type { RecordSet } from '../../../src/protocol/record-set.js';
import { RepeatedQueries } from '../../../src/protocol/respond/repeated-queries.js';
import { decodeMessage } from '../../../src/protocol/wire/decode.js';
import { address, ptr, query, question, service, srv, txt } from '../../support/records.js';

const TYPE = '_t._tcp.local';

function setOf(id: string, records: readonly ResourceRecord[]): RecordSet {
  return { id, claims: [], records };
}
const web = (id = 'web', host = 'h.local') => setOf(id, service('Web', TYPE, host, 1));
const host = setOf('host', [address('h.local', '198.18.0.1'), address('h.local', 'fe80::1')]);

function index(...sets: readonly RecordSet[]): SetIndex {
  const found = new SetIndex();
  for (const set of sets) found.put(set);
  return found;
}

describe('SetIndex', () => {
  it('knows the names of all records, shared and unique, in any case', () => {
    const sets = index(web());
    for (const name of [TYPE, 'web._T._tcp.LOCAL']) expect(sets.knows(name), name).toBe(true);
    for (const name of ['h.local', '_u._tcp.local', 'local']) expect(sets.knows(name), name).toBe(false);
  });

  it('finds the sets with unique records at a name, each once', () => {
    const sets = index(web(), host, setOf('alias', [address('H.local', '198.18.0.2')]));
    expect([...sets.ownersOf('WEB._t._tcp.local')]).toEqual(['web']);
    expect([...sets.ownersOf('h.local')]).toEqual(['host', 'alias']);
    expect([...sets.ownersOf(TYPE)], 'what is shared belongs to nobody').toEqual([]);
    expect([...sets.ownersOf('x.local')]).toEqual([]);
  });

  it('sorts records of others by the sets that own their names, and leaves the rest out', () => {
    const sets = index(web(), host, setOf('alias', [address('h.local', '198.18.0.2')]));
    const theirs = {
      host: address('H.LOCAL', '198.18.0.9'),
      srv: srv('web._t._tcp.local', 'x.local', 2),
      txt: txt('Web._t._tcp.local', ['a=1']),
      shared: ptr(TYPE, 'Web._t._tcp.local'),
      other: address('x.local', '198.18.0.9'),
    };
    expect([...sets.byOwner(Object.values(theirs))]).toEqual([
      ['host', [theirs.host]],
      ['alias', [theirs.host]],
      ['web', [theirs.srv, theirs.txt]],
    ]);
    expect(sets.byOwner([]).size).toBe(0);
  });

  it('replaces a set: names that only the earlier one had are no longer known', () => {
    const sets = index(web(), host);
    const renamed = setOf('web', service('Site', TYPE, 'h.local', 1));
    sets.put(renamed);
    expect(sets.get('web')).toBe(renamed);
    expect([sets.knows('Web._t._tcp.local'), sets.knows('Site._t._tcp.local'), sets.knows(TYPE)]).toEqual([
      false,
      true,
      true,
    ]);
    expect([...sets.ownersOf('Web._t._tcp.local')]).toEqual([]);
    expect([...sets.ownersOf('Site._t._tcp.local')]).toEqual(['web']);
    expect(JSON.stringify(sets)).toBe('{"sets":2,"names":3}');
  });

  it('keeps a name until the last set with a record there is gone, and returns what it removes', () => {
    const site = setOf('site', service('Site', TYPE, 'h.local', 1));
    const sets = index(web(), site);
    expect(sets.delete('site')).toBe(site);
    expect([sets.knows(TYPE), sets.knows('Site._t._tcp.local')]).toEqual([true, false]);
    sets.delete('web');
    expect(sets.knows(TYPE)).toBe(false);
    expect(sets.delete('web')).toBeUndefined();
    expect(sets.get('web')).toBeUndefined();
    expect(JSON.stringify(sets)).toBe('{"sets":0,"names":0}');
  });

  it('leaves a name with its other owner', () => {
    const sets = index(host, setOf('alias', [address('h.local', '198.18.0.2')]));
    sets.delete('host');
    expect([...sets.ownersOf('h.local')]).toEqual(['alias']);
  });

  it('forgets the queries that were heard, whenever its names change', () => {
    const queries = new RepeatedQueries();
    const sets = new SetIndex(undefined, undefined, queries);
    const bytes = query({ questions: [question('h.local', 'A')] });
    const { message } = decodeMessage(bytes);
    const hear = () => {
      const from = { address: '198.18.0.9', port: 5353, to: 'group', onLink: true, isLegacy: false } as const;
      if (message) queries.remember(bytes, message, from);
      return queries.hear(bytes, from.address) !== undefined;
    };
    const isKnown = () => queries.hear(bytes, '198.18.0.9') !== undefined;
    expect(hear()).toBe(true);
    sets.put(host);
    expect(isKnown()).toBe(false);
    expect(hear()).toBe(true);
    sets.delete('host');
    expect(isKnown()).toBe(false);
  });

  it('makes datagrams about its names relevant, as long as it has them', () => {
    const relevance = new Relevance();
    relevance.acceptsUnasked = false;
    const sets = new SetIndex(relevance);
    const asks = (name: string) => relevance.concerns(query({ questions: [question(name, 'ANY')] }));
    expect(asks('h.local')).toBe(false);
    sets.put(host);
    sets.put(setOf('alias', [address('h.local', '198.18.0.2')]));
    expect([asks('h.local'), relevance.own.size]).toEqual([true, 1]);
    sets.put(host);
    sets.delete('host');
    expect([asks('h.local'), relevance.own.size], 'the alias has it').toEqual([true, 1]);
    sets.delete('alias');
    expect([asks('h.local'), relevance.own.size]).toEqual([false, 0]);
  });
});
