/** Datagrams as they are on a link: announcements, and what others ask. */
import { nameFromLabels } from '../src/protocol/name.js';
import { nsecData } from '../src/protocol/nsec.js';
import type { Message, Question, ResourceRecord } from '../src/protocol/record.js';
import { txtData } from '../src/protocol/txt-strings.js';
import { encodeMessage } from '../src/protocol/wire/encode.js';

const shared = { class: 1, cacheFlush: false, ttl: 4500 } as const;
const unique = { class: 1, cacheFlush: true, ttl: 120 } as const;
const flags = { id: 0, opcode: 0, rcode: 0, truncated: false } as const;

/** What a host with one service announces: nine records. */
export function announcement(i: number, type = '_http._tcp.local'): ResourceRecord[] {
  const host = `host-${i}.local`;
  const instance = nameFromLabels([`Living Room ${i}`, ...type.split('.')]);
  const strings = ['path=/', 'version=1.2.3', `id=4f:22:${i}`].map((text) => new TextEncoder().encode(text));
  return [
    { name: type, ...shared, type: 'PTR', target: instance },
    { name: '_services._dns-sd._udp.local', ...shared, type: 'PTR', target: type },
    { name: instance, ...unique, type: 'SRV', priority: 0, weight: 0, port: 8080, target: host },
    { name: instance, ...unique, ...txtData(strings) },
    { name: host, ...unique, type: 'A', address: `198.18.${(i >> 8) & 0xff}.${i & 0xff}` },
    { name: host, ...unique, type: 'AAAA', address: `fe80::a00:27ff:${(i & 0xffff).toString(16)}:1` },
    { name: host, ...unique, type: 'AAAA', address: `fd00::a00:27ff:${(i & 0xffff).toString(16)}:1` },
    { name: host, ...unique, ...nsecData(host, ['A', 'AAAA']) },
    { name: instance, ...unique, ...nsecData(instance, ['TXT', 'SRV']) },
  ];
}

export function responseOf(answers: readonly ResourceRecord[]): Message {
  return { ...flags, response: true, authoritative: true, questions: [], answers, authorities: [], additionals: [] };
}

export function announced(i: number, type?: string): Uint8Array {
  return encodeMessage(responseOf(announcement(i, type)));
}

export function asked(name: string, type: Question['type'], unicastResponse = false): Uint8Array {
  const questions = [{ name, type, class: 1, unicastResponse }];
  return encodeMessage({
    ...flags,
    response: false,
    authoritative: false,
    questions,
    answers: [],
    authorities: [],
    additionals: [],
  });
}
