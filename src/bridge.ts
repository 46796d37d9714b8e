/**
 * The one place where the face meets the actor system: commands go in, what the supervisor emits comes out, and each
 * conversation has an id by which its listener is found.
 */
import { createActor, type InspectionEvent } from 'xstate';
import type { Metrics, SupervisorCommand, SupervisorEmitted } from './actors/boundary.js';
import { lastHeard, metricsOf } from './actors/link-table.js';
import { type SupervisorInput, supervisorMachine } from './actors/supervisor.js';
import type { Network } from './net/network.js';
import type { Logger, MdnsOptions } from './options.js';
import { MdnsError } from './protocol/errors.js';
import type { Name } from './protocol/name.js';

type Listener = (event: SupervisorEmitted) => void;

const silent: Logger = { debug() {}, info() {}, warn() {}, error() {} };

export class Bridge {
  readonly #actor;
  readonly #network: Network;
  readonly #logger: Logger;
  readonly #listeners = new Map<string, Listener>();
  readonly #onAny: Listener;
  #lastId = 0;
  #ended = false;

  /** @param onAny hears what belongs to no conversation */
  constructor(input: SupervisorInput, options: Pick<MdnsOptions, 'inspect' | 'logger'>, onAny: Listener) {
    this.#network = input.network;
    this.#logger = options.logger ?? silent;
    this.#onAny = onAny;
    const inspect = options.inspect === undefined ? {} : { inspect: this.#harmless(options.inspect) };
    this.#actor = createActor(supervisorMachine, { input, clock: input.network.clock, id: 'mdns', ...inspect });
    this.#actor.on('*', (event) => this.#dispatch(event));
    this.#actor.subscribe({
      complete: () => this.#end(),
      error: (error) => {
        this.log('error', `The actor system broke: ${String(error)}`, { error });
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

  /** @throws MdnsError `closed` */
  refuseWhenEnded(): void {
    if (this.#ended) throw new MdnsError('closed', 'This Mdns is closed: create another one with createMdns().');
  }

  newId(prefix: string): string {
    this.#lastId++;
    return `${prefix}${this.#lastId}`;
  }

  send(command: SupervisorCommand): void {
    if (!this.#ended) this.#actor.send(command);
  }

  /** Hears what is emitted with this id, until the returned function is called. */
  listen(id: string, listener: Listener): () => void {
    this.#listeners.set(id, listener);
    return () => this.#listeners.delete(id);
  }

  /** Keeps the process alive while somebody waits, until the returned function is called. */
  hold(): () => void {
    return this.#network.hold();
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

  /** The user's logger may throw; that is no reason for us to. */
  log(level: keyof Logger, message: string, details: object): void {
    try {
      this.#logger[level](message, details);
    } catch {
      // There is nobody left to tell.
    }
  }

  /** An inspector that throws would end the actor that it looks at: it sees nothing more. */
  #harmless(inspector: NonNullable<MdnsOptions['inspect']>): (event: InspectionEvent) => void {
    let isSound = true;
    return (event) => {
      if (!isSound) return;
      try {
        if (typeof inspector === 'function') inspector(event);
        else inspector.next?.(event);
      } catch (error) {
        isSound = false;
        this.log('error', `The inspector threw, and is left out from now on: ${String(error)}`, { error });
      }
    };
  }

  #dispatch(event: SupervisorEmitted): void {
    try {
      if (event.type === 'log') this.log(event.level, event.message, event.details);
      else if ('id' in event) this.#listeners.get(event.id)?.(event);
      else this.#onAny(event);
    } catch (error) {
      this.log('error', `A listener threw: ${String(error)}`, { error });
    }
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#onAny({ type: 'status.changed', status: { state: 'closed', reason: undefined, links: [] } });
  }
}
