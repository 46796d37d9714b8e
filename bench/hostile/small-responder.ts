/** Small devices with one service each, as the simplest ones are: each answers exactly what is asked, without additional records. */

import type { Message, ResourceRecord } from '../../src/protocol/record.js';
import { txtData } from '../../src/protocol/txt-strings.js';
import { decodeMessage } from '../../src/protocol/wire/decode.js';
import { encodeMessage } from '../../src/protocol/wire/encode.js';
import { responseOf } from '../packets.js';

export interface Answer {
  readonly bytes: Uint8Array;
  /** Whether it goes to the asker alone (RFC 6762 section 5.4). */
  readonly byUnicast: boolean;
}

export class SmallResponders {
  readonly #devices: readonly (readonly ResourceRecord[])[];

  constructor(devices: readonly (readonly ResourceRecord[])[]) {
    this.#devices = devices;
  }

  /** What they answer to a datagram: one packet of each device that has something to say. */
  answers(datagram: Uint8Array): readonly Answer[] {
    const { message } = decodeMessage(datagram);
    if (message === undefined || message.response || message.questions.length === 0) return [];
    const asked = new Set(message.questions.map(({ name, type }) => `${name} ${type}`.toLowerCase()));
    const known = new Set(message.answers.map(keyOf));
    const byUnicast = message.questions.every(({ unicastResponse }) => unicastResponse);
    return this.#devices
      .map((records) => records.filter((record) => asked.has(questionOf(record)) && !known.has(keyOf(record))))
      .filter((records) => records.length > 0)
      .map((records) => ({ bytes: encodeMessage(responseOf(records)), byUnicast }));
  }

  /** Everything, as it is announced: one packet of each device. */
  announcements(): readonly Uint8Array[] {
    return this.#devices.map((records) => encodeMessage(responseOf(records)));
  }
}

/** Services of one type, each with a host of its own: PTR, SRV, TXT, A and AAAA. */
export function services(count: number, ttl = 4_500, hostTtl = 120): readonly (readonly ResourceRecord[])[] {
  const type = '_http._tcp.local';
  const unique = { class: 1, cacheFlush: true } as const;
  return Array.from({ length: count }, (_, i): ResourceRecord[] => {
    const name = `Service ${i}.${type}`;
    const host = `host-${i}.local`;
    return [
      { name: type, class: 1, cacheFlush: false, ttl, type: 'PTR', target: name },
      { name, ...unique, ttl: hostTtl, type: 'SRV', priority: 0, weight: 0, port: 80, target: host },
      { name, ...unique, ttl, ...txtData([new TextEncoder().encode(`n=${i}`)]) },
      { name: host, ...unique, ttl: hostTtl, type: 'A', address: `198.18.1.${i}` },
      { name: host, ...unique, ttl: hostTtl, type: 'AAAA', address: `fd00::1:${i.toString(16)}` },
    ];
  });
}

function questionOf({ name, type }: ResourceRecord): string {
  return `${name} ${type}`.toLowerCase();
}

/** Known answers count for PTR records; all others are asked about when they are not known. */
function keyOf(record: Message['answers'][number]): string {
  return record.type === 'PTR' ? `${questionOf(record)} ${record.target.toLowerCase()}` : questionOf(record);
}
