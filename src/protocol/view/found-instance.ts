/** What the links know about service instances and their hosts. */
import type { ServiceAddress, ServiceInstance } from '../dns-sd/instance.js';
import type { LazyTxt } from '../dns-sd/lazy-txt.js';
import { parseInstanceName } from '../dns-sd/service.js';
import { MdnsError } from '../errors.js';
import { labelsOf, type Name, nameFromLabels } from '../name.js';
import type { RecordHead, SrvData } from '../record.js';
import { SmallMap } from '../small-map.js';
import type { AddressesOnLink, Host } from './host.js';
import type { OpenQuestion } from './open-questions.js';
import type { RankedSrv } from './srv-choice.js';
import type { LossReason } from './view.js';

/** The part of an instance that never changes. */
export type InstanceName = Pick<ServiceInstance, 'name' | 'type' | 'domain' | 'fullName'>;

export interface FoundInstance {
  readonly kind: 'instance';
  /** In the spelling in which it was first seen. */
  readonly name: InstanceName;
  /** By link. */
  readonly sightings: SmallMap<string, Sighting>;
  /** What the user got last; undefined unless the instance is up. */
  shown: ServiceInstance | undefined;
  /** Why it was last lost on a link. */
  reason: LossReason;
  /** The TXT record; the same object as long as the data is the same. */
  txt: LazyTxt | undefined;
  /** The TXT record that `isMatch` is about. */
  matchedTxt: LazyTxt | undefined;
  isMatch: boolean;
  /** Its host's addresses have changed, and the wait for more is over. */
  addressesDue: boolean;
}

/** An SRV record, and the address of the peer that sent it first. */
export interface HeardSrv extends RankedSrv {
  readonly srv: RecordHead & SrvData;
  readonly source: string;
}

/** An instance on one link. */
export class Sighting {
  /** Whether all its PTR records are gone. */
  gone = false;
  /** The number of PTR records that name it. */
  pointers = 0;
  /** Undefined until the view's next turn opens it. */
  srv: OpenQuestion<Subject> | undefined;
  txt: OpenQuestion<Subject> | undefined;
  /** By the key of their names: the hosts that its SRV records point at, and how many records do. */
  readonly targets = new SmallMap<string, { readonly host: HostOnLink; records: number }>();

  /** @param name exactly as it was heard on this link */
  constructor(
    readonly instance: FoundInstance,
    readonly link: string,
    readonly name: Name,
  ) {}

  srvs(): HeardSrv[] {
    const srvs: HeardSrv[] = [];
    if (!this.srv) return srvs;
    for (const { record, order, source } of this.srv.records.values())
      if (record.type === 'SRV') srvs.push({ srv: record, order, source });
    return srvs;
  }
}

/** A host on one link, with the questions for its addresses, shared by all instances there that point at it. */
export class HostOnLink implements AddressesOnLink {
  readonly kind = 'host';
  readonly users = new Set<Sighting>();
  /** Those for A and AAAA, once they are asked. */
  readonly own: OpenQuestion<Subject>[] = [];
  /** The hosts that aliases lead to from this one, which has users. */
  led: readonly HostOnLink[] = [];
  /** The hosts with users from which aliases lead to this one. */
  readonly followers = new Set<HostOnLink>();
  /** Grows with each change of its addresses, over all hosts. */
  version = 0;
  /** The addresses that its instances show. */
  reported: readonly ServiceAddress[] = [];

  /** @param name exactly as it was heard first: some devices only answer to that case */
  constructor(
    readonly link: string,
    readonly name: Name,
    readonly everywhere: Host,
  ) {}

  /** Those for its name and for the names that it is an alias of. */
  get questions(): readonly OpenQuestion<Subject>[] {
    return this.led.length === 0 ? this.own : [...this.own, ...this.led.flatMap(({ own }) => own)];
  }

  get addresses(): readonly ServiceAddress[] {
    return this.everywhere.addresses([this]);
  }
}

/** What an instance view asks a question for: the types, the instances of a type, an instance, or a host. */
export type Subject = { readonly kind: 'types' } | BrowsedType | FoundInstance | HostOnLink;

/** A type whose instances the view asks for. */
export interface BrowsedType {
  readonly kind: 'pointers';
  /** The name of the PTR records. */
  readonly name: Name;
}

/** Splits the name of an instance of any type and domain (RFC 6763 section 4.2); undefined if it is not such a name. */
export function readInstanceName(fullName: Name): InstanceName | undefined {
  const parts = parseInstanceName(fullName);
  return parts && { name: parts.instance, type: parts.type, domain: parts.domain, fullName };
}

export function hasSrv(instance: FoundInstance): boolean {
  for (const { srv } of instance.sightings.values()) if (srv && srv.records.size > 0) return true;
  return false;
}

/** Whether there is a TXT record, or it was denied. */
export function isTxtKnown(instance: FoundInstance): boolean {
  for (const { txt } of instance.sightings.values()) if (txt && (txt.records.size > 0 || txt.denied)) return true;
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
    matchedTxt: undefined,
    isMatch: true,
    addressesDue: false,
  };
}

/** @throws MdnsError `invalid-type` for a name that is not a type */
export function knownInstance(label: string, typeName: Name): FoundInstance {
  const name = readInstanceName(nameFromLabels([label, ...labelsOf(typeName)]));
  if (name) return unseen(name);
  throw new MdnsError('invalid-type', `"${typeName}" is not a service type: write for example "_http._tcp.local".`);
}
