/** `Bonjour` of bonjour-service. */
import { Ground } from '../bonjour-family/ground.js';
import type { Stopped } from '../bonjour-family/publishing.js';
import type { MulticastDns } from '../multicast-dns/face.js';
import type { Options } from '../multicast-dns/options.js';
import { Browser, type BrowserConfig } from './browser.js';
import { Registry } from './registry.js';
import { Service, type ServiceConfig } from './service.js';

/** What programs reach for behind a `Bonjour`. */
export interface Server {
  /** Messages in and out, as of the package multicast-dns. */
  readonly mdns: MulticastDns;
  readonly errorCallback: CallableFunction;
}

export class Bonjour {
  static readonly Bonjour = Bonjour;
  static readonly Service = Service;
  static readonly Browser = Browser;
  static readonly default = Bonjour;

  readonly server: Server;
  readonly registry: Registry;
  readonly #ground: Ground;

  /**
   * @param opts those of multicast-dns
   * @param errorCallback never called: an answer that cannot be sent is sent later
   * @throws MdnsError `invalid-option` for `socket`, `bind: false` and `port: 0`
   * @example
   * const bonjour = new Bonjour();
   * bonjour.publish({ name: 'Web', type: 'http', port: 3000 });
   * bonjour.find({ type: 'http' }, (service) => console.log(service.name));
   */
  constructor(opts: Options | Partial<ServiceConfig> = {}, errorCallback?: CallableFunction) {
    const ground = new Ground((opts ?? {}) as Options);
    this.#ground = ground;
    this.server = {
      get mdns() {
        return ground.messages;
      },
      errorCallback:
        errorCallback ??
        ((error: Error) => {
          throw error;
        }),
    };
    this.registry = new Registry(ground);
  }

  /**
   * Publishes a service. It emits `up` when it is announced. If another host has the name, it stops and says so on the
   * console.
   *
   * @throws Error without `name`, `type` or `port`; MdnsError for what cannot be published
   */
  publish(opts: ServiceConfig): Service {
    return this.registry.publish(opts);
  }

  /** @param callback called when the goodbyes have left */
  unpublishAll(callback?: CallableFunction): void {
    this.registry.unpublishAll(callback as Stopped);
  }

  /** Finds services of a type, or of all types. */
  find(opts: Partial<BrowserConfig> | null = null, onup?: (service: Service) => void): Browser {
    return new Browser(this.#ground, opts, onup);
  }

  /**
   * Finds one service.
   *
   * @param timeout milliseconds
   * @param callback gets the service, or null when the time is over
   */
  findOne(opts: Partial<BrowserConfig> | null = null, timeout = 10_000, callback?: CallableFunction): Browser {
    const browser = new Browser(this.#ground, opts);
    const timer = setTimeout(() => {
      browser.stop();
      callback?.(null);
    }, timeout);
    browser.once('up', (service: Service) => {
      clearTimeout(timer);
      browser.stop();
      callback?.(service);
    });
    return browser;
  }

  /** Ends it, with a goodbye for what is still published. */
  destroy(callback?: CallableFunction): void {
    const goodbye = this.registry.destroy();
    void goodbye.then(() => this.#ground.end(callback as () => void));
  }
}
