/** The browser of bonjour-service. */
import type { ServiceInstance } from '../../index.js';
import { adopt, Browsing } from '../bonjour-family/browsing.js';
import { type Found, foundFrom, txtBlocks } from '../bonjour-family/found.js';
import { Ground } from '../bonjour-family/ground.js';
import type { Service } from './service.js';
import { decodeTxt, equalTxt, type KeyValue, matchesTxt } from './txt.js';

export interface BrowserConfig {
  /** `http`. Default: every type. */
  type: string;
  /** Only the service of this name. */
  name?: string;
  /** Default: `tcp`. */
  protocol?: 'tcp' | 'udp';
  /** Without effect. */
  subtypes?: string[];
  /** Only services with these attributes. */
  txt?: KeyValue;
}

export type BrowserOnUp = (service: Service) => void;

export interface BrowserEvents {
  up: [service: Service];
  down: [service: Service];
  'txt-update': [newService: Service, existingService: Service];
  'srv-update': [newService: Service, existingService: Service];
}

/** A plain object, although the types of the original call it a `Service`. */
interface FoundService extends Found {
  rawTxt: Buffer[];
  txt: KeyValue;
  /** Seconds. */
  ttl: number;
  /** Milliseconds since 1970. */
  lastSeen: number;
}

export class Browser extends Browsing<FoundService, BrowserEvents> {
  readonly #wanted: KeyValue;

  /** @param mdns the `server.mdns` of a `Bonjour` */
  constructor(mdns: unknown, opts: Partial<BrowserConfig> | BrowserOnUp | null, onup?: BrowserOnUp) {
    const sought = typeof opts === 'function' ? {} : (opts ?? {});
    super(mdns instanceof Ground ? mdns : Ground.of(mdns), sought);
    const { binary: _, ...wanted } = sought.txt ?? {};
    this.#wanted = wanted;
    const listener = typeof opts === 'function' ? opts : onup;
    if (listener) this.on('up', listener);
    this.start();
  }

  get services(): Service[] {
    return this.found as unknown as Service[];
  }

  /** Without effect: what has expired is down already. */
  expire(): void {}

  protected describe(instance: ServiceInstance): FoundService {
    const rawTxt = txtBlocks(instance);
    return {
      ...foundFrom(this.ground, instance),
      rawTxt,
      txt: decodeTxt(rawTxt),
      ttl: instance.ttlSeconds,
      lastSeen: Date.now(),
    };
  }

  protected accepts({ txt }: FoundService): boolean {
    return matchesTxt(txt, this.#wanted);
  }

  protected note(service: FoundService, before: FoundService, replace: () => void): void {
    const hasMoved = before.host !== service.host || before.port !== service.port;
    const isNew = !equalTxt(before.txt, service.txt);
    if (hasMoved || isNew) replace();
    else adopt(before, service);
    if (hasMoved) this.tell('srv-update', service, before);
    if (isNew) this.tell('txt-update', service, before);
  }
}
