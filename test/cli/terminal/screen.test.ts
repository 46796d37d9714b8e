import { describe, expect, it } from 'vitest';
import { keysIn } from '../../../src/cli/terminal/keys.js';
import { Screen, type Terminal } from '../../../src/cli/terminal/screen.js';
import { TerminalImage } from '../../support/terminal.js';

/** A terminal, and the work that waits for later. */
function setUp(columns = 20, rows = 6) {
  const image = new TerminalImage(columns, rows);
  const listeners = new Set<() => void>();
  const waiting: { readonly run: () => void; readonly afterMs: number }[] = [];
  const terminal: Terminal = {
    get columns() {
      return image.columns;
    },
    rows,
    write: (text) => image.write(text),
    on: (_, listener) => listeners.add(listener),
    off: (_, listener) => listeners.delete(listener),
  };
  const screen = new Screen(terminal, (run, afterMs) => {
    const work = { run, afterMs };
    waiting.push(work);
    return () => waiting.splice(waiting.indexOf(work), 1);
  });
  const later = () => waiting.shift()?.run();
  return { image, screen, waiting, later, listeners };
}

describe('a screen', () => {
  it('draws in place, below what was there', () => {
    const { image, screen, later } = setUp();
    image.write('$ browse\n');
    let lines = ['one', 'two', 'three'];
    screen.show(() => lines);
    later();
    expect(image.texts).toEqual(['$ browse', 'one', 'two', 'three']);
    expect(image.cursorIsShown).toBe(false);
    lines = ['1'];
    screen.refresh();
    later();
    expect(image.texts).toEqual(['$ browse', '1']);
    screen.end(['all', 'of it']);
    expect(image.texts).toEqual(['$ browse', 'all', 'of it']);
    expect(image.cursorIsShown).toBe(true);
  });

  it('draws once for many changes, and at most every 80 ms', () => {
    const { screen, later, waiting } = setUp();
    let drawings = 0;
    screen.show(() => [`${drawings++}`]);
    for (let i = 0; i < 10; i++) screen.refresh();
    later();
    expect(drawings).toBe(1);
    screen.refresh();
    screen.refresh();
    expect(waiting.map(({ afterMs }) => afterMs)).toEqual([80]);
    later();
    expect(drawings).toBe(2);
    later();
    expect(waiting).toEqual([]);
  });

  it('draws no more lines than the terminal has, and none that is wider', () => {
    const { image, screen, later } = setUp(5, 4);
    screen.show(({ width, height }) => Array.from({ length: 9 }, (_, i) => `${i}${'x'.repeat(width + 3)}${height}`));
    later();
    expect(image.texts).toEqual(['0xxxx', '1xxxx', '2xxxx']);
  });

  it('shows messages above, and keeps them', () => {
    const { image, screen, later } = setUp();
    screen.show(() => ['table']);
    later();
    screen.above('a message');
    screen.above('another');
    expect(image.texts).toEqual(['a message', 'another', 'table']);
  });

  it('draws anew on a terminal of another size, and after a pause', () => {
    const { image, screen, later, listeners } = setUp();
    screen.show(({ width }) => [`${width} wide`]);
    later();
    image.columns = 12;
    for (const listener of listeners) listener();
    expect(image.texts).toEqual(['12 wide']);
    image.write('\n$ fg\n');
    screen.resume();
    expect(image.texts.at(-1)).toBe('12 wide');
    screen.end();
    expect(listeners.size).toBe(0);
    screen.resume();
    screen.end();
    expect(image.texts).toEqual(['12 wide', '', '$ fg']);
  });
});

describe('keys', () => {
  it('are those of a keyboard and of less, also many at once', () => {
    expect(keysIn('\x1b[A\x1b[Bjk \x1b[5~q\x03\x1a\x1b[1;5HxG')).toEqual([
      'up',
      'down',
      'down',
      'up',
      'page-down',
      'page-up',
      'stop',
      'stop',
      'pause',
      'end',
    ]);
  });
});
