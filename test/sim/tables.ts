/** The sizes of everything that a running system keeps, as its tables tell them by `toJSON`. */
import type { AnyActorRef } from 'xstate';

/** Numbers by path: `link eth0/ipv4 record-cache cache.records`. */
export type Tables = Readonly<Record<string, number>>;

/** What counts events instead of things kept, or says when instead of how much. */
const EVENTS = ['counters', 'nextDeadline', 'sent', 'attempts', 'budget'];
/** Who was heard lately: a memory with a bound of its own, which nothing empties. */
const MEMORY = ['newcomers', 'known', 'reflectors'];
const NO_SIZES = new Set([...EVENTS, ...MEMORY]);

/** The sizes in the contexts of an actor and all below it. */
export function tablesOf(root: AnyActorRef | undefined): Tables {
  const sizes: Record<string, number> = {};
  if (root !== undefined) readActor(root, root.id, sizes);
  return sizes;
}

function readActor(actor: AnyActorRef, path: string, into: Record<string, number>): void {
  const snapshot = actor.getSnapshot() as {
    readonly context?: Readonly<Record<string, unknown>>;
    readonly children?: Readonly<Record<string, AnyActorRef | undefined>>;
  };
  for (const [key, value] of Object.entries(snapshot.context ?? {})) readValue(value, key, `${path} ${key}`, into);
  const children = Object.entries(snapshot.children ?? {});
  into[`${path} children`] = children.length;
  // Sockets and publications come and go under new ids: their number is told above.
  for (const [id, child] of children) {
    if (child !== undefined && !/^(socket|publication|watcher)/.test(id)) readActor(child, `${path}/${id}`, into);
  }
}

/** Maps and sets by their size, tables by what `toJSON` says; nothing else is a container. */
function readValue(value: unknown, key: string, path: string, into: Record<string, number>): void {
  if (NO_SIZES.has(key)) return;
  if (value instanceof Map || value instanceof Set) into[path] = value.size;
  else if (Array.isArray(value)) into[path] = value.length;
  else if (isTable(value)) {
    for (const [part, size] of Object.entries(value.toJSON())) {
      if (NO_SIZES.has(part)) continue;
      if (typeof size === 'number') into[`${path}.${part}`] = size;
      else if (Array.isArray(size)) into[`${path}.${part}`] = size.length;
    }
  }
}

/** One of our tables; actors have a `toJSON`, too. */
function isTable(value: unknown): value is { toJSON(): object } {
  const isObject = typeof value === 'object' && value !== null;
  return isObject && 'toJSON' in value && typeof value.toJSON === 'function' && !('getSnapshot' in value);
}
