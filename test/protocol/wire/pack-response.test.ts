import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Question, type ResourceRecord, recordKey, setKey } from '../../../src/protocol/record.js';
import { encodeMessage } from '../../../src/protocol/wire/encode.js';
import { MAX_PAYLOAD_BYTES } from '../../../src/protocol/wire/limits.js';
import {
  MAX_PACKETS_WITH_ADDITIONALS,
  packResponse,
  type ResponseParts,
} from '../../../src/protocol/wire/pack-response.js';
import { processorTime } from '../../support/patience.js';
import { address, ptr, question, srv, txt } from '../../support/records.js';
import { record } from './arbitraries.js';
import { answer, decoded, hex } from './packets.js';

const HTTP = '_http._tcp.local';
const pointer = (i: number | string) => ptr(HTTP, `n${i}.${HTTP}`);
const service = (i: number | string) => srv(`n${i}.${HTTP}`, 'h.local');
const host = (i: number) => address('h.local', `192.0.2.${i}`);
/** A record that takes `size` bytes in a packet of its own, the header included. */
const textOf = (size: number): ResourceRecord => {
  const name = 'x';
  let left = size - 12 - (name.length + 2) - 10;
  const strings: Uint8Array[] = [];
  while (left > 0) {
    const length = Math.min(left - 1, 255);
    // A single byte cannot be left over: every string has a length byte.
    const taken = left - 1 - length === 1 ? length - 1 : length;
    strings.push(new Uint8Array(taken).fill(65));
    left -= taken + 1;
  }
  return txt(name, strings, { flush: false });
};
const range = (count: number) => Array.from({ length: count }, (_, i) => i);

function pack(parts: Partial<ResponseParts>): ReturnType<typeof packResponse> {
  return packResponse({ answers: [], additionals: [], maxBytes: 1472, ...parts });
}
const answersOf = (packets: readonly Uint8Array[]) => packets.map((packet) => decoded(packet).answers);
const additionalsOf = (packets: readonly Uint8Array[]) => packets.map((packet) => decoded(packet).additionals);

describe('multicast responses', () => {
  it('HDR-01 HDR-02 HDR-04 HDR-05 one packet with the flags of a response and no questions', () => {
    const asked = question('x', 'A');
    const { packets, dropped } = pack({
      answers: [pointer(1)],
      additionals: [service(1), host(1)],
      questions: [asked],
    });
    expect(dropped).toEqual([]);
    expect(packets.map(hex)).toEqual([
      hex(encodeMessage(answer([pointer(1)], { additionals: [service(1), host(1)] }))),
    ]);
    expect(hex(packets[0] ?? new Uint8Array()).slice(0, 24)).toBe('000084000000000100000002');
  });

  it('HDR-01 a unicast response may repeat the id', () => {
    expect(decoded(pack({ id: 0xbeef, answers: [pointer(1)] }).packets[0] ?? new Uint8Array()).id).toBe(0xbeef);
  });

  it('nothing is nothing', () => {
    expect(pack({})).toEqual({ packets: [], dropped: [], leftOut: [] });
    expect(pack({ additionals: [host(1)] })).toEqual({ packets: [], dropped: [], leftOut: [host(1)] });
    expect(pack({ additionals: [host(1)], legacy: true })).toEqual({ packets: [], dropped: [], leftOut: [host(1)] });
  });

  it('SIZ-01 SIZ-03 answers go over as many packets as they need, and each is full', () => {
    const answers = range(200).map(pointer);
    const { packets, dropped } = pack({ answers });
    expect(dropped).toEqual([]);
    expect(answersOf(packets).flat()).toEqual(answers);
    for (const packet of packets) {
      expect(packet.length).toBeLessThanOrEqual(1472);
      expect(decoded(packet).truncated).toBe(false);
    }
    // One more would not have fitted.
    for (const packet of packets.slice(0, -1)) expect(packet.length).toBeGreaterThan(1472 - 20);
  });

  it('SIZ-01 a packet of exactly the size fits, one byte more does not', () => {
    expect(textOf(1000) && encodeMessage(answer([textOf(1000)]))).toHaveLength(1000);
    const second = encodeMessage(answer([textOf(1000), pointer(1)])).length;
    expect(pack({ answers: [textOf(1000), pointer(1)], maxBytes: second }).packets).toHaveLength(1);
    expect(pack({ answers: [textOf(1000), pointer(1)], maxBytes: second - 1 }).packets).toHaveLength(2);
  });

  it('ADD-04 additionals fill the last packet and cause none unless they may', () => {
    const answers = range(60).map(pointer);
    const additionals = range(60).map(service);
    const alone = pack({ answers });
    const { packets } = pack({ answers, additionals });
    expect(packets.length).toBe(alone.packets.length);
    expect(answersOf(packets)).toEqual(answersOf(alone.packets));
    expect(additionalsOf(packets).slice(0, -1).flat()).toEqual([]);
    const last = additionalsOf(packets).at(-1) ?? [];
    expect(last.length).toBeGreaterThan(0);
    expect(last).toEqual(additionals.slice(0, last.length));
    for (const packet of packets) expect(packet.length).toBeLessThanOrEqual(1472);
  });

  describe('additionals that may add packets', () => {
    const note = (i: number) => txt(`n${i}.${HTTP}`, [`id=${i}`]);
    const found = (packet: Uint8Array): string[] => {
      const { answers, additionals } = decoded(packet);
      const has = (name: string, type: string) => additionals.some((one) => one.name === name && one.type === type);
      const targets = answers.flatMap((one) => (one.type === 'PTR' ? [one.target] : []));
      return targets.filter((target) => has(target, 'SRV') && has(target, 'TXT'));
    };
    const all = (count: number) => ({
      answers: range(count).map(pointer),
      additionals: [...range(count).flatMap((i) => [service(i), note(i)]), host(1), host(2)],
      addsPackets: true,
    });

    it('ADD-01 go with their answers, the addresses with the first of them', () => {
      const parts = all(200);
      const { packets, leftOut } = pack(parts);
      expect(leftOut).toEqual([]);
      expect(answersOf(packets).flat()).toEqual(parts.answers);
      expect(packets.flatMap(found)).toHaveLength(200);
      expect(additionalsOf(packets).flat().map(recordKey).sort()).toEqual(parts.additionals.map(recordKey).sort());
      expect(additionalsOf(packets)[0]).toEqual(expect.arrayContaining([host(1), host(2)]));
      for (const packet of packets) expect(packet.length).toBeLessThanOrEqual(1472);
      for (const packet of packets.slice(0, -1)) expect(packet.length).toBeGreaterThan(1472 - 100);
    });

    it('ADD-04 come last where one packet has room for everything', () => {
      const parts = all(10);
      const { packets } = pack(parts);
      expect(packets).toEqual(pack({ ...parts, addsPackets: false }).packets);
    });

    it('ADD-04 take at most so many packets, and the answers behind them go as if there were none', () => {
      const parts = all(5_000);
      const { packets, dropped, leftOut } = pack(parts);
      expect(dropped).toEqual([]);
      expect(answersOf(packets).flat()).toEqual(parts.answers);
      expect(packets.slice(MAX_PACKETS_WITH_ADDITIONALS).flatMap(found)).toEqual([]);
      const alone = pack({ answers: parts.answers }).packets.length;
      expect(packets.length).toBeGreaterThan(alone);
      expect(packets.length).toBeLessThanOrEqual(alone + MAX_PACKETS_WITH_ADDITIONALS);
      const sent = additionalsOf(packets).flat();
      expect([...sent, ...leftOut].map(recordKey).sort()).toEqual(parts.additionals.map(recordKey).sort());
    });

    it('ADD-04 that fit no packet with their answer are left out, and the others are not', () => {
      const large = { ...textOf(1_450), name: `n1.${HTTP}` } as ResourceRecord;
      const { packets, leftOut } = pack({
        answers: [pointer(1), pointer(2)],
        additionals: [service(1), large, service(2), note(2), host(1)],
        addsPackets: true,
      });
      expect(leftOut).toEqual([large]);
      expect(answersOf(packets)).toEqual([[pointer(1), pointer(2)]]);
      expect(additionalsOf(packets)).toEqual([[service(1), host(1), service(2), note(2)]]);
    });

    it('ADD-04 that belong to no answer fill the last packet', () => {
      const { packets } = pack({ ...all(100), additionals: [service('x'), ...all(100).additionals] });
      expect(additionalsOf(packets).findIndex((list) => list.some(({ name }) => name.startsWith('nx.')))).toBe(
        packets.length - 1,
      );
    });
  });

  it('ADD-04 a large additional does not keep a small one out', () => {
    const { packets, leftOut } = pack({ answers: [pointer(1)], additionals: [textOf(1460), host(1)] });
    expect(additionalsOf(packets)).toEqual([[host(1)]]);
    expect(leftOut).toEqual([textOf(1460)]);
  });

  it('CFL-03 a unique record set among the additionals goes whole or not at all', () => {
    const answers = [textOf(1472 - 30)];
    expect(additionalsOf(pack({ answers, additionals: [host(1)] }).packets)).toEqual([[host(1)]]);
    expect(additionalsOf(pack({ answers, additionals: [host(1), host(2)] }).packets)).toEqual([[]]);
  });

  it('CFL-03 a unique record set stays in one packet, whatever comes between its members', () => {
    const answers = [textOf(1420), host(1), service(1), host(2), host(3)];
    const { packets } = pack({ answers });
    expect(answersOf(packets)).toEqual([[textOf(1420)], [host(1), host(2), host(3), service(1)]]);
  });

  it('CFL-03 a unique record set that no packet holds comes in one burst', () => {
    const set = range(120).map(host);
    const { packets, dropped } = pack({ answers: [pointer(1), ...set] });
    expect(dropped).toEqual([]);
    expect(answersOf(packets).flat()).toEqual([pointer(1), ...set]);
    expect(packets.length).toBe(3);
  });

  it('a record goes once', () => {
    const other = { ...pointer(1), target: 'N1._HTTP._tcp.local' } as ResourceRecord;
    const { packets } = pack({
      answers: [pointer(1), pointer(2), pointer(1), other],
      additionals: [pointer(2), host(1), host(1)],
    });
    expect(answersOf(packets)).toEqual([[pointer(1), pointer(2)]]);
    expect(additionalsOf(packets)).toEqual([[host(1)]]);
  });

  it('SIZ-02 a record larger than the link goes alone, up to 9000 bytes with its headers', () => {
    const { packets, dropped } = pack({ answers: [pointer(1), textOf(3000), pointer(2)], additionals: [host(1)] });
    expect(answersOf(packets)).toEqual([[pointer(1)], [textOf(3000)], [pointer(2)]]);
    expect(additionalsOf(packets)).toEqual([[], [], [host(1)]]);
    expect(dropped).toEqual([]);
    expect(MAX_PAYLOAD_BYTES).toBe(8952);
    expect(pack({ answers: [textOf(8952)], additionals: [host(1)] }).packets.map(({ length }) => length)).toEqual([
      8952,
    ]);
  });

  it('SIZ-02 a record larger than any packet is left out and reported', () => {
    expect(pack({ answers: [pointer(1), textOf(8953), pointer(2)] })).toMatchObject({ dropped: [textOf(8953)] });
    expect(answersOf(pack({ answers: [pointer(1), textOf(8953), pointer(2)] }).packets)).toEqual([
      [pointer(1)],
      [pointer(2)],
    ]);
    expect(pack({ answers: [textOf(30_000)] })).toEqual({ packets: [], dropped: [textOf(30_000)], leftOut: [] });
  });

  it('whatever comes, every answer leaves once, whole, and nothing is too large', () => {
    fc.assert(
      fc.property(
        fc.array(record, { maxLength: 40 }),
        fc.array(record, { maxLength: 10 }),
        fc.integer({ min: 300, max: 1472 }),
        fc.boolean(),
        (answers, additionals, maxBytes, addsPackets) => {
          const { packets, dropped } = packResponse({ answers, additionals, maxBytes, addsPackets });
          const sent = answersOf(packets).flat();
          expect(dropped).toEqual([]);
          expect(sent.map(recordKey).sort()).toEqual([...new Set(answers.map(recordKey))].sort());
          for (const packet of packets) {
            const message = decoded(packet);
            if (message.answers.length + message.additionals.length > 1)
              expect(packet.length).toBeLessThanOrEqual(maxBytes);
            expect(encodeMessage(message)).toEqual(packet);
            const keys = [...message.answers, ...message.additionals].map(recordKey);
            expect(new Set(keys).size).toBe(keys.length);
          }
          const homes = new Map<string, Set<number>>();
          for (const [i, list] of answersOf(packets).entries()) {
            for (const one of list.filter(({ cacheFlush }) => cacheFlush))
              homes.set(setKey(one), (homes.get(setKey(one)) ?? new Set()).add(i));
          }
          for (const [key, where] of homes) {
            const members = sent.filter((one) => one.cacheFlush && setKey(one) === key);
            if (where.size > 1) expect(encodeMessage(answer(members)).length).toBeGreaterThan(maxBytes);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('takes processor time in proportion to the number of records', () => {
    const time = (count: number) => {
      const answers = range(count).map(pointer);
      return processorTime(() => pack({ answers }), 5);
    };
    time(500);
    // In proportion it is 32. Were it the square of it, the ratio would be above a thousand.
    expect(time(16_000) / time(500)).toBeLessThan(500);
  });
});

describe('legacy responses', () => {
  const asked = question('N1._http._tcp.local', 'SRV');
  const plain = (record: ResourceRecord): ResourceRecord => ({ ...record, cacheFlush: false, ttl: 10 });

  it('LEG-01 LEG-04 the id and the questions of the query, the SRV target uncompressed', () => {
    const answers = [plain(service(1))];
    const additionals = [plain(host(1))];
    const { packets } = pack({ id: 0xbeef, questions: [asked], answers, additionals, legacy: true });
    const message = answer(answers, { id: 0xbeef, questions: [asked], additionals });
    expect(packets.map(hex)).toEqual([hex(encodeMessage(message, { compressSrvTarget: false }))]);
    expect(hex(packets[0] ?? new Uint8Array())).toContain('000f0000000000500168056c6f63616c00');
  });

  it('LEG-05 one packet, truncated when not all answers fit', () => {
    const answers = range(200).map(pointer).map(plain);
    const { packets, dropped } = pack({
      id: 1,
      questions: [asked],
      answers,
      additionals: [plain(host(1))],
      legacy: true,
      maxBytes: 1472,
    });
    const [message] = packets.map(decoded);
    expect(packets).toHaveLength(1);
    expect(packets[0]?.length).toBeLessThanOrEqual(1472);
    expect(message?.truncated).toBe(true);
    expect(message?.questions).toEqual([asked]);
    expect(message?.additionals).toEqual([]);
    expect([...(message?.answers ?? []), ...dropped]).toEqual(answers);
  });

  it('LEG-05 additionals that do not fit do not truncate', () => {
    const { packets, dropped } = pack({
      answers: [plain(pointer(1))],
      additionals: [plain(textOf(1460)), plain(host(1))],
      legacy: true,
    });
    expect(packets.map(decoded)).toMatchObject([
      { truncated: false, answers: [plain(pointer(1))], additionals: [plain(host(1))] },
    ]);
    expect(dropped).toEqual([]);
  });

  it('LEG-05 an answer that is too large leaves a truncated packet without any', () => {
    const { packets, dropped } = pack({
      id: 5,
      questions: [asked],
      answers: [plain(textOf(1473))],
      additionals: [plain(host(1))],
      legacy: true,
    });
    expect(packets.map(decoded)).toMatchObject([
      { id: 5, truncated: true, questions: [asked], answers: [], additionals: [] },
    ]);
    expect(dropped).toHaveLength(1);
  });

  it('repeats no more questions than fit', () => {
    const questions = range(200).map((i): Question => ({ ...asked, name: `n${i}.local` }));
    const { packets } = pack({ questions, answers: [plain(pointer(1))], legacy: true });
    expect(packets).toHaveLength(1);
    expect(packets[0]?.length).toBeLessThanOrEqual(1472);
    expect(decoded(packets[0] ?? new Uint8Array()).questions.length).toBeGreaterThan(100);
  });
});
