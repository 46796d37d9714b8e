/**
 * What has been seen: the actors as they are now, the last 5,000 entries, and with these the actors as they were at each
 * of the entries. While it is paused, entries are only counted.
 */
import type { ActorId, ActorInfo, Entry, Frame } from '../src/inspector/frames.js';

export const MOST_ENTRIES = 5_000;
/** Entries are dropped in blocks, since each time the rest of the list moves. */
const BLOCK = 500;

export type Actors = ReadonlyMap<ActorId, ActorInfo>;

/** An entry with its number since the page was opened, and the labels of its actors, which may be gone later. */
export interface Line {
  readonly number: number;
  readonly entry: Entry;
  readonly from: string;
  readonly to: string;
}

export class History {
  readonly #live = new Map<ActorId, ActorInfo>();
  /** As they were before the first line. */
  readonly #before = new Map<ActorId, ActorInfo>();
  #lines: Line[] = [];
  #count = 0;
  #isPaused = false;
  #missed = 0;
  #at = 0;

  /** In order, the oldest first. */
  get lines(): readonly Line[] {
    return this.#lines;
  }

  /** The actors as they are now, paused or not. */
  get live(): Actors {
    return this.#live;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** How many entries were left out since it was paused. */
  get missed(): number {
    return this.#missed;
  }

  apply({ log, whole, at }: Frame): void {
    this.#at = at;
    for (const entry of log) this.#note(entry);
    if (whole) for (const entry of differences(this.#live, whole, at)) this.#note(entry);
  }

  pause(): void {
    this.#isPaused = true;
    this.#missed = 0;
  }

  /** Goes on: what has changed meanwhile is one block of entries. */
  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    const then = new Map(this.actorsAt(this.#count - 1));
    for (const entry of differences(then, [...this.#live.values()], this.#at)) this.#push(entry, then);
    this.#missed = 0;
  }

  /** The actors as they were when the entry of this number had happened. */
  actorsAt(number: number): Actors {
    const actors = new Map(this.#before);
    for (const line of this.#lines) {
      if (line.number > number) break;
      change(actors, line.entry);
    }
    return actors;
  }

  /** The transitions of an actor that were last seen up to an entry, by default up to now. */
  lastStep(id: ActorId, number = this.#count): Extract<Entry, { kind: 'state' }> | undefined {
    const found = this.#lines.findLast(
      ({ number: at, entry }) => at <= number && entry.kind === 'state' && entry.id === id && entry.by !== '',
    );
    return found?.entry.kind === 'state' ? found.entry : undefined;
  }

  #note(entry: Entry): void {
    if (this.#isPaused) this.#missed++;
    else this.#push(entry, this.#live);
    change(this.#live, entry);
  }

  #push(entry: Entry, known: Actors): void {
    const [from, to] = idsOf(entry);
    const labels = [from, to].map((id) =>
      entry.kind === 'actor' ? labelOf(entry.actor, known) : labelOfId(id, known),
    );
    this.#lines.push({ number: this.#count++, entry, from: labels[0] ?? '', to: labels[1] ?? '' });
    if (this.#lines.length < MOST_ENTRIES + BLOCK) return;
    for (const line of this.#lines.slice(0, BLOCK)) change(this.#before, line.entry);
    this.#lines = this.#lines.slice(BLOCK);
  }
}

/** The actors that an entry is about: sender and receiver, or the same one twice. */
export function idsOf(entry: Entry): readonly [ActorId, ActorId] {
  if (entry.kind === 'message') return [entry.from, entry.to];
  const id = entry.kind === 'actor' ? entry.actor.id : entry.id;
  return [id, id];
}

/** The name, with the link where actors of several links have the same name: `querier of eth0/ipv4`. */
export function labelOf(actor: ActorInfo, known: Actors): string {
  for (let parent = known.get(actor.parent ?? ''); parent; parent = known.get(parent.parent ?? ''))
    if (parent.name.startsWith('link.')) return `${actor.name} of ${parent.name.slice('link.'.length)}`;
  return actor.name;
}

function labelOfId(id: ActorId, known: Actors): string {
  const actor = known.get(id);
  return actor ? labelOf(actor, known) : id;
}

function change(actors: Map<ActorId, ActorInfo>, entry: Entry): void {
  if (entry.kind === 'actor') actors.set(entry.actor.id, entry.actor);
  if (entry.kind === 'gone') actors.delete(entry.id);
  const known = entry.kind === 'state' && actors.get(entry.id);
  if (known) actors.set(known.id, { ...known, state: entry.state });
}

/** The entries that lead from one list of actors to another. */
function differences(from: Actors, to: readonly ActorInfo[], at: number): Entry[] {
  const entries: Entry[] = [];
  const ids = new Set(to.map(({ id }) => id));
  for (const actor of to) {
    const known = from.get(actor.id);
    if (!known) entries.push({ kind: 'actor', at, actor });
    else if (known.state !== actor.state) entries.push({ kind: 'state', at, id: actor.id, state: actor.state, by: '' });
  }
  for (const id of from.keys()) if (!ids.has(id)) entries.push({ kind: 'gone', at, id });
  return entries;
}
