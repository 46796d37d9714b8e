import { EventEmitter } from 'node:events';
import type { Subscription } from 'rxjs';
import { NodeNetwork, type PublicationEvent, type PublishedService } from '../../index.js';
import type { SharedEngine } from '../shared-engine.js';
import { engineOf, type InterfaceOptions, refuseMissing } from './engine.js';
import { type ServiceType, type ServiceTypeInput, serviceTypeOf } from './service-type.js';
import { type Txt, validate } from './validate.js';

export interface AdvertisementOptions extends InterfaceOptions {
  /** Default: the system's host name. */
  name?: string | undefined;
  /** Default: the system's host name. */
  host?: string | undefined;
  /** Default: no attributes. */
  txt?: Txt | undefined;
  /** Default: those of the type. */
  subtypes?: readonly string[] | undefined;
  /** Without effect: it is `local`. */
  domain?: string | undefined;
}

interface Events {
  /** The name is its own. */
  active: [];
  instanceRenamed: [name: string];
  /** With the new name: `box-2.local.` */
  hostRenamed: [host: string];
  stopped: [];
  error: [error: Error];
}

interface Running {
  readonly engine: SharedEngine;
  readonly service: PublishedService;
  readonly subscription: Subscription;
}

/**
 * A service that is advertised from `start` to `stop`, and keeps the process alive meanwhile.
 *
 * @throws ValidationError; MdnsError `invalid-option` for an interface that does not exist
 * @example new Advertisement(ServiceType.tcp('http'), 3000, { name: 'Web' }).start();
 */
export class Advertisement extends EventEmitter<Events> {
  readonly serviceName: string;
  readonly protocol: string;
  readonly subtypes: readonly string[];
  readonly port: number;
  /** The name that it has now. */
  instanceName: string;
  hostname: string;
  txt: Txt;
  state: 'stopped' | 'started' = 'stopped';
  readonly #options: AdvertisementOptions;
  #running: Running | undefined;
  /** The host name as it was announced. */
  #host: string | undefined;

  constructor(type: ServiceType | ServiceTypeInput, port: number, options: AdvertisementOptions = {}) {
    super();
    this.setMaxListeners(0);
    const { name: serviceName, protocol, subtypes } = serviceTypeOf(type);
    validate.port(port);
    if (options.txt) validate.txt(options.txt);
    if (options.name) validate.label(options.name, 'Instance');
    if (options.host) validate.label(options.host, 'Hostname');
    refuseMissing(options);
    this.serviceName = serviceName;
    this.protocol = protocol;
    this.subtypes = options.subtypes ?? subtypes;
    this.port = port;
    this.hostname = options.host || new NodeNetwork().hostname();
    this.instanceName = options.name || this.hostname;
    this.txt = options.txt ?? {};
    this.#options = options;
  }

  start(): this {
    if (this.state === 'started') return this;
    this.state = 'started';
    const engine = engineOf(this.#options);
    try {
      const service = this.#publish(engine);
      // Later: `start` returns before an event.
      const subscription = service.changes$.subscribe((change) => process.nextTick(() => this.#hear(change)));
      this.#running = { engine, service, subscription };
    } catch (error) {
      this.state = 'stopped';
      engine.release().catch(() => {});
      process.nextTick(() => this.emit('error', error as Error));
    }
    return this;
  }

  /**
   * Ends it with a goodbye, for which nothing waits if `force` is true.
   *
   * @param callback called before the event `stopped`
   */
  stop(force?: boolean, callback?: () => void): void {
    const running = this.#running;
    this.#running = undefined;
    this.#host = undefined;
    this.state = 'stopped';
    running?.subscription.unsubscribe();
    const stopped = (): void => {
      callback?.();
      this.emit('stopped');
    };
    const ended = running?.service.withdraw().finally(running.engine.release);
    const later = (): void => process.nextTick(stopped);
    if (force || ended === undefined) {
      ended?.catch(() => {});
      stopped();
    } else ended.then(later, later);
  }

  /** @throws ValidationError */
  updateTXT(txt: Txt): void {
    validate.txt(txt);
    this.txt = txt;
    this.#running?.service.update({ txt });
  }

  #publish({ mdns }: SharedEngine): PublishedService {
    const { instanceName: name, hostname: host, port, txt, subtypes } = this;
    return mdns.publish({ name, type: `${this.serviceName}.${this.protocol}`, port, host, txt, subtypes });
  }

  #hear(change: PublicationEvent): void {
    if (this.#running === undefined) return;
    if (change.event === 'renamed') {
      this.instanceName = change.name;
      this.emit('instanceRenamed', change.name);
    }
    if (change.event === 'failed') {
      this.stop(true);
      this.emit('error', change.error);
    }
    if (change.event === 'announced' || change.event === 'updated') this.#announced(change.host);
  }

  #announced(host: string): void {
    const [label = ''] = host.split('.');
    const isNew = label !== this.hostname;
    this.hostname = label;
    if (isNew) this.emit('hostRenamed', `${host}.`);
    if (this.#host === undefined) this.emit('active');
    this.#host = host;
  }
}
