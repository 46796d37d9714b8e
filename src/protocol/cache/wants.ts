/** The open questions of a cache: which of them wait for an answer, and which names they are about. */
import { CLASS_ANY } from '../constants.js';
import { type Question, setKey } from '../record.js';
import type { CachedName, CachedSet } from './entry.js';
import type { RecordStore } from './store.js';

/** The question is asked again: the next answer to it is reported, if it is open. */
export function expectAnswer(store: RecordStore, question: Question): void {
  const want = store.name(question.name)?.want(question);
  if (want === undefined) return;
  want.told = false;
  store.news += 1;
}

/** The same for all open questions. @returns these */
export function expectAnswers(store: RecordStore): Question[] {
  const questions: Question[] = [];
  store.news += 1;
  for (const { wants } of store.allNames()) {
    for (const want of wants) {
      want.told = false;
      questions.push(want.question);
    }
  }
  return questions;
}

/** Marks the sets that a new question wants: its answers, and what may deny that there is one. */
export function markWanted(store: RecordStore, name: CachedName, question: Question, now: number): void {
  const { type, class: rrclass } = question;
  if (type === 'ANY' || rrclass === CLASS_ANY) {
    for (const set of name.sets.values()) if (!set.wanted && name.wantsSet(set)) store.markWanted(set, now);
    return;
  }
  const set = name.set(type, rrclass);
  if (set?.wanted === false) store.markWanted(set, now);
  const alias = name.aliasFor(question);
  if (alias?.wanted === false) store.markWanted(alias, now);
  const nsec = name.set('NSEC', rrclass);
  if (nsec?.wanted === false) store.markWanted(nsec, now);
}

/** Built field by field: a spread with an overwritten property would give each copy its own hidden class in V8. */
export function plainQuestion(question: Question): Question {
  if (!question.unicastResponse) return question;
  const { name, type, class: rrclass } = question;
  return { name, type, class: rrclass, unicastResponse: false };
}

/** Notes a question to ask; it accepts unicast responses if it is the last one for one of its records. */
export function noteRefresh(refresh: Map<string, Question>, question: Question, isLast: boolean): void {
  const key = setKey(question);
  if (!isLast) {
    if (!refresh.has(key)) refresh.set(key, question);
    return;
  }
  const { name, type, class: rrclass } = question;
  refresh.set(key, { name, type, class: rrclass, unicastResponse: true });
}

/** The names of these sets about which questions are open. */
export function wantedNames(sets: ReadonlySet<CachedSet>): Set<CachedName> {
  const names = new Set<CachedName>();
  for (const { name } of sets) if (name.wants.length > 0) names.add(name);
  return names;
}
