import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextHostLabel, nextInstanceLabel } from '../../../src/protocol/claim/rename.js';

describe('CNF-04 the next name', () => {
  it.each([
    ['Web', 'Web (2)'],
    ['Web (2)', 'Web (3)'],
    ['Web (9)', 'Web (10)'],
    ['Web (99)', 'Web (100)'],
    ['Web(2)', 'Web(2) (2)'],
    ['Web (02)', 'Web (02) (2)'],
    ['Web (2) x', 'Web (2) x (2)'],
    ['Web ()', 'Web () (2)'],
    ['a.b\\c', 'a.b\\c (2)'],
    [' (2)', ' (3)'],
    ['x (1234567890)', 'x (1234567890) (2)'],
  ])('of the instance "%s" is "%s"', (label, next) => {
    expect(nextInstanceLabel(label)).toBe(next);
  });

  it.each([
    ['h', 'h-2'],
    ['h-2', 'h-3'],
    ['h-9', 'h-10'],
    ['h-', 'h--2'],
    ['h-a', 'h-a-2'],
    ['h2', 'h2-2'],
  ])('of the host "%s" is "%s"', (label, next) => {
    expect(nextHostLabel(label)).toBe(next);
  });

  it.each([
    ['one-byte characters', 'x'.repeat(63), `${'x'.repeat(59)} (2)`],
    ['two-byte characters', 'é'.repeat(31), `${'é'.repeat(29)} (2)`],
    ['surrogate pairs', '😀'.repeat(15), `${'😀'.repeat(14)} (2)`],
    ['a combining mark', `${'x'.repeat(58)}e\u0323\u0302`, `${'x'.repeat(58)} (2)`],
    ['a joined emoji', `${'x'.repeat(45)}👩‍👩‍👧`, `${'x'.repeat(45)} (2)`],
    ['one long character', `a${'\u0301'.repeat(31)}`, `a${'\u0301'.repeat(29)} (2)`],
    ['a number that grows', `${'x'.repeat(59)} (9)`.slice(0, 63), `${'x'.repeat(58)} (10)`],
  ])('A-62 cuts %s', (_, label, next) => {
    expect(nextInstanceLabel(label)).toBe(next);
    expect(Buffer.byteLength(next)).toBeLessThanOrEqual(63);
  });

  const label = fc
    .oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }), fc.stringMatching(/^.{50,58}[ -]\(?99*\)?$/))
    .filter((text) => text.length > 0 && Buffer.byteLength(text) <= 63);

  it('is always valid, and never one of those before', () => {
    fc.assert(
      fc.property(label, fc.constantFrom(nextInstanceLabel, nextHostLabel), (first, next) => {
        const seen = new Set([first]);
        let name = first;
        for (let i = 0; i < 12; i++) {
          name = next(name);
          expect(seen).not.toContain(name);
          seen.add(name);
          expect(Buffer.byteLength(name)).toBeLessThanOrEqual(63);
          expect(Buffer.from(name).toString()).toBe(name);
        }
      }),
    );
  });
});
