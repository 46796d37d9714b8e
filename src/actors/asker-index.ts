import { nameKey } from '../protocol/name.js';
import { type KeptQuestion, type QuestionKey, setKey } from '../protocol/record.js';
import type { Port, WatcherEvent, WatcherId } from './messages.js';

/**
 * Which watcher asks which questions on one link. A question is open once, however many watchers ask it; the askers of
 * a changed record are found without a search through the others.
 */
export class AskerIndex {
  /** By question. Most questions have one asker, which is stored without a set. */
  readonly #askers = new Map<string, WatcherId | Set<WatcherId>>();
  readonly #questions = new Map<WatcherId, Map<string, QuestionKey>>();
  readonly #ports = new Map<WatcherId, Port<WatcherEvent>>();
  /** The watchers that resolve what they find. */
  readonly #following = new Set<WatcherId>();
  /** The questions of type ANY: mostly there are none to look for. */
  #anyType = 0;

  get isEmpty(): boolean {
    return this.#askers.size === 0;
  }

  /** @returns whether this watcher is the first to ask; undefined when it has asked already */
  open(watcher: WatcherId, port: Port<WatcherEvent>, question: KeptQuestion, follow = false): boolean | undefined {
    const { key } = question;
    const own = getOrMake(this.#questions, watcher, () => new Map<string, QuestionKey>());
    if (own.has(key)) return undefined;
    own.set(key, question);
    this.#ports.set(watcher, port);
    if (follow) this.#following.add(watcher);
    const askers = this.#askers.get(key);
    if (askers instanceof Set) askers.add(watcher);
    else this.#askers.set(key, askers === undefined ? watcher : new Set([askers, watcher]));
    if (askers !== undefined) return false;
    if (question.type === 'ANY') this.#anyType += 1;
    return true;
  }

  /** @returns whether no watcher asks the question any more */
  close(watcher: WatcherId, question: QuestionKey): boolean {
    const key = setKey(question);
    const own = this.#questions.get(watcher);
    if (!own?.delete(key)) return false;
    if (own.size === 0) {
      this.#questions.delete(watcher);
      this.#ports.delete(watcher);
      this.#following.delete(watcher);
    }
    const askers = this.#askers.get(key);
    if (askers instanceof Set) {
      askers.delete(watcher);
      if (askers.size > 0) return false;
    }
    this.#askers.delete(key);
    if (question.type === 'ANY') this.#anyType -= 1;
    return true;
  }

  /** Stops reports to the watcher. @returns at most `limit` of its questions, to be closed */
  dismiss(watcher: WatcherId, limit: number): QuestionKey[] {
    this.#ports.delete(watcher);
    const questions: QuestionKey[] = [];
    for (const question of this.#questions.get(watcher)?.values() ?? []) {
      if (questions.push(question) === limit) break;
    }
    return questions;
  }

  /** Stops reports to all watchers. */
  dismissAll(): void {
    this.#ports.clear();
  }

  /** How many questions the watcher asks. */
  questionsOf(watcher: WatcherId): number {
    return this.#questions.get(watcher)?.size ?? 0;
  }

  asks(watcher: WatcherId, question: QuestionKey): boolean {
    return this.#questions.get(watcher)?.has(setKey(question)) === true;
  }

  /** Whether the watcher also wants the records that its answers refer to. */
  follows(watcher: WatcherId): boolean {
    return this.#following.has(watcher);
  }

  port(watcher: WatcherId): Port<WatcherEvent> | undefined {
    return this.#ports.get(watcher);
  }

  /** The watchers whose questions a record, or its denial, answers; some perhaps twice. */
  askersOf(record: QuestionKey): readonly WatcherId[] {
    const found: WatcherId[] = [];
    this.#find(setKey(record), found);
    if (this.#anyType > 0) this.#find(`${nameKey(record.name)} ANY ${record.class}`, found);
    if (record.type === 'CNAME') for (const type of ['A', 'AAAA']) this.#find(setKey({ ...record, type }), found);
    return found;
  }

  #find(key: string, found: WatcherId[]): void {
    const askers = this.#askers.get(key);
    // Not spread into the arguments of a call: their number is bounded, that of watchers is not.
    if (askers instanceof Set) for (const each of askers) found.push(each);
    else if (askers !== undefined) found.push(askers);
  }

  toJSON(): object {
    return { questions: this.#askers.size, watchers: this.#questions.size };
  }
}

function getOrMake<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
