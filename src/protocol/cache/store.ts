/** Where the cache keeps its entries: by name, type and rdata; by source; by deadline. Knows bounds, no protocol. */
import { CLASS_IN } from '../constants.js';
import { DeadlineHeap } from '../deadline-heap.js';
import { type Name, nameKey } from '../name.js';
import type { Relevance } from '../query/relevance.js';
import { dataKey, type RecordData, type ResourceRecord } from '../record.js';
import { CachedName, CachedSet, Entry, isShared, typeKey } from './entry.js';
import { entryBytes, nameBytes, SET_BYTES } from './footprint.js';
import type { CacheLimits } from './limits.js';
import { mayBeServed, mayGoAlong, nextAsk } from './refresh.js';
import { Roster } from './roster.js';
import { Shares, type Victim } from './shares.js';
import type { CacheBytes, Doubted } from './types.js';

/** Milliseconds in which the sets that are heard first share their place in the variation of a refresh point. */
const BURST_TIME = 1_000;

/** Entries expire and are asked for, sets get a verdict on their owners' silence. */
export type Due = Entry | CachedSet;

export class RecordStore {
  readonly heap = new DeadlineHeap<Due>();
  readonly #names = new Map<string, CachedName>();
  readonly #shares: Shares;
  readonly #limits: CacheLimits;
  readonly #random: () => number;
  readonly #relevance: Relevance;
  /** In [0, 1): where in the variation of a refresh point sets are asked for that are new, or asked for, now. */
  variation = 0;
  #variationUntil = -Infinity;
  /** Counts the spells of curiosity: in between, something may have been said that was not heard. */
  #spell = 1;

  constructor(limits: CacheLimits, random: () => number, relevance: Relevance) {
    this.#limits = limits;
    this.#relevance = relevance;
    this.#shares = new Shares(limits);
    relevance.rests = (source, now) => this.#shares.rests(source, now);
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

  *sets(): Generator<CachedSet> {
    for (const name of this.#names.values()) yield* name.sets.values();
  }

  name(name: Name): CachedName | undefined {
    return this.#names.get(nameKey(name));
  }

  /** The name's place, made if there is none yet. */
  openName(name: Name): CachedName {
    const key = nameKey(name);
    let cached = this.#names.get(key);
    if (cached === undefined) {
      cached = new CachedName(key, new Roster(this.#limits.perName));
      this.#names.set(key, cached);
      this.#relevance.sharedNames.add(key);
    }
    return cached;
  }

  /** Forgets a name at which there is nothing and of which nobody wants anything. */
  closeName(name: CachedName): void {
    if (!name.isIdle || !this.#names.delete(name.key)) return;
    (name.matters ? this.#relevance.names : this.#relevance.sharedNames).delete(name.key);
  }

  entry(record: ResourceRecord, key = dataKey(record)): Entry | undefined {
    return this.name(record.name)?.set(record.type, record.class)?.entries.get(key);
  }

  /** The entries that a client doubts: the one with the given data, all of a name and type where there is none. */
  find(doubted: Doubted): Entry[] {
    const question = { type: doubted.type, class: doubted.class ?? CLASS_IN };
    const sets = this.name(doubted.name)?.setsFor(question) ?? [];
    if (!hasData(doubted)) return sets.flatMap((set) => [...set.entries.values()]);
    const key = dataKey(doubted);
    return sets.flatMap((set) => set.entries.get(key) ?? []);
  }

  /** A new entry for a record that is not in the store. It has yet to be renewed, entered and armed. */
  insert(record: ResourceRecord, data: string, source: string): Entry {
    const name = this.openName(record.name);
    const key = typeKey(record.type, record.class);
    let set = name.sets.get(key);
    if (set === undefined) {
      set = new CachedSet(name, record.type, record.class, this.variation);
      set.wanted = name.wantsSet(set);
      set.spell = this.#spell;
      name.sets.set(key, set);
      if (!isShared(name.key, set.type)) name.ownedSets += 1;
      this.#shares.index(name.sets.size === 1 ? SET_BYTES + nameBytes(name.key) : SET_BYTES);
      this.weigh(name);
    }
    const entry = new Entry(record, data, this.#shares.open(source), set);
    set.entries.set(data, entry);
    this.#relevance.known.set(entry.hash, entry);
    return entry;
  }

  /**
   * Who has to go so that a record can be inserted: nobody, or the newcomer itself if all others are wanted more. A source that
   * has had its share makes room itself.
   */
  crowdedOut(record: ResourceRecord, data: string, source: string, now: number): Victim {
    const name = this.name(record.name);
    const isWanted = name?.wantsSet(record) ?? false;
    let bytes = entryBytes(record, data);
    if (!name?.sets.size) bytes += nameBytes(record.name);
    if (name?.set(record.type, record.class) === undefined) bytes += SET_BYTES;
    const victim = this.#shares.victim(source, bytes, isWanted, now);
    if (victim !== undefined || !name?.roster.isFull) return victim;
    return this.#shares.replaces(source, name.roster.victim(isWanted), now);
  }

  /** Whether the records that a source says for the first time are not taken for now: it has filled its share over and over. */
  rests(source: string, now: number): boolean {
    return this.#shares.rests(source, now);
  }

  /** Whether a source may replace a record in a set that is full; counts towards its turnover. */
  mayReplace(source: string, now: number): boolean {
    return this.#shares.mayReplace(source, now);
  }

  /** What is kept in memory. */
  get bytes(): CacheBytes {
    return this.#shares.summary();
  }

  /** The record's siblings, where there are as many as there may be. */
  crowdedSet(record: ResourceRecord): CachedSet | undefined {
    const set = this.name(record.name)?.set(record.type, record.class);
    if (set === undefined || set.entries.size < this.#limits.siblings || isShared(set.name.key, set.type)) {
      return undefined;
    }
    return set;
  }

  /** Notes on the entry's rosters that it was just heard, or that its set has become wanted or idle. */
  enter(entry: Entry): void {
    this.#shares.enter(entry);
    entry.namePlace.roster.enter(entry.namePlace, entry.set.wanted);
    this.#noteRoom();
  }

  /** Sets the entry's deadline from what is to become of it. */
  arm(entry: Entry, now: number): void {
    entry.askAt = nextAsk(entry, now);
    this.#schedule(entry);
  }

  /**
   * Draws where in the variation of their refresh points sets are asked for (RFC 6762 section 5.2): once for all that are heard
   * in one burst, or asked for together, so that they stay together.
   */
  drawVariation(now: number, anew = false): void {
    if (!anew && now < this.#variationUntil) return;
    this.variation = this.#random();
    this.#variationUntil = now + BURST_TIME;
  }

  /** The next entry if its refresh may leave along with others that are due; it is disarmed. */
  takeAlong(now: number): Entry | undefined {
    const next = this.heap.first;
    if (!(next instanceof Entry) || !mayGoAlong(next, now)) return undefined;
    this.heap.delete(next);
    return next;
  }

  /** A query for the set leaves now: whom it serves need not be asked for on their own. */
  armServed(set: CachedSet, now: number): void {
    for (const entry of set.entries.values()) {
      if (!mayBeServed(entry, now)) continue;
      entry.askAt = nextAsk(entry, now, true);
      this.#schedule(entry);
    }
  }

  armAll(set: CachedSet, now: number): void {
    for (const entry of set.entries.values()) this.arm(entry, now);
  }

  markWanted(set: CachedSet, now: number): void {
    set.wanted = true;
    for (const entry of set.entries.values()) this.enter(entry);
    this.armAll(set, now);
  }

  /** Its records may go first, and are asked for again only where a client doubts them. */
  markIdle(set: CachedSet): void {
    set.wanted = false;
    // From now on it is heard as long as everything is.
    set.spell = this.#relevance.acceptsUnasked ? this.#spell : 0;
    for (const entry of set.entries.values()) {
      this.enter(entry);
      if (entry.fate !== 'reconfirmed') entry.askAt = Infinity;
      this.#schedule(entry);
    }
  }

  remove(entry: Entry): void {
    const { set } = entry;
    this.heap.delete(entry);
    set.heard.remove(entry.inSet);
    this.#shares.leave(entry);
    entry.namePlace.roster.leave(entry.namePlace);
    set.entries.delete(entry.dataKey);
    if (this.#relevance.known.get(entry.hash) === entry) this.#relevance.known.delete(entry.hash);
    if (set.entries.size === 0) this.#removeSet(set);
    this.#noteRoom();
  }

  #removeSet(set: CachedSet): void {
    this.heap.delete(set);
    const { name } = set;
    name.sets.delete(typeKey(set.type, set.class));
    if (!isShared(name.key, set.type)) name.ownedSets -= 1;
    this.#shares.index(name.sets.size === 0 ? -SET_BYTES - nameBytes(name.key) : -SET_BYTES);
    this.weigh(name);
    this.closeName(name);
  }

  /** Tells whether a name matters for its own sake, after what is wanted or known of it has changed. */
  weigh(name: CachedName): void {
    const matters = name.wants.length > 0 || name.ownedSets > 0;
    if (matters === name.matters) return;
    const { names, sharedNames } = this.#relevance;
    (matters ? sharedNames : names).delete(name.key);
    (matters ? names : sharedNames).add(name.key);
    name.matters = matters;
  }

  /** Whether a record is not worth a look: a shared one that nobody wants, while there is no room for such. */
  isUnwelcome(record: ResourceRecord): boolean {
    if (this.#relevance.acceptsUnasked || record.type !== 'PTR') return false;
    const key = nameKey(record.name);
    return isShared(key, record.type) && this.#names.get(key)?.matters !== true;
  }

  /** Records of which nobody wanted to know, and of which something may have been missed since. */
  outdated(name: Name): Entry[] {
    const entries: Entry[] = [];
    for (const set of this.name(name)?.sets.values() ?? []) {
      const isOutdated = !set.wanted && set.spell !== this.#spell && isShared(set.name.key, set.type);
      if (isOutdated) entries.push(...set.entries.values());
    }
    return entries;
  }

  #noteRoom(): void {
    const acceptsUnasked = this.#shares.hasIdleRoom;
    if (this.#relevance.acceptsUnasked && !acceptsUnasked) this.#spell += 1;
    this.#relevance.acceptsUnasked = acceptsUnasked;
  }

  #schedule(entry: Entry): void {
    this.heap.set(entry, Math.min(entry.expiresAt, entry.askAt));
  }
}

const dataFields = ['address', 'target', 'packed', 'bitmap', 'cpu', 'rdata'];

function hasData(doubted: Doubted): doubted is Doubted & RecordData {
  return dataFields.some((field) => field in doubted);
}
