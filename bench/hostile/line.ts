/** What a scenario measured beside what must hold, as a line of the report. */

export interface Line {
  /** The item of the list, such as `A1`. */
  readonly item: string;
  readonly what: string;
  /** NaN when nothing could be measured, as when the process under test has died. */
  readonly value: number;
  readonly unit: string;
  readonly bound: number;
  /** Whether the bound is the least that must hold; else it is the most. */
  readonly atLeast?: boolean;
  /** What a reader should know besides. */
  readonly note?: string;
}

/**
 * A scenario of one item; `scale` makes it shorter (0.1) or longer (2) than the item says. One with many rows runs those that are
 * wanted, by what they are called.
 */
export type Scenario = (scale: number, isWanted: (what: string) => boolean) => AsyncIterable<Line>;

export function holds({ value, bound, atLeast = false }: Line): boolean {
  return atLeast ? value >= bound : value <= bound;
}

export function textOf(line: Line): string {
  const { item, what, value, unit, bound, atLeast = false, note } = line;
  const measured = Number.isNaN(value)
    ? 'nothing'
    : Number(value.toPrecision(value < 100 ? 3 : 6)).toLocaleString('en');
  const verdict = holds(line) ? 'ok' : 'FAILS';
  const limit = `${atLeast ? '>=' : '<='} ${bound.toLocaleString('en')} ${unit}`;
  return `${item.padEnd(3)} ${what.padEnd(62)} ${measured.padStart(9)} ${limit.padEnd(16)} ${verdict}${note === undefined ? '' : `  (${note})`}`;
}
