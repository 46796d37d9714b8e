/**
 * Claiming names by probing, and noticing that another host has them (RFC 6762 sections 8.1, 8.2 and 9).
 *
 * Only responses decide whether a name is free. A query of another host that probes for the same name at the same time is no
 * conflict: the tie-break tells which of the two waits.
 */
import {
  CLASS_ANY,
  CLASS_IN,
  CONFLICT_HOLD_OFF_MS,
  CONFLICT_LIMIT,
  CONFLICT_WINDOW_MS,
  NAME_SEARCH_REPORT_MS,
} from '../constants.js';
import { type Name, nameKey } from '../name.js';
import { type Message, type Question, type ResourceRecord, recordKey, setKey } from '../record.js';
import type { RecordSet } from '../record-set.js';
import { proposal } from './proposal.js';
import { tieBreak } from './tie-break.js';

/**
 * One question for each name to claim: any type, so that whatever is at the name comes to light.
 *
 * @param unicastResponse whether owners may answer by unicast, which they do without delay (RFC 6762 section 8.1)
 */
export function probeQuestions(set: RecordSet, unicastResponse = true): Question[] {
  return set.claims.map((name) => ({ name, type: 'ANY', class: CLASS_IN, unicastResponse }));
}

/**
 * The authority section of a probe: the unique records proposed for the claimed names, or for one of them, without the
 * cache-flush bit (RFC 6762 sections 8.2 and 10.2). All of them, unless those of one name exceed a packet.
 */
export function probeAuthorities(set: RecordSet, name?: Name): ResourceRecord[] {
  return (name === undefined ? set.claims : [name]).flatMap((claim) => {
    const key = nameKey(claim);
    const unique = set.records.filter((record) => record.cacheFlush && nameKey(record.name) === key);
    return proposal(claim, unique).map((record) => ({ ...record, cacheFlush: false }));
  });
}

/** How one of our claims fares against another host's probe. */
export interface Contest {
  readonly name: Name;
  /** `lose`: wait, then probe the same name from the start. `win` and `equal`: take no notice (RFC 6762 section 8.2). */
  readonly outcome: 'win' | 'lose' | 'equal';
}

/**
 * The claims for which a query of another host probes as well. It does so when its authority section has records that answer
 * one of its questions about the name; a query without them is an ordinary one (RFC 6762 section 8.2).
 */
export function contestedNames(set: RecordSet, query: Message): Contest[] {
  if (query.response) return [];
  return set.claims.flatMap((name) => {
    const key = nameKey(name);
    const asked = query.questions.filter((question) => nameKey(question.name) === key);
    const theirs = query.authorities.filter(
      (record) => nameKey(record.name) === key && asked.some((question) => answers(record, question)),
    );
    return theirs.length === 0 ? [] : [{ name, outcome: tieBreak(probeAuthorities(set, name), theirs) }];
  });
}

/** By type and class alone. */
function answers(record: ResourceRecord, question: Question): boolean {
  const typeFits = question.type === 'ANY' || question.type === record.type;
  return typeFits && (question.class === CLASS_ANY || question.class === record.class);
}

/** Tells the records that are ours by another way: of this set on another link, or sent a moment ago and now come back. */
export type IsOwn = (record: ResourceRecord) => boolean;

const nothingElse: IsOwn = () => false;

/**
 * The first claimed name at which a response has a record of another host, of whatever type, with the cache-flush bit or
 * without: while we probe, such a name is taken (RFC 6762 section 8.1). Our own data is no conflict, nor is a goodbye; nor an
 * NSEC, which tells of no data.
 */
export function conflictWhileProbing(
  set: RecordSet,
  records: readonly ResourceRecord[],
  isOwn: IsOwn = nothingElse,
): Name | undefined {
  const claims = new Map(set.claims.map((name) => [nameKey(name), name]));
  for (const record of records) {
    const name = claims.get(nameKey(record.name));
    if (name === undefined || !isData(record)) continue;
    const key = recordKey(record);
    if (!set.records.some((own) => recordKey(own) === key) && !isOwn(record)) return name;
  }
  return undefined;
}

/** What a response contradicts of a set that is held. */
export interface HeldConflict {
  /** The claimed name to probe for again; undefined when none is contradicted. */
  readonly name: Name | undefined;
  /** Reverse-mapping names that another host has as well. That is no conflict: stop answering for them. */
  readonly reverse: readonly Name[];
}

/**
 * Compares a response with a set whose names were claimed. A conflict is a record with the name, type and class of one of our
 * unique record sets and other data than all records of it (RFC 6762 section 9). Goodbyes and our own data are none.
 */
export function conflictOnceHeld(
  set: RecordSet,
  records: readonly ResourceRecord[],
  isOwn: IsOwn = nothingElse,
): HeldConflict | undefined {
  const contradicted = contradictedNames(set, records, isOwn);
  if (contradicted.size === 0) return undefined;
  const isContradicted = (name: Name) => contradicted.has(nameKey(name));
  const claimed = new Set(set.claims.map(nameKey));
  return {
    name: set.claims.find(isContradicted),
    reverse: [...contradicted].filter(([key]) => !claimed.has(key)).map(([, name]) => name),
  };
}

/** By name key: the owner names, as we write them, of our unique record sets to which some record is a contradiction. */
function contradictedNames(set: RecordSet, records: readonly ResourceRecord[], isOwn: IsOwn): Map<string, Name> {
  const names = new Map<string, Name>();
  const sets = uniqueSets(set);
  for (const record of records) {
    const own = sets.get(setKey(record));
    if (own === undefined || !isData(record)) continue;
    if (!own.keys.has(recordKey(record)) && !isOwn(record)) names.set(nameKey(own.name), own.name);
  }
  return names;
}

/** Our unique record sets by set key, with the keys of their records. */
function uniqueSets(set: RecordSet): Map<string, { readonly name: Name; readonly keys: Set<string> }> {
  const sets = new Map<string, { readonly name: Name; readonly keys: Set<string> }>();
  for (const record of set.records) {
    if (!record.cacheFlush) continue;
    const key = setKey(record);
    const own = sets.get(key) ?? { name: record.name, keys: new Set() };
    own.keys.add(recordKey(record));
    sets.set(key, own);
  }
  return sets;
}

/** Whether a record tells that there is data: of our class, not a goodbye and not a denial. */
function isData(record: ResourceRecord): boolean {
  return record.class === CLASS_IN && record.ttl > 0 && record.type !== 'NSEC';
}

/**
 * Counts the conflicts of one registration and slows its attempts down (RFC 6762 section 8.1). One packet is one conflict,
 * whatever the number of its records, and so are the copies of it that come by several links.
 *
 * A run of conflicts ends when none has come for ten seconds. That is stricter than fifteen within any ten seconds: attempts that
 * lost tie-breaks on the way may take longer, and Apple's conformance test slows a device down by just that.
 */
export class ConflictLog {
  #conflicts = 0;
  #lastAt = 0;
  /** Infinity while no name is searched for. */
  #searchingSince = Infinity;

  /** A conflict came. Returns how many milliseconds to wait, from now, before the next attempt. */
  conflict(now: number): number {
    this.#searchingSince = Math.min(this.#searchingSince, now);
    this.#conflicts = now - this.#lastAt > CONFLICT_WINDOW_MS ? 1 : this.#conflicts + 1;
    this.#lastAt = now;
    return this.#conflicts >= CONFLICT_LIMIT ? CONFLICT_HOLD_OFF_MS : 0;
  }

  /** A name was claimed: the search is over. */
  succeeded(): void {
    this.#searchingSince = Infinity;
  }

  /** Whether a free name has been searched for so long that the user should hear of it (RFC 6762 section 9). */
  isOverdue(now: number): boolean {
    return now - this.#searchingSince >= NAME_SEARCH_REPORT_MS;
  }
}
