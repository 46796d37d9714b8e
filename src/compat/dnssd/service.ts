/** Services as dnssd shows them, and what other replacements show like that. */
import type { ServiceInstance } from '../../index.js';

export interface Service {
  /** `Office._http._tcp.local.` */
  fullname: string;
  name: string;
  /** Without underscores. */
  type: { name: string; protocol: string };
  domain: string;
  /** `printer.local.` */
  host: string;
  port: number;
  addresses: string[];
  /** `true` is a key without a value, null a key with an empty one. */
  txt: Record<string, string | true | null>;
  txtRaw: Record<string, Buffer | true | null>;
}

const EQUALS = '='.charCodeAt(0);

export function serviceOf(instance: ServiceInstance): Service {
  const { name, type, domain, host, port } = instance;
  const raw = rawTxt(instance.txtStrings);
  const text = Object.entries(raw).map(([key, value]) => [key, Buffer.isBuffer(value) ? String(value) : value]);
  return {
    fullname: `${name}.${type}.${domain}.`,
    name,
    type: typeParts(type),
    domain,
    host: `${host}.`,
    port,
    addresses: addressesOf(instance),
    txt: Object.fromEntries(text),
    txtRaw: raw,
  };
}

/** `{ name: 'http', protocol: 'tcp' }` for `_http._tcp`. */
export function typeParts(type: string): { name: string; protocol: string } {
  const [name = '', protocol = ''] = type.split('.').map((label) => label.replace(/^_/, ''));
  return { name, protocol };
}

/** Each once, although an interface may have the same as another. */
function addressesOf(instance: ServiceInstance): string[] {
  return [...new Set(instance.addresses.map(({ address }) => address))];
}

export function rawTxt(strings: readonly Uint8Array[]): Service['txtRaw'] {
  const pairs = strings.map((bytes): [string, Buffer | true | null] => {
    const buffer = Buffer.from(bytes);
    const equals = buffer.indexOf(EQUALS);
    if (equals < 0) return [buffer.toString(), true];
    const value = buffer.subarray(equals + 1);
    return [buffer.toString('utf8', 0, equals), value.length === 0 ? null : value];
  });
  return Object.fromEntries(pairs.filter(([key]) => key !== ''));
}
