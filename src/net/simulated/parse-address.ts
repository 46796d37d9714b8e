/** Parses the addresses of simulated interfaces. */

import { canonicalAddress } from '../../ip/address.js';
import { familyOf } from '../../ip/family.js';
import { MdnsError } from '../../protocol/errors.js';
import type { InterfaceAddress } from '../network.js';

const STATES = ['deprecated', 'tentative', 'duplicate'] as const;

/** Parses `address/prefix length`, followed by flags. */
export function parseAddress(text: string): InterfaceAddress {
  const [cidr = '', ...flags] = text.split(' ');
  const [host = '', prefix] = cidr.split('/');
  const address = canonicalAddress(host);
  const family = familyOf(host);
  const prefixLength = prefix === undefined ? Number.NaN : Number(prefix);
  if (
    address === undefined ||
    !Number.isInteger(prefixLength) ||
    prefixLength < 0 ||
    prefixLength > (family === 'ipv4' ? 32 : 128) ||
    !flags.every((flag) => flag === 'temporary' || STATES.some((known) => known === flag))
  ) {
    throw new MdnsError(
      'invalid-option',
      `"${text}" is not an address with a prefix length: write "192.0.2.1/24" or "fd00::1/64 temporary".`,
    );
  }
  const state = STATES.find((known) => flags.includes(known));
  return {
    family,
    address,
    prefixLength,
    ...(state && { state }),
    ...(flags.includes('temporary') && { temporary: true }),
  };
}
