/** A service of ciao. */
import assert from 'node:assert';
import { EventEmitter } from 'node:events';
import { AS_OTHERS_DO, type AsOthersDo } from '../../api/publish.js';
import type { PublishedService } from '../../api/published-service.js';
import type { Mdns, PublicationEvent, ServiceOptions as PublishOptions } from '../../index.js';
import { portNumber } from '../port-number.js';
import { permits, type Restriction, restriction } from '../restriction.js';
import { Protocol, ServiceEvent, ServiceState } from './constants.js';
import { formatHostname, removeTLD, stringify } from './domain-formatter.js';
import { namesOf } from './names.js';

/** Each value is written as text, `key=value`. */
export type ServiceTxt = Record<string, unknown>;

export interface ServiceOptions {
  /** The instance name as people see it. */
  name: string;
  /** `hap`: at most 15 characters. */
  type: string;
  subtypes?: string[];
  /** Default: none, and `updatePort` sets it. */
  port?: number;
  /** Default: `tcp`. */
  protocol?: Protocol;
  /** The name of the service's own host. Default: the name of the service with dashes instead of spaces. */
  hostname?: string;
  txt?: ServiceTxt;
  /** Default: `local`. Another one is refused. */
  domain?: string;
  /** Names of interfaces, and addresses: no others are used. Not empty. */
  restrictedAddresses?: string[];
  /** Whether to leave out IPv6 addresses. Default: false. */
  disabledIpv6?: boolean;
}

interface Events {
  'name-change': [name: string];
  'hostname-change': [hostname: string];
}

/** Milliseconds in which changes of TXT data are one change. */
const TXT_PAUSE_MS = 50;

export class CiaoService extends EventEmitter<Events> {
  serviceState: ServiceState = ServiceState.UNANNOUNCED;
  readonly #mdns: Mdns;
  readonly #options: ServiceOptions;
  readonly #only: Restriction | undefined;
  readonly #ipv6: boolean;
  readonly #forget: () => void;
  #name: string;
  #hostname: string;
  #port: number | undefined;
  #txt: Buffer[];
  #txtTimer: NodeJS.Timeout | undefined;
  #published: PublishedService | undefined;
  #destroyed = false;

  /** @internal Use `createService` of a responder. */
  constructor(mdns: Mdns, options: ServiceOptions, responder: { readonly ipv6: boolean; forget(): void }) {
    super();
    assert(options, 'parameters options is required');
    assert(options.name, "service options parameter 'name' is required");
    assert(options.type, "service options parameter 'type' is required");
    const tooLong = "service options parameter 'type' must not be longer than 15 characters";
    assert(options.type.length <= 15, tooLong);
    const { domain = 'local' } = options;
    assert(domain === 'local', 'Multicast DNS has no other domain than "local"');
    this.#mdns = mdns;
    this.#options = options;
    this.#forget = responder.forget;
    this.#ipv6 = responder.ipv6 && !options.disabledIpv6;
    const { name, hostname } = namesOf(options.name, options.hostname);
    this.#name = name;
    this.#hostname = hostname;
    assert(this.getFQDN().length <= 255, 'A fully qualified domain name cannot be longer than 255 characters');
    this.#port = options.port;
    this.#only = restriction(options.restrictedAddresses, this.getFQDN());
    this.#txt = encodeTxt(options.txt ?? {});
  }

  /**
   * Publishes it. Resolves when its names are known to be free, and emits `name-change` and `hostname-change` before if
   * others were chosen.
   *
   * @throws AssertionError without a port, and when it is destroyed
   */
  advertise(): Promise<void> {
    assert(!this.#destroyed, 'Cannot publish destroyed service!');
    assert(this.#port, 'Service port must be defined before advertising the service on the network!');
    return heeded(this.#advertise(this.#port));
  }

  /** Withdraws it, with a goodbye. @throws AssertionError when it is destroyed */
  end(): Promise<void> {
    assert(!this.#destroyed, 'Cannot end destroyed service!');
    return heeded(this.#end());
  }

  /** Withdraws it and removes its listeners: it can not be used any more. */
  async destroy(): Promise<void> {
    const ended = this.end();
    this.#destroyed = true;
    await ended;
    this.#forget();
    this.removeAllListeners();
  }

  isDestroyed(): boolean {
    return this.#destroyed;
  }

  /** `My Bridge._hap._tcp.local.` */
  getFQDN(): string {
    return stringify({ ...this.#typeParts, name: this.#name });
  }

  /** `_hap._tcp.local.` */
  getTypePTR(): string {
    return stringify(this.#typeParts);
  }

  getLowerCasedFQDN(): string {
    return this.getFQDN().toLowerCase();
  }

  getLowerCasedTypePTR(): string {
    return this.getTypePTR().toLowerCase();
  }

  getLowerCasedSubtypePTRs(): string[] | undefined {
    return this.#options.subtypes?.map((subtype) => stringify({ ...this.#typeParts, subtype }).toLowerCase());
  }

  /** `My-Bridge.local.` */
  getHostname(): string {
    return this.#hostname;
  }

  getLowerCasedHostname(): string {
    return this.#hostname.toLowerCase();
  }

  /** -1 when there is none. */
  getPort(): number {
    return this.#port || -1;
  }

  /** The strings of the TXT record. */
  getTXT(): Buffer[] {
    return this.#txt;
  }

  /**
   * Changes the TXT data. Changes within 50 ms are announced together.
   *
   * @param silent true: answers have the new data, and nothing is announced
   * @throws AssertionError without data, and when it is destroyed
   */
  updateTxt(txt: ServiceTxt, silent = false): void {
    assert(!this.#destroyed, 'Cannot update destroyed service!');
    assert(txt, 'txt cannot be undefined');
    this.#txt = encodeTxt(txt);
    if (this.#published === undefined) return;
    if (silent) {
      this.#published.update({ txt: this.#txt }, { announce: false });
      return;
    }
    this.#txtTimer ??= setTimeout(() => {
      this.#txtTimer = undefined;
      this.#published?.update({ txt: this.#txt });
    }, TXT_PAUSE_MS).unref();
  }

  /** @throws AssertionError when it is advertised already */
  updatePort(port: number): void {
    const unannounced = this.serviceState === ServiceState.UNANNOUNCED;
    assert(unannounced, 'Port number cannot be changed when service is already advertised!');
    this.#port = port;
  }

  get #typeParts() {
    const { type, protocol = Protocol.TCP } = this.#options;
    return { type, protocol };
  }

  async #advertise(port: number): Promise<void> {
    if (this.serviceState === ServiceState.ANNOUNCED) {
      throw new Error(`Can't publish a service that is already announced: ${this.getFQDN()}`);
    }
    this.#published ??= this.#publish(port);
    const published = this.#published;
    await published.probed.catch((error) => {
      // What was withdrawn meanwhile did not fail.
      if (error.code !== 'closed') throw error;
    });
    if (published === this.#published && this.serviceState === ServiceState.PROBING) {
      this.serviceState = ServiceState.ANNOUNCING;
    }
  }

  #publish(port: number): PublishedService {
    const { type, protocol = Protocol.TCP, subtypes = [] } = this.#options;
    const only = this.#only;
    const service: PublishOptions & { readonly [AS_OTHERS_DO]: AsOthersDo } = {
      ...{ name: this.#name, type: `_${type}._${protocol}`, txt: this.#txt, strict: false },
      port: portNumber(port),
      subtypes: subtypes.map((subtype) => `_${subtype}`),
      ...{ host: this.#hostname, ownHost: true, [AS_OTHERS_DO]: { bracketed: true } },
      ...(only && { interfaces: [...only.keys()] }),
      ...this.#addressFilter,
    };
    const published = this.#mdns.publish(service);
    this.serviceState = ServiceState.PROBING;
    published.changes$.subscribe((change) => published === this.#published && this.#note(change));
    return published;
  }

  get #addressFilter(): Pick<PublishOptions, 'addressFilter'> {
    const only = this.#only;
    if (only) {
      return {
        addressFilter: ({ address, family }, on) =>
          (this.#ipv6 || family === 'ipv4') && permits(only, address, on.name),
      };
    }
    return this.#ipv6 ? {} : { addressFilter: ['0.0.0.0/0'] };
  }

  #note(change: PublicationEvent): void {
    if (change.event === 'announced') this.serviceState = ServiceState.ANNOUNCED;
    if (change.event === 'renamed') {
      this.#name = change.name;
      this.emit(ServiceEvent.NAME_CHANGED, change.name);
    }
    if (change.event === 'host-renamed') {
      this.#hostname = formatHostname(change.host);
      this.emit(ServiceEvent.HOSTNAME_CHANGED, removeTLD(this.#hostname));
    }
    if (change.event === 'failed') {
      this.#published = undefined;
      this.serviceState = ServiceState.UNANNOUNCED;
    }
  }

  /** @internal Also when it is destroyed. */
  async #end(): Promise<void> {
    const published = this.#published;
    this.#published = undefined;
    this.serviceState = ServiceState.UNANNOUNCED;
    await published?.withdraw();
  }
}

/** The same promise; if it is not awaited, its rejection does not end the process. */
function heeded(promise: Promise<void>): Promise<void> {
  promise.catch(() => {});
  return promise;
}

function encodeTxt(txt: ServiceTxt): Buffer[] {
  return Object.entries(txt).map(([key, value]) => Buffer.from(`${key}=${value}`));
}
