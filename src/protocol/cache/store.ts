/**
 * Stores the cache's entries by name, type and rdata, by source and by deadline. Enforces bounds; has no protocol
 * rules.
 */
import { CLASS_ANY, CLASS_IN } from '../constants.js';
import { DeadlineHeap } from '../deadline-heap.js';
import { type Name, nameKey, parentOf } from '../name.js';
import type { Relevance } from '../query/relevance.js';
import type { RecordData, ResourceRecord } from '../record.js';
import { CachedName, CachedSet, Entry } from './entry.js';
import { entryBytes, nameBytes, SET_BYTES } from './footprint.js';
import type { CacheLimits } from './limits.js';
import type { Observation } from './observation.js';
import { mayBeServed, mayGoAlong, nextAsk, POSITIONS } from './refresh.js';
import { isShared } from './set-kind.js';
import { type Arrival, Shares, type Victim } from './shares.js';
import { isOfSubtype, SubtypeNames } from './subtype-names.js';
import type { CacheBytes, Doubted } from './types.js';

/** Milliseconds in which new sets get the same position within the random variation of a refresh point. */
const BURST_TIME = 1_000;

/** Items with deadlines: entries expire and are refreshed, sets that others ask for are checked for passive failure. */
export type Due = Entry | Observation<CachedSet>;

export class RecordStore {
  readonly heap = new DeadlineHeap<Due>();
  readonly #names = new Map<string, CachedName>();
  readonly #shares: Shares;
  readonly #limits: CacheLimits;
  readonly #random: () => number;
  readonly #relevance: Relevance;
  readonly #subtypes = new SubtypeNames();
  /** The position within the variation of a refresh point for sets that are new, or queried, now: of `POSITIONS`. */
  position = 0;
  #positionUntil = -Infinity;
  /**
   * Incremented with every change but one: records were heard again. Without news, a response that was heard before has
   * no other effect than last time.
   */
  news = 0;

  constructor(limits: CacheLimits, random: () => number, relevance: Relevance) {
    this.#limits = limits;
    this.#relevance = relevance;
    this.#shares = new Shares(limits, (entry, newcomer) => this.#leadsNowhere(entry, newcomer));
    relevance.rests = (source, now) => this.#shares.rests(source, now);
    relevance.restsLoose = (source, now) => this.#shares.restsLoose(source, now);
    this.#random = random;
  }

  get size(): number {
    return this.#shares.size;
  }

  get names(): number {
    return this.#names.size;
  }

  get sources(): number {
    return this.#shares.count;
  }

  /** Those with records or open questions. */
  allNames(): Iterable<CachedName> {
    return this.#names.values();
  }

  *sets(): Generator<CachedSet> {
    for (const name of this.#names.values()) yield* name.sets.values();
  }

  name(name: Name): CachedName | undefined {
    return this.#names.get(nameKey(name));
  }

  /** The entry of a name, created if it does not exist: the caller must give it a set or a question, and weigh it. */
  openName(name: Name): CachedName {
    const key = nameKey(name);
    let cached = this.#names.get(key);
    if (cached === undefined) {
      cached = new CachedName(key);
      this.#names.set(key, cached);
      this.#subtypes.note(cached);
    }
    return cached;
  }

  /** Forgets a name without records and open questions. */
  closeName(name: CachedName): void {
    if (!name.isIdle || !this.#names.delete(name.key)) return;
    this.#subtypes.forget(name);
    (name.isRelevant ? this.#relevance.names : this.#relevance.sharedNames).delete(name.key);
  }

  /** The labels of the subtypes that point to an instance of a type. */
  subtypesOf(instance: Name, typeName: Name, now: number): string[] {
    return this.#subtypes.of(nameKey(typeName), instance, now);
  }

  entry(record: ResourceRecord): Entry | undefined {
    return this.name(record.name)?.set(record.type, record.class)?.find(record);
  }

  /** The entries that a client doubts: the one with the given data, or all of a name and type if no data is given. */
  find(doubted: Doubted): Entry[] {
    const question = { type: doubted.type, class: doubted.class ?? CLASS_IN };
    const sets = this.name(doubted.name)?.setsFor(question) ?? [];
    if (!hasData(doubted)) return sets.flatMap((set) => [...set.values()]);
    return sets.flatMap((set) => set.find(doubted) ?? []);
  }

  /** Creates an entry for a record that is not in the store. The caller must renew, enter and arm it. */
  insert(record: ResourceRecord, source: string): Entry {
    const name = this.openName(record.name);
    let set = name.sets.get(record.type, record.class);
    if (set === undefined) {
      set = new CachedSet(name, record.type, record.class, this.position);
      set.wanted = name.wantsSet(set);
      set.missed = this.#relevance.unread.missed;
      name.sets.add(set);
      if (!isShared(name.key, set.type)) name.ownedSets += 1;
      this.#shares.index(name.sets.size === 1 ? SET_BYTES + nameBytes(name.key) : SET_BYTES);
      this.weigh(name);
      if (name.sets.size === 1) this.#turnPointer(name);
    }
    const entry = new Entry(record, this.#shares.open(source), set, this.#limits.ttl);
    set.add(entry);
    this.#relevance.known.set(entry.hash, entry);
    this.news += 1;
    return entry;
  }

  /**
   * What to evict so that a record can be inserted: no entry, an entry, or the new record itself if all others are
   * preferred. A source with a full share replaces its own records.
   */
  crowdedOut(record: ResourceRecord, source: string, now: number): Victim {
    const name = this.name(record.name);
    // Pointers may have to make room for each other while there is room.
    const mayCrowd = record.type === 'PTR' || (name !== undefined && name.size >= this.#limits.perName);
    if (!mayCrowd && this.#shares.hasAmpleRoom) return undefined;
    const isWanted = name?.wantsSet(record) ?? false;
    const set = name?.set(record.type, record.class);
    let bytes = entryBytes(record, set !== undefined);
    if (!name?.sets.size) bytes += nameBytes(record.name);
    if (set === undefined) bytes += SET_BYTES;
    const arrival = { name: record.name, source, bytes, isWanted };
    const loose = isWanted && this.#wouldBeLoose(record) ? this.#looseVictim(arrival, now) : undefined;
    const victim = loose ?? this.#shares.victim(arrival, now);
    if (victim !== undefined || name === undefined || name.size < this.#limits.perName) return victim;
    return this.#shares.replaces(arrival, name.victim(isWanted), now);
  }

  /** Whether no new records of a source are accepted for now: it has filled its share repeatedly. */
  rests(source: string, now: number): boolean {
    return this.#shares.rests(source, now);
  }

  /** Whether a source may replace a record in a full set; counts towards its turnover. */
  mayReplace(source: string, now: number): boolean {
    return this.#shares.mayReplace(source, now);
  }

  /** The bytes that are kept in memory. */
  get bytes(): CacheBytes {
    return this.#shares.summary();
  }

  /** The record's siblings, if their number has reached the limit. */
  crowdedSet(record: ResourceRecord): CachedSet | undefined {
    const set = this.name(record.name)?.set(record.type, record.class);
    if (set === undefined || set.size < this.#limits.siblings || isShared(set.name.key, set.type)) {
      return undefined;
    }
    return set;
  }

  /** Notes that an entry was just heard, or that its set has become wanted or idle. */
  enter(entry: Entry): void {
    const isNew = entry.queue === undefined;
    if (!isNew && entry.isWanted === entry.set.wanted) {
      // Nothing is counted anew.
      entry.queue?.push(entry);
      entry.set.name.enterAgain(entry);
      return;
    }
    this.#shares.enter(entry);
    entry.set.name.enter(entry, isNew, this.#limits.perName);
    this.#noteRoom();
  }

  /** Sets the entry's deadline: its next query or its removal. */
  arm(entry: Entry, now: number): void {
    this.#schedule(entry, nextAsk(entry, now));
  }

  /** The same after its life has taken a turn: its end has come nearer, or is off. */
  turn(entry: Entry, now: number): void {
    this.news += 1;
    this.arm(entry, now);
  }

  /**
   * Draws the position within the variation of refresh points (RFC 6762 section 5.2): once for all sets that are heard
   * in one burst or queried together, so that they stay together.
   */
  drawPosition(now: number, anew = false): void {
    if (!anew && now < this.#positionUntil) return;
    this.position = Math.floor(this.#random() * POSITIONS);
    this.#positionUntil = now + BURST_TIME;
  }

  /** The next entry if its refresh may be sent with others that are due; it is disarmed. */
  takeAlong(now: number): Entry | undefined {
    const next = this.heap.first;
    if (!(next instanceof Entry) || !mayGoAlong(next, now)) return undefined;
    this.heap.delete(next);
    return next;
  }

  /** Updates the deadlines of entries that a query for the set, sent now because of one of them, serves as well. */
  armServed(set: CachedSet, now: number, cause: Entry): void {
    for (const entry of set.values()) {
      if (entry === cause || !mayBeServed(entry, now)) continue;
      this.#schedule(entry, nextAsk(entry, now, true));
    }
  }

  armAll(set: CachedSet, now: number): void {
    if (set.only !== undefined) this.arm(set.only, now);
    else for (const entry of set.values()) this.arm(entry, now);
  }

  /** Sets the deadlines of NSEC records at a name, whose refreshes depend on the questions that they deny. */
  armDenials(name: CachedName, now: number): void {
    for (const nsec of name.setsFor({ type: 'NSEC', class: CLASS_ANY })) this.armAll(nsec, now);
  }

  markWanted(set: CachedSet, now: number): void {
    set.wanted = true;
    if (set.only !== undefined) this.enter(set.only);
    else for (const entry of set.values()) this.enter(entry);
    this.armAll(set, now);
  }

  /** Marks a set as idle: its records are evicted first, and only queried again if a client doubts them. */
  markIdle(set: CachedSet): void {
    set.wanted = false;
    // From now on it is up to date only with what is unread.
    set.missed = this.#relevance.unread.missed;
    for (const entry of set.values()) {
      this.enter(entry);
      if (entry.life !== 'doubted') this.#schedule(entry, Infinity);
    }
  }

  remove(entry: Entry): void {
    const { set } = entry;
    this.news += 1;
    this.heap.delete(entry);
    entry.end();
    set.noteEnding(entry);
    this.#shares.leave(entry);
    set.name.leave(entry);
    set.delete(entry);
    if (this.#relevance.known.get(entry.hash) === entry) this.#relevance.known.delete(entry.hash);
    if (set.size === 0) this.#removeSet(set);
    this.#noteRoom();
  }

  #removeSet(set: CachedSet): void {
    const { name, observation } = set;
    if (observation !== undefined) this.heap.delete(observation);
    name.sets.delete(set);
    if (!isShared(name.key, set.type)) name.ownedSets -= 1;
    this.#shares.index(name.sets.size === 0 ? -SET_BYTES - nameBytes(name.key) : -SET_BYTES);
    this.weigh(name);
    if (name.sets.size === 0) this.#turnPointer(name);
    this.closeName(name);
  }

  /** Updates whether a name is relevant, after its open questions or records have changed. */
  weigh(name: CachedName): void {
    const isRelevant = name.wants.length > 0 || name.ownedSets > 0 || (name.sets.size > 0 && isOfSubtype(name.key));
    if (isRelevant === name.isRelevant) return;
    const { names, sharedNames } = this.#relevance;
    if (name.isRelevant !== undefined) (isRelevant ? sharedNames : names).delete(name.key);
    (isRelevant ? names : sharedNames).add(name.key);
    name.isRelevant = isRelevant;
  }

  /** Whether a record is not accepted: a new unsolicited PTR record while the idle half of the cache is full. */
  isUnwelcome(record: ResourceRecord): boolean {
    const { name, type } = record;
    if (this.#relevance.acceptsUnasked || !isShared(nameKey(name), type)) return false;
    return this.name(name)?.isRelevant !== true && this.entry(record) === undefined;
  }

  /** Idle records of which updates may have been missed. */
  outdated(name: Name): readonly Entry[] {
    const cached = this.name(name);
    if (cached === undefined || cached.ownedSets === cached.sets.size) return [];
    const entries: Entry[] = [];
    for (const set of cached.sets.values()) {
      const isOutdated =
        !set.wanted && set.missed !== this.#relevance.unread.missed && isShared(set.name.key, set.type);
      if (isOutdated) for (const entry of set.values()) entries.push(entry);
    }
    return entries;
  }

  /** Whether it is a pointer to a name that has no records, and is not the name of a new one. */
  #leadsNowhere({ record }: Entry, newcomer?: Name): boolean {
    if (!this.#wouldBeLoose(record)) return false;
    return newcomer === undefined || nameKey(record.target) !== nameKey(newcomer);
  }

  #wouldBeLoose(record: ResourceRecord): record is ResourceRecord & { readonly type: 'PTR' } {
    if (record.type !== 'PTR' || !isShared(nameKey(record.name), record.type)) return false;
    return !this.name(record.target)?.sets.size;
  }

  #looseVictim(arrival: Arrival, now: number): Victim {
    const isAsked = ({ record }: Entry) => 'target' in record && (this.name(record.target)?.wants.length ?? 0) > 0;
    return this.#shares.looseVictim(arrival, isAsked, now);
  }

  /** A name has its first record, or has lost its last: as an instance it is where the pointer of its type leads. */
  #turnPointer({ key }: CachedName): void {
    const pointers = this.#names.get(parentOf(key))?.set('PTR', CLASS_IN);
    const pointer = pointers?.find({ type: 'PTR', target: key });
    if (pointer !== undefined) this.#shares.turn(pointer);
  }

  #noteRoom(): void {
    this.#relevance.acceptsUnasked = this.#shares.hasIdleRoom;
  }

  /** In whole milliseconds, as those of the cache are. */
  #schedule(entry: Entry, askAt: number): void {
    this.heap.putOff(entry, Math.ceil(Math.min(entry.expiresAt, askAt)));
  }
}

const dataFields = ['address', 'target', 'packed', 'bitmap', 'cpu', 'rdata'];

function hasData(doubted: Doubted): doubted is Doubted & RecordData {
  return dataFields.some((field) => field in doubted);
}
