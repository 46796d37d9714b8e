/**
 * The public API's connection to the actor system: it sends commands to the supervisor and passes what the supervisor
 * emits to the listener of the event's id.
 */
import { isDeepStrictEqual } from 'node:util';
import type { MessagePort } from 'node:worker_threads';
import { BehaviorSubject, type Observable } from 'rxjs';
import type { InspectionEvent } from 'xstate';
import type { AddressFilter } from '../actors/address-filter.js';
import type {
  DomainsMetrics,
  InstanceFacts,
  Metrics,
  PublicationRequest,
  Status,
  SupervisorCommand,
  SupervisorEmitted,
} from '../actors/commands.js';
import type { SupervisorInput } from '../actors/supervisor/input.js';
import { messageOf } from '../actors/thrown.js';
import { isPromise } from '../actors/user-function.js';
import type { InspectionSource } from '../inspector/frames.js';
import type { Clock, Network } from '../net/network.js';
import type { PacketSource } from '../net/network-tap.js';
import { MdnsError } from '../protocol/errors.js';
import type { Name } from '../protocol/name.js';
import type { System } from '../worker/system.js';
import { diagnose } from './diagnostics.js';
import { GuardedFilters } from './guarded-filters.js';
import { openSystem } from './open-system.js';
import type { Logger, MdnsOptions } from './options.js';

type Listener = (event: SupervisorEmitted) => void;

const silent: Logger = { debug() {}, info() {}, warn() {}, error() {} };

export class Engine {
  readonly #system: System;
  readonly #network: Network;
  readonly #logger: Logger;
  readonly #listeners = new Map<string, Listener>();
  readonly #status = new BehaviorSubject<Status>({ state: 'starting', reason: undefined, links: [] });
  readonly #onAny: Listener;
  readonly #filters = new GuardedFilters((error) => {
    this.log('error', `The addressFilter threw, so the address is not published: ${messageOf(error)}`, { error });
  });
  #lastId = 0;
  #ended = false;
  #isEnding = false;
  #breakdown: MdnsError | undefined;

  /** @param onAny gets events that have no listener of their own */
  constructor(
    input: SupervisorInput,
    options: Pick<MdnsOptions, 'inspect' | 'logger' | 'worker' | 'port'>,
    onAny: Listener,
  ) {
    this.#network = input.network;
    this.#logger = options.logger ?? silent;
    this.#onAny = onAny;
    const { addressFilter: filter } = input;
    const addressFilter = typeof filter === 'function' ? this.#filters.guard(filter) : filter;
    const guarded = { ...input, addressFilter, namedFilters: this.#filters.named };
    this.#system = openSystem(guarded, options, {
      emitted: (event) => this.#dispatch(event),
      ending: () => {
        this.#isEnding = true;
      },
      ended: () => this.#end(),
      inspect: options.inspect && this.#guard(options.inspect),
    });
  }

  start(): void {
    this.#system.start();
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Whether it has ended, or is about to: what is asked now would never be answered. */
  get isEnding(): boolean {
    return this.#ended || this.#isEnding;
  }

  /** Why it ended, if the cause is a defect of this package. */
  get breakdown(): MdnsError | undefined {
    return this.#breakdown;
  }

  get clock(): Clock {
    return this.#network.clock;
  }

  get status(): Status {
    return this.#status.value;
  }

  /** The current `status`, and every new one; completes when all is closed. */
  get status$(): Observable<Status> {
    return this.#status.asObservable();
  }

  /** @throws MdnsError `closed`, also when it is about to be, or `internal` when it broke */
  refuseWhenEnded(): void {
    if (this.#breakdown) throw this.#breakdown;
    if (this.isEnding) throw new MdnsError('closed', 'This Mdns is closed: create another one with createMdns().');
  }

  newId(prefix: string): string {
    this.#lastId++;
    return `${prefix}${this.#lastId}`;
  }

  /** @throws MdnsError `invalid-option` for a function, if the system runs where it cannot be called */
  refuseFunction(filter: AddressFilter | undefined): void {
    const { refusesFunctions } = this.#system;
    if (typeof filter !== 'function' || refusesFunctions === undefined) return;
    const advice = 'give a list of addresses and subnets such as ["198.18.0.7", "fd00::/8"]';
    throw new MdnsError('invalid-option', `"addressFilter" is a function, and ${refusesFunctions}: ${advice}.`);
  }

  /** @param filter a function stays here, and the command names it */
  publish(id: string, request: PublicationRequest, filter: AddressFilter | undefined): void {
    const addressFilter = this.#filters.ruleOf(filter, id);
    const isPlain = addressFilter === undefined || request.kind === 'alias';
    this.send({ type: 'publication.publish', id, request: isPlain ? request : { ...request, addressFilter } });
  }

  send(command: SupervisorCommand): void {
    if (this.#ended) return;
    if (command.type === 'mdns.close') this.#isEnding = true;
    this.#system.send(command);
  }

  /** Calls `listener` with what is emitted with this id. The returned function unsubscribes. */
  listen(id: string, listener: Listener): () => void {
    this.#listeners.set(id, listener);
    return () => this.#listeners.delete(id);
  }

  /** Keeps the process alive while a client waits, until the returned function is called. */
  keepAlive(): () => void {
    return this.#network.keepAlive();
  }

  /**
   * The same promise; keeps the process alive until it resolves or rejects. No unhandled rejection if it is not
   * awaited.
   */
  keptAlive<T>(promise: Promise<T>): Promise<T> {
    const kept = promise.finally(this.keepAlive());
    kept.catch(() => {});
    return kept;
  }

  metrics(): Metrics {
    return this.#system.metrics();
  }

  domainMetrics(): DomainsMetrics {
    return this.#system.domainMetrics();
  }

  connect(): MessagePort {
    this.refuseWhenEnded();
    return this.#system.connect();
  }

  /** What is known of an instance; undefined when nothing is cached. */
  factsOf(name: Name): InstanceFacts | undefined {
    return this.#system.factsOf(name);
  }

  packets(): PacketSource {
    return this.#system.packets();
  }

  /** What the page of the running system needs. */
  inspection(): Promise<InspectionSource> {
    return this.#system.inspection();
  }

  /**
   * Calls the user's logger. Its errors are dropped, rejected promises included, since there is nowhere to report them.
   */
  log(level: keyof Logger, message: string, details: object): void {
    try {
      isPromise(this.#logger[level](message, details));
    } catch {
      // There is nowhere to report it.
    }
  }

  /** Stops calling an inspector that throws, because its error would end the actor that it inspects. */
  #guard(inspector: NonNullable<MdnsOptions['inspect']>): (event: InspectionEvent) => void {
    let isWorking = true;
    const disable = (error: unknown) => {
      if (!isWorking) return;
      isWorking = false;
      this.log('error', `The inspector threw and gets no further events: ${messageOf(error)}`, { error });
    };
    return (event) => {
      if (!isWorking) return;
      try {
        isPromise(typeof inspector === 'function' ? inspector(event) : inspector.next?.(event), disable);
      } catch (error) {
        disable(error);
      }
    };
  }

  #dispatch(event: SupervisorEmitted): void {
    diagnose(event);
    if (event.type === 'log') this.log(event.level, event.message, event.details);
    else if (event.type === 'system.broke') this.#break(event);
    else if (event.type === 'status.changed') this.#noteStatus(event.status);
    else this.#call(('id' in event && this.#listeners.get(event.id)) || this.#onAny, event);
    if (event.type === 'publication.withdrawn') this.#filters.release(event.id);
  }

  /** Reports the breakdown to every listener. */
  #break(event: Extract<SupervisorEmitted, { type: 'system.broke' }>): void {
    this.#breakdown = new MdnsError('internal', event.message);
    this.#ended = true;
    for (const listener of [...this.#listeners.values(), this.#onAny]) this.#call(listener, event);
  }

  #call(listener: Listener, event: SupervisorEmitted): void {
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
