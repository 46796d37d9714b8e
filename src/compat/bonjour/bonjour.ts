/** `Bonjour` of bonjour 3. */
import { Ground } from '../bonjour-family/ground.js';
import { callable, tell } from '../bonjour-family/older.js';
import { Publishing, type Stopped } from '../bonjour-family/publishing.js';
import type { MulticastDns } from '../multicast-dns/face.js';
import type { Options } from '../multicast-dns/options.js';
import { Browser, type BrowserOptions, type RemoteService } from './browser.js';
import { encodeTxt, Service, type ServiceOptions } from './service.js';

class BonjourClass {
  /** Messages in and out, as of the package multicast-dns. */
  readonly _server: { readonly mdns: MulticastDns };
  readonly #ground: Ground;
  readonly #publishing: Publishing<Service>;

  /** @throws MdnsError `invalid-option` for `socket`, `bind: false` and `port: 0` */
  constructor(opts: Options = {}) {
    const ground = new Ground(opts ?? {});
    this.#ground = ground;
    this._server = {
      get mdns() {
        return ground.messages;
      },
    };
    this.#publishing = new Publishing<Service>(ground, {
      wanted: ({ name, type, port, host, txt, subtypes }) => {
        const labels = (subtypes ?? []).map((each) => `_${each}`);
        return { name, type, port, host, txt: encodeTxt(txt), subtypes: labels, ipv6: true };
      },
      isActive: ({ _activated }) => _activated,
      activate: (service, isActive) => {
        service._activated = isActive;
      },
      failed: (service, reason) =>
        tell(service, reason === 'taken' ? new Error('Service name is already in use on the network') : reason),
    });
  }

  /**
   * Publishes a service. It emits `up` when it is announced, and `error` if another host has the name.
   *
   * @throws Error without `name`, `type` or `port`; MdnsError for what cannot be published
   */
  publish(opts: ServiceOptions): Service {
    const service = new Service(opts);
    service.start = () => this.#publishing.start(service, opts.probe !== false);
    service.stop = (stopped) => {
      if (!this.#publishing.stop([service], stopped as Stopped) && stopped) process.nextTick(stopped);
    };
    service.start();
    return service;
  }

  /** @param unpublished called when the goodbyes have left */
  unpublishAll(unpublished?: (error?: Error | null) => void): void {
    if (!this.#publishing.stop(this.#publishing.services, unpublished)) unpublished?.();
  }

  /** Finds services of a type, or of all types. */
  find(opts?: BrowserOptions | null, onup?: (service: RemoteService) => void): Browser {
    return new Browser(this.#ground, opts, onup);
  }

  /** Finds one service. */
  findOne(opts?: BrowserOptions | null, callback?: (service: RemoteService) => void): Browser {
    const browser = new Browser(this.#ground, opts);
    browser.once('up', (service) => {
      browser.stop();
      callback?.(service);
    });
    return browser;
  }

  /** Ends it, with a goodbye for what is still published. */
  destroy(): void {
    for (const service of this.#publishing.services) service._destroyed = true;
    void this.#publishing.destroy().then(() => this.#ground.end());
  }
}

/**
 * Creates a `Bonjour`, with or without `new`.
 *
 * @example
 * const bonjour = Bonjour();
 * bonjour.publish({ name: 'Web', type: 'http', port: 3000 });
 * bonjour.find({ type: 'http' }, (service) => console.log(service.name));
 */
export const Bonjour = Object.assign(callable(BonjourClass), { Service, Browser });
export type Bonjour = BonjourClass;
