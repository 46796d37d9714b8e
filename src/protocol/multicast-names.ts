/** Which names Multicast DNS is asked about (RFC 6762 sections 3, 4, 12 and 13). */

import { LOCAL_DOMAIN, refuseControlCharacters } from './dns-sd/service.js';
import { MdnsError } from './errors.js';
import { isBelow, type Name, nameKey, parentOf, parseName, plainLabel } from './name.js';

const reverseDomains: readonly Name[] = ['in-addr.arpa', 'ip6.arpa'];

/**
 * Whether a name may be asked about on the link: it is below `local`, or of the reverse mapping. Any other would tell the
 * neighbours what this host looks for, and let each of them answer for anybody's domain (RFC 6762 sections 3 and 21). Of the
 * reverse mapping only link-local addresses are Multicast DNS's by right; others are asked about when somebody wants to know
 * which neighbour has them.
 */
export function isMulticastName(name: Name): boolean {
  return (
    isBelow(name, LOCAL_DOMAIN) || nameKey(name) === LOCAL_DOMAIN || reverseDomains.some((zone) => isBelow(name, zone))
  );
}

/**
 * Reads a name to ask about. One label alone is meant to be below `local`; nothing is added to more than one (RFC 6762 section
 * 21).
 *
 * @throws MdnsError `invalid-name`
 */
export function parseMulticastName(text: string): Name {
  const name = parseName(text);
  const isLabel = name !== '.' && parentOf(name) === '.' && nameKey(name) !== LOCAL_DOMAIN;
  const full = isLabel ? `${name}.${LOCAL_DOMAIN}` : name;
  if (isMulticastName(full)) return full;
  throw new MdnsError(
    'invalid-name',
    `${JSON.stringify(text)} is not below ".${LOCAL_DOMAIN}": ask unicast DNS for it (node:dns).`,
  );
}

/**
 * Reads the name of a host to look up: `printer`, `printer.local`, `web.printer.local`.
 *
 * @throws MdnsError `invalid-name`
 */
export function parseHostToFind(text: string): Name {
  const name = parseMulticastName(text);
  if (isBelow(name, LOCAL_DOMAIN)) {
    refuseControlCharacters(plainLabel(name));
    return name;
  }
  throw new MdnsError('invalid-name', `${JSON.stringify(text)} is no host name: give one such as "printer.local".`);
}
