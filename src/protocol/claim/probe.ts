/**
 * Claiming names by probing, and detecting that another host has them (RFC 6762 sections 8.1, 8.2 and 9).
 *
 * Only responses decide whether a name is free. A simultaneous probe of another host for the same name is not a
 * conflict: the tie-break decides which of the two hosts waits.
 */
import {
  CLASS_IN,
  CONFLICT_HOLD_OFF_MS,
  CONFLICT_LIMIT,
  CONFLICT_WINDOW_MS,
  NAME_SEARCH_REPORT_MS,
} from '../constants.js';
import { type Name, nameKey } from '../name.js';
import { answers, type Message, type Question, type ResourceRecord, recordKey, setKey } from '../record.js';
import type { RecordSet } from '../record-set.js';
import { proposal } from './proposal.js';
import { tieBreak } from './tie-break.js';

/**
 * One question of type ANY for each name to claim, so that records of all types at the name are found.
 *
 * @param unicastResponse whether owners may answer by unicast, which they do without delay (RFC 6762 section 8.1)
 */
export function probeQuestions(set: RecordSet, unicastResponse = true): Question[] {
  return set.claims.map((name) => ({ name, type: 'ANY', class: CLASS_IN, unicastResponse }));
}

/**
 * The authority section of a probe: the unique records proposed for all claimed names or for one of them, without the
 * cache-flush bit (RFC 6762 sections 8.2 and 10.2). All records, unless those of one name exceed a packet.
 */
export function probeAuthorities(set: RecordSet, name?: Name): ResourceRecord[] {
  return (name === undefined ? set.claims : [name]).flatMap((claim) => {
    const key = nameKey(claim);
    const unique = set.records.filter((record) => record.cacheFlush && nameKey(record.name) === key);
    return proposal(claim, unique).map((record) => ({ ...record, cacheFlush: false }));
  });
}

/** The tie-break between one of our claims and another host's probe. */
export interface Contest {
  readonly name: Name;
  /**
   * `lose`: wait, then probe for the same name from the start. `win` and `equal`: ignore the probe (RFC 6762 section
   * 8.2).
   */
  readonly outcome: 'win' | 'lose' | 'equal';
}

/**
 * The claims for which another host's query probes as well. A query is a probe if its authority section has records
 * that answer one of its questions about the name (RFC 6762 section 8.2).
 */
export function contestedNames(set: RecordSet, query: Message): Contest[] {
  if (query.response) return [];
  return set.claims.flatMap((name) => {
    const key = nameKey(name);
    const asked = query.questions.filter((question) => nameKey(question.name) === key);
    const theirs = query.authorities.filter(
      (record) => nameKey(record.name) === key && asked.some((question) => answers(question, record)),
    );
    return theirs.length === 0 ? [] : [{ name, outcome: tieBreak(probeAuthorities(set, name), theirs) }];
  });
}

/**
 * Whether a record is ours although it is not in the set: part of this set on another link, or sent a moment ago and
 * received back.
 */
export type IsOwn = (record: ResourceRecord) => boolean;

const nothingElse: IsOwn = () => false;

/**
 * The first claimed name at which a response has a record of another host, of any type, with or without the cache-flush
 * bit: while we probe, such a name is taken (RFC 6762 section 8.1). Our own data, goodbyes and NSEC records, which deny
 * data, are not conflicts.
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

/** How a response contradicts a set that this link holds. */
export interface HeldConflict {
  /** The claimed name to probe for again; undefined if none is contradicted. */
  readonly name: Name | undefined;
  /** Reverse-mapping names that another host has as well. This is not a conflict: stop answering for them. */
  readonly reverse: readonly Name[];
}

/**
 * Compares a response with a set whose names are claimed. A conflict is a record with the name, type and class of one
 * of our unique record sets, but with data that none of its records has (RFC 6762 section 9). Goodbyes and our own data
 * are not conflicts.
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

/** The owner names of our unique record sets that some record contradicts, by name key. */
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

/** Whether a record asserts data: it has our class and is neither a goodbye nor a denial. */
function isData(record: ResourceRecord): boolean {
  return record.class === CLASS_IN && record.ttl > 0 && record.type !== 'NSEC';
}

/**
 * Counts the conflicts of one publication and slows its attempts down (RFC 6762 section 8.1). One packet is one
 * conflict, however many records it has and on however many links it arrives.
 *
 * A run of conflicts ends after ten seconds without one. This is stricter than fifteen within any ten seconds: attempts
 * with lost tie-breaks may take longer, and Apple's conformance test slows a device down in this way.
 */
export class ConflictLog {
  #conflicts = 0;
  #lastAt = 0;
  /** Since when a free name is being searched, ms; Infinity for no search. */
  #searchingSince = Infinity;

  /** Counts a conflict. @returns milliseconds to wait before the next attempt */
  conflict(now: number): number {
    this.#searchingSince = Math.min(this.#searchingSince, now);
    this.#conflicts = now - this.#lastAt > CONFLICT_WINDOW_MS ? 1 : this.#conflicts + 1;
    this.#lastAt = now;
    return this.#conflicts >= CONFLICT_LIMIT ? CONFLICT_HOLD_OFF_MS : 0;
  }

  /** Ends the search: a name was claimed. */
  succeeded(): void {
    this.#searchingSince = Infinity;
  }

  /** Whether the search for a free name has taken so long that the user should be informed (RFC 6762 section 9). */
  isOverdue(now: number): boolean {
    return now - this.#searchingSince >= NAME_SEARCH_REPORT_MS;
  }
}
