/** What has changed between two readings of the system's interfaces. */
import type { Family } from '../ip/family.js';
import type { NetworkInterface } from './network.js';

/**
 * What is different about an interface: its index (it was re-created under the same name, and sockets on it receive
 * nothing), its carrier (the cable was unplugged and is back), the addresses of a family or their state, the MTU, or
 * one of the flags `loopback`, `multicast` and `pointToPoint`.
 */
type InterfaceAspect = 'index' | 'carrier' | Family | 'mtu' | 'flags';

interface InterfaceChange {
  readonly before: NetworkInterface;
  readonly after: NetworkInterface;
  /** Not empty. */
  readonly what: readonly InterfaceAspect[];
}

/** Each list keeps the order of the reading that it comes from. */
export interface InterfaceDiff {
  readonly appeared: readonly NetworkInterface[];
  readonly changed: readonly InterfaceChange[];
  readonly vanished: readonly NetworkInterface[];
}

/** Compares two readings; interfaces are identified by name. */
export function diffInterfaces(before: readonly NetworkInterface[], after: readonly NetworkInterface[]): InterfaceDiff {
  const earlier = new Map(before.map((known) => [known.name, known]));
  const appeared: NetworkInterface[] = [];
  const changed: InterfaceChange[] = [];
  for (const found of after) {
    const known = earlier.get(found.name);
    earlier.delete(found.name);
    if (known === undefined) {
      appeared.push(found);
      continue;
    }
    const what = differences(known, found);
    if (what.length > 0) changed.push({ before: known, after: found, what });
  }
  return { appeared, changed, vanished: [...earlier.values()] };
}

function differences(before: NetworkInterface, after: NetworkInterface): InterfaceAspect[] {
  const what: InterfaceAspect[] = [];
  if (before.index !== after.index) what.push('index');
  else if (before.carrierChanges !== after.carrierChanges) what.push('carrier');
  if (addressesOf(before, 'ipv4') !== addressesOf(after, 'ipv4')) what.push('ipv4');
  if (addressesOf(before, 'ipv6') !== addressesOf(after, 'ipv6')) what.push('ipv6');
  if (before.mtu !== after.mtu) what.push('mtu');
  if (flagsOf(before) !== flagsOf(after)) what.push('flags');
  return what;
}

function addressesOf(of: NetworkInterface, family: Family): string {
  const own = of.addresses.filter((address) => address.family === family);
  return own
    .map(({ address, prefixLength, state, temporary }) => `${address}/${prefixLength} ${state} ${temporary === true}`)
    .sort()
    .join(' ');
}

function flagsOf(of: NetworkInterface): string {
  return `${of.loopback} ${of.multicast} ${of.pointToPoint}`;
}
