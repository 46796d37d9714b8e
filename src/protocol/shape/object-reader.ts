/** Reads objects with named fields: refuses unknown names, and suggests the name that was probably meant. */
import { MdnsError } from '../errors.js';
import { guarded, isPlain, type Reader, shown } from './reader.js';

/** A reader for each field of `T`; `undefined` counts as absent. */
export type Fields<T> = { readonly [K in keyof T]-?: Reader<Exclude<T[K], undefined>> };

export interface ObjectShape<T> {
  /** The call or object with these fields: `publish`. */
  readonly of: string;
  /** A valid value: `{ name: "Web", type: "http", port: 80 }`. */
  readonly example: string;
  readonly fields: Fields<T>;
  readonly required: readonly (keyof T & string)[];
  /** Advice for names from other packages: `txtRecord` -> `write "txt"`. */
  readonly foreign?: Readonly<Record<string, string>>;
}

/**
 * A plain copy of the known fields; each is read once.
 *
 * @throws MdnsError
 */
export function readObject<T extends object>(shape: ObjectShape<T>, value: unknown): T {
  if (!guarded(`What ${shape.of} got`, () => isPlain(value))) {
    const shownValue = value === undefined ? 'nothing' : shown(value);
    throw new MdnsError('invalid-option', `${shape.of} got ${shownValue}: give an object such as ${shape.example}.`);
  }
  const given = value as Readonly<Record<string, unknown>>;
  refuseUnknown(shape, given);
  const read: Record<string, unknown> = {};
  for (const key of Object.keys(shape.fields) as (keyof T & string)[]) {
    const at = `"${key}"`;
    guarded(at, () => {
      const field = given[key];
      if (field !== undefined || shape.required.includes(key)) read[key] = shape.fields[key](field, at);
    });
  }
  return read as T;
}

/** Like `readObject`, as a reader for a field. */
export function objectOf<T extends object>(shape: ObjectShape<T>): Reader<T> {
  return (value, at) => readObject({ ...shape, of: at }, value);
}

function refuseUnknown<T>(
  { of, fields, foreign = {} }: ObjectShape<T>,
  value: Readonly<Record<string, unknown>>,
): void {
  const unknown = guarded(`What ${of} got`, () =>
    Object.keys(value).find((key) => !Object.hasOwn(fields, key) && value[key] !== undefined),
  );
  if (unknown === undefined) return;
  throw new MdnsError('invalid-option', `${of}: there is no option ${shown(unknown)}: ${hint(unknown)}.`);

  function hint(name: string): string {
    if (Object.hasOwn(foreign, name)) return foreign[name] ?? '';
    const known = Object.keys(fields);
    const near = nearest(name, known);
    return near === undefined ? `leave it out; there are ${known.join(', ')}` : `did you mean "${near}"? Write that`;
  }
}

/** The known name that differs from `name` by a typing error, if there is one. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const lower = name.slice(0, 64).toLowerCase();
  let best: string | undefined;
  let least = Math.max(1, Math.min(3, Math.floor(lower.length / 3))) + 1;
  for (const each of known) {
    const distance = editDistance(lower, each.toLowerCase());
    if (distance >= least) continue;
    best = each;
    least = distance;
  }
  return best;
}

/** Counts insertions, deletions, replacements and swaps of neighbours (restricted Damerau-Levenshtein distance). */
function editDistance(a: string, b: string): number {
  let older: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, (older[j - 2] ?? 0) + 1);
      row.push(cost);
    }
    older = previous;
    previous = row;
  }
  return previous[b.length] ?? 0;
}
