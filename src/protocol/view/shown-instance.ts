/** What is known about an instance, in the form that the user gets. */
import type { ServiceInstance } from '../dns-sd/instance.js';
import { type LazyTxt, lazyTxt, txtOf, withTxt } from '../dns-sd/lazy-txt.js';
import { type Name, nameKey } from '../name.js';
import type { TxtData } from '../record.js';
import { sameStrings } from '../txt-strings.js';
import { sameAddresses } from './address-order.js';
import type { FoundInstance, HeardSrv } from './found-instance.js';
import type { HostQuestions } from './host-questions.js';
import { compareSrvs } from './srv-choice.js';

export type InstanceChange = 'host' | 'port' | 'txt' | 'addresses';

/** What an instance could show now, before the user's object is made. */
export interface Look {
  readonly host: Name;
  readonly port: number;
  readonly from: string;
  readonly ttlSeconds: number;
  /** The same object as before if the addresses are the same. */
  readonly addresses: ServiceInstance['addresses'];
  readonly txt: LazyTxt;
}

/**
 * The instance as it can be shown now; undefined until it has had an SRV record and, unless `partial`, an address of
 * its target.
 *
 * What is lost while the instance itself stays is shown as last known, so that a lost packet does not make it useless:
 * its owner would have sent a goodbye. Host, port and addresses are shown as a whole: another host replaces the old one
 * as soon as one of its addresses is known.
 *
 * @param partial whether an instance that has never had an address can be shown as well
 */
export function lookAt(instance: FoundInstance, hosts: HostQuestions, partial: boolean): Look | undefined {
  const { shown } = instance;
  const bare = partial && !shown?.addresses.length ? bareEndpoint(instance) : undefined;
  const place = findEndpoint(instance, hosts) ?? bare ?? shown;
  if (!place) return undefined;
  const { host, port, from, ttlSeconds, addresses } = place;
  return { host, port, from, ttlSeconds, addresses, txt: findTxt(instance) };
}

export function show({ name: { name, type, domain, fullName } }: FoundInstance, look: Look): ServiceInstance {
  const { host, port, from, ttlSeconds, txt, addresses } = look;
  return withTxt({ name, type, domain, fullName, host, port, from, ttlSeconds }, txt, addresses);
}

/** The differences between what an instance shows and what it could show, in a fixed order. */
export function changesBetween(before: ServiceInstance, after: Look): InstanceChange[] {
  const changes: InstanceChange[] = [];
  if (before.host !== after.host) changes.push('host');
  if (before.port !== after.port) changes.push('port');
  if (txtOf(before) !== after.txt) changes.push('txt');
  if (!sameAddresses(before.addresses, after.addresses)) changes.push('addresses');
  return changes;
}

type Endpoint = Omit<Look, 'txt'>;

/**
 * Chooses the best SRV record (see `compareSrvs`) whose target has an address; if none has, the best for the host
 * shown.
 */
function findEndpoint(instance: FoundInstance, hosts: HostQuestions): Endpoint | undefined {
  const { shown } = instance;
  const srvs = rankedSrvs(instance);
  for (const ranked of srvs) {
    const { target } = ranked.srv;
    const addresses = hosts.addressesOf(instance, target);
    if (addresses.length > 0) return endpoint(ranked, asShown(target, shown), addresses);
  }
  const last = shown && srvs.find(({ srv }) => asShown(srv.target, shown) === shown.host);
  return last && endpoint(last, shown.host, shown.addresses);
}

function endpoint({ srv: { port, ttl }, source }: HeardSrv, host: Name, addresses: Endpoint['addresses']): Endpoint {
  return { host, port, from: source, ttlSeconds: ttl, addresses };
}

/**
 * The best SRV record, without an address of its target. The root as target says that there is no service (RFC 2782).
 */
function bareEndpoint(instance: FoundInstance): Endpoint | undefined {
  const best = rankedSrvs(instance).find(({ srv }) => srv.target !== '.');
  return best && endpoint(best, asShown(best.srv.target, instance.shown), NO_ADDRESSES);
}

const NO_ADDRESSES: Endpoint['addresses'] = Object.freeze([]);

/** Keeps the shown spelling of a name that only differs in case. */
function asShown(host: Name, shown: ServiceInstance | undefined): Name {
  return shown && nameKey(shown.host) === nameKey(host) ? shown.host : host;
}

function rankedSrvs(instance: FoundInstance): HeardSrv[] {
  const srvs: HeardSrv[] = [];
  for (const sighting of instance.sightings.values()) srvs.push(...sighting.srvs());
  return srvs.sort(compareSrvs);
}

/** The TXT record that was heard last, since a replaced one stays for a second (RFC 6762 section 10.2). */
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
    for (const { record, order } of txt?.records.values() ?? []) {
      if (record.type !== 'TXT' || order < newestOrder) continue;
      newest = record;
      newestOrder = order;
    }
  }
  return newest;
}
