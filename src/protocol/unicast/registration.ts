/**
 * How a record set gets into a zone and out of it, by updates that each happen as a whole (RFC 2136): claimed while its
 * name is free, adopted after a crash of ours, changed and withdrawn while the zone still has what we put there.
 */
import { typeEnumerationName } from '../dns-sd/service.js';
import { nameKey, parentOf } from '../name.js';
import { type BareRecord, type ResourceRecord, recordKey, withTtl } from '../record.js';
import type { RecordSet } from '../record-set.js';
import type { RecordType } from '../types.js';
import { added, nameIsFree, removed, setIsAbsent, setRemoved, setsAre, type Update } from './update.js';

/** How long a registration lasts without being renewed, where the server grants leases: our choice. */
const LEASE_SECONDS = 3600;

/**
 * What says whose a name is: the SRV record of a service, the addresses of a host, the target of an alias. Other
 * records of the name, such as TXT, may differ.
 */
const IDENTITY: readonly RecordType[] = ['SRV', 'A', 'AAAA', 'CNAME'];

/** Puts the records into the zone if nothing has their name. */
export function claim(set: RecordSet): Update {
  return {
    prerequisites: set.claims.map(nameIsFree),
    updates: set.records.map(added),
    leaseSeconds: LEASE_SECONDS,
  };
}

/** The types whose records of the claimed name have to be read to see whose it is. */
export function identityTypes(set: RecordSet): RecordType[] {
  const types = new Set<RecordType>(identity(set).map(({ type }) => type));
  // The host may have had addresses of the other family.
  if (types.has('A') || types.has('AAAA')) return ['A', 'AAAA'];
  return [...types];
}

/**
 * Whether what the zone has was left there by an earlier run of ours: a service at our own host, an alias of it, a host
 * with an address of ours. A host name is ours only once we hold it.
 *
 * @param found the records of the claimed name with the types of `identityTypes`
 */
export function isLeftBehind(set: RecordSet, found: readonly ResourceRecord[]): boolean {
  const ours = identity(set);
  if (found.length === 0) return false;
  const isAddress = ({ type }: ResourceRecord) => type === 'A' || type === 'AAAA';
  if (ours.some(isAddress)) {
    const keys = new Set(ours.map(recordKey));
    return found.some((record) => keys.has(recordKey(record)));
  }
  const hosts = new Set(ours.map(targetOf));
  return found.every((record) => hosts.has(targetOf(record)));
}

function targetOf(record: ResourceRecord): string {
  return 'target' in record ? nameKey(record.target) : '';
}

/** Replaces what the name has, if that is still what was read. */
export function adopt(set: RecordSet, found: readonly ResourceRecord[]): Update {
  const absent = identityTypes(set).filter((type) => found.every((record) => record.type !== type));
  const free = set.claims.flatMap((name) => absent.map((type) => setIsAbsent(name, type)));
  return {
    prerequisites: [...setsAre(found), ...free],
    updates: [...emptied(set, found), ...set.records.map(added)],
    leaseSeconds: LEASE_SECONDS,
  };
}

/** Changes the records to the wanted ones, or renews them, if the name is still ours. */
export function renew(told: RecordSet, wanted: RecordSet): Update {
  const kept = new Set(wanted.records.map(recordKey));
  const gone = told.records.filter((record) => !kept.has(recordKey(record)));
  return {
    prerequisites: setsAre(identity(told)),
    updates: [...gone.filter((record) => !isTypeList(record)).map(removed), ...wanted.records.map(added)],
    leaseSeconds: LEASE_SECONDS,
  };
}

/** Removes the name and what points to it, if the name is still ours. */
export function withdraw(told: RecordSet): Update {
  const names = new Set(told.claims.map(nameKey));
  const elsewhere = told.records.filter((record) => !names.has(nameKey(record.name)) && !isTypeList(record));
  return {
    prerequisites: setsAre(identity(told)),
    updates: [...emptied(told), ...elsewhere.map(removed)],
  };
}

/** Removes the service type from the list of types once it has no instance (RFC 6763 section 9). */
export function tidy({ records }: RecordSet): Update {
  const listed = records.filter((record) => record.type === 'PTR' && isTypeList(record));
  const free = listed.map((record) => setIsAbsent('target' in record ? record.target : record.name, 'PTR'));
  return { prerequisites: free, updates: listed.map(removed) };
}

/**
 * Removes all records of the claimed name, type by type: a policy that names the types does not let the whole name be
 * removed at once.
 */
function emptied({ claims, records }: RecordSet, found: readonly ResourceRecord[] = []): BareRecord[] {
  return claims.flatMap((name) => {
    const here = [...records, ...found].filter((record) => nameKey(record.name) === nameKey(name));
    return [...new Set(here.map(({ type }) => type))].map((type) => setRemoved(name, type));
  });
}

/** The records of the claimed name that say whose it is. */
function identity({ claims, records }: RecordSet): ResourceRecord[] {
  const names = new Set(claims.map(nameKey));
  return records.filter((record) => IDENTITY.includes(record.type) && names.has(nameKey(record.name)));
}

/** Whether the record lists a service type, and so belongs to all instances of the type (RFC 6763 section 9). */
function isTypeList(record: ResourceRecord): boolean {
  if (record.type !== 'PTR') return false;
  const domain = parentOf(parentOf(record.target));
  return nameKey(record.name) === nameKey(typeEnumerationName(domain));
}

/** Whether the name has just what we put there, as far as it says whose the name is. */
export function holdsStill(told: RecordSet, found: readonly ResourceRecord[]): boolean {
  const keys = new Set(identity(told).map(recordKey));
  return found.length === keys.size && found.every((record) => keys.has(recordKey(record)));
}

/** The first name that is claimed, as a key; empty if there is none. */
export function claimKey({ claims }: RecordSet): string {
  return nameKey(claims[0] ?? '');
}

/** The longest TTL in a zone: others poll at 80 % of it, and see changes no sooner. Our choice. */
const MAX_ZONE_TTL_SECONDS = 60;

/** The record set as a zone gets it. */
export function withZoneTtls(set: RecordSet): RecordSet {
  const records = set.records.map((record) => withTtl(record, Math.min(record.ttl, MAX_ZONE_TTL_SECONDS)));
  return { ...set, records };
}
