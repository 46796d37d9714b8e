import { describe, expect, it } from 'vitest';
import type { UnicastMessage } from '../../../src/protocol/record.js';
import { decodeMessage } from '../../../src/protocol/wire/decode.js';
import { decodeUnicast, encodeUnicast } from '../../../src/protocol/wire/unicast.js';
import { message, ptr, question, srv } from '../../support/records.js';
import { A, bytes, header, labels, name, pointer, question as rawQuestion, record, u16, u32 } from './packets.js';

const zone = 'office.example';
const sent = (parts: Partial<UnicastMessage>) => decodeUnicast(encodeUnicast({ ...message({}), ...parts }));

describe('messages of unicast DNS', () => {
  it('have the flags RD, RA, AD and CD, which Multicast DNS ignores', () => {
    const packet = bytes(header(0x81b0));
    const flags = {
      recursionDesired: true,
      recursionAvailable: true,
      authenticData: true,
      checkingDisabled: true,
    };
    expect(decodeUnicast(packet).message).toMatchObject({ response: true, rcode: 0, ...flags });
    expect(decodeMessage(packet).message).not.toHaveProperty('recursionDesired');
    for (const flag of Object.keys(flags)) {
      const { message } = sent({ [flag]: true });
      expect(Object.keys(flags).filter((each) => message && each in message)).toEqual([flag]);
    }
  });

  it('have 65,535 bytes and no more, and names behind the reach of pointers are whole', () => {
    const answers = Array.from({ length: 1_200 }, (_, i) => ptr(`_ipp._tcp.${zone}`, `Printer ${i}._ipp._tcp.${zone}`));
    const far = srv(`far.${'x'.repeat(40)}.example`, `host.${'x'.repeat(40)}.example`);
    const flat = { ...far, cacheFlush: false };
    const packet = encodeUnicast(message({ answers: [...answers, far, far] }));
    expect(packet.length).toBeGreaterThan(0x4000);
    const { message: read, faults } = decodeUnicast(packet);
    expect(faults).toEqual([]);
    expect(read?.answers).toEqual([...answers, flat, flat]);
    const tooMany = Array.from({ length: 3 }, () => answers).flat();
    expect(() => encodeUnicast(message({ answers: tooMany }))).toThrow(/at most 65535 bytes/);
  });

  it('compress owner names, but no names in rdata', () => {
    const packet = encodeUnicast(message({ questions: [question(zone, 'NS')], answers: [srv(zone, zone)] }));
    expect(Buffer.from(packet).toString('latin1').split('office')).toHaveLength(3);
  });

  it('have records without rdata in the classes ANY and NONE, as updates need them', () => {
    const packet = bytes(
      header(0x2800, [1, 2, 1]),
      rawQuestion(name('office', 'example'), 6),
      [pointer(12), u16(255), u16(254), u32(0), u16(0)],
      [labels('a'), pointer(12), u16(A), u16(255), u32(0), u16(0)],
      record(pointer(12), A, []),
    );
    const { message, faults } = decodeUnicast(packet);
    expect(message?.opcode).toBe(5);
    expect(message?.answers).toEqual([
      { name: zone, type: 'ANY', class: 254, cacheFlush: false, ttl: 0, bare: true },
      { name: `a.${zone}`, type: 'A', class: 255, cacheFlush: false, ttl: 0, bare: true },
    ]);
    expect(message?.authorities).toEqual([]);
    expect(faults).toMatchObject([{ code: 'bad-rdata', section: 'authorities' }]);
    const written = decodeUnicast(encodeUnicast(message as UnicastMessage));
    expect(written).toEqual({ message, faults: [] });
  });
});
