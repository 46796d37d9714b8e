/**
 * The one place where the face meets the actor system: commands go in, what the supervisor emits comes out, and each
 * conversation has an id by which its listener is found.
 */
import { isDeepStrictEqual } from 'node:util';
import { BehaviorSubject, type Observable } from 'rxjs';
import { createActor, type InspectionEvent } from 'xstate';
import type { Metrics, Status, SupervisorCommand, SupervisorEmitted } from '../actors/commands.js';
import type { SupervisorInput } from '../actors/supervisor/input.js';
import { breakdownEvents } from '../actors/supervisor/refusal.js';
import { lastHeard, metricsOf } from '../actors/supervisor/status.js';
import { guardedSupervisor } from '../actors/supervisor/supervisor.js';
import { isPromise, messageOf } from '../actors/user-function.js';
import type { Clock, Network } from '../net/network.js';
import { MdnsError } from '../protocol/errors.js';
import type { Name } from '../protocol/name.js';
import { HeldFilters } from './held-filters.js';
import type { Logger, MdnsOptions } from './options.js';

type Listener = (event: SupervisorEmitted) => void;

const silent: Logger = { debug() {}, info() {}, warn() {}, error() {} };

export class Bridge {
  readonly #actor;
  readonly #network: Network;
  readonly #logger: Logger;
  readonly #listeners = new Map<string, Listener>();
  readonly #status = new BehaviorSubject<Status>({ state: 'starting', reason: undefined, links: [] });
  readonly #onAny: Listener;
  readonly #filters = new HeldFilters((error) => {
    this.log('error', `The addressFilter threw, and the address is left out: ${messageOf(error)}`, { error });
  });
  #lastId = 0;
  #ended = false;
  #breakdown: MdnsError | undefined;

  /** @param onAny hears what belongs to no conversation */
  constructor(input: SupervisorInput, options: Pick<MdnsOptions, 'inspect' | 'logger'>, onAny: Listener) {
    this.#network = input.network;
    this.#logger = options.logger ?? silent;
    this.#onAny = onAny;
    const inspect = options.inspect === undefined ? {} : { inspect: this.#harmless(options.inspect) };
    const held = { ...input, addressFilter: this.#filters.hold(input.addressFilter) };
    this.#actor = createActor(guardedSupervisor, { input: held, clock: input.network.clock, id: 'mdns', ...inspect });
    this.#actor.on('*', (event) => this.#dispatch(event));
    this.#actor.subscribe({
      complete: () => this.#end(),
      // The supervisor ends in a state of its own when it breaks; this is for when that breaks too.
      error: (error) => {
        this.#actor.getSnapshot().context?.alive.release();
        for (const event of breakdownEvents(error)) this.#dispatch(event);
        this.#end();
      },
    });
  }

  start(): void {
    this.#actor.start();
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Why it ended, if that was a mistake of ours. */
  get breakdown(): MdnsError | undefined {
    return this.#breakdown;
  }

  get clock(): Clock {
    return this.#network.clock;
  }

  get status(): Status {
    return this.#status.value;
  }

  /** `status` now, and whenever it changes; ends when all is closed. */
  get status$(): Observable<Status> {
    return this.#status.asObservable();
  }

  /** @throws MdnsError `closed`, or `internal` when it broke */
  refuseWhenEnded(): void {
    if (this.#breakdown) throw this.#breakdown;
    if (this.#ended) throw new MdnsError('closed', 'This Mdns is closed: create another one with createMdns().');
  }

  newId(prefix: string): string {
    this.#lastId++;
    return `${prefix}${this.#lastId}`;
  }

  send(command: SupervisorCommand): void {
    if (!this.#ended) this.#actor.send(this.#filters.inCommand(command));
  }

  /** Hears what is emitted with this id, until the returned function is called. */
  listen(id: string, listener: Listener): () => void {
    this.#listeners.set(id, listener);
    return () => this.#listeners.delete(id);
  }

  /** Keeps the process alive while a client waits, until the returned function is called. */
  keepAlive(): () => void {
    return this.#network.keepAlive();
  }

  /** The promise, with the process kept alive until it is settled; no unhandled rejection when it is not awaited. */
  whileHeld<T>(promise: Promise<T>): Promise<T> {
    const held = promise.finally(this.keepAlive());
    held.catch(() => {});
    return held;
  }

  metrics(): Metrics {
    return metricsOf(this.#actor.getSnapshot().context.links);
  }

  /** Milliseconds since a record with this name was heard; undefined when none is cached. */
  silenceOf(name: Name): number | undefined {
    const now = this.#network.clock.now();
    const at = lastHeard(this.#actor.getSnapshot().context.links, name, now);
    return at === undefined ? undefined : now - at;
  }

  /** The user's logger may throw, or return a promise that rejects; there is nowhere to report it. */
  log(level: keyof Logger, message: string, details: object): void {
    try {
      isPromise(this.#logger[level](message, details));
    } catch {
      // See above.
    }
  }

  /** An inspector that throws would end the actor that it looks at: it sees nothing more. */
  #harmless(inspector: NonNullable<MdnsOptions['inspect']>): (event: InspectionEvent) => void {
    let isSound = true;
    const leaveOut = (error: unknown) => {
      if (!isSound) return;
      isSound = false;
      this.log('error', `The inspector threw, and is left out from now on: ${messageOf(error)}`, { error });
    };
    return (event) => {
      if (!isSound) return;
      try {
        isPromise(typeof inspector === 'function' ? inspector(event) : inspector.next?.(event), leaveOut);
      } catch (error) {
        leaveOut(error);
      }
    };
  }

  #dispatch(event: SupervisorEmitted): void {
    if (event.type === 'log') this.log(event.level, event.message, event.details);
    else if (event.type === 'system.broke') this.#break(event);
    else if (event.type === 'status.changed') this.#noteStatus(event.status);
    else this.#tell(('id' in event && this.#listeners.get(event.id)) || this.#onAny, event);
  }

  /** Everybody who waits hears of it, each by a listener of its own. */
  #break(event: Extract<SupervisorEmitted, { type: 'system.broke' }>): void {
    this.#breakdown = new MdnsError('internal', event.message);
    this.#ended = true;
    for (const listener of [...this.#listeners.values(), this.#onAny]) this.#tell(listener, event);
  }

  #tell(listener: Listener, event: SupervisorEmitted): void {
    try {
      listener(event);
    } catch (error) {
      this.log('error', `A listener threw: ${messageOf(error)}`, { error });
    }
  }

  #noteStatus(status: Status): void {
    if (!isDeepStrictEqual(status, this.#status.value)) this.#status.next(status);
    if (status.state === 'closed') this.#status.complete();
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#noteStatus({ state: 'closed', reason: undefined, links: [] });
  }
}
