/** One client of a host: what it has published and watches, which ends with it. */
import type { SupervisorCommand } from '../actors/commands.js';
import type { Clock, TimerHandle } from '../net/network.js';
import type { HostLine, Posted, ToHost } from './messages.js';
import { Outlet } from './outlet.js';

/** What has been asked again after a restart is answered after this time, if its answer can be expected at all. */
const SETTLE_MS = 3_000;

export interface GuestParts {
  readonly line: HostLine;
  readonly clock: Clock;
  /** Calls its argument at the end of this turn. */
  soon(run: () => void): void;
  /** Whether the system ends when it closes. */
  readonly isOwner: boolean;
  /** Sends a command with the ids of this client to the system. */
  send(command: SupervisorCommand): void;
  /** It has left, and everything of it has ended. */
  left(): void;
}

export class Guest {
  readonly #parts: GuestParts;
  readonly #outlet: Outlet;
  readonly #publications = new Set<string>();
  readonly #watches = new Set<string>();
  readonly #timers = new Set<TimerHandle>();
  #isLeaving = false;
  #isGone = false;

  constructor(parts: GuestParts) {
    this.#parts = parts;
    this.#outlet = new Outlet(parts.line, parts.soon);
    parts.line.post({ type: 'ready' });
  }

  heard(message: ToHost): void {
    if (message.type === 'command') this.#command(message.command);
    else if (message.type === 'batch.read') this.#outlet.noteRead();
    else if (message.type === 'settle') this.#settle();
  }

  tell(event: Posted): void {
    if (event.type === 'publication.withdrawn') this.#publications.delete(event.id);
    if (event.type === 'watch.ended') this.#watches.delete(event.id);
    if (!this.#isGone) this.#outlet.post(event);
    if (this.#isLeaving) this.#endWhenNothingIsLeft();
  }

  /** The port has closed, perhaps because its thread has ended: withdraws and closes everything of this client. */
  gone(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.leave();
  }

  /** Withdraws and closes everything of this client, and ends when that is done. */
  leave(): void {
    if (this.#isLeaving) return;
    this.#isLeaving = true;
    for (const id of [...this.#watches]) this.#parts.send({ type: 'watch.close', id });
    for (const id of [...this.#publications]) this.#parts.send({ type: 'publication.withdraw', id });
    this.#endWhenNothingIsLeft();
  }

  /** The system is about to end. */
  ending(): void {
    if (!this.#isGone) this.#parts.line.post({ type: 'ending' });
  }

  /** The system has ended. */
  end(): void {
    for (const timer of this.#timers) this.#parts.clock.clearTimeout(timer);
    if (this.#isGone) return;
    this.#isGone = true;
    this.#outlet.flush();
    this.#parts.line.post({ type: 'ended' });
    this.#parts.line.close();
  }

  #command(command: SupervisorCommand): void {
    if (this.#isLeaving) return;
    if (command.type === 'mdns.close' && !this.#parts.isOwner) {
      this.leave();
      return;
    }
    if (command.type === 'publication.publish') this.#publications.add(command.id);
    if (command.type === 'watch.open') this.#watches.add(command.id);
    this.#parts.send(command);
  }

  #endWhenNothingIsLeft(): void {
    if (this.#publications.size > 0 || this.#watches.size > 0) return;
    this.end();
    this.#parts.left();
  }

  #settle(): void {
    const timer = this.#parts.clock.setTimeout(() => {
      this.#timers.delete(timer);
      this.tell({ type: 'settled' });
    }, SETTLE_MS);
    this.#timers.add(timer);
  }
}
