/** SRV records whose target is the text of an address, which some programs publish instead of a host name. */
import { canonicalAddress } from '../../ip/address.js';
import { familyOf } from '../../ip/family.js';
import type { Name } from '../name.js';
import type { AddressData } from '../record.js';

/** The address whose text a name is, such as `198.18.0.7`. No host can have such a name in Multicast DNS. */
export function literalAddress(name: Name): AddressData | undefined {
  if (!/^[\d.]+$|:/.test(name)) return undefined;
  const address = canonicalAddress(name);
  return address === undefined ? undefined : { type: familyOf(address) === 'ipv4' ? 'A' : 'AAAA', address };
}
