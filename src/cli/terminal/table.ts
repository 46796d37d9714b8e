/** A table that fits the width of a terminal: cells are cut, and columns without room are left out. */
import { linked, type Paint, type Style } from './style.js';
import { fitted, widthOf } from './width.js';

export interface Cell {
  /** Without characters that control a terminal. */
  readonly text: string;
  readonly style?: Style | undefined;
  readonly url?: string | undefined;
}

/** Earlier columns get room before later ones. */
export interface Column {
  readonly title: string;
  /** The column is left out if it would be narrower than this, and its cells are wider. */
  readonly min: number;
  /** The part of the terminal's width that it takes at most while other columns need room: 0 to 1. */
  readonly share: number;
}

const GAP = 2;

/** The lines of the table, each at most `width` columns wide; the first has the titles. */
export function tableLines(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  width: number,
  paint: Paint,
): string[] {
  const titles = columns.map(({ title }): Cell => ({ text: title, style: 'title' }));
  const all = [titles, ...rows];
  const natural = columns.map((_, i) => all.reduce((most, row) => Math.max(most, widthOf(row[i]?.text ?? '')), 0));
  const widths = columnWidths(columns, natural, width);
  return all.map((row) => {
    const cells = row.flatMap((cell, i) => (widths[i] ? [drawn(cell, widths[i], paint)] : []));
    return cells.join(' '.repeat(GAP)).trimEnd();
  });
}

/** Spaces that fill a cell are neither underlined nor to click. */
function drawn({ text, style, url }: Cell, width: number, paint: Paint): string {
  const filled = fitted(text, width);
  const shown = filled.trimEnd();
  return linked(paint(shown, style), shown === '' ? undefined : url) + filled.slice(shown.length);
}

/** 0 for a column that is left out. */
function columnWidths(columns: readonly Column[], natural: readonly number[], width: number): number[] {
  let left = width;
  const widths = columns.map(({ min, share }, i) => {
    const [wanted = 0, gap] = [natural[i], i === 0 ? 0 : GAP];
    const given = Math.min(wanted, Math.max(min, Math.floor(share * width)), left - gap);
    if (given < Math.min(wanted, min) || given <= 0) return 0;
    left -= given + gap;
    return given;
  });
  for (const [i, given] of widths.entries()) {
    const more = given === 0 ? 0 : Math.min((natural[i] ?? 0) - given, left);
    widths[i] = given + more;
    left -= more;
  }
  return widths;
}
