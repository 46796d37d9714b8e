/** Which names may be queried by Multicast DNS (RFC 6762 sections 3, 4, 12 and 13). */

import { LOCAL_DOMAIN, refuseControlCharacters } from './dns-sd/service.js';
import { MdnsError } from './errors.js';
import { isBelow, type Name, nameKey, parentOf, parseName, plainLabel } from './name.js';

const reverseDomains: readonly Name[] = ['in-addr.arpa', 'ip6.arpa'];

/**
 * Whether a name may be queried on the link: it is below `local`, or part of the reverse mapping. A query for any other
 * name would reveal to neighbours what this host looks for, and let them answer for any domain (RFC 6762 sections 3 and
 * 21). RFC 6762 section 4 only gives the reverse mapping of link-local addresses to Multicast DNS; other addresses are
 * queried to find out which neighbour has them.
 */
export function isMulticastName(name: Name): boolean {
  return (
    isBelow(name, LOCAL_DOMAIN) || nameKey(name) === LOCAL_DOMAIN || reverseDomains.some((zone) => isBelow(name, zone))
  );
}

/**
 * Parses a name to query. `.local` is added to a single label, but never to several labels (RFC 6762 section 21).
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
 * Parses the name of a host to look up: `printer`, `printer.local`, `web.printer.local`.
 *
 * @throws MdnsError `invalid-name`
 */
export function parseHostToFind(text: string): Name {
  const name = parseMulticastName(text);
  if (isBelow(name, LOCAL_DOMAIN)) {
    refuseControlCharacters(plainLabel(name));
    return name;
  }
  throw new MdnsError('invalid-name', `${JSON.stringify(text)} is not a host name: give one such as "printer.local".`);
}
