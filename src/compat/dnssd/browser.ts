import { EventEmitter } from 'node:events';
import type { Subscription } from 'rxjs';
import { ipv4First } from '../ipv4-first.js';
import type { SharedEngine } from '../shared-engine.js';
import { engineOf, type InterfaceOptions, refuseMissing } from './engine.js';
import { type Service, serviceOf, typeParts } from './service.js';
import { type ServiceType, type ServiceTypeInput, serviceTypeOf } from './service-type.js';

export interface BrowserOptions extends InterfaceOptions {
  /** false: reports names only. Default: true. */
  resolve?: boolean | undefined;
  /** false: reports each service once, and neither changes nor its end. Default: true. */
  maintain?: boolean | undefined;
  /** Without effect: it is `local`. */
  domain?: string | undefined;
  /** Without effect, as in the original. */
  name?: string | undefined;
}

/** A service; with `resolve: false` its name; of a browser for all types, the type. */
type Found = Service | string | Service['type'];

/**
 * Finds services from `start` to `stop`, and keeps the process alive meanwhile. Events: `serviceUp`, `serviceChanged`,
 * `serviceDown`, `error`; their arguments have no types, as in the declarations of the original, since programs rely on
 * that.
 *
 * @throws ValidationError; Error for more than one subtype; MdnsError `invalid-option` for an interface that does not
 * exist
 * @example new Browser(ServiceType.tcp('http')).on('serviceUp', console.log).start();
 */
export class Browser extends EventEmitter {
  readonly #type: ServiceType;
  readonly #options: BrowserOptions;
  /** By full name; an object stays the same while its service is up. */
  readonly #found = new Map<string, Found>();
  #running: { readonly engine: SharedEngine; readonly subscription: Subscription } | undefined;

  constructor(type: ServiceType | ServiceTypeInput, options: BrowserOptions = {}) {
    super();
    this.setMaxListeners(0);
    this.#type = serviceTypeOf(type);
    if (this.#type.subtypes.length > 1) throw new Error('Too many subtypes. Can only browse one at a time.');
    refuseMissing(options);
    this.#options = options;
  }

  start(): this {
    if (this.#running) return this;
    const engine = engineOf(this.#options);
    this.#running = { engine, subscription: this.#subscribe(engine) };
    return this;
  }

  /** Removes the listeners of `serviceDown`, as the original does. */
  stop(): void {
    const running = this.#running;
    this.#running = undefined;
    this.removeAllListeners('serviceDown');
    this.#found.clear();
    running?.subscription.unsubscribe();
    running?.engine.release().catch(() => {});
  }

  /** What is there now. */
  list(): Found[] {
    return [...this.#found.values()];
  }

  #subscribe({ mdns, network }: SharedEngine): Subscription {
    const error = (failure: Error): void => {
      this.stop();
      this.emit('error', failure);
    };
    if (this.#type.isEnumerator) {
      const next = ({ event, type }: { event: string; type: string }) =>
        event === 'up' && this.#add(type, typeParts(type));
      return mdns.browse().subscribe({ next, error });
    }
    const type = `${this.#type.name}.${this.#type.protocol}`;
    const [subtype] = this.#type.subtypes;
    const options = subtype === undefined ? {} : { subtype };
    if (this.#options.resolve === false) {
      const browse = mdns.browse(type, { ...options, resolve: false });
      return browse.subscribe({
        next: ({ event, instance }) => event === 'up' && this.emit('serviceUp', instance.name),
        error,
      });
    }
    return ipv4First(mdns.browse(type, options), network.clock).subscribe({
      next: ({ event, instance }) => this.#change(event, instance.fullName, serviceOf(instance)),
      error,
    });
  }

  #change(event: 'up' | 'changed' | 'down', name: string, now: Service): void {
    if (event === 'up') {
      this.#add(name, now);
      return;
    }
    if (this.#options.maintain === false) return;
    const service = Object.assign(this.#found.get(name) ?? {}, now);
    if (event === 'down') this.#found.delete(name);
    this.emit(event === 'down' ? 'serviceDown' : 'serviceChanged', service);
  }

  #add(name: string, found: Found): void {
    this.#found.set(name, found);
    this.emit('serviceUp', found);
  }
}
