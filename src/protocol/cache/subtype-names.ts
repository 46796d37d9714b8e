/**
 * The cached names of subtypes, by type: `_printer._sub._ipp._tcp.local` below `_ipp._tcp.local`. What subtypes an
 * instance has is looked up when a client asks, and costs nothing before (RFC 6763 section 7.1).
 */
import { CLASS_IN } from '../constants.js';
import { type Name, plainLabel } from '../name.js';
import type { CachedName } from './entry.js';

const MARK = '._sub.';

export class SubtypeNames {
  readonly #byType = new Map<string, Set<CachedName>>();

  note(name: CachedName): void {
    const type = typeOf(name);
    if (type === undefined) return;
    const names = this.#byType.get(type) ?? new Set();
    this.#byType.set(type, names.add(name));
  }

  forget(name: CachedName): void {
    const type = typeOf(name);
    if (type === undefined) return;
    const names = this.#byType.get(type);
    names?.delete(name);
    if (names?.size === 0) this.#byType.delete(type);
  }

  /**
   * The labels of the subtypes that have a live pointer to an instance.
   *
   * @param typeKey the key of the name of its type
   */
  of(typeKey: string, instance: Name, now: number): string[] {
    const labels: string[] = [];
    for (const name of this.#byType.get(typeKey) ?? []) {
      const pointer = name.set('PTR', CLASS_IN)?.find({ type: 'PTR', target: instance });
      if (pointer && pointer.expiresAt > now) labels.push(plainLabel(pointer.record.name));
    }
    return labels;
  }
}

/** By the key of a name. What it says is shown with the instances of its type, though no client asks for it. */
export function isOfSubtype(key: string): boolean {
  return key.includes(MARK);
}

function typeOf({ key }: CachedName): string | undefined {
  const at = key.indexOf(MARK);
  return at < 0 ? undefined : key.slice(at + MARK.length);
}
