/** The table: a row for each thing that was measured, a column for each contender, and whether our goal is met. */

export interface Row {
  readonly what: string;
  readonly unit: string;
  /** We take at most so many times what the other takes. */
  readonly goal?: { readonly ratio: number; readonly of: string };
  /** Without a goal: whose value ours is divided by. */
  readonly beside?: string;
}

/** By contender; NaN where nothing could be measured. */
export type Values = ReadonlyMap<string, number>;

const FIRST = 57;
const OTHERS = 15;

export function heading(names: readonly string[]): string {
  const cells = ['', ...names, 'us / goal'];
  return `${line(cells)}\n${line(cells.map(() => '---'))}`;
}

export function textOf(row: Row, values: Values, names: readonly string[]): string {
  const cells = names.map((name) => numberText(values.get(name)));
  return line([`${row.what}, ${row.unit}`, ...cells, goalText(row, values)]);
}

/** undefined for a row without a goal, or when the other takes no part. */
export function isMet({ goal }: Row, values: Values): boolean | undefined {
  return goal !== undefined && values.has(goal.of) ? ratioOf(goal.of, values) <= goal.ratio : undefined;
}

function goalText(row: Row, values: Values): string {
  const { goal, beside } = row;
  if (beside !== undefined && values.has(beside)) return `${ratioOf(beside, values).toFixed(2)} x ${beside}`;
  const met = isMet(row, values);
  if (goal === undefined || met === undefined) return '';
  const ratio = ratioOf(goal.of, values);
  const measured = Number.isNaN(ratio) ? 'not measured beside' : `${ratio.toFixed(2)} x`;
  return `${measured} ${goal.of}, goal ${goal.ratio}: ${met ? 'ok' : 'FAILS'}`;
}

function ratioOf(other: string, values: Values): number {
  return (values.get('us') ?? Number.NaN) / (values.get(other) ?? Number.NaN);
}

function numberText(value: number | undefined): string {
  if (value === undefined) return '';
  if (!Number.isFinite(value)) return '-';
  return value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
}

/** Of Markdown, in columns for who reads it in a terminal. */
function line(cells: readonly string[]): string {
  return `| ${cells.map((cell, i) => cell.padEnd(i === 0 ? FIRST : i < cells.length - 1 ? OTHERS : 0)).join(' | ')} |`;
}

export function median(values: readonly number[]): number {
  const sorted = values.filter((value) => !Number.isNaN(value)).toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
}
