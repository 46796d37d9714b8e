import { nameKey } from '../name.js';

/** Required attributes by key: a value, or `true` for any value or none. */
export type TxtFilter = Readonly<Record<string, string | true>>;

/**
 * Whether attributes match the filter. Keys compare without regard to ASCII case, values exactly (RFC 6763 section
 * 6.4).
 */
export function matchesTxt(filter: TxtFilter, txt: Readonly<Record<string, string | true>>): boolean {
  const wishes = Object.entries(filter);
  if (wishes.length === 0) return true;
  const byKey = new Map(Object.entries(txt).map(([key, value]) => [nameKey(key), value]));
  return wishes.every(([key, wanted]) => {
    const value = byKey.get(nameKey(key));
    return wanted === true ? value !== undefined : value === wanted;
  });
}
