import { describe, expect, it } from 'vitest';
import { AskerIndex } from '../../src/actors/asker-index.js';
import type { Port, WatcherEvent } from '../../src/actors/messages.js';
import { type KeptQuestion, keptQuestion } from '../../src/protocol/record.js';
import type { QuestionType } from '../../src/protocol/types.js';
import { address, ptr } from '../support/records.js';

const port = (): Port<WatcherEvent> => ({}) as Port<WatcherEvent>;
const ask = (name: string, type: QuestionType): KeptQuestion => keptQuestion({ name, type, class: 1 });
const A = ask('h.local', 'A');
const record = address('H.local', '198.18.0.1');

/** Watchers and their questions. */
function index(...asked: readonly (readonly [string, ...KeptQuestion[]])[]): AskerIndex {
  const askers = new AskerIndex();
  for (const [watcher, ...questions] of asked) for (const each of questions) askers.open(watcher, port(), each);
  return askers;
}

describe('AskerIndex', () => {
  it('finds all watchers of a question, however many ask it', () => {
    const watchers = Array.from({ length: 200_000 }, (_, i) => [`watcher-${i}`, A] as const);
    const askers = new AskerIndex();
    for (const [watcher, question] of watchers) askers.open(watcher, port(), question);
    expect(askers.askersOf(record)).toHaveLength(200_000);
  });

  it('opens a question once, whichever watcher asks it, in any case', () => {
    const askers = new AskerIndex();
    expect(askers.open('a', port(), A), 'the first').toBe(true);
    expect(askers.open('b', port(), ask('H.LOCAL', 'A'))).toBe(false);
    expect(askers.open('c', port(), A)).toBe(false);
    expect(askers.open('b', port(), A), 'asked already').toBeUndefined();
    expect(askers.open('a', port(), ask('h.local', 'AAAA')), 'another question').toBe(true);
    expect(JSON.stringify(askers)).toBe('{"questions":2,"watchers":3}');
    expect(['a', 'b', 'd'].map((watcher) => askers.questionsOf(watcher))).toEqual([2, 1, 0]);
  });

  it('closes a question with its last asker', () => {
    const askers = index(['a', A], ['b', A]);
    expect(askers.close('a', ask('H.local', 'A'))).toBe(false);
    expect(askers.close('a', A), 'closed already').toBe(false);
    expect([...askers.askersOf(record)]).toEqual(['b']);
    expect(askers.isEmpty).toBe(false);
    expect(askers.close('b', A)).toBe(true);
    expect(askers.isEmpty).toBe(true);
    expect(askers.open('b', port(), A), 'anew').toBe(true);
  });

  it('closes nothing for watchers that did not ask', () => {
    const askers = index(['a', A]);
    expect(askers.close('b', A)).toBe(false);
    expect(askers.close('a', ask('h.local', 'AAAA'))).toBe(false);
    expect([...askers.askersOf(record)]).toEqual(['a']);
  });

  it('finds the watchers whose questions a record answers: for its type, or for any', () => {
    const any = ask('h.local', 'ANY');
    const askers = index(
      ['a', A],
      ['b', ask('h.local', 'AAAA')],
      ['c', any],
      ['d', ask('x.local', 'ANY')],
      ['e', A],
      ['f', any],
    );
    expect([...askers.askersOf(record)]).toEqual(['a', 'e', 'c', 'f']);
    expect([...askers.askersOf(ask('h.local', 'AAAA'))], 'a denial').toEqual(['b', 'c', 'f']);
    expect([...askers.askersOf(ptr('_t._tcp.local', 'I._t._tcp.local'))]).toEqual([]);
  });

  it('keeps the port to a watcher while it asks anything', () => {
    const askers = new AskerIndex();
    const [first, other] = [port(), port()];
    askers.open('a', first, A);
    askers.open('a', first, ask('x.local', 'A'));
    askers.open('b', other, A);
    askers.close('a', A);
    expect(askers.port('a')).toBe(first);
    askers.close('a', ask('x.local', 'A'));
    expect([askers.port('a'), askers.port('b'), askers.port('c')]).toEqual([undefined, other, undefined]);
  });

  it('dismisses a watcher a few questions at a time, to be closed by the caller', () => {
    const questions = ['x', 'y', 'z'].map((name) => ask(`${name}.local`, 'A'));
    const askers = index(['a', ...questions], ['b', questions[0] as KeptQuestion]);
    const first = askers.dismiss('a', 2);
    expect(first).toEqual(questions.slice(0, 2));
    expect(askers.port('a'), 'it is told nothing from now on').toBeUndefined();
    expect(
      first.map((each) => askers.close('a', each)),
      'b asks x as well',
    ).toEqual([false, true]);
    expect(askers.dismiss('a', 2)).toEqual(questions.slice(2));
    askers.close('a', questions[2] as KeptQuestion);
    expect(askers.dismiss('a', 2)).toEqual([]);
    expect(askers.dismiss('unknown', 2)).toEqual([]);
    expect(JSON.stringify(askers)).toBe('{"questions":1,"watchers":1}');
  });

  it('finds no asker once all are dismissed, although their questions are open', () => {
    const askers = index(['a', A], ['b', A]);
    askers.dismissAll();
    expect([askers.port('a'), askers.port('b')]).toEqual([undefined, undefined]);
    expect(askers.isEmpty).toBe(false);
  });
});
