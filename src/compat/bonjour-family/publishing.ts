/** The services that a `Bonjour` of one of the three packages publishes. */
import type { EventEmitter } from 'node:events';
import type { PublishedService } from '../../api/published-service.js';
import type { TxtInput } from '../../protocol/dns-sd/txt.js';
import { type Advertised, advertise } from './advertise.js';
import type { Ground } from './ground.js';

export interface Advertisable extends EventEmitter {
  host: string;
  /** Whether it is announced. */
  published: boolean;
}

/** What the packages do differently. */
export interface Manner<S> {
  wanted(service: S): Omit<Advertised, 'probe'>;
  /** Whether a service is started. */
  isActive(service: S): boolean;
  activate(service: S, isActive: boolean): void;
  /** Another host has the name, or the service cannot be published, and it has been stopped. */
  failed(service: S, reason: 'taken' | Error): void;
}

export type Stopped = ((error?: Error | null) => void) | undefined;

export class Publishing<S extends Advertisable> {
  services: S[] = [];
  readonly #ground: Ground;
  readonly #manner: Manner<S>;
  readonly #published = new Map<S, PublishedService>();

  constructor(ground: Ground, manner: Manner<S>) {
    this.#ground = ground;
    this.#manner = manner;
  }

  /** @throws MdnsError for what cannot be published */
  start(service: S, probe: boolean): void {
    if (this.#manner.isActive(service) || this.#ground.isOver) return;
    const isPresent = () => this.#published.get(service) === published;
    // Later: a name that this process has itself is taken at once, and a listener cannot be there yet.
    const failed = (reason: 'taken' | Error) =>
      process.nextTick(() => {
        if (!isPresent()) return;
        this.stop([service]);
        this.#manner.failed(service, reason);
      });
    const announced = (host: string) => {
      if (!isPresent()) return;
      service.host = host;
      this.#tell(service);
    };
    const wanted = { ...this.#manner.wanted(service), probe };
    const published = advertise(this.#ground, wanted, { announced, taken: () => failed('taken'), failed });
    this.#manner.activate(service, true);
    this.services.push(service);
    this.#published.set(service, published);
  }

  /** @param silent true: nothing is announced */
  changeTxt(service: S, txt: TxtInput, silent: boolean): void {
    this.#published.get(service)?.update({ txt }, { announce: !silent });
    if (!silent && service.published) service.emit('up');
  }

  /** Stops those that are started. @returns whether there are any; `stopped` is called when their goodbyes have left */
  stop(given: readonly S[], stopped?: Stopped): boolean {
    const services = given.filter((service) => this.#manner.isActive(service));
    this.services = this.services.filter((service) => !services.includes(service));
    const gone = services.map(async (service) => {
      this.#manner.activate(service, false);
      const published = this.#published.get(service);
      this.#published.delete(service);
      await published?.withdraw().catch(() => {});
      service.published = false;
    });
    if (gone.length === 0) return false;
    void Promise.all(gone).then(() => stopped && process.nextTick(stopped, null));
    return true;
  }

  /** Says goodbye for everything, which only bonjour-hap does. */
  async destroy(): Promise<void> {
    await Promise.all([...this.#published.values()].map((each) => each.withdraw().catch(() => {})));
  }

  #tell(service: S): void {
    if (service.published) return;
    service.published = true;
    service.emit('up');
  }
}
