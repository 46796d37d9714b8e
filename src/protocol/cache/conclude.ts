/**
 * What follows once all records of one response were heard: older siblings are flushed, open questions are answered.
 * For a response that is heard again and again, this is the hot path of the cache: without news it looks at nothing.
 */
import type { Question } from '../record.js';
import type { CachedSet, Entry } from './entry.js';
import { flush, flushDenied, mayFlush } from './flush.js';
import type { Repeat } from './repeats.js';
import { Report, updateQuestions } from './report.js';
import type { RecordStore } from './store.js';
import { leadsFurther, unresolvedBehind } from './unresolved.js';
import { wantedNames } from './wants.js';

/**
 * @param unique the sets of which a record was heard with the cache-flush bit
 * @param heardAt when they were received, if they are read only now
 */
export function conclude(
  store: RecordStore,
  entries: readonly Entry[],
  unique: ReadonlySet<CachedSet>,
  now: number,
  report: Report,
  heardAt = now,
): void {
  const heard = new Set<CachedSet>();
  for (let i = 0; i < entries.length; i++) {
    const { record, set } = entries[i] as Entry;
    heard.add(set);
    if (!set.wanted || !leadsFurther(set.type)) continue;
    const behind = unresolvedBehind(store, record);
    for (let k = 0; k < behind.length; k++) report.mentioned.push(behind[k] as Question);
  }
  for (const set of unique) {
    turn(store, flush(set, heardAt), now);
    turn(store, flushDenied(set, heardAt), now);
  }
  for (const name of wantedNames(heard)) updateQuestions(store, name, now, report, heard);
}

/** Mostly there are none. */
function turn(store: RecordStore, entries: readonly Entry[], now: number): void {
  for (let i = 0; i < entries.length; i++) store.turn(entries[i] as Entry, now);
}

/**
 * The same for a response that was heard again. Its effects depend on what is cached and asked, not on the time, if it
 * has all records of its sets. Undefined if it has none.
 */
export function concludeAgain(store: RecordStore, repeat: Repeat, now: number): Report | undefined {
  const { entries, unique } = repeat;
  const { news } = store;
  if (repeat.quietSince === news) return undefined;
  const report = new Report();
  conclude(store, entries, unique, now, report);
  // If this has changed something, the count is another one by now.
  if (report.mentioned.length === 0 && !mayFlush(unique, entries)) repeat.quietSince = news;
  return report;
}
