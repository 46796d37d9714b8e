/** The services that a `Bonjour` publishes. */
import type { Ground } from '../bonjour-family/ground.js';
import { Publishing, type Stopped } from '../bonjour-family/publishing.js';
import { Service, type ServiceConfig } from './service.js';
import { encodeTxt } from './txt.js';

export class Registry {
  readonly #publishing: Publishing<Service>;

  constructor(ground: Ground) {
    this.#publishing = new Publishing<Service>(ground, {
      wanted: ({ name, type, port, host, txt, subtypes = [], disableIPv6 }) => {
        const labels = subtypes.map((each) => `_${each}`);
        return { name, type, port, host, txt: encodeTxt(txt), subtypes: labels, ipv6: !disableIPv6 };
      },
      isActive: ({ activated }) => activated,
      activate: (service, isActive) => {
        service.activated = isActive;
      },
      failed: (_, reason) => {
        const error = reason === 'taken' ? new Error('Service name is already in use on the network') : reason;
        // biome-ignore lint/suspicious/noConsole: the original has no other way to tell of it
        console.log(error);
      },
    });
  }

  get services(): Service[] {
    return this.#publishing.services;
  }

  publish(config: ServiceConfig): Service {
    const service: Service = new Service(
      config,
      ({ probe = config.probe !== false } = {}) => this.#publishing.start(service, probe),
      (stopped?: Stopped) => this.#stop([service], stopped),
    );
    service.start();
    return service;
  }

  unpublishAll(unpublished?: Stopped): void {
    this.#stop(this.services, unpublished);
  }

  destroy(): Promise<void> {
    for (const service of this.services) service.destroyed = true;
    return this.#publishing.destroy();
  }

  #stop(services: readonly Service[], stopped?: Stopped): void {
    if (!this.#publishing.stop(services, stopped) && stopped) process.nextTick(stopped);
  }
}
