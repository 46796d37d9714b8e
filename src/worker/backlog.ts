/**
 * What waits for a reader that is blocked. It does not grow with time: of each publication, each instance of each watch
 * and each other subject it keeps what is new to the reader, which is one event.
 */
import type { Sightings, SupervisorEmitted } from '../actors/commands.js';
import type { Posted } from './messages.js';
import { merged, type Sighting, singles, subjectOf } from './sightings.js';

/** Lines of the log that wait at most; further ones are dropped. */
const MAX_LOG_LINES = 100;

type Saw = Extract<SupervisorEmitted, { type: 'watch.saw' }>;
/** One event of a watch. */
interface Seen {
  readonly type: 'seen';
  readonly id: string;
  readonly kind: Sightings['kind'];
  readonly event: Sighting;
}
type Waiting = Exclude<Posted, Saw> | Seen;

export class Backlog {
  /** By subject, in the order of the latest events. */
  readonly #waiting = new Map<string, Waiting>();
  #lines = 0;
  #lastLine = 0;
  #merged = 0;

  get size(): number {
    return this.#waiting.size;
  }

  /** How many events were merged into others, or dropped, since the last call. */
  takeMerged(): number {
    const count = this.#merged;
    this.#merged = 0;
    return count;
  }

  add(event: Posted): void {
    if (event.type === 'watch.saw') {
      for (const single of singles(event)) this.#see({ type: 'seen', id: event.id, kind: event.kind, event: single });
    } else if (event.type === 'log') this.#log(event);
    else this.#replace(keyOf(event), event);
  }

  /** The oldest events, at most so many of the subjects that wait. */
  take(most: number): Posted[] {
    const taken: Posted[] = [];
    for (const [key, waiting] of this.#waiting) {
      if (most-- <= 0) break;
      this.#waiting.delete(key);
      if (waiting.type === 'seen') append(taken, waiting);
      else taken.push(waiting);
      if (waiting.type === 'log') this.#lines--;
    }
    return taken;
  }

  #see(seen: Seen): void {
    const key = `${seen.id}\n${subjectOf(seen.event)}`;
    const earlier = this.#waiting.get(key);
    if (earlier?.type !== 'seen') {
      this.#waiting.set(key, seen);
      return;
    }
    this.#merged++;
    this.#waiting.delete(key);
    const event = merged(earlier.event, seen.event);
    if (event) this.#waiting.set(key, { ...seen, event });
  }

  #log(line: Extract<Posted, { type: 'log' }>): void {
    if (this.#lines >= MAX_LOG_LINES) {
      this.#merged++;
      return;
    }
    this.#lastLine++;
    this.#waiting.set(`log\n${this.#lastLine}`, line);
    this.#lines++;
  }

  #replace(key: string, event: Waiting): void {
    if (this.#waiting.delete(key)) this.#merged++;
    this.#waiting.set(key, event);
  }
}

function keyOf(event: Exclude<Posted, Saw>): string {
  if ('id' in event) return `${event.id}\n\n${event.type}`;
  return event.type === 'interfaces.scanned' ? `${event.type}\n${event.request}` : event.type;
}

/** Puts events of one watch that follow one another into one. */
function append(taken: Posted[], { id, kind, event }: Seen): void {
  const last = taken.at(-1);
  if (last?.type === 'watch.saw' && last.id === id && last.kind === kind) {
    (last.events as Sighting[]).push(event);
    return;
  }
  taken.push({ type: 'watch.saw', id, kind, events: [event] } as Saw);
}
