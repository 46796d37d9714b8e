/**
 * The questions that are open in a domain, their answers, and when each is asked again: a server does not tell what
 * changes, so its answers are asked for anew before they expire.
 *
 * Replies bring further sets along, such as the addresses of a server (RFC 6763 section 12); they are kept until they
 * expire, in case they are asked for next.
 */
import { cacheLimits } from '../cache/limits.js';
import type { CachedRecord, RemovedRecord } from '../cache/types.js';
import { DeadlineHeap } from '../deadline-heap.js';
import type { Name } from '../name.js';
import { keptSetKey, type QuestionKey, type ResourceRecord, setKey } from '../record.js';
import { backOffMs, keptMs, pollMs, SHORTEST_POLL_MS } from './poll-pause.js';
import { PolledSet } from './polled-set.js';
import type { UnicastReply } from './reply.js';
import { Room } from './room.js';

/** Questions that wait for an answer at once. Without a bound, half of a thousand are lost and repeated. */
export const MAX_IN_FLIGHT = 64;
/** While a server does not answer, answers outlive the time for asking again by this. */
const GRACE_MS = 10_000;

export interface PollPlanOptions {
  readonly domain: Name;
  /** Random numbers, uniform in [0, 1). */
  readonly random: () => number;
  /** The most records that are kept, and the most bytes, with the defaults of a cache. */
  readonly maxRecords: number;
  readonly maxBytes?: number | undefined;
}

/** What has changed for open questions. */
export interface PolledChanges {
  readonly added: readonly ResourceRecord[];
  readonly removed: readonly RemovedRecord[];
  readonly denied: readonly QuestionKey[];
}

const NO_CHANGES: PolledChanges = { added: [], removed: [], denied: [] };

export interface PollCounters {
  added: number;
  removed: number;
  /** Records for which there was no room. */
  refused: number;
  /** Questions that no server answered. */
  failed: number;
}

export class PollPlan {
  readonly counters: PollCounters = { added: 0, removed: 0, refused: 0, failed: 0 };
  readonly #options: PollPlanOptions;
  readonly #sets = new Map<string, PolledSet>();
  readonly #heap = new DeadlineHeap<PolledSet>();
  readonly #ready = new Set<PolledSet>();
  /** Sets that are kept without a question, the longest kept first. */
  readonly #spare = new Set<PolledSet>();
  readonly #failing = new Set<PolledSet>();
  readonly #room: Room;
  #inFlight = 0;

  constructor(options: PollPlanOptions) {
    this.#options = options;
    const { random, maxRecords, maxBytes } = options;
    this.#room = new Room(cacheLimits({ random, maxRecords, ...(maxBytes !== undefined && { maxBytes }) }));
  }

  get records(): number {
    return this.#room.records;
  }

  /** Of the records, in memory. */
  get bytes(): number {
    return this.#room.bytes;
  }

  get questions(): number {
    return this.#sets.size - this.#spare.size;
  }

  /** A watcher asks a question, and no other does. See `lookup` and `denies` for what is known already. */
  want(question: QuestionKey, now: number): void {
    const set = this.#set(question);
    this.#spare.delete(set);
    set.isWanted = true;
    if (set.answeredAt === -Infinity) set.dueAt = now;
    this.#arm(set, now);
  }

  /** No watcher asks the question any more; what is known stays until it expires. */
  unwant(question: QuestionKey): void {
    const set = this.#sets.get(setKey(question));
    if (!set) return;
    set.isWanted = false;
    this.#failing.delete(set);
    this.#ready.delete(set);
    if (set.state === 'ready') set.state = 'idle';
    if (set.state !== 'asked' && isEmpty(set)) this.#forget(set);
    else {
      this.#spare.add(set);
      this.#heap.set(set, set.expiresAt);
    }
  }

  /** Asks these again now, or as soon as the shortest pause is over. */
  askAgain(questions: readonly QuestionKey[], now: number): void {
    for (const question of questions) {
      const set = this.#sets.get(setKey(question));
      if (!set?.isWanted) continue;
      set.dueAt = Math.min(set.dueAt, Math.max(now, set.askedAt + SHORTEST_POLL_MS));
      this.#arm(set, now);
    }
  }

  /** What is known about a question. */
  lookup(question: QuestionKey, now: number): CachedRecord[] {
    const set = this.#sets.get(setKey(question));
    if (!set || set.expiresAt <= now) return [];
    const { answeredAt: receivedAt, firstHeardAt, expiresAt } = set;
    return [...set.records.values()].map((record) => ({ record, receivedAt, firstHeardAt, expiresAt, source: '' }));
  }

  /** Whether there is no answer, as a server has said. */
  denies(question: QuestionKey, now: number): boolean {
    const set = this.#sets.get(setKey(question));
    return set?.isDenied === true && set.expiresAt > now;
  }

  /** How many open questions were not answered when they were asked last. */
  get failing(): number {
    return this.#failing.size;
  }

  /** Whether this is the only one of those. */
  failsOnly(question: QuestionKey): boolean {
    const set = this.#sets.get(setKey(question));
    return this.#failing.size === 1 && set !== undefined && this.#failing.has(set);
  }

  nextDeadline(): number {
    return this.#heap.next;
  }

  /** Removes what has expired, and makes ready what has to be asked. */
  due(now: number): PolledChanges {
    const removed: RemovedRecord[] = [];
    for (let set = this.#heap.takeDue(now); set; set = this.#heap.takeDue(now)) {
      if (set.expiresAt <= now) {
        for (const record of set.records.values()) if (set.isWanted) removed.push({ record, reason: 'expired' });
        this.#clear(set);
        if (!set.isWanted) this.#forget(set);
      }
      if (set.isWanted) this.#arm(set, now);
    }
    this.counters.removed += removed.length;
    return removed.length === 0 ? NO_CHANGES : { added: [], removed, denied: [] };
  }

  /** The questions to send now. Each has to be `answered` or `failed`. */
  takeQuestions(now: number): readonly QuestionKey[] {
    const questions: QuestionKey[] = [];
    for (const set of this.#ready) {
      if (this.#inFlight >= MAX_IN_FLIGHT) break;
      this.#ready.delete(set);
      this.#inFlight += 1;
      set.state = 'asked';
      set.askedAt = now;
      questions.push(set.question);
    }
    return questions;
  }

  /** @returns the changes for open questions */
  answered(question: QuestionKey, reply: Extract<UnicastReply, { kind: 'answer' }>, now: number): PolledChanges {
    const added: ResourceRecord[] = [];
    const removed: RemovedRecord[] = [];
    const denied: QuestionKey[] = [];
    const changes = { added, removed, denied };
    const set = this.#landed(question);
    if (set) this.#take(set, reply.answers, reply.ttlSeconds, now, changes);
    for (const records of bySet(reply.others)) {
      const [first] = records as [ResourceRecord, ...ResourceRecord[]];
      const other = this.#sets.get(setKey(first));
      if (other?.state === 'asked') continue;
      this.#take(other ?? this.#set(first), records, first.ttl, now, changes);
    }
    this.counters.added += added.length;
    this.counters.removed += removed.length;
    return changes;
  }

  /** No server answered. What is known stays until it expires. */
  failed(question: QuestionKey, now: number): void {
    const set = this.#landed(question);
    if (!set) return;
    this.counters.failed += 1;
    const pause = backOffMs(set.failures, this.#options.random);
    set.failures += 1;
    this.#failing.add(set);
    set.dueAt = now + pause;
    this.#arm(set, now);
  }

  /** What was asked will not be answered: all of it is ready to be asked again. */
  recall(now: number): void {
    for (const set of this.#sets.values()) {
      if (set.state !== 'asked') continue;
      set.state = 'idle';
      set.dueAt = now;
      if (set.isWanted) this.#arm(set, now);
      else if (isEmpty(set)) this.#forget(set);
    }
    this.#inFlight = 0;
  }

  toJSON(): object {
    return { questions: this.questions, records: this.records, inFlight: this.#inFlight };
  }

  #set(question: QuestionKey): PolledSet {
    const { name, type, class: rrclass } = question;
    const key = setKey(question);
    let set = this.#sets.get(key);
    if (!set) {
      set = new PolledSet(keptSetKey(question), { name, type, class: rrclass });
      this.#sets.set(set.key, set);
      this.#spare.add(set);
    }
    return set;
  }

  /** Its answer, or the failure to get one, is there. Undefined if it is no longer awaited. */
  #landed(question: QuestionKey): PolledSet | undefined {
    const set = this.#sets.get(setKey(question));
    if (set?.state !== 'asked') return undefined;
    this.#inFlight -= 1;
    set.state = 'idle';
    if (set.isWanted || !isEmpty(set)) return set;
    this.#forget(set);
    return undefined;
  }

  #take(
    set: PolledSet,
    records: readonly ResourceRecord[],
    ttlSeconds: number,
    now: number,
    to: { added: ResourceRecord[]; removed: RemovedRecord[]; denied: QuestionKey[] },
  ): void {
    const kept = this.#room.fitting(set, records, () => this.#freeSpare(set));
    this.counters.refused += records.length - kept.length;
    const { added, gone } = this.#room.change(set, () => set.replace(kept));
    const wasDenied = set.isDenied;
    set.isDenied = records.length === 0;
    set.failures = 0;
    this.#failing.delete(set);
    if (set.state === 'ready') set.state = 'idle';
    this.#ready.delete(set);
    if (set.answeredAt === -Infinity) set.firstHeardAt = now;
    set.answeredAt = now;
    set.dueAt = now + pollMs(ttlSeconds, set.isDenied, this.#options.random);
    set.expiresAt = Math.max(now + keptMs(ttlSeconds), set.isWanted ? set.dueAt + GRACE_MS : now);
    this.#arm(set, now);
    if (!set.isWanted) return;
    to.added.push(...added);
    // A set of its owner's that has other records now, or none (RFC 6762 section 10.2 names the same reasons).
    const reason = kept.length > 0 ? 'flushed' : 'goodbye';
    for (const record of gone) to.removed.push({ record, reason: isShared(set) ? 'goodbye' : reason });
    if (set.isDenied && !wasDenied) to.denied.push(set.question);
  }

  /** Forgets the set that was kept longest without a question. @returns whether there was one */
  #freeSpare(except: PolledSet): boolean {
    for (const spare of this.#spare) {
      if (spare === except) continue;
      this.#forget(spare);
      return true;
    }
    return false;
  }

  /** Sets its next deadline, or makes it ready if that is over. */
  #arm(set: PolledSet, now: number): void {
    if (!set.isWanted) this.#heap.set(set, set.expiresAt);
    else if (set.state !== 'idle') this.#heap.set(set, set.expiresAt);
    else if (set.dueAt > now) this.#heap.set(set, Math.min(set.dueAt, set.expiresAt));
    else {
      set.state = 'ready';
      this.#ready.add(set);
      this.#heap.set(set, set.expiresAt);
    }
  }

  #clear(set: PolledSet): void {
    this.#room.change(set, () => set.replace([]));
    set.isDenied = false;
    set.expiresAt = Infinity;
  }

  #forget(set: PolledSet): void {
    this.#clear(set);
    this.#sets.delete(set.key);
    this.#spare.delete(set);
    this.#ready.delete(set);
    this.#failing.delete(set);
    this.#heap.delete(set);
    if (set.state === 'asked') this.#inFlight -= 1;
    set.state = 'idle';
  }
}

function isEmpty({ records, isDenied }: PolledSet): boolean {
  return records.size === 0 && !isDenied;
}

/** Whether the records of a set belong to different services, each with its own life. */
function isShared({ question }: PolledSet): boolean {
  return question.type === 'PTR';
}

function bySet(records: readonly ResourceRecord[]): Iterable<readonly ResourceRecord[]> {
  const sets = new Map<string, ResourceRecord[]>();
  for (const record of records) {
    const key = setKey(record);
    const set = sets.get(key);
    if (set) set.push(record);
    else sets.set(key, [record]);
  }
  return sets.values();
}
