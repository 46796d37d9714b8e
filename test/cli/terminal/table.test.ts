import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linked, painted } from '../../../src/cli/terminal/style.js';
import { tableLines } from '../../../src/cli/terminal/table.js';
import { fitted, widthOf } from '../../../src/cli/terminal/width.js';
import { TerminalImage } from '../../support/terminal.js';

const columns = [
  { title: 'NAME', min: 6, share: 0.5 },
  { title: 'HOST', min: 6, share: 0.3 },
  { title: 'TXT', min: 8, share: 1 },
];
const none = (text: string) => text;
const cells = (...texts: string[]) => texts.map((text) => ({ text }));

describe('the width of a text', () => {
  it.each([
    ['Büro', 4],
    ['e\u0301', 1],
    ['日本語', 6],
    ['한국어', 6],
    ['💡', 2],
    ['👨‍👩‍👧', 2],
    ['❤️', 2],
    ['مرحبا', 5],
  ])('of %s is %i columns', (text, width) => {
    expect(widthOf(text)).toBe(width);
  });

  it('is what was asked for, however the text is cut', () => {
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom('日本語のプリンター', 'a日b本', '👨‍👩‍👧👨‍👩‍👧', 'e\u0301'.repeat(9)),
    );
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 12 }), (text, width) => {
        if (!/\p{Cc}/u.test(text)) expect(widthOf(fitted(text, width))).toBe(width);
      }),
    );
    expect(fitted('日本語', 4)).toBe('日… ');
  });
});

describe('a table', () => {
  it('is as wide as its words if there is room', () => {
    expect(tableLines(columns, [cells('Web', 'till', 'a=1'), cells('日本', 'x', '')], 40, none)).toEqual([
      'NAME  HOST  TXT',
      'Web   till  a=1',
      '日本  x',
    ]);
  });

  it('cuts long cells, and leaves out the last columns if they had no room to say anything', () => {
    const row = cells('n'.repeat(30), 'h'.repeat(30), 't'.repeat(30));
    expect(tableLines(columns, [row], 40, none)[1]).toBe(`${'n'.repeat(25)}…  ${'h'.repeat(11)}…`);
    expect(tableLines(columns, [row], 60, none)[1]).toBe(`${'n'.repeat(29)}n  ${'h'.repeat(17)}…  ${'t'.repeat(7)}…`);
  });

  it('is never wider than the terminal, whatever stands in it', () => {
    const word = fc.stringMatching(/^[a-z日語💡]{0,40}$/u);
    fc.assert(
      fc.property(fc.array(fc.tuple(word, word, word)), fc.integer({ min: 1, max: 90 }), (rows, width) => {
        const lines = tableLines(
          columns,
          rows.map((row) => cells(...row)),
          width,
          none,
        );
        for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width);
      }),
    );
  });

  it('has colours and links that take no width', () => {
    const row = [{ text: 'Web', style: 'name', url: 'http://a.local/' }, ...cells('till', 'a')] as const;
    const plain = tableLines(columns, [row], 40, none);
    expect(plain[1]).toBe(`${linked('Web', 'http://a.local/')}   till  a`);
    const terminal = new TerminalImage(40, 5);
    terminal.write(tableLines(columns, [row], 40, painted).join('\n'));
    expect(terminal.texts).toEqual(['NAME  HOST  TXT', 'Web   till  a']);
    expect(terminal.lines[1]?.slice(0, 4).map(({ bold, url }) => [bold, url])).toEqual([
      [true, 'http://a.local/'],
      [true, 'http://a.local/'],
      [true, 'http://a.local/'],
      [false, undefined],
    ]);
  });
});
