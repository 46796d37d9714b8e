/**
 * Which address records can be those of a host on a link. The others are left out of the cache: a program that connects
 * to 127.0.0.1 or 0.0.0.0 because a peer says so talks to its own machine, and a peer chooses to which name.
 */

import { addressClass, broadcastAddress } from '../../ip/address.js';
import type { NetworkInterface } from '../../net/network.js';
import type { ResourceRecord } from '../../protocol/record.js';

/**
 * @param own whether we sent them: whatever loopback address is among them is ours
 * @returns `records` itself when all of them are usable, as nearly always
 */
export function usableRecords(
  records: readonly ResourceRecord[],
  on: NetworkInterface,
  own: boolean,
): readonly ResourceRecord[] {
  const isUsable = (record: ResourceRecord) => {
    if (record.type !== 'A' && record.type !== 'AAAA') return true;
    const { address } = record;
    const kind = addressClass(address);
    if (kind === 'unusable') return false;
    if (kind === 'loopback') return own || on.loopback;
    return !broadcastsOf(on).has(address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address);
  };
  return records.every(isUsable) ? records : records.filter(isUsable);
}

const known = new WeakMap<NetworkInterface, ReadonlySet<string>>();

/** The broadcast addresses of the interface's subnets. */
function broadcastsOf(on: NetworkInterface): ReadonlySet<string> {
  let found = known.get(on);
  if (found === undefined) {
    found = new Set(on.addresses.flatMap(({ address, prefixLength }) => broadcastAddress(address, prefixLength) ?? []));
    known.set(on, found);
  }
  return found;
}
