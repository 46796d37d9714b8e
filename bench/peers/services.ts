/** The services of the comparison, and their records as packets. */

import { nsecData } from '../../src/protocol/nsec.js';
import type { ResourceRecord } from '../../src/protocol/record.js';
import { txtData } from '../../src/protocol/txt-strings.js';
import { encodeMessage } from '../../src/protocol/wire/encode.js';
import { responseOf } from '../packets.js';

export const BROWSED = '_http._tcp.local';
/** A type that no contender browses. */
export const UNBROWSED = '_ipp._tcp.local';
/** Bytes of a packet that fits an Ethernet frame. */
const CAPACITY = 1_400;

export interface Service {
  readonly instance: string;
  readonly pointer: ResourceRecord;
  /** Its SRV and TXT records, and that there are no others. */
  readonly own: readonly ResourceRecord[];
  /** The pointers to its type and of its subtype. */
  readonly further: readonly ResourceRecord[];
  /** The addresses of its host, and that there are no others. */
  readonly host: readonly ResourceRecord[];
}

export interface Variant {
  readonly ttl?: number;
  readonly hostTtl?: number;
  readonly state?: number;
}

export const hostOf = (type: string): string => (type === BROWSED ? 'host.local' : 'other.local');

/** Ten records for each service. All of a type are on one host, whose addresses are the same records. */
export function service(i: number, type = BROWSED, { ttl = 4_500, hostTtl = 120, state = 0 }: Variant = {}): Service {
  const instance = `Living Room ${i}.${type}`;
  const host = hostOf(type);
  const strings = ['path=/', 'version=1.2.3', `id=4f:22:${i}`, `state=${state}`];
  const shared = { class: 1, cacheFlush: false, ttl } as const;
  const unique = { class: 1, cacheFlush: true, ttl: hostTtl } as const;
  return {
    instance,
    pointer: { name: type, ...shared, type: 'PTR', target: instance },
    own: [
      { name: instance, ...unique, type: 'SRV', priority: 0, weight: 0, port: 8_080, target: host },
      { name: instance, ...unique, ttl, ...txtData(strings.map((text) => new TextEncoder().encode(text))) },
      { name: instance, ...unique, ...nsecData(instance, ['TXT', 'SRV']) },
    ],
    further: [
      { name: '_services._dns-sd._udp.local', ...shared, type: 'PTR', target: type },
      { name: `_color._sub.${type}`, ...shared, type: 'PTR', target: instance },
    ],
    host: [
      { name: host, ...unique, type: 'A', address: '198.18.0.2' },
      { name: host, ...unique, type: 'AAAA', address: 'fe80::a00:27ff:fe12:1' },
      { name: host, ...unique, type: 'AAAA', address: 'fd00::a00:27ff:fe12:1' },
      { name: host, ...unique, ...nsecData(host, ['A', 'AAAA']) },
    ],
  };
}

/** The answer to who has instances: pointers, and what leads further as additional records (RFC 6763 section 12.1). */
export function pointersPacket(services: readonly Service[]): Uint8Array {
  const answers = services.map(({ pointer }) => pointer);
  const additionals = [...services.flatMap(({ own }) => own), ...(services[0]?.host ?? [])];
  return encodeMessage({ ...responseOf(answers), additionals });
}

/** As many services in each group as a packet has room for. */
export function packed(services: readonly Service[]): readonly (readonly Service[])[] {
  const groups: Service[][] = [];
  for (const each of services) {
    const last = groups.at(-1);
    if (last !== undefined && pointersPacket([...last, each]).length <= CAPACITY) last.push(each);
    else groups.push([each]);
  }
  return groups;
}
