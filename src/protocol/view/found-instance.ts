/** What the links know of service instances and their hosts. */
import type { ServiceAddress, ServiceInstance } from '../dns-sd/instance.js';
import type { LazyTxt } from '../dns-sd/lazy-txt.js';
import { parseInstanceName } from '../dns-sd/service.js';
import { MdnsError } from '../errors.js';
import { labelsOf, type Name, nameFromLabels } from '../name.js';
import { SmallMap } from '../small-map.js';
import type { AddressesOnLink, Host } from './host.js';
import type { Watch } from './open-questions.js';
import type { RankedSrv } from './srv-choice.js';
import type { LossReason } from './view.js';

/** The part of an instance that never changes. */
export type InstanceName = Pick<ServiceInstance, 'name' | 'type' | 'domain' | 'fullName'>;

export interface FoundInstance {
  readonly kind: 'instance';
  /** In the form in which it was first seen. */
  readonly name: InstanceName;
  /** By link. */
  readonly sightings: SmallMap<string, Sighting>;
  /** What the user was told, once the instance is up. */
  shown: ServiceInstance | undefined;
  /** Why it was last lost on a link. */
  reason: LossReason;
  /** As last looked at; the same object as long as the record says the same. */
  txt: LazyTxt | undefined;
  /** The TXT record of which `isWanted` was found out. */
  judgedTxt: LazyTxt | undefined;
  isWanted: boolean;
  /** Its host's addresses have changed, and have had their time to become complete. */
  addressesDue: boolean;
}

/** An instance on one link. */
export class Sighting {
  /** The PTR record has gone again, or where there are several of them, the last. */
  gone = false;
  /** PTR records that name it. */
  pointers = 0;
  /** Asked for with the next turn of the view. */
  srv: Watch<Subject> | undefined;
  txt: Watch<Subject> | undefined;
  /** By the key of their names, the hosts at which its SRV records point, and how many do. */
  readonly targets = new SmallMap<string, { readonly host: HostOnLink; records: number }>();

  /** @param name exactly as it was heard on this link */
  constructor(
    readonly instance: FoundInstance,
    readonly link: string,
    readonly name: Name,
  ) {}

  srvs(): RankedSrv[] {
    const srvs: RankedSrv[] = [];
    if (!this.srv) return srvs;
    for (const { record, order } of this.srv.held.values())
      if (record.type === 'SRV') srvs.push({ srv: record, order });
    return srvs;
  }
}

/** A host on one link, with the questions for its addresses, shared by all instances there that point at it. */
export class HostOnLink implements AddressesOnLink {
  readonly kind = 'host';
  readonly users = new Set<Sighting>();
  /** Those for A and AAAA, once they are asked. */
  readonly watches: Watch<Subject>[] = [];
  /** Grows with each change of its addresses, over all hosts. */
  version = 0;
  /** The addresses of which its users have heard. */
  told: readonly ServiceAddress[] = [];

  /** @param name exactly as it was heard first: some devices answer to no other case */
  constructor(
    readonly link: string,
    readonly name: Name,
    readonly everywhere: Host,
  ) {}

  get addresses(): readonly ServiceAddress[] {
    return this.everywhere.addresses([this]);
  }
}

/**
 * What a question of an instance view is asked for: which types there are, which instances of a type, an instance, or a host.
 */
export type Subject = { readonly kind: 'types' } | BrowsedType | FoundInstance | HostOnLink;

/** A type whose instances are asked for. */
export interface BrowsedType {
  readonly kind: 'pointers';
  /** At which the PTR records are. */
  readonly name: Name;
}

/** Takes the name of an instance apart, whatever its type and domain (RFC 6763 section 4.2); undefined when it is none. */
export function readInstanceName(fullName: Name): InstanceName | undefined {
  const parts = parseInstanceName(fullName);
  return parts && { name: parts.instance, type: parts.type, domain: parts.domain, fullName };
}

export function hasSrv(instance: FoundInstance): boolean {
  for (const { srv } of instance.sightings.values()) if (srv && srv.held.size > 0) return true;
  return false;
}

/** Whether there is a TXT record, or is known to be none. */
export function isTxtKnown(instance: FoundInstance): boolean {
  for (const { txt } of instance.sightings.values()) if (txt && (txt.held.size > 0 || txt.denied)) return true;
  return false;
}

export function unseen(name: InstanceName): FoundInstance {
  return {
    kind: 'instance',
    name,
    sightings: new SmallMap(),
    shown: undefined,
    reason: 'interface-gone',
    txt: undefined,
    judgedTxt: undefined,
    isWanted: true,
    addressesDue: false,
  };
}

/** @throws MdnsError `invalid-type` for a name that is not a type */
export function knownInstance(label: string, typeName: Name): FoundInstance {
  const name = readInstanceName(nameFromLabels([label, ...labelsOf(typeName)]));
  if (name) return unseen(name);
  throw new MdnsError('invalid-type', `"${typeName}" is not a service type: write for example "_http._tcp.local".`);
}
