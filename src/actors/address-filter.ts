/** Which of this machine's addresses are published: the option `addressFilter`. */

import { canonicalAddress, sameSubnet } from '../ip/address.js';
import { familyOf } from '../ip/family.js';
import type { InterfaceAddress, NetworkInterface } from '../net/network.js';
import { MdnsError } from '../protocol/errors.js';
import { copyOf } from './interface-choice.js';
import { isPromise } from './user-function.js';

/**
 * A list of addresses and subnets, such as `['198.18.0.7', 'fd00::/8']` or `['0.0.0.0/0']` for IPv4 alone; or a
 * function that decides about each address of each interface, called again whenever they change.
 */
export type AddressFilter = readonly string[] | FilterFunction;
export type FilterFunction = (address: InterfaceAddress, on: NetworkInterface) => boolean;

/** A filter as plain data: a function stays with its owner, and is referred to by a name. */
export type AddressRule = readonly string[] | { readonly named: string };

/** Finds a function by its name; undefined for an unknown name, which accepts no address. */
export type NamedFilters = (name: string) => FilterFunction | undefined;

/** Whether an address is published. If the user's function throws, only this address is left out. */
export function passes(filter: AddressFilter | undefined, address: InterfaceAddress, on: NetworkInterface): boolean {
  if (filter === undefined) return true;
  if (typeof filter !== 'function') return filter.some((entry) => isWithin(address.address, entry));
  try {
    const chosen: unknown = filter({ ...address }, copyOf(on));
    return !isPromise(chosen) && Boolean(chosen);
  } catch {
    return false;
  }
}

/** The filter of a rule. */
export function filterOf(rule: AddressRule | undefined, named: NamedFilters): AddressFilter | undefined {
  if (rule === undefined || !('named' in rule)) return rule;
  return named(rule.named) ?? (() => false);
}

/** Whether two rules accept the same addresses. */
export function sameRule(a: AddressRule | undefined, b: AddressRule | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if ('named' in a || 'named' in b) return 'named' in a && 'named' in b && a.named === b.named;
  return a.join() === b.join();
}

/** @throws MdnsError `invalid-option` for an entry that is neither an address nor a subnet, and for an empty list */
export function checkAddressList(entries: readonly string[]): void {
  const advice = 'give a function, or a list such as ["198.18.0.7", "fd00::/8"]';
  if (entries.length === 0)
    throw new MdnsError('invalid-option', `"addressFilter" is empty, and nothing would be published: ${advice}.`);
  for (const entry of entries) {
    if (subnetOf(entry) !== undefined) continue;
    const what = `"addressFilter" has ${JSON.stringify(entry)}, which is not an address or a subnet`;
    throw new MdnsError('invalid-option', `${what}: ${advice}.`);
  }
}

function isWithin(address: string, entry: string): boolean {
  const subnet = subnetOf(entry);
  return subnet !== undefined && sameSubnet(address, subnet.address, subnet.prefixLength);
}

/** Parses `fd00::/8`, or a single address. */
function subnetOf(entry: string): { readonly address: string; readonly prefixLength: number } | undefined {
  const [, host = '', digits] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(entry) ?? [];
  const address = canonicalAddress(host);
  if (address === undefined) return undefined;
  const width = familyOf(address) === 'ipv4' ? 32 : 128;
  const prefixLength = digits === undefined ? width : Number(digits);
  return prefixLength > width ? undefined : { address, prefixLength };
}
