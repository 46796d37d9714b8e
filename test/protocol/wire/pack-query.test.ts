import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameKey } from '../../../src/protocol/name.js';
import { type ResourceRecord, recordKey } from '../../../src/protocol/record.js';
import { encodeMessage } from '../../../src/protocol/wire/encode.js';
import { packQuery, type QueryParts } from '../../../src/protocol/wire/pack-query.js';
import { largeTxt, ptr, question, srv } from '../../support/records.js';
import { question as anyQuestion, record } from './arbitraries.js';
import { decoded, hex, query } from './packets.js';

const probe = (name: string) => question(name, 'ANY', { qu: true });
const known = (i: number, type = '_http._tcp.local') => ptr(type, `n${i}.${type}`);
const plain = { flush: false };
const range = (count: number) => Array.from({ length: count }, (_, i) => i);

function pack(parts: Partial<QueryParts>): Uint8Array[] {
  return packQuery({ questions: [], knownAnswers: [], authorities: [], maxBytes: 1472, ...parts }).flatMap(
    ({ packets }) => packets,
  );
}

describe('questions', () => {
  it('HDR-01 HDR-02 HDR-04 HDR-05 one packet with the flags of a query', () => {
    const questions = [question('_a._tcp.local', 'PTR'), question('_b._tcp.local', 'PTR')];
    const knownAnswers = [known(1, '_a._tcp.local')];
    expect(pack({ questions, knownAnswers }).map(hex)).toEqual([
      hex(encodeMessage(query({ questions, answers: knownAnswers }))),
    ]);
  });

  it('no question, no packet', () => {
    expect(pack({ knownAnswers: [known(1)], authorities: [srv('x', 'h.local', 80, plain)] })).toEqual([]);
  });

  it('SIZ-01 are split over packets when they do not fit, without a "more follows"', () => {
    const questions = range(300).map((i) => question(`_t${i}._tcp.local`, 'PTR'));
    const messages = pack({ questions }).map(decoded);
    expect(messages.flatMap((message) => message.questions)).toEqual(questions);
    expect(messages.length).toBe(Math.ceil((300 * 12) / 1440));
    expect(messages.every(({ truncated }) => !truncated)).toBe(true);
  });
});

describe('known answers', () => {
  it('TC-01 those that do not fit follow in packets without questions, and all but the last say so', () => {
    const knownAnswers = range(300).map((i) => known(i));
    const packets = pack({ questions: [question('_http._tcp.local', 'PTR')], knownAnswers });
    const messages = packets.map(decoded);
    expect(messages.length).toBeGreaterThan(3);
    expect(messages.map(({ questions }) => questions.length)).toEqual(messages.map((_, i) => (i === 0 ? 1 : 0)));
    expect(messages.map(({ truncated }) => truncated)).toEqual(messages.map((_, i) => i < messages.length - 1));
    expect(messages.flatMap(({ answers }) => answers)).toEqual(knownAnswers);
    for (const packet of packets) expect(packet.length).toBeLessThanOrEqual(1472);
    for (const packet of packets.slice(0, -1)) expect(packet.length).toBeGreaterThan(1472 - 20);
  });

  it('TC-01 each packet with questions is followed by its own known answers', () => {
    const types = range(200).map((i) => `_t${i}._tcp.local`);
    const messages = pack({
      questions: types.map((type) => question(type, 'PTR')),
      knownAnswers: types.flatMap((type) => range(3).map((i) => known(i, type))),
    }).map(decoded);
    const firsts = messages.flatMap(({ questions }, i) => (questions.length > 0 ? [i] : []));
    expect(firsts.length).toBeGreaterThan(1);
    for (const [i, first] of firsts.entries()) {
      const run = messages.slice(first, firsts[i + 1]);
      const asked = new Set(run[0]?.questions.map(({ name }) => name));
      expect(new Set(run.flatMap(({ answers }) => answers.map(({ name }) => name)))).toEqual(asked);
      expect(run.map(({ truncated }) => truncated)).toEqual(run.map((_, n) => n < run.length - 1));
    }
    expect(messages.flatMap(({ answers }) => answers)).toHaveLength(600);
  });

  it('KAS-06 belong to a question whatever the case of its name', () => {
    for (const [asked, answered] of [
      ['_HTTP._tcp.local', '_http._tcp.local'],
      ['_http._tcp.local', '_Http._tcp.LOCAL'],
    ] as const) {
      const [message] = pack({ questions: [question(asked, 'PTR')], knownAnswers: [known(1, answered)] }).map(decoded);
      expect(message?.answers).toEqual([known(1, answered)]);
    }
  });

  it('of nothing that is asked are left out', () => {
    expect(pack({ questions: [question('x.local', 'PTR')], knownAnswers: [known(1)] }).map(decoded)).toMatchObject([
      { answers: [], truncated: false },
    ]);
  });

  it('too large for a packet are left out', () => {
    const large = largeTxt('_http._tcp.local', 2000, plain);
    const messages = pack({
      questions: [question('_http._tcp.local', 'PTR')],
      knownAnswers: [known(1), large, known(2), large],
    }).map(decoded);
    expect(messages.flatMap(({ answers }) => answers)).toEqual([known(1), known(2)]);
    expect(messages.map(({ truncated }) => truncated)).toEqual([true, false]);
  });

  it('KAS-05 PRB-04 never have the cache-flush bit, nor have proposed records', () => {
    const questions = [question('x.local', 'PTR')];
    const records = [srv('x.local', 'h.local', 80)];
    const [message] = pack({ questions, knownAnswers: records, authorities: records }).map(decoded);
    expect([message?.answers, message?.authorities]).toEqual([
      [srv('x.local', 'h.local', 80, plain)],
      [srv('x.local', 'h.local', 80, plain)],
    ]);
  });
});

describe('probes', () => {
  it('PRB-02 PRB-04 several names share a packet, all questions first', () => {
    const names = ['h.local', 'i._http._tcp.local'];
    const authorities = [srv('i._http._tcp.local', 'h.local', 80, plain), srv('h.local', 'h.local', 80, plain)];
    const packets = pack({ questions: names.map(probe), authorities });
    expect(packets.map(decoded)).toEqual([
      query({
        questions: names.map(probe),
        authorities: [srv('h.local', 'h.local', 80, plain), srv('i._http._tcp.local', 'h.local', 80, plain)],
      }),
    ]);
  });

  it('a question travels with the records proposed for its name', () => {
    const names = range(100).map((i) => `n${i}._http._tcp.local`);
    const packets = pack({
      questions: names.map(probe),
      authorities: names.flatMap((name) => [srv(name, 'h.local', 80, plain), largeTxt(name, 200, plain)]).reverse(),
    });
    const messages = packets.map(decoded);
    expect(messages.flatMap(({ questions }) => questions)).toEqual(names.map(probe));
    for (const [i, { questions, authorities, truncated }] of messages.entries()) {
      expect(truncated).toBe(false);
      expect(packets[i]?.length).toBeLessThanOrEqual(1472);
      expect(new Set(authorities.map(({ name }) => name))).toEqual(new Set(questions.map(({ name }) => name)));
      expect(authorities).toHaveLength(2 * questions.length);
    }
    // As many as fit: one more would have been too many.
    const one = encodeMessage(
      query({
        questions: [probe('n1._http._tcp.local')],
        authorities: [srv('n1._http._tcp.local', 'h.local', 80, plain), largeTxt('n1._http._tcp.local', 200, plain)],
      }),
    ).length;
    for (const packet of packets.slice(0, -1)) expect(packet.length + one - 12).toBeGreaterThan(1472);
  });

  it('SIZ-02 a name with more records than fit goes alone in a larger packet', () => {
    const authorities = [largeTxt('big.local', 3000, plain), srv('big.local', 'h.local', 80, plain)];
    const packets = pack({ questions: ['a.local', 'big.local', 'b.local'].map(probe), authorities });
    expect(packets.map(decoded).map(({ questions, authorities }) => [questions[0]?.name, authorities.length])).toEqual([
      ['a.local', 0],
      ['big.local', 2],
      ['b.local', 0],
    ]);
  });

  it('SIZ-02 what would exceed 9000 bytes is left out', () => {
    const authorities = [largeTxt('big.local', 9100, plain), srv('big.local', 'h.local', 80, plain)];
    expect(pack({ questions: [probe('big.local')], authorities }).map(decoded)).toMatchObject([
      { authorities: [srv('big.local', 'h.local', 80, plain)] },
    ]);
  });
});

describe('anything', () => {
  it('leaves once, fits, and is written with the size that was foreseen', () => {
    fc.assert(
      fc.property(
        fc.array(anyQuestion, { minLength: 1, maxLength: 20 }),
        fc.array(record, { maxLength: 15 }),
        fc.array(record, { maxLength: 15 }),
        fc.integer({ min: 600, max: 1472 }),
        (questions, knownAnswers, authorities, maxBytes) => {
          const packets = packQuery({ questions, knownAnswers, authorities, maxBytes }).flatMap(
            (query) => query.packets,
          );
          const messages = packets.map(decoded);
          const names = new Set(questions.map(({ name }) => nameKey(name)));
          const wanted = (records: readonly ResourceRecord[]) =>
            records
              .filter(({ name }) => names.has(nameKey(name)))
              .map(recordKey)
              .sort();
          expect(messages.flatMap(({ questions }) => questions)).toHaveLength(questions.length);
          expect(messages.flatMap(({ answers }) => answers.map(recordKey)).sort()).toEqual(wanted(knownAnswers));
          expect(messages.flatMap(({ authorities }) => authorities.map(recordKey)).sort()).toEqual(wanted(authorities));
          for (const [i, packet] of packets.entries()) {
            const distinct = new Set(messages[i]?.questions.map(({ name }) => nameKey(name)));
            if (distinct.size !== 1) expect(packet.length).toBeLessThanOrEqual(maxBytes);
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});
