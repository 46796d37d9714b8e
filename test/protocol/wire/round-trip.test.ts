/** What is written can be read, by us and by dns-packet. */
import dnsPacket from 'dns-packet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { labelsOf } from '../../../src/protocol/name.js';
import type { Message } from '../../../src/protocol/record.js';
import { decodeMessage } from '../../../src/protocol/wire/decode.js';
import { encodeMessage } from '../../../src/protocol/wire/encode.js';
import { encodeRdata } from '../../../src/protocol/wire/rdata.js';
import { message, name, record } from './arbitraries.js';
import { answer, query } from './packets.js';

describe('round trip', () => {
  it('any message is read as it was written', () => {
    fc.assert(
      fc.property(message, fc.boolean(), (message, compressSrvTarget) => {
        const packet = encodeMessage(message, { compressSrvTarget });
        expect(decodeMessage(packet)).toEqual({ message, faults: [] });
      }),
      { numRuns: 300 },
    );
  });

  it('NAM-04 SIN-04 SUB-02 any name survives, as owner and as target', () => {
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 8 }), (names) => {
        const questions = names.map((name) => ({ name, type: 'ANY', class: 1, unicastResponse: true }) as const);
        const answers = names.map(
          (name) => ({ name, class: 1, cacheFlush: false, ttl: 1, type: 'PTR', target: name }) as const,
        );
        const message = query({ questions, answers });
        expect(decodeMessage(encodeMessage(message)).message).toEqual(message);
      }),
    );
  });

  it('A-04 the rdata of what was read is that of what was written', () => {
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 4 }), (records) => {
        const read = decodeMessage(encodeMessage(answer(records))).message?.answers ?? [];
        expect(read.map(encodeRdata)).toEqual(records.map(encodeRdata));
      }),
    );
  });

  it('a message has the same size in whatever order its records come', () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 8 }), (records) => {
        expect(encodeMessage(answer([...records].reverse()))).toHaveLength(encodeMessage(answer(records)).length);
      }),
    );
  });
});

describe('agreement with dns-packet', () => {
  /** Text that dns-packet can express: labels without dots, bytes that are UTF-8. */
  const plainName = name.filter((name) => !name.includes('\\') && !name.includes('\ufffd'));
  const head = { class: 1, ttl: 120 } as const;

  it('reads the names that we write', () => {
    fc.assert(
      fc.property(fc.array(plainName, { minLength: 1, maxLength: 6 }), (names) => {
        const packet = encodeMessage(
          answer(names.map((name) => ({ ...head, name, cacheFlush: true, type: 'PTR', target: name }))),
        );
        // It counts the root's byte.
        fc.pre(names.every((name) => labelsOf(name).reduce((sum, label) => sum + label.length + 1, 0) <= 254));
        const read = dnsPacket.decode(Buffer.from(packet)).answers ?? [];
        expect(read).toEqual(
          names.map((name) => ({ name, type: 'PTR', class: 'IN', ttl: 120, flush: true, data: name })),
        );
      }),
    );
  });

  it('both read and write the common records alike', () => {
    const theirs: dnsPacket.Answer[] = [
      { type: 'PTR', name: '_http._tcp.local', ttl: 4500, class: 'IN', flush: false, data: 'Küche._http._tcp.local' },
      {
        type: 'SRV',
        name: 'Küche._http._tcp.local',
        ttl: 120,
        class: 'IN',
        flush: true,
        data: { priority: 1, weight: 2, port: 80, target: 'h.local' },
      },
      {
        type: 'TXT',
        name: 'Küche._http._tcp.local',
        ttl: 4500,
        class: 'IN',
        flush: true,
        data: [Buffer.from('a=b'), Buffer.from('c')],
      },
      { type: 'A', name: 'h.local', ttl: 120, class: 'IN', flush: true, data: '192.0.2.1' },
      { type: 'AAAA', name: 'h.local', ttl: 120, class: 'IN', flush: true, data: 'fe80::1' },
      {
        type: 'NSEC',
        name: 'h.local',
        ttl: 120,
        class: 'IN',
        flush: true,
        data: { nextDomain: 'h.local', rrtypes: ['A', 'AAAA', 'SSHFP'] },
      },
      { type: 'HINFO', name: 'h.local', ttl: 120, class: 'IN', flush: true, data: { cpu: 'X', os: 'Y' } },
      { type: 'CNAME', name: 'c.local', ttl: 120, class: 'IN', flush: false, data: 'h.local' },
      {
        type: 'MX',
        name: 'h.local',
        ttl: 120,
        class: 'IN',
        flush: false,
        data: { preference: 5, exchange: 'h.local' },
      },
      {
        type: 'SOA',
        name: 'local',
        ttl: 1,
        class: 'IN',
        flush: false,
        data: { mname: 'a.local', rname: 'b.local', serial: 1, refresh: 2, retry: 3, expire: 4, minimum: 5 },
      },
      {
        type: 'NULL',
        name: 'n.local',
        ttl: 1,
        class: 'IN',
        flush: false,
        data: Buffer.from('raw'),
      } as dnsPacket.BufferAnswer,
    ];
    const uncompressed = dnsPacket.encode({ type: 'response', flags: dnsPacket.AUTHORITATIVE_ANSWER, answers: theirs });
    const { message, faults } = decodeMessage(uncompressed);
    expect(faults).toEqual([]);
    const compressed = encodeMessage(message as Message);
    expect(compressed.length).toBeLessThan(uncompressed.length * 0.7);
    expect(dnsPacket.decode(Buffer.from(compressed)).answers).toEqual(theirs);
    expect(message?.answers.slice(0, 2)).toEqual([
      {
        name: '_http._tcp.local',
        class: 1,
        cacheFlush: false,
        ttl: 4500,
        type: 'PTR',
        target: 'Küche._http._tcp.local',
      },
      {
        name: 'Küche._http._tcp.local',
        class: 1,
        cacheFlush: true,
        ttl: 120,
        type: 'SRV',
        priority: 1,
        weight: 2,
        port: 80,
        target: 'h.local',
      },
    ]);
  });
});
