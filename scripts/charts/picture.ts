/** What stands where in the picture of a chart, in pixels from its top left corner. */
import type { Chart, ChartState } from './model.js';
import { LINE_HEIGHT, type Line, sizeOf, type Text } from './text.js';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

export interface PlacedText {
  readonly ids: readonly string[];
  /** The left end of each base line. */
  readonly lines: readonly (Point & { readonly line: Line })[];
}

export interface PlacedState {
  readonly state: ChartState;
  readonly box: Box;
  readonly texts: readonly PlacedText[];
  /** How many states it is in. */
  readonly depth: number;
}

export interface PlacedArrow {
  readonly source: string;
  readonly target: string;
  readonly points: readonly Point[];
  readonly label: Box;
  readonly texts: readonly PlacedText[];
}

export interface Picture {
  readonly chart: Chart;
  readonly width: number;
  readonly height: number;
  /** Each state comes before those in it. */
  readonly states: readonly PlacedState[];
  /** The dots, each with the line to the state in which its parent starts. */
  readonly starts: readonly { readonly dot: Box; readonly points: readonly Point[] }[];
  readonly arrows: readonly PlacedArrow[];
}

/** Room around the text of a state, and of a label. */
export const STATE_PADDING = 9;
export const LABEL_PADDING = 4;
/** From the top of a line to its base. */
const ASCENT = 11;
const COLUMN_GAP = 24;

/** The texts below each other. */
export function placeTexts(texts: readonly Text[], from: Point): PlacedText[] {
  let y = from.y;
  return texts.map(({ ids, lines }) => ({
    ids,
    lines: lines.map((line) => {
      const placed = { x: from.x + line.indent, y: y + ASCENT, line };
      y += LINE_HEIGHT;
      return placed;
    }),
  }));
}

/** In as many columns as there is room for, of about the same height. */
export function columnsOf(texts: readonly Text[], width: number): Text[][] {
  const { width: widest, height } = sizeOf(texts);
  const most = Math.max(1, Math.floor((width + COLUMN_GAP) / (widest + COLUMN_GAP)));
  const columns: Text[][] = [[]];
  for (const text of texts) {
    const column = columns.at(-1) ?? [];
    const isFull =
      column.length > 0 && sizeOf([...column, text]).height > Math.ceil(height / LINE_HEIGHT / most) * LINE_HEIGHT;
    if (isFull && columns.length < most) columns.push([text]);
    else column.push(text);
  }
  return columns;
}

export function placeColumns(columns: readonly (readonly Text[])[], from: Point): PlacedText[] {
  let x = from.x;
  return columns.flatMap((column) => {
    const placed = placeTexts(column, { x, y: from.y });
    x += sizeOf(column).width + COLUMN_GAP;
    return placed;
  });
}

export function sizeOfColumns(columns: readonly (readonly Text[])[]): {
  readonly width: number;
  readonly height: number;
} {
  const sizes = columns.map(sizeOf);
  return {
    width: sizes.reduce((sum, { width }) => sum + width, COLUMN_GAP * (sizes.length - 1)),
    height: Math.max(0, ...sizes.map(({ height }) => height)),
  };
}
