/** The option `restrictedAddresses` of bonjour-hap and ciao: the interfaces and addresses of a service. */
import assert from 'node:assert';
import { canonicalAddress } from '../ip/address.js';
import { ownAddresses } from './machine.js';

/** By interface the addresses that are published; an empty list stands for all of them. */
export type Restriction = Map<string, string[]>;

/** @throws AssertionError for an empty list, Error for an address that this computer does not have */
export function restriction(entries: readonly string[] | undefined, fqdn: string): Restriction | undefined {
  if (!entries) return undefined;
  assert(entries.length > 0, "The service property 'restrictedAddresses' cannot be an empty array!");
  const restricted: Restriction = new Map();
  for (const entry of entries) {
    if (!isAddress(entry)) {
      restricted.set(entry, []);
      continue;
    }
    if (entry === '0.0.0.0' || entry === '::') {
      throw new Error(`[${fqdn}] Unspecified ip address (${entry}) cannot be used to restrict on to!`);
    }
    const on = ownAddresses().find(({ address }) => address === entry)?.on;
    if (on === undefined) {
      const why = 'as we could not resolve it to an interface name';
      throw new Error(`[${fqdn}] Could not restrict service to address ${entry} ${why}!`);
    }
    const others = restricted.get(on);
    if (others?.length !== 0) restricted.set(on, [...(others ?? []), entry]);
  }
  return restricted;
}

/** Whether an address is published. The original leaves out the addresses that are given. */
export function permits(restricted: Restriction, address: string, on: string): boolean {
  const addresses = restricted.get(on);
  return addresses !== undefined && (addresses.length === 0 || addresses.includes(address));
}

function isAddress(text: string): boolean {
  return canonicalAddress(text) !== undefined;
}
