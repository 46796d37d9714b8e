/**
 * What Linux reports of its IPv6 addresses and Node does not: which are not to be used, and which are short-lived.
 */
import { readFileSync } from 'node:fs';
import { canonicalAddress } from '../ip/address.js';
import type { InterfaceAddress } from './network.js';

/** Of `ifa_flags` (rtnetlink(7)). */
const TEMPORARY_FLAG = 0x01;
const DUPLICATE_FLAG = 0x08;
const DEPRECATED_FLAG = 0x20;
const TENTATIVE_FLAG = 0x40;

const FILE = '/proc/net/if_inet6';

export type AddressFlags = Pick<InterfaceAddress, 'state' | 'temporary'>;

/** Tells the flags of an address of an interface. */
export type FlagsOf = (interfaceName: string, address: string) => AddressFlags | undefined;

/** Reads all at once; nothing is known where there is no such file. */
export function kernelFlags(): FlagsOf {
  if (process.platform !== 'linux') return () => undefined;
  try {
    return parseIfInet6(readFileSync(FILE, 'latin1'));
  } catch {
    // No IPv6, or no procfs in this container.
    return () => undefined;
  }
}

/** Lines of `address index prefix-length scope flags name`, in hexadecimal but for the name. */
export function parseIfInet6(text: string): FlagsOf {
  const found = new Map<string, AddressFlags>();
  for (const line of text.split('\n')) {
    const [digits = '', , , , flags = '', name] = line.trim().split(/\s+/);
    const address = canonicalAddress(digits.replace(/(.{4})(?=.)/g, '$1:'));
    if (name !== undefined && address !== undefined)
      found.set(`${name} ${address}`, meaning(Number.parseInt(flags, 16)));
  }
  return (interfaceName, address) => found.get(`${interfaceName} ${canonicalAddress(address)}`);
}

function meaning(flags: number): AddressFlags {
  const state = stateOf(flags);
  return { ...(state && { state }), ...((flags & TEMPORARY_FLAG) !== 0 && { temporary: true }) };
}

/** A duplicate remains tentative. */
function stateOf(flags: number): AddressFlags['state'] {
  if ((flags & DUPLICATE_FLAG) !== 0) return 'duplicate';
  if ((flags & TENTATIVE_FLAG) !== 0) return 'tentative';
  return (flags & DEPRECATED_FLAG) !== 0 ? 'deprecated' : undefined;
}
