import type { Question, ResourceRecord } from '../record.js';
import { deniedBy, settledBy } from './answers.js';
import type { CachedName, CachedSet } from './entry.js';
import type { RecordStore } from './store.js';
import type { CacheChanges, RemovedRecord } from './types.js';

/** Collects changes. */
export class Report implements CacheChanges {
  readonly added: ResourceRecord[] = [];
  readonly removed: RemovedRecord[] = [];
  readonly denied: Question[] = [];
  readonly answered: Question[] = [];
  readonly unanswered: Question[] = [];
  readonly mentioned: Question[] = [];

  /** Omits records that were added and then evicted in the same call, since clients apply removals before additions. */
  omitEvicted(isThere: (record: ResourceRecord) => boolean): void {
    const evicted = new Set(this.added.filter((record) => !isThere(record)));
    if (evicted.size === 0) return;
    keep(this.added, (record) => !evicted.has(record));
    keep(this.removed, ({ record }) => !evicted.has(record));
  }
}

function keep<T>(list: T[], isKept: (item: T) => boolean): void {
  list.splice(0, list.length, ...list.filter(isKept));
}

/**
 * Updates which open questions for a name are settled. With the sets just `heard`, reports the questions that one of
 * them settles; without, after records were removed, those that are not settled any more.
 */
export function updateQuestions(
  store: RecordStore,
  name: CachedName,
  now: number,
  report: Report,
  heard?: ReadonlySet<CachedSet>,
): void {
  let denialsChanged = false;
  for (const want of name.wants) {
    const { question, settled, told } = want;
    const denied = deniedBy(name, question, now) !== undefined;
    if (denied && !want.denied) report.denied.push(question);
    if (denied !== want.denied) denialsChanged = true;
    want.denied = denied;
    const by = settledBy(name, question, now);
    if (by !== undefined && heard?.has(by.set) && !want.told) {
      want.told = true;
      report.answered.push(question);
    }
    if (by !== undefined) want.settled = true;
    else if (heard === undefined && want.settled) {
      want.settled = false;
      want.told = false;
      report.unanswered.push(question);
    }
    if (want.settled !== settled || want.told !== told) store.news += 1;
  }
  if (!denialsChanged) return;
  store.news += 1;
  store.armDenials(name, now);
}
