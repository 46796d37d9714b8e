import { EventEmitter } from 'node:events';
import type { Subscription } from 'rxjs';
import type { Network, NetworkInterface, ServiceInstance } from '../../index.js';
import { ipv4First } from '../ipv4-first.js';
import { type SharedEngine, type SharedOptions, shareEngine } from '../shared-engine.js';
import { engineOptions, type InterfaceOptions } from './network-interface.js';
import { foundService, remember, type Service } from './service.js';
import { makeServiceType, ServiceType, type ServiceTypeInput } from './service-type.js';
import { defaultSequence, runSequence, type Step } from './steps.js';

export interface BrowserOptions extends InterfaceOptions {
  /** What is done with a service before it is reported. Default: it is resolved, with its addresses. */
  resolverSequence?: readonly Step[] | undefined;
  /** Passed to the listeners. */
  context?: unknown;
  /** Without effect: it is `local`. */
  domain?: string | null | undefined;
  /** Without effect. */
  flags?: number | undefined;
}

interface Events {
  serviceUp: [service: Service, context: unknown];
  serviceDown: [service: Service, context: unknown];
  /** Before each of the two. */
  serviceChanged: [service: Service, context: unknown];
  error: [error: Error, service?: Service];
}

/**
 * Finds services from `start` to `stop`, once, and keeps the process alive meanwhile.
 *
 * @throws Error for a type or interface that there cannot be
 * @example createBrowser(tcp('http')).on('serviceUp', console.log);
 */
export class Browser extends EventEmitter<Events> {
  static readonly defaultResolverSequence = defaultSequence;

  static create(type: ServiceTypeInput | ServiceType, options?: BrowserOptions): Browser {
    return new Browser(type, options);
  }

  readonly #type: ServiceType;
  readonly #steps: readonly Step[];
  readonly #context: unknown;
  readonly #engineOptions: SharedOptions;
  /** By name; read from the system when there is a new name. */
  #interfaces: ReadonlyMap<string, NetworkInterface> = new Map();
  #running: { readonly engine: SharedEngine; readonly subscription: Subscription } | undefined;

  constructor(type: ServiceTypeInput | ServiceType, options: BrowserOptions = {}) {
    super();
    this.#type = makeServiceType(type);
    this.#steps = options.resolverSequence ?? Browser.defaultResolverSequence;
    this.#context = options.context ?? null;
    this.#engineOptions = engineOptions(options);
  }

  start(): void {
    if (this.#running) throw new Error('mdns service already started');
    const engine = shareEngine(this.#engineOptions);
    this.#running = { engine, subscription: this.#subscribe(engine) };
  }

  stop(): void {
    const running = this.#running;
    this.#running = undefined;
    running?.subscription.unsubscribe();
    running?.engine.release().catch(() => {});
  }

  #subscribe(engine: SharedEngine): Subscription {
    const { mdns, network } = engine;
    const error = (failure: Error) => this.emit('error', failure);
    if (this.#type.isWildcard())
      return mdns.browse().subscribe({ next: ({ event, type }) => this.#found(engine, event, type), error });
    const type = `_${this.#type.name}._${this.#type.protocol}`;
    const [subtype] = this.#type.subtypes;
    const options = subtype === undefined ? {} : { subtype: `_${subtype}` };
    if (this.#steps.length === 0) {
      const browse = mdns.browse(type, { ...options, resolve: false });
      return browse.subscribe({
        next: ({ event, instance }) => this.#found(engine, event, type, instance.name),
        error,
      });
    }
    return ipv4First(mdns.browse(type, options), network.clock).subscribe({
      next: ({ event, instance }) => {
        // The packages that it replaces do not hear of changes either.
        if (event !== 'changed') this.#found(engine, event, type, instance.name, instance);
      },
      error,
    });
  }

  #found(
    { mdns, network }: SharedEngine,
    event: 'up' | 'down',
    type: string,
    name?: string,
    instance?: ServiceInstance,
  ): void {
    const on = instance?.addresses[0]?.interface ?? mdns.status.links.find(({ state }) => state === 'up')?.interface;
    const parsed = readType(type);
    // Of a peer: the original emits an error, which ends a process that does not listen.
    if (parsed === undefined) return;
    const service = foundService(parsed, name, this.#interfaceNamed(on, network), event === 'up');
    remember(service, mdns, instance);
    if (event === 'down') this.#report('serviceDown', service);
    else
      runSequence(service, this.#steps, (error) => {
        if (this.#running === undefined) return;
        if (error) this.emit('error', error, service);
        else this.#report('serviceUp', service);
      });
  }

  #interfaceNamed(name: string | undefined, network: Network): NetworkInterface | undefined {
    if (name === undefined) return undefined;
    if (!this.#interfaces.has(name)) this.#interfaces = new Map(network.interfaces().map((on) => [on.name, on]));
    return this.#interfaces.get(name);
  }

  #report(event: 'serviceUp' | 'serviceDown', service: Service): void {
    this.emit('serviceChanged', service, this.#context);
    this.emit(event, service, this.#context);
  }
}

/** undefined for a type that no service should have, such as one of more than 15 characters. */
function readType(type: string): ServiceType | undefined {
  try {
    return new ServiceType(type);
  } catch {
    return undefined;
  }
}

/** Finds the types of the network. */
export function browseThemAll(options: BrowserOptions = {}): Browser {
  return new Browser(ServiceType.wildcard, { resolverSequence: [], ...options });
}

/** Runs a sequence, by default that of a browser, for a service that was found before. */
export function resolve(service: Service, ...rest: readonly (readonly Step[] | ResolvedCallback)[]): void {
  const steps = rest.find((each) => Array.isArray(each)) as readonly Step[] | undefined;
  const callback = rest.find((each) => typeof each === 'function') as ResolvedCallback;
  runSequence(service, steps ?? Browser.defaultResolverSequence, (error) => callback(error, service));
}

export type ResolvedCallback = (error: Error | undefined, service: Service) => void;
