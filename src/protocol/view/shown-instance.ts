/** What is known of an instance, as the user is shown it. */
import type { ServiceAddress, ServiceInstance } from '../dns-sd/instance.js';
import { type LazyTxt, lazyTxt, txtOf, withTxt } from '../dns-sd/lazy-txt.js';
import { type Name, nameKey } from '../name.js';
import type { TxtData } from '../record.js';
import { sameStrings } from '../txt-strings.js';
import { connectOrder, sameAddresses } from './address-order.js';
import type { FoundInstance } from './found-instance.js';
import type { HostWatches } from './host-watches.js';
import { compareSrvs, type RankedSrv } from './srv-choice.js';

export type InstanceChange = 'host' | 'port' | 'txt' | 'addresses';

/**
 * The instance as it can be shown now; undefined as long as it has never had an SRV record with an address to its target.
 *
 * What is lost while the instance itself lives is shown as last known, so that one lost packet does not make it useless: its
 * owner would have said goodbye. Host, port and addresses are shown as a whole: another host takes the place of the old one
 * as soon as an address of it is known.
 */
export function describe(instance: FoundInstance, hosts: HostWatches): ServiceInstance | undefined {
  const place = findPlace(instance, hosts) ?? instance.shown;
  if (!place) return undefined;
  const { name, type, domain, fullName } = instance.name;
  const { host, port, addresses } = place;
  return withTxt({ name, type, domain, fullName, host, port }, findTxt(instance), addresses);
}

/** What differs between two looks at one instance, in a fixed order. */
export function changesBetween(before: ServiceInstance, after: ServiceInstance): InstanceChange[] {
  const changes: InstanceChange[] = [];
  if (before.host !== after.host) changes.push('host');
  if (before.port !== after.port) changes.push('port');
  if (txtOf(before) !== txtOf(after)) changes.push('txt');
  if (!sameAddresses(before.addresses, after.addresses)) changes.push('addresses');
  return changes;
}

type Place = Pick<ServiceInstance, 'host' | 'port' | 'addresses'>;

/** By the best SRV record (see `compareSrvs`) whose target has an address; if none has, by the best for the host shown. */
function findPlace(instance: FoundInstance, hosts: HostWatches): Place | undefined {
  const { shown } = instance;
  const srvs = rankedSrvs(instance);
  for (const { srv } of srvs) {
    const addresses = addressesOf(instance, srv.target, hosts);
    if (addresses.length > 0) return { host: asShown(srv.target, shown), port: srv.port, addresses };
  }
  const last = shown && srvs.find(({ srv }) => asShown(srv.target, shown) === shown.host);
  return last && { host: shown.host, port: last.srv.port, addresses: shown.addresses };
}

/** A name that differs from the one shown in case alone is shown as before. */
function asShown(host: Name, shown: ServiceInstance | undefined): Name {
  return shown && nameKey(shown.host) === nameKey(host) ? shown.host : host;
}

function rankedSrvs(instance: FoundInstance): RankedSrv[] {
  const srvs: RankedSrv[] = [];
  for (const sighting of instance.sightings.values()) srvs.push(...sighting.srvs());
  return srvs.sort(compareSrvs);
}

/** On each link the addresses that were heard there: another host of the same name may live on another link. */
function addressesOf(instance: FoundInstance, target: Name, hosts: HostWatches): ServiceAddress[] {
  const addresses: ServiceAddress[] = [];
  for (const sighting of instance.sightings.values()) hosts.collect(sighting, target, addresses);
  return connectOrder(addresses);
}

/** Of the TXT record that was heard last, as long as there is any: what it replaces is kept for a second. */
function findTxt(instance: FoundInstance): LazyTxt {
  const shown = instance.shown && txtOf(instance.shown);
  const newest = newestTxt(instance);
  if (shown && (!newest || sameStrings(shown.packed, newest.packed))) return shown;
  return lazyTxt(newest?.packed);
}

function newestTxt(instance: FoundInstance): TxtData | undefined {
  let newest: TxtData | undefined;
  let newestOrder = -1;
  for (const { txt } of instance.sightings.values()) {
    for (const { record, order } of txt?.held.values() ?? []) {
      if (record.type !== 'TXT' || order < newestOrder) continue;
      newest = record;
      newestOrder = order;
    }
  }
  return newest;
}
