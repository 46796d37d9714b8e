/** `lib/util/domain-formatter` of ciao, which hap-nodejs loads: names and addresses as text. */
import assert from 'node:assert';

const LOCAL = 'local';

export interface FQDNParts {
  name?: string | undefined;
  type: string;
  protocol?: string | undefined;
  domain?: string | undefined;
}
export interface SubTypePTRParts extends Omit<FQDNParts, 'name'> {
  subtype: string;
}

/** `My Web._http._tcp.local.` from its parts; `_printer._sub._http._tcp.local.` with a subtype. */
export function stringify(parts: FQDNParts | SubTypePTRParts): string {
  const { type, protocol = 'tcp', domain = LOCAL } = parts;
  assert(type, 'type cannot be undefined');
  assert(type.length <= 15, 'type must not be longer than 15 characters');
  const first = 'subtype' in parts ? `_${parts.subtype}._sub.` : parts.name ? `${parts.name}.` : '';
  return `${first}_${type}._${protocol}.${domain}.`;
}

/** The parts of such a name. The name of an instance may have dots (RFC 6763 section 4.1.1). */
export function parseFQDN(fqdn: string): {
  domain: string;
  protocol: string;
  type: string;
  name?: string;
  subtype?: string;
} {
  const labels = fqdn.split('.');
  const at = labels.findLastIndex((label) => label === '_tcp' || label === '_udp');
  assert(labels.length >= 3 && at >= 1, `Failed to parse illegal fqdn: ${fqdn}`);
  const [type = '', protocol = ''] = labels.slice(at - 1, at + 1).map(bare);
  const about = {
    domain: labels
      .slice(at + 1)
      .map(bare)
      .filter(Boolean)
      .join('.'),
    protocol,
    type,
  };
  const before = labels.slice(0, at - 1);
  if (before.length === 0) return about;
  if (before.at(-1) !== '_sub') return { ...about, name: bare(before.join('.')) };
  assert(before.length === 2, `Received illegal formatted sub type fqdn: ${fqdn}`);
  return { ...about, subtype: bare(before[0] ?? '') };
}

function bare(label: string): string {
  return label.replace(/^_/, '');
}

/** `box` -> `box.local.` */
export function formatHostname(hostname: string, domain: string = LOCAL): string {
  assert(!hostname.endsWith('.'), 'hostname must not end with the root label!');
  return hostname.endsWith(`.${domain}`) ? `${hostname}.` : `${hostname}.${domain}.`;
}

/** `box.local.` -> `box`. */
export function removeTLD(hostname: string): string {
  const name = hostname.replace(/\.$/, '');
  return name.slice(0, name.lastIndexOf('.'));
}

/** `192.0.2.1` -> `::ffff:c000:0201`. */
export function formatMappedIPv4Address(address: string): string {
  const bytes = bytesOf4(address);
  assert(bytes, 'Illegal argument. Must be an IPv4 address!');
  const [a = '', b = '', c = '', d = ''] = bytes.map((byte) => byte.toString(16).padStart(2, '0'));
  return `::ffff:${a}${b}:${c}${d}`;
}

/** All eight groups with four digits each. */
export function enlargeIPv6(address: string): string {
  return illegalUnless(groupsOf6(address)).map(hex4).join(':');
}

/** The shortest form of an address (RFC 5952), given as text or as its groups. */
export function shortenIPv6(address: string | string[]): string {
  const text = illegalUnless(groupsOf6(typeof address === 'string' ? address : address.join(':')))
    .map((group) => group.toString(16))
    .join(':');
  const zeros = text.match(/\b0(?::0)+\b/g) ?? [];
  const longest = zeros.reduce((best, run) => (run.length > best.length ? run : best), '');
  if (longest === '') return text;
  return text.replace(new RegExp(`(?:^|:)${longest}(?:$|:)`), '::');
}

/** The name of an address below `in-addr.arpa` or `ip6.arpa`. */
export function formatReverseAddressPTRName(address: string): string {
  const mapped = address.replace(/^::ffff:(?=\d+\.)/i, '');
  if (bytesOf4(mapped)) return `${mapped.split('.').reverse().join('.')}.in-addr.arpa`;
  const groups = groupsOf6(address);
  if (groups === undefined) throw new Error(`Supplied illegal ip address format: ${address}`);
  const nibbles = [...groups.map(hex4).join('').toUpperCase()];
  return `${nibbles.reverse().join('.')}.ip6.arpa`;
}

/** The address of such a name. */
export function ipAddressFromReversAddressName(name: string): string {
  const [, labels = '', kind] = /^(.*)\.(in-addr|ip6)\.arpa$/.exec(name.toLowerCase()) ?? [];
  const parts = labels.split('.').reverse();
  if (kind === 'in-addr') return parts.join('.');
  if (kind !== 'ip6') throw new Error(`Supplied unknown reverse address name format: ${name}`);
  assert(parts.length === 32, 'Encountered illegal length for .ip6.arpa split!');
  return shortenIPv6(parts.join('').replace(/(.{4})(?=.)/g, '$1:'));
}

/** The address of the network: `192.0.2.0` of `192.0.2.7` and `255.255.255.0`. */
export function getNetAddress(address: string, netmask: string): string {
  const differ = 'IP address version must match. Netmask cannot have a version different from the address!';
  const [four, six] = [bytesOf4(address), groupsOf6(address)];
  const [four2, six2] = [bytesOf4(netmask), groupsOf6(netmask)];
  assert((four === undefined) === (four2 === undefined) && (six === undefined) === (six2 === undefined), differ);
  if (four && four2) return four.map((byte, i) => byte & (four2[i] ?? 0)).join('.');
  if (six && six2) return shortenIPv6(six.map((group, i) => hex4(group & (six2[i] ?? 0))));
  throw new Error('Illegal argument. Address is not an ip address!');
}

/*
 * Addresses are read here and not by the engine, so that loading this file loads nothing else.
 */

function bytesOf4(address: string): number[] | undefined {
  const bytes = address.split('.').map((part) => (/^\d{1,3}$/.test(part) ? Number(part) : 256));
  return bytes.length === 4 && bytes.every((byte) => byte < 256) ? bytes : undefined;
}

function groupsOf6(address: string): number[] | undefined {
  const halves = address.split('::');
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - head.length - tail.length;
  const isWhole = halves.length === 1 ? missing === 0 : halves.length === 2 && missing > 0;
  const groups = [...head, ...Array.from({ length: Math.max(0, missing) }, () => '0'), ...tail];
  if (!isWhole || !groups.every((group) => /^[\da-f]{1,4}$/i.test(group))) return undefined;
  return groups.map((group) => Number.parseInt(group, 16));
}

function illegalUnless<T>(groups: T | undefined): T {
  assert(groups, 'Illegal argument. Must be ipv6 address!');
  return groups;
}

function hex4(group: number): string {
  return group.toString(16).padStart(4, '0');
}
