/** Posts events to one client in batches; while the client does not read them, it keeps what is new in a `Backlog`. */
import { Backlog } from './backlog.js';
import type { HostLine, Posted } from './messages.js';

/** Batches that the client has not read yet. */
const MAX_IN_FLIGHT = 8;
/** Events of a batch that is taken from the backlog. */
const MAX_EVENTS = 256;

export class Outlet {
  readonly #line: HostLine;
  readonly #soon: (run: () => void) => void;
  readonly #backlog = new Backlog();
  /** The events of this turn. */
  #fresh: Posted[] = [];
  #inFlight = 0;

  /** @param soon calls its argument at the end of this turn: a batch is what happened in one turn */
  constructor(line: HostLine, soon: (run: () => void) => void) {
    this.#line = line;
    this.#soon = soon;
  }

  post(event: Posted): void {
    this.#fresh.push(event);
    if (this.#fresh.length === 1) this.#soon(() => this.flush());
  }

  /** The client has read a batch. */
  noteRead(): void {
    this.#inFlight = Math.max(0, this.#inFlight - 1);
    this.#postBacklog();
  }

  /** Posts what has happened in this turn. */
  flush(): void {
    const fresh = this.#fresh;
    this.#fresh = [];
    if (fresh.length === 0) return;
    if (this.#inFlight < MAX_IN_FLIGHT && this.#backlog.size === 0) this.#postBatch(fresh);
    else for (const event of fresh) this.#backlog.add(event);
  }

  #postBacklog(): void {
    if (this.#backlog.size === 0) return;
    while (this.#inFlight < MAX_IN_FLIGHT && this.#backlog.size > 0) this.#postBatch(this.#backlog.take(MAX_EVENTS));
    const merged = this.#backlog.size === 0 ? this.#backlog.takeMerged() : 0;
    if (merged > 0) this.post(wasBehind(merged));
  }

  #postBatch(events: readonly Posted[]): void {
    this.#inFlight++;
    this.#line.post({ type: 'batch', events });
  }
}

function wasBehind(merged: number): Posted {
  const message = `The thread that uses this system was blocked: ${merged} events were merged with later ones.`;
  return { type: 'log', level: 'info', message, details: { merged } };
}
