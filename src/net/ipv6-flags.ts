/** What Linux reports about its IPv6 addresses and Node does not: which must not be used, and which are short-lived. */
import { readFileSync } from 'node:fs';
import { canonicalAddress } from '../ip/address.js';
import type { InterfaceAddress } from './network.js';

/** Bits of `ifa_flags` (rtnetlink(7)). */
const TEMPORARY_FLAG = 0x01;
const DUPLICATE_FLAG = 0x08;
const DEPRECATED_FLAG = 0x20;
const TENTATIVE_FLAG = 0x40;

const FILE = '/proc/net/if_inet6';

type AddressFlags = Pick<InterfaceAddress, 'state' | 'temporary'>;

/** Returns the flags of an address of an interface; undefined where they are unknown. */
export type FlagsOf = (interfaceName: string, address: string) => AddressFlags | undefined;

/** Reads the flags of all addresses; without that file none are known. */
export function kernelFlags(): FlagsOf {
  if (process.platform !== 'linux') return () => undefined;
  try {
    return parseIfInet6(readFileSync(FILE, 'latin1'));
  } catch {
    // No IPv6, or no procfs in this container.
    return () => undefined;
  }
}

/** Parses lines of `address index prefix-length scope flags name`, in hexadecimal except for the name. */
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

/** A duplicate address keeps its tentative flag. */
function stateOf(flags: number): AddressFlags['state'] {
  if ((flags & DUPLICATE_FLAG) !== 0) return 'duplicate';
  if ((flags & TENTATIVE_FLAG) !== 0) return 'tentative';
  return (flags & DEPRECATED_FLAG) !== 0 ? 'deprecated' : undefined;
}
