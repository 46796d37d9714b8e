/** IP addresses as text and bytes. The text is canonical: dotted decimal, or RFC 5952; never with a zone. */

const IPV4_BYTES = 4;
const IPV6_GROUPS = 8;
/** Codes less that of `0`: of a dot, and below all characters, of the end of a text. */
const DOT = 46 - 48;
const END = -49;

/** The 4 or 16 bytes of an address in any usual notation, without its zone; undefined if the text is not an address. */
export function addressBytes(text: string): Uint8Array | undefined {
  return text.includes(':') ? ipv6Bytes(text) : ipv4Bytes(text);
}

/** The canonical text of 4 or 16 bytes. */
export function addressText(bytes: Uint8Array): string {
  return bytes.length === IPV4_BYTES ? bytes.join('.') : ipv6Text(bytes);
}

/**
 * The canonical text of an address in any usual notation, without its zone; undefined if the text is not an address.
 */
export function canonicalAddress(text: string): string | undefined {
  const bytes = addressBytes(text);
  return bytes && addressText(bytes);
}

/** Whether two addresses have the same family and the same first `prefixLength` bits. */
export function sameSubnet(a: string, b: string, prefixLength: number): boolean {
  const left = addressBytes(a);
  const right = addressBytes(b);
  return left !== undefined && right !== undefined && sameBits(left, right, prefixLength);
}

/** The same for addresses as bytes. */
export function sameBits(left: Uint8Array, right: Uint8Array, prefixLength: number): boolean {
  if (right.length !== left.length) return false;
  const wholeBytes = Math.min(prefixLength >> 3, left.length);
  for (let i = 0; i < wholeBytes; i++) if (left[i] !== right[i]) return false;
  const mask = 0xff00 >> (prefixLength & 7);
  return (((left[wholeBytes] ?? 0) ^ (right[wholeBytes] ?? 0)) & mask & 0xff) === 0;
}

/** Whether an address is in 169.254/16 or fe80::/10: valid on one link only (RFC 3927, RFC 4291 section 2.5.6). */
export function isLinkLocal(address: string): boolean {
  return address.startsWith('169.254.') || /^fe[89ab][0-9a-f]:/i.test(address);
}

/**
 * How far an address reaches, the most useful class first:
 *
 * - `routable`: everything outside the other classes, private IPv4 networks included
 * - `unique-local`: fc00::/7 (RFC 4193)
 * - `link-local-ipv6`: fe80::/10, always usable on its link, together with its zone
 * - `link-local-ipv4`: 169.254/16 (RFC 3927), unreachable for a host without such an address or route
 * - `loopback`: 127/8 and ::1
 * - `unusable`: addresses that no host can have: 0/8 ("this network"), 224/4, 240/4 with the broadcast address, `::`,
 *   ff00::/8
 */
export const ADDRESS_CLASSES = [
  'routable',
  'unique-local',
  'link-local-ipv6',
  'link-local-ipv4',
  'loopback',
  'unusable',
] as const;

export type AddressClass = (typeof ADDRESS_CLASSES)[number];

/** The class of an address in canonical text. An IPv6 address with an embedded IPv4 address has the class of that. */
export function addressClass(address: string): AddressClass {
  if (!address.includes(':')) return ipv4Class(address);
  if (address.startsWith('::')) return lowIpv6Class(address);
  if (/^fe[89ab][0-9a-f]:/.test(address)) return 'link-local-ipv6';
  if (/^f[cd][0-9a-f]{2}:/.test(address)) return 'unique-local';
  return /^ff[0-9a-f]{2}:/.test(address) ? 'unusable' : 'routable';
}

/**
 * ::/16 contains `::`, `::1` and embedded IPv4 addresses, mapped or (deprecated) compatible (RFC 4291 sections 2.5.2 to
 * 2.5.5).
 */
function lowIpv6Class(address: string): AddressClass {
  if (address === '::') return 'unusable';
  if (address === '::1') return 'loopback';
  if (address.includes('.')) return ipv4Class(address.slice(address.lastIndexOf(':') + 1));
  const [, high = '0', low] = /^::(?:([0-9a-f]{1,4}):)?([0-9a-f]{1,4})$/.exec(address) ?? [];
  if (low === undefined) return 'routable';
  const [upper, lower] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return ipv4Class([upper >> 8, upper & 0xff, lower >> 8, lower & 0xff].join('.'));
}

function ipv4Class(address: string): AddressClass {
  if (address.startsWith('127.')) return 'loopback';
  if (address.startsWith('169.254.')) return 'link-local-ipv4';
  const first = Number.parseInt(address, 10);
  return first === 0 || first >= 224 ? 'unusable' : 'routable';
}

/** Whether an address in canonical text is a multicast group: 224/4 or ff00::/8. */
export function isMulticast(address: string): boolean {
  if (address.includes(':')) return /^ff[0-9a-f]{2}:/.test(address);
  const first = Number.parseInt(address, 10);
  return first >= 224 && first <= 239;
}

/** The broadcast address of an IPv4 subnet; undefined for IPv6 and for /31 and /32 (RFC 3021). */
export function broadcastAddress(address: string, prefixLength: number): string | undefined {
  const bytes = ipv4Bytes(address);
  if (bytes === undefined || prefixLength > 30) return undefined;
  const network = new DataView(bytes.buffer);
  const hosts = prefixLength === 0 ? 0xffffffff : 2 ** (32 - prefixLength) - 1;
  network.setUint32(0, (network.getUint32(0) | hosts) >>> 0);
  return bytes.join('.');
}

/** In one loop: the source of each query is compared with our subnets. */
function ipv4Bytes(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(IPV4_BYTES);
  let part = 0;
  let digits = 0;
  let value = 0;
  for (let at = 0; at <= text.length; at++) {
    const digit = at < text.length ? text.charCodeAt(at) - 48 : END;
    if (digit >= 0 && digit <= 9) {
      // Some programs read a leading zero as octal, others as decimal: such text is not an address.
      if (digits > 0 && value === 0) return undefined;
      value = 10 * value + digit;
      digits += 1;
      if (value > 255) return undefined;
    } else {
      if (digits === 0 || (digit !== DOT && digit !== END) || part === IPV4_BYTES) return undefined;
      bytes[part++] = value;
      digits = value = 0;
    }
  }
  return part === IPV4_BYTES ? bytes : undefined;
}

function ipv6Bytes(text: string): Uint8Array | undefined {
  const halves = withoutZone(text).split('::');
  const head = groupsOf(halves[0] ?? '', halves.length === 1);
  const tail = groupsOf(halves[1] ?? '', true);
  if (halves.length > 2 || head === undefined || tail === undefined) return undefined;
  const missing = IPV6_GROUPS - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...new Array<number>(missing).fill(0), ...tail];
  return Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff]));
}

/** An address without its zone: `fe80::1` for `fe80::1%eth0`. */
export function withoutZone(text: string): string {
  const at = text.indexOf('%');
  return at < 0 ? text : text.slice(0, at);
}

/**
 * The 16-bit groups on one side of `::`; only the last group of an address may be dotted decimal (RFC 4291 section
 * 2.2).
 */
function groupsOf(half: string, last: boolean): number[] | undefined {
  if (half === '') return [];
  const groups: number[] = [];
  const parts = half.split(':');
  for (const [i, part] of parts.entries()) {
    if (/^[0-9a-f]{1,4}$/i.test(part)) {
      groups.push(Number.parseInt(part, 16));
      continue;
    }
    const [a, b, c, d] = (last && i === parts.length - 1 && ipv4Bytes(part)) || [];
    if (a === undefined || b === undefined || c === undefined || d === undefined) return undefined;
    groups.push((a << 8) | b, (c << 8) | d);
  }
  return groups;
}

/**
 * RFC 5952 section 4: lower case, no leading zeros, `::` for the first of the longest runs of two or more zero groups.
 */
function ipv6Text(bytes: Uint8Array): string {
  const zeros = longestZeroRun(bytes);
  // RFC 5952 section 5: mapped addresses use the mixed notation.
  const isMapped = zeros.start === 0 && zeros.length === 5 && groupAt(bytes, 5) === 0xffff;
  if (isMapped) return `::ffff:${bytes.subarray(12).join('.')}`;
  let text = '';
  for (let i = 0; i < IPV6_GROUPS; i++) {
    if (i === zeros.start) {
      text += '::';
      i += zeros.length - 1;
    } else {
      const colon = i === 0 || i === zeros.start + zeros.length ? '' : ':';
      text += colon + groupAt(bytes, i).toString(16);
    }
  }
  return text;
}

/** The run that `::` stands for; `start` is -1 when there is none. */
function longestZeroRun(bytes: Uint8Array): { readonly start: number; readonly length: number } {
  let start = -1;
  let length = 1;
  for (let i = 0; i < IPV6_GROUPS; i++) {
    const first = i;
    while (i < IPV6_GROUPS && groupAt(bytes, i) === 0) i++;
    if (i - first <= length) continue;
    start = first;
    length = i - first;
  }
  return { start, length };
}

function groupAt(bytes: Uint8Array, index: number): number {
  return ((bytes[2 * index] ?? 0) << 8) | (bytes[2 * index + 1] ?? 0);
}
