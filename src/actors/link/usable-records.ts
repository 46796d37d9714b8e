/**
 * Which address records a host on a link can have, and which addresses an SRV record can name. The others are not
 * cached: a peer could otherwise give any name the address 127.0.0.1 or 0.0.0.0, and so make a program connect to its
 * own machine.
 */

import { addressClass, broadcastAddress } from '../../ip/address.js';
import type { NetworkInterface } from '../../net/network.js';
import { literalAddress } from '../../protocol/dns-sd/literal-address.js';
import type { ResourceRecord } from '../../protocol/record.js';

/**
 * @param own whether we sent them: a loopback address among them is ours
 * @returns `records` itself when all of them are usable, which is nearly always so
 */
export function usableRecords(
  records: readonly ResourceRecord[],
  on: NetworkInterface,
  own: boolean,
): readonly ResourceRecord[] {
  const isUsable = (record: ResourceRecord) => {
    const address = addressIn(record);
    if (address === undefined) return true;
    const kind = addressClass(address);
    if (kind === 'unusable') return false;
    if (kind === 'loopback') return own || on.loopback;
    return !broadcastsOf(on).has(address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address);
  };
  return records.every(isUsable) ? records : records.filter(isUsable);
}

/** Of an address record, or of an SRV record whose target is the text of one. */
function addressIn(record: ResourceRecord): string | undefined {
  if (record.type === 'SRV') return literalAddress(record.target)?.address;
  return record.type === 'A' || record.type === 'AAAA' ? record.address : undefined;
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
