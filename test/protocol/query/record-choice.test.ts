/** Which records of a response are decoded, told from their bytes alone. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecordCache } from '../../../src/protocol/cache/cache.js';
import { LOOSE_REST_TIME, REST_TIME } from '../../../src/protocol/cache/source.js';
import { CLASS_IN, MULTICAST_GAP_MS } from '../../../src/protocol/constants.js';
import { hashAt, nameEnd, recordHash, recordHashAt } from '../../../src/protocol/query/name-hash.js';
import { RIVALS_PER_PACKET } from '../../../src/protocol/query/record-choice.js';
import { Relevance } from '../../../src/protocol/query/relevance.js';
import type { ResourceRecord } from '../../../src/protocol/record.js';
import { typeNumber } from '../../../src/protocol/types.js';
import { decodeMessage } from '../../../src/protocol/wire/decode.js';
import { address, ptr, question, response, service, srv, txt } from '../../support/records.js';
import { record as anyRecord } from '../wire/arbitraries.js';

const TYPE = '_t._tcp.local';
const PEER = '198.18.0.200';
const OTHER = '198.18.0.201';

function setUp(maxRecords = 1_000) {
  const relevance = new Relevance();
  return { relevance, cache: new RecordCache({ random: () => 0, maxRecords, relevance }) };
}

/** The records of a packet that are decoded. */
function read(relevance: Relevance, records: readonly ResourceRecord[], source: string, now: number): ResourceRecord[] {
  const bytes = response({ answers: records });
  return [...(decodeMessage(bytes, relevance.choice(bytes, source, now)).message?.answers ?? [])];
}

const hosts = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => address(`host-${from + i}.local`, '192.0.2.1'));

describe('hashes of records', () => {
  it('are the same from a packet as from what was decoded of it', () => {
    const compressed = new Set(['NS', 'SOA', 'MX', 'RP', 'AFSDB', 'RT', 'PX', 'KX', 'DNAME']);
    fc.assert(
      fc.property(anyRecord, (record) => {
        fc.pre(!compressed.has(record.type));
        const bytes = response({ answers: [{ ...record, class: CLASS_IN }] });
        const at = nameEnd(bytes, 12);
        const [decoded] = decodeMessage(bytes).message?.answers ?? [];
        expect(decoded).toBeDefined();
        const hash = recordHashAt(bytes, hashAt(bytes, 12), typeNumber(record.type), at + 10, bytes.length);
        expect(decoded && recordHash(decoded)).toBe(hash);
      }),
      { numRuns: 500 },
    );
  });

  it('differ where data do', () => {
    const records = [
      srv('i.local', 'h.local', 80),
      srv('i.local', 'h.local', 81),
      srv('i.local', 'k.local', 80),
      srv('j.local', 'h.local', 80),
      txt('i.local', ['a=1']),
      txt('i.local', ['a=2']),
      address('i.local', '192.0.2.1'),
      address('i.local', '192.0.2.2'),
      ptr('i.local', 'h.local'),
    ];
    expect(new Set(records.map(recordHash)).size).toBe(records.length);
  });
});

describe('SEC-02 the choice of records', () => {
  it('SEC-02 is none for small packets while everything is welcome', () => {
    const { relevance } = setUp();
    expect(relevance.choice(response({ answers: hosts(0, 10) }), PEER, 0)).toBeUndefined();
  });

  it('SEC-02 passes over new pointers of a source that has as many as it may have, unless they lead somewhere', () => {
    const { relevance, cache } = setUp(10_000);
    const ask = (name: string, type: 'PTR' | 'SRV') => cache.want(question(name, type), 0);
    ask(TYPE, 'PTR');
    const pointer = (i: number) => ptr(TYPE, `x${i}.${TYPE}`);
    for (let i = 0; i < 2_000; i++) {
      if (cache.put([pointer(i)], PEER, 0).added.length > 0) ask(`x${i}.${TYPE}`, 'SRV');
    }
    const [whole, where] = [ptr(TYPE, `s.${TYPE}`), srv(`s.${TYPE}`, 'h.local', 80)];
    cache.put([where], OTHER, 0);
    const packet = [pointer(2_000), whole, srv(`x1.${TYPE}`, 'h.local', 80), pointer(2_001)];
    expect(read(relevance, packet, PEER, 1)).toHaveLength(2);
    expect(read(relevance, packet, OTHER, 1)).toHaveLength(4);
    expect(read(relevance, packet, PEER, LOOSE_REST_TIME)).toHaveLength(4);
  });

  it('SEC-02 passes over what the same source has just said, in large packets, and no longer after a second', () => {
    const { relevance, cache } = setUp();
    const records = hosts(0, 100);
    cache.put(records, PEER, 0);
    const more = [...records, ...hosts(100, 3)];
    expect(read(relevance, more, PEER, MULTICAST_GAP_MS - 1)).toHaveLength(3);
    expect(read(relevance, more, PEER, MULTICAST_GAP_MS)).toHaveLength(103);
    expect(read(relevance, more, OTHER, 1)).toHaveLength(103);
    const goodbyes = records.map((record) => ({ ...record, ttl: 0 }));
    expect(read(relevance, goodbyes, PEER, 1)).toHaveLength(100);
  });

  it('tells what matters when the same packet comes again: goodbyes, and what was heard a moment ago', () => {
    const { relevance, cache } = setUp();
    const records = hosts(0, 100);
    cache.put(records, PEER, 0);
    const chosen = (answers: readonly ResourceRecord[]) => {
      const bytes = response({ answers });
      const choice = relevance.choice(bytes, PEER, 1);
      decodeMessage(bytes, choice);
      return choice;
    };
    expect(chosen(records.slice(0, 90))).toMatchObject({ skipped: 90, skippedForNow: true });
    const goodbyes = hosts(200, 100).map((record) => ({ ...record, ttl: 0 }));
    expect(chosen(goodbyes)).toMatchObject({ skipped: 100, skippedForNow: true });
    relevance.acceptsUnasked = false;
    expect(chosen(hosts(200, 100))).toMatchObject({ skipped: 100, skippedForNow: false });
  });

  it('SEC-02 takes a record again at once that has said goodbye, or has another TTL', () => {
    const { relevance, cache } = setUp();
    const records = hosts(0, 100);
    cache.put(records, PEER, 0);
    cache.put(records.map((record) => ({ ...record, ttl: 0 })).slice(0, 10), PEER, 10);
    expect(read(relevance, records, PEER, 20)).toEqual(records.slice(0, 10));
    const longer = records.map((record) => ({ ...record, ttl: 200 }));
    expect(read(relevance, longer, PEER, 20)).toHaveLength(100);
  });

  it('SEC-02 while there is no more room takes what is wanted, and what that leads to', () => {
    const { relevance, cache } = setUp();
    cache.want({ name: TYPE, type: 'PTR', class: CLASS_IN, unicastResponse: false }, 0);
    relevance.acceptsUnasked = false;
    const found = service('I', TYPE, 'h.local', 80, { addresses: ['192.0.2.7'] });
    const others = [...hosts(0, 50), ...service('X', '_x._tcp.local', 'x.local', 80, { addresses: ['192.0.2.8'] })];
    expect(read(relevance, [...others, ...found], PEER, 0)).toEqual(found);
  });

  it('SEC-02 takes only what is known of a source that has filled its share over and over', () => {
    const { relevance, cache } = setUp(20);
    for (let i = 0; i < 5_000; i++) cache.put(hosts(i, 1), PEER, 0);
    expect(relevance.rests(PEER, 1)).toBe(true);
    const known = hosts(0, 5_000).filter((record) => cache.lookup({ ...record, class: CLASS_IN }, 1).length > 0);
    expect(known.length).toBeGreaterThan(0);
    const later = MULTICAST_GAP_MS + 1;
    expect(read(relevance, [...hosts(9_000, 5), ...known], PEER, later)).toEqual(known);
    expect(
      read(
        relevance,
        hosts(9_000, 5).map((record) => ({ ...record, ttl: 0 })),
        PEER,
        later,
      ),
    ).toEqual([]);
    relevance.acceptsUnasked = true;
    expect(read(relevance, hosts(9_000, 5), OTHER, later)).toHaveLength(5);
    expect(read(relevance, hosts(9_000, 5), PEER, REST_TIME + 1)).toHaveLength(5);
  });

  it('SEC-02 always hears some of what is said of our own names', () => {
    const { relevance } = setUp();
    relevance.own.add('own.local');
    relevance.names.add('own.local');
    const rivals = Array.from({ length: 100 }, (_, i) => address('own.local', `192.0.2.${i}`));
    relevance.acceptsUnasked = false;
    expect(read(relevance, rivals, PEER, 0)).toHaveLength(100);
    relevance.rests = () => true;
    expect(read(relevance, rivals, PEER, 0)).toHaveLength(RIVALS_PER_PACKET);
  });

  it('SEC-03 reads what comes before the place where a packet is damaged', () => {
    const { relevance } = setUp();
    relevance.acceptsUnasked = false;
    relevance.names.add('host-0.local');
    const bytes = response({ answers: hosts(0, 3) });
    for (let cut = 12; cut < bytes.length; cut++) {
      const part = bytes.subarray(0, cut);
      const { message, faults } = decodeMessage(part, relevance.choice(part, PEER, 0));
      expect(message?.answers.length).toBeLessThanOrEqual(1);
      expect(faults).toMatchObject([{ code: 'truncated' }]);
    }
  });
});
