/** Host names, and the records of a host: its addresses and their reverse mapping (RFC 6762 sections 3 and 4). */
import { addressBytes, addressClass, canonicalAddress } from '../../ip/address.js';
import { familyOf } from '../../ip/family.js';
import { CLASS_IN, HOST_TTL_SECONDS, MAX_LABEL_BYTES } from '../constants.js';
import { MdnsError } from '../errors.js';
import { isBelow, labelsOf, type Name, nameKey, parentOf, parseName } from '../name.js';
import type { RecordData, ResourceRecord } from '../record.js';
import type { RecordSet } from '../record-set.js';
import { utf8 } from '../utf8.js';
import { LOCAL_DOMAIN, refuseControlCharacters } from './service.js';

/**
 * Parses a host name as people write it: one label, with or without `.local`, or several labels with it (RFC 6762
 * section 3). Several labels without it may be a name of unicast DNS.
 *
 * @throws MdnsError `invalid-name`
 */
export function parseHostName(text: string): Name {
  const name = parseName(text);
  const isLabel = parentOf(name) === '.' && name !== '.' && nameKey(name) !== LOCAL_DOMAIN;
  if (!isLabel && !isBelow(name, LOCAL_DOMAIN)) {
    throw new MdnsError(
      'invalid-name',
      `${JSON.stringify(text)} is not a host name: give one label, for example "printer", or a name that ends with ".${LOCAL_DOMAIN}".`,
    );
  }
  checkLabels(name, text);
  return isLabel ? `${name}.${LOCAL_DOMAIN}` : `${name.slice(0, -LOCAL_DOMAIN.length)}${LOCAL_DOMAIN}`;
}

/**
 * Parses the name of a service's host: as `parseHostName`, or with a final dot any name, which is used as it is: `nas.`
 * and `nas.example.com.` (RFC 1034 section 3.1).
 *
 * @throws MdnsError `invalid-name`
 */
export function parseServiceHost(text: string): Name {
  if (!/(^|[^\\])(\\\\)*\.$/.test(text)) return parseHostName(text);
  const name = parseName(text);
  if (name === '.' || nameKey(name) === LOCAL_DOMAIN) return parseHostName(text);
  checkLabels(name, text);
  return name;
}

/** Refuses the name of a service, and labels with control characters. */
function checkLabels(name: Name, text: string): void {
  const labels = labelsOf(name).map((label) => utf8(label));
  for (const label of labels) refuseControlCharacters(label);
  if (!labels.some((label) => /^_(tcp|udp)$/i.test(label))) return;
  throw new MdnsError(
    'invalid-name',
    `${JSON.stringify(text)} is the name of a service: give the name of a host, for example "printer".`,
  );
}

/**
 * Parses the address of another host. A loopback address only reaches the same machine, and is refused unless
 * `onChosenInterfaces`, which may include the loopback interface.
 *
 * @throws MdnsError `invalid-option`
 */
function parseHostAddress(text: string, onChosenInterfaces: boolean): string {
  const address = canonicalAddress(text) ?? refuse(text);
  const kind = addressClass(address);
  if (kind === 'unusable') {
    throw new MdnsError(
      'invalid-option',
      `No host can have the address ${address}: give one at which other hosts reach it, or leave "addresses" out for this host's own.`,
    );
  }
  if (kind === 'loopback' && !onChosenInterfaces) {
    throw new MdnsError(
      'invalid-option',
      `${address} is every host's own loopback address: give another address, or name the loopback interface in "interfaces".`,
    );
  }
  return address;
}

/** The number of addresses that fit into one probe on every link (RFC 6762 section 8.2): our choice. */
const MAX_GIVEN_ADDRESSES = 40;

/** @throws MdnsError `invalid-option` */
export function parseHostAddresses(
  given: readonly string[] | undefined,
  onChosenInterfaces: boolean,
): readonly string[] | undefined {
  if (given && given.length > MAX_GIVEN_ADDRESSES) {
    throw new MdnsError(
      'invalid-option',
      `"addresses" has ${given.length} entries: give at most ${MAX_GIVEN_ADDRESSES}, as many as fit into a packet.`,
    );
  }
  return given?.map((address) => parseHostAddress(address, onChosenInterfaces));
}

/** The suffix of the operating system's host name. */
const DEFAULT_SUFFIX = 'node';

/**
 * The default host name: `<os>-node.local`. It is the same at every start, and differs from the name that the system's
 * own responder may publish: the addresses of one name, which differ between interfaces, would be in conflict for ever.
 */
export function defaultHostName(osHostname: string): Name {
  const [label = ''] = osHostname.split('.');
  const ascii = label.normalize('NFKD').replace(/\p{Mark}/gu, '');
  const words = ascii
    .split(/[^A-Za-z0-9]+/)
    .join('-')
    .replace(/^-/, '');
  const base = words.slice(0, MAX_LABEL_BYTES - DEFAULT_SUFFIX.length - 1).replace(/-$/, '');
  return `${base === '' ? DEFAULT_SUFFIX : `${base}-${DEFAULT_SUFFIX}`}.${LOCAL_DOMAIN}`;
}

export interface HostSpec {
  readonly id: string;
  readonly host: Name;
  /** The addresses valid on the link, in any usual notation; a zone is ignored (RFC 6762 section 6.2). */
  readonly addresses: readonly { readonly address: string }[];
  /** Whether to publish the reverse mapping as well. */
  readonly reverse: boolean;
  /** TTL in seconds. Default: 120. */
  readonly ttl?: number;
}

/**
 * The records of a host on one link, and its name to claim, if it has an address there. The reverse mapping is unique
 * because the addresses are, so its names need no probing (RFC 6762 section 8.1).
 *
 * @throws MdnsError `invalid-option` for text that is not an address
 */
export function hostRecordSet(spec: HostSpec): RecordSet {
  const { id, host, reverse, ttl = HOST_TTL_SECONDS } = spec;
  const addresses = [...new Set(spec.addresses.map(({ address }) => canonicalAddress(address) ?? refuse(address)))];
  const unique = (name: Name, data: RecordData): ResourceRecord => ({
    name,
    class: CLASS_IN,
    cacheFlush: true,
    ttl,
    ...data,
  });
  const forward = addresses.map((address) =>
    unique(host, { type: familyOf(address) === 'ipv4' ? 'A' : 'AAAA', address }),
  );
  const backward = reverse
    ? addresses.map((address) => unique(reverseName(address), { type: 'PTR', target: host }))
    : [];
  return { id, claims: addresses.length === 0 ? [] : [host], records: [...forward, ...backward] };
}

/** The record of an alias, which is unique, and its name to claim (RFC 1034 section 3.6.2). */
export function aliasRecordSet(spec: {
  readonly id: string;
  readonly alias: Name;
  /** The host's name that it leads to. */
  readonly host: Name;
  /** TTL in seconds. */
  readonly ttl: number;
}): RecordSet {
  const { id, alias, host, ttl } = spec;
  return {
    id,
    claims: [alias],
    records: [{ name: alias, class: CLASS_IN, cacheFlush: true, ttl, type: 'CNAME', target: host }],
  };
}

/**
 * The name of an address's reverse mapping, below `in-addr.arpa` or `ip6.arpa` (RFC 1035 section 3.5, RFC 3596 section
 * 2.5).
 *
 * @throws MdnsError `invalid-option` for text that is not an address
 */
export function reverseName(address: string): Name {
  const bytes = Array.from(addressBytes(address) ?? refuse(address)).reverse();
  if (bytes.length === 4) return `${bytes.join('.')}.in-addr.arpa`;
  const nibbles = bytes.flatMap((byte) => [byte & 0xf, byte >> 4]);
  return `${nibbles.map((nibble) => nibble.toString(16)).join('.')}.ip6.arpa`;
}

function refuse(address: string): never {
  throw new MdnsError(
    'invalid-option',
    `${JSON.stringify(address)} is not an IP address: give one such as "192.0.2.1" or "fd00::1".`,
  );
}
