import { UNICAST_RESPONSE_WINDOW_MS } from '../constants.js';
import { nameKey } from '../name.js';
import { listsType } from '../nsec.js';
import type { Question, ResourceRecord } from '../record.js';
import type { QuestionType } from '../types.js';

/** Names of QU questions that are kept; the oldest are dropped first. */
export const MAX_UNICAST_NAMES = 1_000;

/**
 * The questions recently sent with the QU bit. A unicast response counts only if it answers one of them; all others are
 * ignored (RFC 6762 section 6).
 */
export class UnicastWindow {
  /** By folded name, the one asked longest ago first: when each type was asked. */
  readonly #names = new Map<string, Map<QuestionType, number>>();

  /** Notes questions that were sent; those without the QU bit are ignored. */
  asked(questions: readonly Question[], now: number): void {
    for (const question of questions) {
      if (!question.unicastResponse) continue;
      const key = nameKey(question.name);
      const types = this.#names.get(key) ?? new Map<QuestionType, number>();
      types.set(question.type, now);
      this.#names.delete(key);
      this.#names.set(key, types);
    }
    for (const oldest of this.#names.keys()) {
      if (this.#names.size <= MAX_UNICAST_NAMES) break;
      this.#names.delete(oldest);
    }
  }

  /** Whether a unicast response with these records answers a question of the last two seconds. */
  accepts(records: readonly ResourceRecord[], now: number): boolean {
    return records.some((record) => this.#answers(record, now));
  }

  #answers(record: ResourceRecord, now: number): boolean {
    const types = this.#names.get(nameKey(record.name));
    if (types === undefined) return false;
    const isOpen = (type: QuestionType) => now - (types.get(type) ?? -Infinity) <= UNICAST_RESPONSE_WINDOW_MS;
    if (isOpen(record.type) || isOpen('ANY')) return true;
    // A denial answers the questions that it denies (RFC 6762 section 6.1), an alias every question (section 6).
    if (record.type === 'CNAME') return [...types.keys()].some(isOpen);
    return record.type === 'NSEC' && [...types.keys()].some((type) => isOpen(type) && !listsType(record, type));
  }
}
