/** Small packets, of which a peer can send thousands a second. */
import { Draft, labels, port, SHARED, TYPES, UNIQUE } from './draft.js';

const own = (i: number) => [`Own ${i % 10}`, ...labels('_own._tcp.local')];

export const small = {
  'questions about others': (i) => new Draft(0).question([`m${i}`, 'local'], TYPES.A).done(),
  'questions about our service': (i) => new Draft(0).question(own(i), TYPES.SRV).done(),
  'QU questions about our service': (i) => new Draft(0).question(own(i), TYPES.SRV, UNIQUE).done(),
  'truncated questions about our service': (i) => new Draft(0x0200).question(own(i), TYPES.SRV).done(),
  'known answers without a question': (i) =>
    new Draft(0).record(own(i), { type: TYPES.SRV, class: SHARED }, [port(1), labels('victim.local')]).done(),
  'probes for our name': (i) =>
    new Draft(0)
      .question(own(i), TYPES.ANY)
      .record(own(i), { type: TYPES.SRV, class: SHARED, ttl: 120 }, [port(i & 0xffff), labels('rival.local')], 2)
      .done(),
  'answers about others': (i) =>
    new Draft().record([`m${i}`, 'local'], { type: TYPES.A, ttl: 120 }, [Uint8Array.of(10, i >> 16, i >> 8, i)]).done(),
  'instances of the browsed type': (i) =>
    new Draft()
      .record(labels('_http._tcp.local'), { type: TYPES.PTR, class: SHARED }, [
        [`m${i}`, ...labels('_http._tcp.local')],
      ])
      .done(),
  'announcements of the browsed type': (i) => {
    const name = [`m${i}`, ...labels('_http._tcp.local')];
    return new Draft()
      .record(labels('_http._tcp.local'), { type: TYPES.PTR, class: SHARED }, [name])
      .record(name, { type: TYPES.SRV, ttl: 120 }, [port(80), [`h${i}`, 'local']])
      .record(name, { type: TYPES.TXT }, [Uint8Array.of(3, 0x61, 0x3d, 0x31)])
      .record([`h${i}`, 'local'], { type: TYPES.A, ttl: 120 }, [Uint8Array.of(10, i >> 16, i >> 8, i)])
      .done();
  },
} satisfies Readonly<Record<string, (i: number) => Uint8Array>>;

export const SMALL_KINDS = Object.keys(small) as (keyof typeof small)[];

/** Packet `i` of a kind; of any other name, one kind after the other. */
export function hostilePacket(kind: string, i: number): Uint8Array {
  const chosen = SMALL_KINDS.find((each) => each === kind) ?? SMALL_KINDS[i % SMALL_KINDS.length];
  return chosen === undefined ? new Uint8Array() : small[chosen](i);
}
