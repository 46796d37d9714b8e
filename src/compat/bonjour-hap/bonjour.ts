/** `Bonjour` of bonjour-hap. */
import { EventEmitter } from 'node:events';
import { Ground } from '../bonjour-family/ground.js';
import { callable, tell } from '../bonjour-family/older.js';
import { Publishing } from '../bonjour-family/publishing.js';
import type { MulticastDns } from '../multicast-dns/face.js';
import type { Options } from '../multicast-dns/options.js';
import { permits } from '../restriction.js';
import { type BonjourFindOptions, type BonjourService, Browser } from './browser.js';
import { Advertisement, encodeTxt, type PublishOptions } from './service.js';

class BonjourClass extends EventEmitter<{ error: [error: Error] }> {
  /** Messages in and out, as of the package multicast-dns. */
  readonly _server: { readonly mdns: MulticastDns };
  readonly #ground: Ground;
  readonly #publishing: Publishing<Advertisement>;

  /** @throws MdnsError `invalid-option` for `socket`, `bind: false` and `port: 0` */
  constructor(options: Options = {}) {
    super();
    const ground = new Ground(options ?? {});
    this.#ground = ground;
    this._server = {
      get mdns() {
        return ground.messages;
      },
    };
    this.#publishing = new Publishing<Advertisement>(ground, {
      wanted: ({ name, type, port, host, txt, subtypes, disabledIpv6, restrictedAddresses: only }) => ({
        ...{ name, type, port, host, txt: encodeTxt(txt), ipv6: !disabledIpv6 },
        subtypes: (subtypes ?? []).map((each) => `_${each}`),
        accepts: only && ((address, on) => permits(only, address, on)),
      }),
      isActive: ({ _activated }) => _activated,
      activate: (service, isActive) => {
        service._activated = isActive;
      },
      failed: (service, reason) => {
        const taken = `Service name "${service.name}" is already in use on the network`;
        tell(service, reason === 'taken' ? new Error(taken) : reason);
      },
    });
  }

  /**
   * Publishes a service. It emits `up` when it is announced, and `error` if another host has the name.
   *
   * @throws Error without `name`, `type` or `port`, or for an address that this computer does not have; AssertionError
   *   for an empty `restrictedAddresses`; MdnsError for what cannot be published
   */
  publish(options: PublishOptions): Advertisement {
    const publishing = this.#publishing;
    const service = new Advertisement(options, {
      start: (each) => publishing.start(each, each.probe),
      stop: (each, stopped) => {
        if (!publishing.stop([each], stopped)) stopped?.();
      },
      updateTxt: (each, silent) => publishing.changeTxt(each, encodeTxt(each.txt), silent),
    });
    service.start();
    return service;
  }

  /** @param callback called when the goodbyes have left, at once if there are none */
  unpublishAll(callback?: () => void): void {
    if (!this.#publishing.stop(this.#publishing.services, callback)) callback?.();
  }

  /** Finds services of a type, or of all types. */
  find(options?: BonjourFindOptions | null, onUp?: (service: BonjourService) => void): Browser {
    return new Browser(this.#ground, options, onUp);
  }

  /** Finds one service. */
  findOne(options?: BonjourFindOptions | null, callback?: (service: BonjourService) => void): Browser {
    const browser = new Browser(this.#ground, options);
    browser.once('up', (service) => {
      browser.stop();
      callback?.(service);
    });
    return browser;
  }

  /** Ends it. @param callback called when the goodbyes have left and it is closed */
  destroy(callback?: () => void): void {
    const services = [...this.#publishing.services];
    const ended = () => {
      for (const each of services) each.destroy();
      void this.#ground.end(callback);
    };
    if (!this.#publishing.stop(services, ended)) ended();
  }
}

/**
 * Creates a `Bonjour`, with or without `new`.
 *
 * @example
 * const bonjour = Bonjour();
 * const service = bonjour.publish({ name: 'Bridge', type: 'hap', port: 51826, txt: { 'c#': '1' } });
 * service.updateTxt({ 'c#': '2' });
 */
export const Bonjour = callable(BonjourClass);
export type Bonjour = BonjourClass;
