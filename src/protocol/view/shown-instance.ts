/** What is known of an instance, as the user is shown it. */
import type { ServiceInstance } from '../dns-sd/instance.js';
import { type LazyTxt, lazyTxt, txtOf, withTxt } from '../dns-sd/lazy-txt.js';
import { type Name, nameKey } from '../name.js';
import type { TxtData } from '../record.js';
import { sameStrings } from '../txt-strings.js';
import { sameAddresses } from './address-order.js';
import type { FoundInstance } from './found-instance.js';
import type { HostWatches } from './host-questions.js';
import { compareSrvs, type RankedSrv } from './srv-choice.js';

export type InstanceChange = 'host' | 'port' | 'txt' | 'addresses';

/** What an instance can show now, of which nothing is made for the user yet. */
export interface Look {
  readonly host: Name;
  readonly port: number;
  /** The same object as before when they are the same addresses. */
  readonly addresses: ServiceInstance['addresses'];
  readonly txt: LazyTxt;
}

/**
 * The instance as it can be shown now; undefined as long as it has never had an SRV record with an address to its target.
 *
 * What is lost while the instance itself lives is shown as last known, so that one lost packet does not make it useless: its
 * owner would have said goodbye. Host, port and addresses are shown as a whole: another host takes the place of the old one
 * as soon as an address of it is known.
 */
export function lookAt(instance: FoundInstance, hosts: HostWatches): Look | undefined {
  const place = findPlace(instance, hosts) ?? instance.shown;
  if (!place) return undefined;
  const { host, port, addresses } = place;
  return { host, port, addresses, txt: findTxt(instance) };
}

export function show({ name: { name, type, domain, fullName } }: FoundInstance, look: Look): ServiceInstance {
  const { host, port, txt, addresses } = look;
  return withTxt({ name, type, domain, fullName, host, port }, txt, addresses);
}

/** What differs between what is shown of an instance and what can be shown, in a fixed order. */
export function changesBetween(before: ServiceInstance, after: Look): InstanceChange[] {
  const changes: InstanceChange[] = [];
  if (before.host !== after.host) changes.push('host');
  if (before.port !== after.port) changes.push('port');
  if (txtOf(before) !== after.txt) changes.push('txt');
  if (!sameAddresses(before.addresses, after.addresses)) changes.push('addresses');
  return changes;
}

type Place = Pick<Look, 'host' | 'port' | 'addresses'>;

/** By the best SRV record (see `compareSrvs`) whose target has an address; if none has, by the best for the host shown. */
function findPlace(instance: FoundInstance, hosts: HostWatches): Place | undefined {
  const { shown } = instance;
  const srvs = rankedSrvs(instance);
  for (const { srv } of srvs) {
    const addresses = hosts.addressesOf(instance, srv.target);
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

/** Of the TXT record that was heard last, as long as there is any: what it replaces is kept for a second. */
function findTxt(instance: FoundInstance): LazyTxt {
  const known = instance.txt;
  const packed = newestTxt(instance)?.packed ?? (instance.shown ? known?.packed : undefined) ?? NO_TXT;
  if (known && sameStrings(known.packed, packed)) return known;
  instance.txt = lazyTxt(packed);
  return instance.txt;
}

const NO_TXT = new Uint8Array(0);

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
