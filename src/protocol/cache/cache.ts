/**
 * What was heard on one link (RFC 6762 sections 5.2, 6.1, 7.1 and 10): records with what is left of their lives, and what is
 * wanted of them. Mutable, with one owner, who tells it what was heard and asks it again at `nextDeadline()`.
 *
 * Times are monotonic milliseconds. No packet costs work in proportion to the size of the cache.
 */

import { CLASS_ANY, GOODBYE_GRACE_MS, RECONFIRM_MS } from '../constants.js';
import { listsNoType } from '../dns-sd/service.js';
import { Relevance } from '../query/relevance.js';
import { dataKey, type Question, type QuestionKey, type ResourceRecord, setKey } from '../record.js';
import { type CachedName, CachedSet, Entry, type RemovalReason } from './entry.js';
import { flush, flushDenied, withoutMistakenFlush } from './flush.js';
import {
  collectKnownAnswers,
  deniedBy,
  hasOtherInstance,
  isAnswered,
  setsWithUnlisted,
  settledBy,
} from './knowledge.js';
import { cacheLimits, isCacheable } from './limits.js';
import { noteQuestion, takeUnobserved } from './passive-failure.js';
import { goodbyeQuestionTime } from './refresh.js';
import { Report, settle } from './report.js';
import { superfluousSibling } from './siblings.js';
import { RecordStore } from './store.js';
import type { CacheChanges, CacheCounters, CachedRecord, CacheSummary, Doubted, RecordCacheOptions } from './types.js';
import { unresolvedBehind } from './unresolved.js';

export type { RemovalReason } from './entry.js';
export type * from './types.js';

/** Deadlines that one call of `due` deals with, so that it does not block for long. */
export const DEADLINES_PER_TURN = 500;

export class RecordCache {
  readonly #counters: CacheCounters = {
    added: 0,
    renewed: 0,
    refused: 0,
    noType: 0,
    crowded: 0,
    goodbye: 0,
    expired: 0,
    flushed: 0,
    reconfirmed: 0,
    unobserved: 0,
    evicted: 0,
    'link-lost': 0,
  };
  readonly #store: RecordStore;
  readonly #maxTtl: number;

  constructor(options: RecordCacheOptions) {
    const limits = cacheLimits(options);
    this.#store = new RecordStore(limits, options.random, options.relevance ?? new Relevance());
    this.#maxTtl = limits.ttl;
  }

  /** Records. */
  get size(): number {
    return this.#store.size;
  }

  get counters(): Readonly<CacheCounters> {
    return this.#counters;
  }

  /** When `due` has something to do next. */
  nextDeadline(): number | undefined {
    return this.#store.heap.next;
  }

  /**
   * Takes in all records of one response, of whatever section; never those of a query (RFC 6762 section 7.1). First all of
   * them, then what they flush, so that no record set flushes itself.
   */
  put(records: readonly ResourceRecord[], source: string, now: number): CacheChanges {
    const report = new Report();
    this.#store.drawVariation(now);
    const heard = new Set<CachedSet>();
    const unique = new Set<CachedSet>();
    for (const said of records) {
      if (!isCacheable(said) || this.#store.isUnwelcome(said)) continue;
      const record = withoutMistakenFlush(said);
      if (record.ttl === 0) {
        this.#sayGoodbye(record, now);
        continue;
      }
      const set = this.#hear(record, source, now, report);
      if (set === undefined) continue;
      if (record.cacheFlush) unique.add(set);
      if (set.name.wants.length > 0) heard.add(set);
      if (set.wanted) report.mentioned.push(...unresolvedBehind(this.#store, record));
    }
    if (report.removed.length > 0) report.omitEvicted((record) => this.#store.entry(record) !== undefined);
    for (const set of unique) this.#flush(set, now);
    for (const name of namesOf(heard)) this.#settle(name, now, report, heard);
    return report;
  }

  /** The live records that answer a question. */
  lookup(question: QuestionKey, now: number): CachedRecord[] {
    const found: CachedRecord[] = [];
    for (const set of this.#store.name(question.name)?.setsFor(question) ?? []) {
      for (const { record, source, receivedAt, firstHeardAt, expiresAt } of set.entries.values()) {
        if (expiresAt > now) found.push({ record, source: source.name, receivedAt, firstHeardAt, expiresAt });
      }
    }
    return found;
  }

  /** Whether an NSEC record says that there is no answer (RFC 6762 section 6.1). */
  denied(question: QuestionKey, now: number): boolean {
    const name = this.#store.name(question.name);
    return name !== undefined && deniedBy(name, question, now) !== undefined;
  }

  /**
   * Whether a pointer from the list of service types has a holder besides those of `except`: there is another instance of
   * the type.
   */
  isHeldElsewhere(record: ResourceRecord, except: readonly ResourceRecord[], now: number): boolean {
    return hasOtherInstance(this.#store, record, except, now);
  }

  /**
   * The known answers to list with questions: shared records with at least half of their lives ahead, TTL the seconds that
   * remain (RFC 6762 section 7.1). At most `MAX_KNOWN_ANSWERS`.
   */
  knownAnswers(questions: readonly QuestionKey[], now: number): ResourceRecord[] {
    return collectKnownAnswers(this.#store, questions, now);
  }

  /**
   * From now on changes to the answers of this question are reported, they are kept rather than others, and are asked for
   * again before they expire (RFC 6762 section 5.2). `answered`: there is a unique answer or a denial, no need to ask now.
   * Wanting a question twice is wanting it once.
   */
  want(question: Question, now: number): { records: CachedRecord[]; denied: boolean; answered: boolean } {
    for (const entry of this.#store.outdated(question.name)) {
      this.#counters.evicted += 1;
      this.#store.remove(entry);
    }
    const name = this.#store.openName(question.name);
    const denied = deniedBy(name, question, now) !== undefined;
    if (name.want(question) === undefined) {
      const settled = settledBy(name, question, now) !== undefined;
      name.wants = name.wants.concat({ question: plain(question), denied, settled });
      for (const set of name.sets.values()) if (!set.wanted && name.wantsSet(set)) this.#store.markWanted(set, now);
      this.#store.weigh(name);
      if (denied) this.#armDenials(name, now);
    }
    return { records: this.lookup(question, now), denied, answered: isAnswered(name, question, now) };
  }

  /** Nobody wants this question any more: no more reports, and no more queries for it (RFC 6762 section 5.2). */
  unwant(question: QuestionKey): void {
    const name = this.#store.name(question.name);
    const want = name?.want(question);
    if (name === undefined || want === undefined) return;
    name.wants = name.wants.filter((other) => other !== want);
    for (const set of name.sets.values()) if (set.wanted && !name.wantsSet(set)) this.#store.markIdle(set);
    this.#store.weigh(name);
    this.#store.closeName(name);
  }

  /**
   * Another host multicast a query: one without the TC bit, with all of its known answers, and not our own come back.
   * Owners who do not answer it fall under suspicion (RFC 6762 section 10.5). Returns the wanted questions that need not be
   * asked now, since this query brings us every answer that ours would (RFC 6762 section 7.3). QU questions count for
   * neither: we may not see what they bring. Type ANY does not count for the former: it is mostly a probe, whose winner
   * flushes what is stale.
   */
  questionHeard(questions: readonly Question[], knownAnswers: readonly ResourceRecord[], now: number): Question[] {
    for (const record of knownAnswers) {
      const entry = this.#store.entry(record);
      if (entry !== undefined && record.ttl * 2 >= entry.record.ttl) entry.excusedAt = now;
    }
    const unlisted = setsWithUnlisted(this.#store, knownAnswers, now);
    const superfluous: Question[] = [];
    for (const question of questions) {
      const name = question.unicastResponse ? undefined : this.#store.name(question.name);
      if (name === undefined || question.class === CLASS_ANY) continue;
      const want = name.want(question);
      if (want !== undefined && !unlisted.has(setKey(question))) superfluous.push(want.question);
      const set = name.set(question.type, question.class);
      const verdictAt = set && noteQuestion(set, now);
      if (set !== undefined && verdictAt !== undefined) this.#store.heap.set(set, verdictAt);
    }
    return superfluous;
  }

  /**
   * A client found that records are wrong (RFC 6762 section 10.4). Returns the questions to ask at once; `due` repeats them,
   * and gives the records up unless they are heard again within ten seconds. Records that are about to go are left alone.
   */
  reconfirm(records: readonly Doubted[], now: number): Question[] {
    const questions = new Map<string, Question>();
    for (const doubted of records) {
      for (const entry of this.#store.find(doubted)) {
        if (!entry.isSound(now)) continue;
        entry.doubt(now, RECONFIRM_MS);
        this.#store.arm(entry, now);
        questions.set(setKey(entry.question), entry.question);
      }
    }
    return [...questions.values()];
  }

  /**
   * The link was lost, or the host slept. Lives are cut to `ms` at most, so that a short interruption goes unnoticed (RFC 6762
   * section 10.3); what is heard again lives on as usual.
   */
  shorten(ms: number, now: number): void {
    for (const set of this.#store.sets()) {
      set.askedCount = 0;
      this.#store.heap.delete(set);
      for (const entry of set.entries.values()) {
        entry.doom(now + ms, 'link-lost');
        this.#store.arm(entry, now);
      }
    }
  }

  /**
   * Does what fell due: records go, and `refresh` is to be asked at once. What may be asked for by now goes along with what has
   * to be, so that a hundred services heard in one burst do not cost a hundred packets. Deals with at most
   * `DEADLINES_PER_TURN`; while there is more, `nextDeadline` is in the past.
   */
  due(now: number): { changes: CacheChanges; refresh: Question[] } {
    const report = new Report();
    const refresh = new Map<string, Question>();
    const bereft = new Set<CachedName>();
    for (let turn = 0; turn < DEADLINES_PER_TURN; turn++) {
      const item = this.#store.heap.takeDue(now) ?? (refresh.size > 0 ? this.#store.takeAlong(now) : undefined);
      if (item === undefined) break;
      if (item instanceof CachedSet) {
        for (const entry of takeUnobserved(item)) this.#remove(entry, 'unobserved', report, bereft);
      } else if (item.expiresAt <= now) this.#end(item, now, report, bereft);
      else this.#ask(item, now, refresh);
    }
    for (const name of bereft) this.#settle(name, now, report);
    return { changes: report, refresh: [...refresh.values()] };
  }

  /** A summary for inspectors; nothing of the size of the cache. */
  toJSON(): CacheSummary {
    const { size, names, sources, bytes } = this.#store;
    return { records: size, names, sources, bytes, nextDeadline: this.nextDeadline(), counters: { ...this.#counters } };
  }

  /** Takes in one record. Returns its set, or undefined when there was no room for it. */
  #hear(record: ResourceRecord, source: string, now: number, report: Report): CachedSet | undefined {
    const data = dataKey(record);
    const known = this.#store.entry(record, data);
    if (known === undefined && !this.#admits(record, data, source, now, report)) return undefined;
    // What ran out before `due` could tell counts as new: a client that came meanwhile has not been given it.
    const isNew = known === undefined || known.expiresAt <= now;
    const entry = known ?? this.#store.insert(record, data, source);
    if (isNew) entry.firstHeardAt = now;
    entry.renew(record, now, this.#maxTtl);
    this.#store.enter(entry);
    this.#store.arm(entry, now);
    this.#counters[known === undefined ? 'added' : 'renewed'] += 1;
    if (known === undefined && record.type === 'PTR' && listsNoType(record.name, record.target)) {
      this.#counters.noType += 1;
    }
    if (isNew && entry.set.isReported) report.added.push(record);
    return entry.set;
  }

  /** Makes room for a new record; false when there is none. */
  #admits(record: ResourceRecord, data: string, source: string, now: number, report: Report): boolean {
    if (!this.#store.rests(source, now)) {
      return this.#makeRoomBeside(record, source, now, report) && this.#makeRoom(record, data, source, now, report);
    }
    this.#counters.refused += 1;
    return false;
  }

  /** Removes a sibling where there are too many. False when all of them are as new as the record. */
  #makeRoomBeside(record: ResourceRecord, source: string, now: number, report: Report): boolean {
    const set = this.#store.crowdedSet(record);
    if (set === undefined) return true;
    this.#counters.crowded += 1;
    const victim = this.#store.mayReplace(source, now) ? superfluousSibling(set) : undefined;
    if (victim === undefined || victim.receivedAt >= now) return false;
    const bereft = new Set<CachedName>();
    this.#remove(victim, 'evicted', report, bereft);
    for (const name of bereft) this.#settle(name, now, report);
    return true;
  }

  /** Removes whoever has to make room for a record. False when that is the record itself. */
  #makeRoom(record: ResourceRecord, data: string, source: string, now: number, report: Report): boolean {
    let victim = this.#store.crowdedOut(record, data, source, now);
    if (victim === undefined) return true;
    const bereft = new Set<CachedName>();
    while (victim instanceof Entry) {
      this.#remove(victim, 'evicted', report, bereft);
      victim = this.#store.crowdedOut(record, data, source, now);
    }
    for (const name of bereft) this.#settle(name, now, report);
    if (victim === 'newcomer') this.#counters.refused += 1;
    return victim === undefined;
  }

  /** A goodbye neither renews a record nor flushes its siblings (RFC 6762 section 10.1). */
  #sayGoodbye(record: ResourceRecord, now: number): void {
    const entry = this.#store.entry(record);
    if (entry === undefined) return;
    if (entry.fate !== 'goodbye') entry.goodbyeQuestionAt = goodbyeQuestionTime(now, this.#store.variation);
    entry.doom(now + GOODBYE_GRACE_MS, 'goodbye');
    entry.set.heard.remove(entry.inSet);
    this.#store.arm(entry, now);
  }

  /** Its time is over, unless it is on a list, and its goodbye was that of one holder among others. */
  #end(entry: Entry, now: number, report: Report, bereft: Set<CachedName>): void {
    const outlives = entry.fate === 'goodbye' && entry.receivedAt + entry.lifetime > now;
    if (outlives && this.isHeldElsewhere(entry.record, [], now)) {
      entry.restore();
      this.#store.arm(entry, now);
    } else {
      this.#remove(entry, entry.fate, report, bereft);
    }
  }

  #flush(set: CachedSet, now: number): void {
    for (const entry of flush(set, now)) this.#store.arm(entry, now);
    if (set.type === 'NSEC') for (const entry of flushDenied(set, now)) this.#store.arm(entry, now);
  }

  #remove(entry: Entry, reason: RemovalReason, report: Report, bereft: Set<CachedName>): void {
    const { record, set } = entry;
    this.#counters[reason] += 1;
    if (set.isReported) report.removed.push({ record, reason });
    if (set.name.wants.length > 0) bereft.add(set.name);
    this.#store.remove(entry);
  }

  /** Finds out what has become of the open questions for a name; see `settle`. */
  #settle(name: CachedName, now: number, report: Report, heard?: ReadonlySet<CachedSet>): void {
    if (settle(name, now, report, heard)) this.#armDenials(name, now);
  }

  /** Whether NSEC records are asked for again depends on what they deny. */
  #armDenials(name: CachedName, now: number): void {
    for (const nsec of name.setsFor({ type: 'NSEC', class: CLASS_ANY })) this.#store.armAll(nsec, now);
  }

  /** Asks for a record before it expires; once for all siblings that are about as old (RFC 6762 section 5.2). */
  #ask(entry: Entry, now: number, refresh: Map<string, Question>): void {
    const { set } = entry;
    if (refresh.size === 0) this.#store.drawVariation(now, true);
    set.variation = this.#store.variation;
    for (const question of entry.fate === 'reconfirmed' ? [entry.question] : set.askedBy()) {
      refresh.set(setKey(question), question);
      for (const asked of set.name.setsFor(question)) this.#store.armServed(asked, now);
    }
    this.#store.arm(entry, now);
  }
}

/** To copy an object and overwrite a property makes each copy a class of its own to the engine. */
function plain(question: Question): Question {
  if (!question.unicastResponse) return question;
  const { name, type, class: rrclass } = question;
  return { name, type, class: rrclass, unicastResponse: false };
}

function namesOf(sets: ReadonlySet<CachedSet>): Set<CachedName> {
  const names = new Set<CachedName>();
  for (const set of sets) names.add(set.name);
  return names;
}
