/** The browser of the three packages: a list of services, and an event for each that comes or goes. */
import { EventEmitter } from 'node:events';
import { Subscription } from 'rxjs';
import type { InstanceEvent, ServiceBrowse, ServiceInstance } from '../../index.js';
import { type Found, fqdnOf } from './found.js';
import type { Ground } from './ground.js';
import { keyOf, typeText } from './service-names.js';

export interface Sought {
  /** `http`. Default: every type. */
  readonly type?: string | undefined;
  /** Default: `tcp`. */
  readonly protocol?: string | undefined;
  /** Only the service of this name. Default: all. */
  readonly name?: string | undefined;
}

type EventMap<Events> = Record<keyof Events, unknown[]>;

export abstract class Browsing<S extends Found, Events extends EventMap<Events>> extends EventEmitter<Events> {
  /** Those that are there now. */
  protected readonly found: S[] = [];
  protected readonly ground: Ground;
  readonly #byName = new Map<string, S>();
  readonly #name: string | undefined;
  /** Undefined if it was made after the end: it finds nothing, as there. */
  readonly #browse: ServiceBrowse<InstanceEvent> | undefined;
  #following: Subscription | undefined;
  #forget: () => void = () => {};

  /** @throws MdnsError `invalid-type` */
  protected constructor(ground: Ground, { type, protocol = 'tcp', name }: Sought) {
    super();
    this.ground = ground;
    this.#name = name === undefined || name === '' ? undefined : keyOf(name);
    if (ground.isOver) return;
    const { mdns } = ground;
    const options = { resolve: 'partial' } as const;
    this.#browse = type === undefined ? mdns.browseAll(options) : mdns.browse(typeText(type, protocol), options);
  }

  /** Follows the network, which a new browser does by itself. */
  start(): void {
    const browse = this.#browse;
    if (this.#following || !browse || this.ground.isOver) return;
    this.#forget = this.ground.whenOver(() => this.stop());
    const following = new Subscription();
    this.#following = following;
    // Later: a listener cannot be there before the browser is, and what is cached is reported at once.
    process.nextTick(() => {
      // An error is that of the engine, which ends; there is nothing to follow then.
      if (!following.closed)
        following.add(browse.subscribe({ next: (event) => this.#hear(event), error: () => this.stop() }));
    });
  }

  /** Follows it no more. The list stays as it is. */
  stop(): void {
    this.#forget();
    this.#following?.unsubscribe();
    this.#following = undefined;
  }

  /** Asks now, which nothing needs: it is asked again by itself. */
  update(): void {
    this.#browse?.refresh();
  }

  protected abstract describe(instance: ServiceInstance): S;
  /** Whether a service is to be in the list. */
  protected abstract accepts(service: S): boolean;
  /** What to do about a service that has changed. `replace` puts the new object in the place of the old one. */
  protected abstract note(service: S, before: S, replace: () => void): void;

  /** Emits an event, whose types are those of the original. */
  protected tell(event: string, ...about: S[]): void {
    (this as EventEmitter).emit(event, ...about);
  }

  #hear({ event, instance }: InstanceEvent): void {
    if (this.#name !== undefined && keyOf(instance.name) !== this.#name) return;
    const key = keyOf(fqdnOf(instance));
    const before = this.#byName.get(key);
    const service = event === 'down' ? undefined : this.describe(instance);
    if (service === undefined || !this.accepts(service)) {
      if (before) this.#remove(key, before);
      return;
    }
    if (before) {
      this.note(service, before, () => this.#put(key, service, before));
      return;
    }
    this.#put(key, service);
    this.tell('up', service);
  }

  #put(key: string, service: S, before?: S): void {
    this.#byName.set(key, service);
    if (before === undefined) this.found.push(service);
    else this.found[this.found.indexOf(before)] = service;
  }

  #remove(key: string, service: S): void {
    this.#byName.delete(key);
    this.found.splice(this.found.indexOf(service), 1);
    this.tell('down', service);
  }
}

/** Brings what users hold up to date. */
export function adopt<S extends Found>(held: S, now: S): void {
  held.addresses.splice(0, held.addresses.length, ...now.addresses);
  Object.assign(held, { ...now, addresses: held.addresses });
}
