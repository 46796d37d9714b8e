/** The responder of ciao: one for each set of options, and counted. */
import { type SharedEngine, type SharedOptions, shareEngine } from '../shared-engine.js';
import { ServiceState } from './constants.js';
import { CiaoService, type ServiceOptions } from './service.js';

export interface ResponderOptions {
  /** Names or addresses of interfaces. Default: all that support multicast. */
  interface?: string | string[];
  /** Whether to publish no IPv6 addresses. Default: false. */
  disableIpv6?: boolean;
  /** Without effect. */
  excludeIpv6Only?: boolean;
  /** Whether to speak IPv4. Default: true. */
  advertiseIpv4?: boolean;
  /** Without effect: IPv6 is spoken as well. */
  advertiseIpv6?: boolean;
  /** Whether to repeat announcements every 30 seconds, which RFC 6762 section 8.3 forbids. Default: false. */
  periodicBroadcasts?: boolean;
  /** Without effect. */
  ignoreUnicastResponseFlag?: boolean;
}

const BROADCAST_MS = 30_000;

export class Responder {
  static readonly SERVICE_TYPE_ENUMERATION_NAME = '_services._dns-sd._udp.local.';
  static readonly #instances = new Map<string, Responder>();

  /** @internal Use `getResponder`. */
  static getResponder(options?: ResponderOptions): Responder {
    const key = options ? JSON.stringify(options) : '';
    const responder = Responder.#instances.get(key) ?? new Responder(key, options ?? {});
    Responder.#instances.set(key, responder);
    responder.#users += 1;
    return responder;
  }

  readonly #key: string;
  readonly #engine: SharedEngine;
  readonly #ipv6: boolean;
  readonly #services = new Set<CiaoService>();
  #users = 0;

  private constructor(key: string, options: ResponderOptions) {
    this.#key = key;
    this.#engine = shareEngine(engineOptions(options));
    this.#ipv6 = !options.disableIpv6;
  }

  /**
   * Makes a service, which is on the network once it is advertised.
   *
   * @throws AssertionError without a name or type, for a type of more than 15 characters or empty
   *   `restrictedAddresses`; Error for an address that this computer does not have
   */
  createService(options: ServiceOptions): CiaoService {
    const forget = () => this.#services.delete(service);
    const service: CiaoService = new CiaoService(this.#engine.mdns, options, { ipv6: this.#ipv6, forget });
    this.#services.add(service);
    return service;
  }

  /** Says goodbye for all services and ends, if this is its last user. */
  async shutdown(): Promise<void> {
    this.#users -= 1;
    if (this.#users !== 0) return;
    Responder.#instances.delete(this.#key);
    const living = [...this.#services].filter((service) => !service.isDestroyed());
    await Promise.all(living.map((service) => service.end()));
    await this.#engine.release();
  }

  /** Those that are being announced, or are. */
  getAnnouncedServices(): IterableIterator<CiaoService> {
    const states: readonly string[] = [ServiceState.ANNOUNCING, ServiceState.ANNOUNCED];
    return [...this.#services].filter(({ serviceState }) => states.includes(serviceState)).values();
  }
}

function engineOptions(options: ResponderOptions): SharedOptions {
  const { advertiseIpv4 = true, periodicBroadcasts = false } = options;
  const interfaces = [options.interface ?? []].flat();
  return {
    ...(interfaces.length > 0 && { interfaces }),
    ...(!advertiseIpv4 && { ipv4: false }),
    ...(periodicBroadcasts && { reannounce: BROADCAST_MS }),
  };
}

/**
 * The responder for these options; each caller ends it with `shutdown`.
 *
 * @example
 * const responder = getResponder();
 * const service = responder.createService({ name: 'My Bridge', type: 'hap', port: 51826 });
 * service.on('name-change', (name) => console.log(name));
 * service.advertise().then(() => console.log(service.getFQDN()));
 */
export function getResponder(options?: ResponderOptions): Responder {
  return Responder.getResponder(options);
}
