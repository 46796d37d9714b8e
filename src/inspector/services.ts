/** The services that the record-caches know: what their SRV, TXT and address records on all links say, put together. */
import type { Entry } from '../protocol/cache/entry.js';
import { parseInstanceName } from '../protocol/dns-sd/service.js';
import { type Name, nameKey } from '../protocol/name.js';
import type { SrvData } from '../protocol/record.js';
import type { ServiceRow } from './frames.js';
import { cut, textsOf } from './packets.js';

interface Found {
  readonly name: Name;
  srv: SrvData;
  phase: string;
  lastSeen: number;
  expiresAt: number;
}

type Place = ServiceRow['addresses'][number];

/** Sorted by type, then by name. */
export function serviceRows(caches: Iterable<readonly [link: string, entries: Iterable<Entry>]>): ServiceRow[] {
  const services = new Map<string, Found>();
  const texts = new Map<string, Uint8Array>();
  const addresses = new Map<string, Place[]>();
  for (const [link, entries] of caches) {
    for (const entry of entries) {
      const { record, set } = entry;
      const { key } = set.name;
      if (record.type === 'SRV') noteService(services, key, record.name, record, entry);
      else if (record.type === 'TXT') texts.set(key, record.packed);
      else if (record.type === 'A' || record.type === 'AAAA') {
        const places = addresses.get(key);
        if (places) places.push({ link, address: record.address });
        else addresses.set(key, [{ link, address: record.address }]);
      }
    }
  }
  const rows = [...services].flatMap(([key, found]) => rowOf(found, texts.get(key), addresses) ?? []);
  return rows.sort((a, b) => compare(a.type, b.type) || compare(a.name, b.name));
}

/** Of the records of several links, or hosts, the one that lives longest says where the service is. */
function noteService(services: Map<string, Found>, key: string, name: Name, srv: SrvData, entry: Entry): void {
  const { life: phase, receivedAt: lastSeen, expiresAt } = entry;
  const known = services.get(key);
  if (!known) services.set(key, { name, srv, phase, lastSeen, expiresAt });
  else if (expiresAt > known.expiresAt) Object.assign(known, { srv, phase, lastSeen, expiresAt });
}

function rowOf(
  { name: fullName, srv, phase, lastSeen, expiresAt }: Found,
  packed: Uint8Array | undefined,
  addresses: ReadonlyMap<string, readonly Place[]>,
): ServiceRow | undefined {
  const parts = parseInstanceName(fullName);
  if (!parts) return undefined;
  const { target: host, port } = srv;
  const txt = packed ? textsOf(packed).map(cut) : [];
  const places = addresses.get(nameKey(host)) ?? [];
  return { name: parts.instance, type: parts.type, host, port, txt, addresses: places, phase, lastSeen, expiresAt };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
