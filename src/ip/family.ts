/** The two families of IP. */
export type Family = 'ipv4' | 'ipv6';

/** The family of an address in canonical text. */
export function familyOf(address: string): Family {
  return address.includes(':') ? 'ipv6' : 'ipv4';
}
