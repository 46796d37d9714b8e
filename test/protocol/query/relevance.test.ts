import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecordCache } from '../../../src/protocol/cache/cache.js';
import { nameKey } from '../../../src/protocol/name.js';
import { Relevance } from '../../../src/protocol/query/relevance.js';
import type { Message } from '../../../src/protocol/record.js';
import { decodeMessage } from '../../../src/protocol/wire/decode.js';
import { encodeMessage } from '../../../src/protocol/wire/encode.js';
import { MAX_POINTERS } from '../../../src/protocol/wire/limits.js';
import { leaveUnread } from '../../support/leave-unread.js';
import { address, ptr, query, question, response } from '../../support/records.js';
import { message as anyMessage, name as anyName } from '../wire/arbitraries.js';
import * as packets from '../wire/packets.js';

/** Interested in these names, and in nothing else. */
function relevantNames(...names: string[]): Relevance {
  const relevance = new Relevance();
  relevance.acceptsUnasked = false;
  for (const name of names) relevance.names.add(name);
  return relevance;
}

const concerns = (relevance: Relevance, bytes: Uint8Array) => relevance.concerns(bytes);

/** The names that count: owners of a response, those asked about in a query. */
function namesOf({ response: isResponse, questions, answers, authorities, additionals }: Message): string[] {
  return (isResponse ? [...answers, ...authorities, ...additionals] : questions).map(({ name }) => name);
}

describe('the interest of a record cache', () => {
  const forever = 1e12;

  function newCache(maxRecords: number) {
    const relevance = new Relevance();
    return { relevance, cache: new RecordCache({ random: () => 0, maxRecords, relevance }) };
  }
  const isIn = (relevance: Relevance, name: string) =>
    concerns(relevance, query({ questions: [question(name, 'ANY')] }));

  it('is in what is cached, until it is gone', () => {
    const { relevance, cache } = newCache(10);
    cache.put([address('h.local', '192.0.2.1'), address('h.local', '192.0.2.2')], 'p', 0);
    expect([isIn(relevance, 'H.LOCAL'), isIn(relevance, 'x.local')]).toEqual([true, false]);
    cache.due(forever);
    expect(isIn(relevance, 'h.local')).toBe(false);
    expect(relevance.toJSON()).toMatchObject({ names: 0, sharedNames: 0 });
  });

  it('is in pointers that many share for their own sake only when somebody wants them', () => {
    const { relevance, cache } = newCache(4);
    const type = '_t._tcp.local';
    cache.put([ptr(type, `I.${type}`)], 'p', 0);
    expect(relevance.toJSON()).toMatchObject({ names: 0, sharedNames: 1, acceptsUnasked: true });
    cache.want(question(type, 'PTR'), 0);
    expect(relevance.toJSON()).toMatchObject({ names: 1, sharedNames: 0 });
    cache.unwant(question(type, 'PTR'));
    expect(relevance.toJSON()).toMatchObject({ names: 0, sharedNames: 1 });
    cache.put([ptr('1.0.0.127.in-addr.arpa', 'h.local')], 'p', 0);
    expect(relevance.toJSON()).toMatchObject({ names: 1, sharedNames: 1 });
  });

  it('QRY-14 does not remember pointers of which it may have missed the goodbye', () => {
    const { relevance, cache } = newCache(8);
    const [type, other] = ['_t._tcp.local', '_u._tcp.local'];
    cache.put([ptr(type, `Old.${type}`)], 'p', 0);
    leaveUnread(relevance, response({ answers: [ptr(type, `Old.${type}`, { ttl: 0 })] }), 'p', 1);
    relevance.unread.clear();
    // What is heard from here on is all there is.
    cache.put([ptr(other, `Newer.${other}`)], 'p', 10_001);
    expect(cache.want(question(type, 'PTR'), 10_002).records).toEqual([]);
    expect(cache.want(question(other, 'PTR'), 10_002).records).toMatchObject([
      { record: { target: `Newer.${other}` } },
    ]);
    expect(cache.size).toBe(1);
  });

  it('QRY-14 remembers those that somebody wanted all along', () => {
    const { relevance, cache } = newCache(8);
    const browse = question('_t._tcp.local', 'PTR');
    cache.want(browse, 0);
    for (let i = 0; i < 4; i++) cache.put([address(`x${i}.local`, '192.0.2.1', { ttl: 10 })], `p${i}`, 0);
    cache.put([ptr(browse.name, `I.${browse.name}`)], 'p', 1);
    expect(cache.lookup(browse, 1)).toHaveLength(1);
    cache.due(10_000);
    cache.unwant(browse);
    expect(relevance.acceptsUnasked).toBe(true);
    expect(cache.want(browse, 10_001).records).toHaveLength(1);
  });

  it('is in what is asked, until it is answered for good', () => {
    const { relevance, cache } = newCache(10);
    cache.want(question('h.local', 'A'), 0);
    cache.want(question('h.local', 'AAAA'), 0);
    cache.unwant(question('h.local', 'A'));
    expect(isIn(relevance, 'h.local')).toBe(true);
    cache.unwant(question('h.local', 'AAAA'));
    expect(isIn(relevance, 'h.local')).toBe(false);
  });

  it('QRY-14 is in everything, until half of it is what nobody wants', () => {
    const { relevance, cache } = newCache(8);
    cache.want(question('w.local', 'A'), 0);
    for (let i = 0; i < 3; i++) cache.put([address(`x${i}.local`, '192.0.2.1')], `p${i}`, 0);
    cache.put([address('w.local', '192.0.2.1'), address('w.local', '192.0.2.2')], 'p', 0);
    expect(relevance.acceptsUnasked).toBe(true);
    cache.put([address('y.local', '192.0.2.1', { ttl: 10 })], 'p', 0);
    expect(relevance.acceptsUnasked).toBe(false);
    cache.due(10_000);
    expect(relevance.acceptsUnasked).toBe(true);
    cache.unwant(question('w.local', 'A'));
    expect(relevance.acceptsUnasked).toBe(false);
    cache.want(question('w.local', 'A'), 10_000);
    expect(relevance.acceptsUnasked).toBe(true);
  });
});

describe('Relevance', () => {
  it('is in responses with a record of a name that matters, in whatever section and case', () => {
    const relevance = relevantNames('H.local');
    const [h, x] = [address('h.LOCAL', '192.0.2.1'), address('x.local', '192.0.2.2')];
    expect(concerns(relevance, response({ answers: [x, h] }))).toBe(true);
    expect(concerns(relevance, response({ answers: [x], authorities: [h] }))).toBe(true);
    expect(concerns(relevance, response({ answers: [x], additionals: [x, h] }))).toBe(true);
    expect(concerns(relevance, response({ answers: [x] }))).toBe(false);
    expect(concerns(relevance, response({}))).toBe(false);
  });

  it('is in what records are of, not in what they say, nor in what a response asks', () => {
    const relevance = relevantNames('h.local');
    expect(concerns(relevance, response({ answers: [ptr('_t._tcp.local', 'h.local')] }))).toBe(false);
    expect(concerns(relevance, response({ questions: [question('h.local', 'A')] }))).toBe(false);
  });

  it('is in queries for a name that matters, and in those that go on from an earlier one', () => {
    const relevance = relevantNames('h.local');
    expect(concerns(relevance, query({ questions: [question('x.local', 'A'), question('H.local', 'ANY')] }))).toBe(
      true,
    );
    expect(concerns(relevance, query({ answers: [ptr('_t._tcp.local', 'x.local')] }))).toBe(true);
    expect(
      concerns(relevance, query({ questions: [question('x.local', 'A')], answers: [ptr('h.local', 'x.local')] })),
    ).toBe(false);
  });

  it('QRY-14 is in queries for a name that was heard of, though that is unread, while there is room', () => {
    const relevance = relevantNames();
    relevance.acceptsUnasked = true;
    const [asked, other] = ['x.local', 'y.local'].map((name) => query({ questions: [question(name, 'A')] }));
    leaveUnread(relevance, response({ answers: [address('X.local', '192.0.2.2')] }), 'p', 0);
    expect([asked, other].map((bytes) => concerns(relevance, bytes as Uint8Array))).toEqual([true, false]);
    relevance.acceptsUnasked = false;
    expect(concerns(relevance, asked as Uint8Array)).toBe(false);
    relevance.acceptsUnasked = true;
    relevance.unread.clear();
    expect(concerns(relevance, asked as Uint8Array)).toBe(false);
  });

  it('is in questions about names that many share, only while there is room', () => {
    const relevance = relevantNames();
    relevance.sharedNames.add('_t._tcp.local');
    const [answer, asked] = [
      response({ answers: [ptr('_t._tcp.local', 'I._t._tcp.local')] }),
      query({ questions: [question('_T._tcp.local', 'PTR')] }),
    ];
    expect([concerns(relevance, answer), concerns(relevance, asked)]).toEqual([false, false]);
    relevance.acceptsUnasked = true;
    expect([concerns(relevance, answer), concerns(relevance, asked)]).toEqual([false, true]);
  });

  it('leaves what is too short, or no ordinary message, to those who count it', () => {
    const relevance = relevantNames();
    for (const bytes of [
      new Uint8Array(11),
      query({ opcode: 5, questions: [question('h.local', 'A')] }),
      response({ rcode: 3 }),
    ]) {
      expect(concerns(relevance, bytes)).toBe(true);
    }
  });

  it('ends with the last reason', () => {
    const relevance = relevantNames('h.local', 'H.LOCAL');
    const bytes = response({ answers: [address('h.local', '192.0.2.1')] });
    relevance.names.delete('h.local');
    expect(concerns(relevance, bytes)).toBe(true);
    relevance.names.delete('h.local');
    expect(concerns(relevance, bytes)).toBe(false);
    relevance.names.delete('never.local');
    expect(relevance.toJSON()).toMatchObject({ names: 0, sharedNames: 0, acceptsUnasked: false });
  });

  it('sees any name that the decoder sees, and hardly any other', () => {
    let misses = 0;
    fc.assert(
      fc.property(anyMessage, fc.array(anyName, { maxLength: 3 }), (message, others) => {
        const bytes = encodeMessage({ ...message, opcode: 0, rcode: 0 });
        const names = namesOf(message);
        const keys = new Set(names.map(nameKey));
        for (const name of names) expect(concerns(relevantNames(name), bytes)).toBe(true);
        if (!message.response && message.questions.length === 0) return;
        const strangers = others.filter((name) => !keys.has(nameKey(name)));
        if (concerns(relevantNames(...strangers), bytes)) misses++;
      }),
      { numRuns: 500 },
    );
    expect(misses).toBeLessThanOrEqual(1);
  });

  it('SEC-03 leaves a response that cannot be read to the decoder, which complains', () => {
    const relevance = relevantNames('h.local');
    fc.assert(
      fc.property(anyMessage, fc.nat(), (message, seed) => {
        const whole = encodeMessage({ ...message, response: true, opcode: 0, rcode: 0 });
        const cut = whole.subarray(0, 12 + (seed % Math.max(1, whole.length - 12)));
        if (cut.length === whole.length || concerns(relevance, cut)) return;
        // Only where everything that is counted was there to be read.
        expect(decodeMessage(cut).faults.filter(({ code }) => code === 'truncated')).toEqual([]);
      }),
    );
  });

  it('SEC-03 never throws and always ends, whatever the bytes', () => {
    const relevance = relevantNames('h.local');
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 12, maxLength: 300 }), (bytes) => {
        expect(typeof concerns(relevance, bytes)).toBe('boolean');
      }),
      { numRuns: 1_000 },
    );
  });

  it('CMP-04 gets out of loops and long chains of pointers', () => {
    const { bytes, header, pointer, u16, RESPONSE } = packets;
    const tail = [u16(1), u16(1), u16(0), u16(120), u16(0)];
    const relevance = relevantNames('h.local');
    const self = bytes(header(RESPONSE, [0, 1, 0, 0]), pointer(12), ...tail);
    const backAndForth = bytes(header(RESPONSE, [0, 1, 0, 0]), [1, 0x61], pointer(12), ...tail);
    expect(concerns(relevance, self)).toBe(false);
    expect(concerns(relevance, backAndForth)).toBe(false);
    const many = Array.from({ length: 700 }, (_, i) => [pointer(i === 0 ? 12 : 12 + 12 * (i - 1)), ...tail]);
    const chain = bytes(header(RESPONSE, [0, many.length, 0, 0]), ...many);
    let reads = 0;
    const counted = new Proxy(chain, {
      get: (target, key) => {
        reads++;
        return Reflect.get(target, key);
      },
    });
    expect(concerns(relevance, counted)).toBe(false);
    expect(reads).toBeLessThan(many.length * 2 * (MAX_POINTERS + 1));
  });
});
