import { isWithin, type Name, nameKey } from '../name.js';

/** The same name in another domain; a name that is not in `from` stays as it is. */
export function moved(name: Name, from: Name, to: Name): Name {
  if (nameKey(name) === nameKey(from)) return to;
  return isWithin(name, from) ? `${name.slice(0, -from.length)}${to}` : name;
}
