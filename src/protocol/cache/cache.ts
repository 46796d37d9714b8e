/**
 * The record cache of one link (RFC 6762 sections 5.2, 6.1, 7.1 and 10): records with their remaining lifetimes, and
 * the questions that watchers have open. Mutable, with one owner, which passes received records to it and calls `due`
 * at `nextDeadline()`.
 *
 * Times are monotonic milliseconds. The work for a packet does not depend on the size of the cache.
 */

import { CLASS_ANY, GOODBYE_GRACE_MS, RECONFIRM_MS } from '../constants.js';
import { listsNoType } from '../dns-sd/service.js';
import { Relevance } from '../query/relevance.js';
import { type Question, type QuestionKey, type ResourceRecord, setKey } from '../record.js';
import { Admission } from './admission.js';
import { addLive, cachedRecord, deniedBy, hasOtherInstance, settledBy } from './answers.js';
import { conclude, concludeAgain } from './conclude.js';
import { newCacheCounters } from './counters.js';
import type { CachedSet, Entry } from './entry.js';
import { withoutMistakenFlush } from './flush.js';
import { collectKnownAnswers, setsWithUnlisted } from './known-answers.js';
import { isOver } from './late.js';
import { cacheLimits, isCacheable } from './limits.js';
import { Observation } from './observation.js';
import { noteQuestion, takeUnobserved } from './passive-failure.js';
import { goodbyeQuestionTime, hasRefreshAhead, isLastAsk } from './refresh.js';
import { Removals } from './removals.js';
import type { Repeat } from './repeats.js';
import { Report } from './report.js';
import { RecordStore } from './store.js';
import type { CacheChanges, CacheCounters, CachedRecord, CacheSummary, Doubted, RecordCacheOptions } from './types.js';
import { expectAnswer, expectAnswers, markWanted, noteRefresh, plainQuestion } from './wants.js';

export type { RemovalReason } from './record-life.js';
export type * from './types.js';

/** Deadlines that one call of `due` handles at most, so that it does not block for long. */
export const DEADLINES_PER_TURN = 500;

export class RecordCache {
  readonly #counters = newCacheCounters();
  readonly #store: RecordStore;
  readonly #admission: Admission;
  readonly #maxTtl: number;

  constructor(options: RecordCacheOptions) {
    const limits = cacheLimits(options);
    this.#store = new RecordStore(limits, options.random, options.relevance ?? new Relevance());
    this.#admission = new Admission(this.#store, this.#counters);
    this.#maxTtl = limits.ttl;
  }

  /** The number of records. */
  get size(): number {
    return this.#store.size;
  }

  get counters(): Readonly<CacheCounters> {
    return this.#counters;
  }

  /** When to call `due` next, ms; Infinity for never. */
  nextDeadline(): number {
    return this.#store.heap.next;
  }

  /**
   * Adds the records of one response, of all its sections; never those of a query (RFC 6762 section 7.1). Adds all of
   * them before it flushes old records, so that no record set flushes itself.
   *
   * @param heardAt when they were received, if they are read only now: what was heard since then stays as it is
   */
  put(records: readonly ResourceRecord[], source: string, now: number, repeat?: Repeat, heardAt = now): CacheChanges {
    const report = new Report();
    this.#store.drawPosition(now);
    const entries: Entry[] = [];
    const unique = new Set<CachedSet>();
    let saysGoodbye = false;
    for (const said of records) {
      const record = withoutMistakenFlush(said);
      const isAccepted =
        isCacheable(said) && !this.#store.isUnwelcome(said) && !isOver(this.#store, record, now, heardAt);
      saysGoodbye ||= isAccepted && record.ttl === 0;
      if (isAccepted && record.ttl === 0) this.#sayGoodbye(record, heardAt);
      const entry = isAccepted && record.ttl > 0 ? this.#hear(record, source, now, heardAt, report) : undefined;
      if (entry === undefined) {
        repeat?.leaveOut();
        continue;
      }
      entries.push(entry);
      if (record.cacheFlush) unique.add(entry.set);
    }
    if (report.removed.length > 0) report.omitEvicted((record) => this.#store.entry(record) !== undefined);
    if (entries.length > 0 && !saysGoodbye && report.added.length === 0) repeat?.fill(entries, unique, now);
    repeat?.letGo();
    conclude(this.#store, entries, unique, now, report, heardAt);
    return report;
  }

  /** The same as `put` for a response that was put before and is current: renews its records, mostly nothing else. */
  putAgain(repeat: Repeat, now: number): CacheChanges | undefined {
    const { entries, records } = repeat;
    this.#store.drawPosition(now);
    for (let i = 0; i < entries.length; i++) this.#renew(entries[i] as Entry, records[i] as ResourceRecord, now);
    this.#counters.renewed += entries.length;
    return concludeAgain(this.#store, repeat, now);
  }

  /** The live records that answer a question. */
  lookup(question: QuestionKey, now: number): CachedRecord[] {
    const sets = this.#store.name(question.name)?.setsFor(question) ?? [];
    const only = sets.length === 1 ? sets[0]?.only : undefined;
    if (only !== undefined) return only.expiresAt > now ? [cachedRecord(only)] : [];
    const found: CachedRecord[] = [];
    for (let i = 0; i < sets.length; i++) addLive(sets[i] as CachedSet, now, found);
    return found;
  }

  /** The labels of an instance's known subtypes. */
  readonly subtypesOf: RecordStore['subtypesOf'] = (...about) => this.#store.subtypesOf(...about);

  /** Every record with its state, for inspectors: takes time in proportion to the size of the cache. */
  *entries(): Generator<Entry> {
    for (const set of this.#store.sets()) yield* set.values();
  }

  /** Whether an NSEC record denies that there is an answer (RFC 6762 section 6.1). */
  denied(question: QuestionKey, now: number): boolean {
    const name = this.#store.name(question.name);
    return name !== undefined && deniedBy(name, question, now) !== undefined;
  }

  /**
   * Whether other hosts have a pointer in the list of service types, too: there is an instance of the type besides
   * `except`.
   */
  isHeldElsewhere(record: ResourceRecord, except: readonly ResourceRecord[], now: number): boolean {
    return hasOtherInstance(this.#store, record, except, now);
  }

  /**
   * The known answers to send with questions: shared records with at least half of their lifetime left, with the
   * remaining seconds as TTL (RFC 6762 section 7.1). At most `MAX_KNOWN_ANSWERS`.
   */
  knownAnswers(questions: readonly QuestionKey[], now: number): ResourceRecord[] {
    return collectKnownAnswers(this.#store, questions, now);
  }

  /**
   * Opens a question: from now on changes of its answers are reported, and these are kept in preference to other
   * records and refreshed before they expire (RFC 6762 section 5.2). `answered`: there is a unique answer or a denial,
   * so there is no need to ask now. Opening a question twice has no further effect.
   */
  want(question: Question, now: number): { records: CachedRecord[]; denied: boolean; answered: boolean } {
    const outdated = this.#store.outdated(question.name);
    this.#counters.evicted += outdated.length;
    if (outdated.length > 0) for (const entry of outdated) this.#store.remove(entry);
    const name = this.#store.openName(question.name);
    const denied = deniedBy(name, question, now) !== undefined;
    const by = settledBy(name, question, now);
    const answered = by !== undefined && hasRefreshAhead(by, now);
    if (name.want(question) === undefined) {
      const want = { question: plainQuestion(question), denied, settled: by !== undefined, told: answered };
      name.wants = name.wants.concat(want);
      markWanted(this.#store, name, question, now);
      this.#store.news += 1;
      this.#store.weigh(name);
      // Otherwise these records are asked for as before.
      if (denied || question.type === 'NSEC') this.#store.armDenials(name, now);
    }
    return { records: this.lookup(question, now), denied, answered };
  }

  /** Closes a question: no more reports and no more queries for it (RFC 6762 section 5.2). */
  unwant(question: QuestionKey): void {
    const name = this.#store.name(question.name);
    if (name === undefined) return;
    const want = name.want(question);
    name.wants = name.wants.filter((other) => other !== want);
    this.#store.news += 1;
    for (const set of name.sets.values()) if (set.wanted && !name.wantsSet(set)) this.#store.markIdle(set);
    this.#store.weigh(name);
    this.#store.closeName(name);
  }

  /**
   * Handles another host's multicast query that is complete: without the TC bit, with all of its known answers, and not
   * our own. If its owner does not answer, a record may be stale (RFC 6762 section 10.5). Returns the wanted questions
   * that need not be asked now, since this query will bring every answer that ours would (RFC 6762 section 7.3). QU
   * questions do not count, because we may not receive their answers. Type ANY does not count for section 10.5: it is
   * mostly a probe, whose winner flushes stale records.
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
      if (set === undefined) continue;
      set.observation ??= new Observation(set);
      const failsAt = noteQuestion(set.observation, now);
      if (failsAt !== undefined) this.#store.heap.set(set.observation, failsAt);
    }
    return superfluous;
  }

  /**
   * Doubts records that a client has found to be wrong (RFC 6762 section 10.4). Returns the questions to ask at once;
   * `due` repeats them, and removes the records unless they are heard again within ten seconds. Records that are about
   * to be removed are not affected.
   */
  reconfirm(records: readonly Doubted[], now: number): Question[] {
    const questions = new Map<string, Question>();
    for (const doubted of records) {
      for (const entry of this.#store.find(doubted)) {
        if (!entry.doubt(now, RECONFIRM_MS)) continue;
        this.#store.turn(entry, now);
        questions.set(setKey(entry.question), entry.question);
        expectAnswer(this.#store, entry.question);
      }
    }
    return [...questions.values()];
  }

  /** All open questions; call when they are asked anew, because the link has come up (RFC 6762 section 5.4). */
  asksAnew(): Question[] {
    return expectAnswers(this.#store);
  }

  /**
   * Limits lifetimes to `ms` after the link was lost or the host slept, so that a short interruption goes unnoticed
   * (RFC 6762 section 10.3); records that are heard again get their full lifetime.
   */
  shorten(ms: number, now: number): void {
    for (const set of this.#store.sets()) {
      if (set.observation !== undefined) this.#store.heap.delete(set.observation);
      set.observation = undefined;
      for (const entry of set.values()) {
        entry.shorten('link.lost', now + ms);
        this.#store.turn(entry, now);
      }
    }
  }

  /**
   * Handles due deadlines: removes records, and returns in `refresh` the questions to ask at once. Refreshes whose
   * window has begun go along with those that are due, so that a hundred services heard in one burst do not cost a
   * hundred packets. Handles at most `DEADLINES_PER_TURN`; if there are more, `nextDeadline` is in the past.
   */
  due(now: number): { changes: CacheChanges; refresh: Question[] } {
    const report = new Report();
    const refresh = new Map<string, Question>();
    const removals = new Removals(this.#store, this.#counters, report);
    for (let turn = 0; turn < DEADLINES_PER_TURN; turn++) {
      const item = this.#store.heap.takeDue(now) ?? (refresh.size > 0 ? this.#store.takeAlong(now) : undefined);
      if (item === undefined) break;
      if (item instanceof Observation) {
        for (const entry of takeUnobserved(item)) removals.remove(entry, 'unobserved');
      } else if (item.expiresAt <= now) this.#end(item, now, removals);
      else this.#ask(item, now, refresh);
    }
    removals.end(now);
    return { changes: report, refresh: [...refresh.values()] };
  }

  /** A summary for inspectors, small whatever the size of the cache. */
  toJSON(): CacheSummary {
    const { size, names, sources, bytes } = this.#store;
    return { records: size, names, sources, bytes, nextDeadline: this.nextDeadline(), counters: { ...this.#counters } };
  }

  /** Adds or renews one record. Returns its entry, or undefined if there was no room for it. */
  #hear(record: ResourceRecord, source: string, now: number, heardAt: number, report: Report): Entry | undefined {
    const known = this.#store.entry(record);
    if (known === undefined && !this.#admission.admits({ record, source }, now, report)) return undefined;
    // An expired entry that `due` has not removed yet is reported as added: a client that came meanwhile has not got
    // it.
    const isNew = known === undefined || known.expiresAt <= now;
    const entry = known ?? this.#store.insert(record, source);
    if (isNew) entry.firstHeardAt = heardAt;
    this.#renew(entry, record, heardAt);
    this.#counters[known === undefined ? 'added' : 'renewed'] += 1;
    if (known === undefined && record.type === 'PTR' && listsNoType(record.name, record.target)) {
      this.#counters.noType += 1;
    }
    if (isNew && entry.set.isReported) report.added.push(record);
    return entry;
  }

  #renew(entry: Entry, record: ResourceRecord, now: number): void {
    if (entry.life !== 'fresh') this.#store.news += 1;
    entry.renew(record, now, this.#maxTtl);
    this.#store.enter(entry);
    this.#store.arm(entry, now);
  }

  /** Handles a goodbye, which neither renews a record nor flushes its siblings (RFC 6762 section 10.1). */
  #sayGoodbye(record: ResourceRecord, now: number): void {
    const entry = this.#store.entry(record);
    if (entry === undefined) return;
    if (entry.life !== 'goodbye') entry.turnedAt = goodbyeQuestionTime(now, this.#store.position);
    entry.shorten('goodbye', now + GOODBYE_GRACE_MS);
    entry.set.noteEnding(entry);
    this.#store.turn(entry, now);
  }

  /** Removes an entry whose time is over; keeps a list entry after a goodbye if another host has it, too. */
  #end(entry: Entry, now: number, removals: Removals): void {
    if (entry.life === 'goodbye' && this.isHeldElsewhere(entry.record, [], now)) {
      entry.restore();
      this.#store.turn(entry, now);
    } else {
      removals.remove(entry, entry.endsAs);
    }
  }

  /** Asks for a record before it expires, once for all siblings of about the same age (RFC 6762 section 5.2). */
  #ask(entry: Entry, now: number, refresh: Map<string, Question>): void {
    const { set } = entry;
    if (refresh.size === 0) this.#store.drawPosition(now, true);
    set.position = this.#store.position;
    const isLast = isLastAsk(entry, now);
    for (const question of entry.life === 'doubted' ? [entry.question] : set.askedBy()) {
      noteRefresh(refresh, question, isLast);
      expectAnswer(this.#store, question);
      for (const asked of set.name.setsFor(question)) this.#store.armServed(asked, now, entry);
    }
    this.#store.arm(entry, now);
  }
}
