/** A multicast group and port, as users write them. */
import { canonicalAddress, isMulticast } from '../ip/address.js';
import { type Family, familyOf } from '../ip/family.js';
import { IPV4_GROUP, IPV6_GROUP, MDNS_PORT } from '../protocol/constants.js';
import { MdnsError } from '../protocol/errors.js';

/** Reads `224.0.0.251:5353` or `[ff02::fb]:5353`. */
export function parseGroup(family: Family, text: string): { readonly group: string; readonly port: number } {
  const match = family === 'ipv4' ? /^([\d.]+):(\d+)$/.exec(text) : /^\[([0-9a-fA-F:.]+)\]:(\d+)$/.exec(text);
  const group = canonicalAddress(match?.[1] ?? '');
  const port = Number(match?.[2]);
  const isFine = group !== undefined && familyOf(group) === family && isMulticast(group) && port > 0 && port <= 0xffff;
  if (isFine) return { group, port };
  const example = family === 'ipv4' ? `${IPV4_GROUP}:${MDNS_PORT}` : `[${IPV6_GROUP}]:${MDNS_PORT}`;
  throw new MdnsError(
    'invalid-option',
    `${JSON.stringify(text)} is not an ${family === 'ipv4' ? 'IPv4' : 'IPv6'} multicast group and port: write for example "${example}".`,
  );
}
