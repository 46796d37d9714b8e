import { BehaviorSubject, distinctUntilChanged, type Observable } from 'rxjs';
import type { Metrics, Status, SupervisorEmitted } from '../actors/commands.js';
import type { SupervisorInput } from '../actors/supervisor/input.js';
import { NodeNetwork } from '../net/node-network.js';
import type { ServiceInstance } from '../protocol/dns-sd/instance.js';
import { LOCAL_DOMAIN } from '../protocol/dns-sd/service.js';
import { MdnsError } from '../protocol/errors.js';
import type { Name } from '../protocol/name.js';
import { readObject } from '../protocol/shape/object-reader.js';
import type { InstanceName } from '../protocol/view/found-instance.js';
import type { InstanceEvent } from '../protocol/view/instance-view.js';
import type { FoundHost } from '../protocol/view/lookup-view.js';
import type { InstanceNameEvent, TypeEvent } from '../protocol/view/pointer-views.js';
import type { FoundRecord } from '../protocol/view/record-view.js';
import { Browse, ServiceBrowse } from './browse.js';
import { Bridge } from './engine.js';
import { Finding } from './find.js';
import { type NodeLookup, nodeLookup } from './node-lookup.js';
import { Watching } from './open-watch.js';
import { aType, foundInstance } from './option-readers.js';
import { browseAllShape, browseShape, mdnsShape } from './option-shapes.js';
import type {
  BrowseOptions,
  DiscoverOptions,
  HostOptions,
  MdnsOptions,
  ServiceOptions,
  WaitOptions,
} from './options.js';
import { publishHost, publishService } from './publish.js';
import type { Published } from './published.js';
import type { PublishedService } from './published-service.js';
import { browseAllRequest, browseRequest, supervisorInput } from './read-options.js';

/**
 * Multicast DNS and service discovery on every multicast interface of this host. It starts at once, works in the
 * background, and never throws at you from there: what keeps it from working is told by `status$`.
 *
 * @throws MdnsError `invalid-option` or `invalid-name` for options that are wrong
 */
export function createMdns(options: MdnsOptions = {}): Mdns {
  return new Mdns(options);
}

/** The public face over the supervisor. */
export class Mdns {
  readonly #input: SupervisorInput;
  readonly #bridge: Bridge;
  readonly #hostname: BehaviorSubject<Name>;
  readonly #closed: Promise<void>;
  readonly #watching: Watching;
  readonly #finding: Finding;
  readonly #scans = new Map<string, Settle>();

  /** @internal use `createMdns` */
  constructor(options: MdnsOptions) {
    const read = readObject(mdnsShape, options);
    this.#input = supervisorInput(read, read.network ?? new NodeNetwork());
    this.#hostname = new BehaviorSubject(this.#input.hostname);
    this.#bridge = new Bridge(this.#input, read, (event) => this.#hear(event));
    this.#closed = new Promise((resolve, reject) => {
      const complete = () => {
        this.#end((scan) => scan.resolve());
        if (this.#bridge.breakdown) reject(this.#bridge.breakdown);
        else resolve();
      };
      this.#bridge.status$.subscribe({ complete });
    });
    this.#closed.catch(() => {});
    this.#watching = new Watching(this.#bridge);
    this.#finding = new Finding(this.#bridge, this.#watching);
    this.#bridge.start();
  }

  /** This host's name, `printer.local`; another one than asked for after a conflict. */
  get hostname(): Name {
    return this.#hostname.value;
  }

  /** This host's name now, and whenever it changes. */
  get hostname$(): Observable<Name> {
    return this.#hostname.pipe(distinctUntilChanged());
  }

  /** Whether it works, on which interfaces, and if not, why and what to do about it. */
  get status(): Status {
    return this.#bridge.status;
  }

  /** `status` now, and whenever it changes; ends when all is closed. */
  get status$(): Observable<Status> {
    return this.#bridge.status$;
  }

  /** Counters by link, such as `eth0/ipv4`. */
  metrics(): Metrics {
    return this.#bridge.metrics();
  }

  /**
   * Publishes a service on every interface, until it is withdrawn.
   *
   * @throws MdnsError `invalid-name`, `invalid-type`, `invalid-txt`, `invalid-option`, `closed`
   */
  publish(service: ServiceOptions): PublishedService {
    return publishService(this.#bridge, this.#input.ttls, service);
  }

  /**
   * Publishes a host name besides this host's own: an alias, or, with `addresses`, another machine that does not do so
   * itself.
   *
   * @throws MdnsError `invalid-name`, `invalid-option`, `closed`
   */
  publishHost(host: HostOptions): Published {
    return publishHost(this.#bridge, this.#input.ttls, host);
  }

  /**
   * Finds the instances of a service type, and goes on finding: `up`, `changed` and `down`, one instance for each
   * service, on however many interfaces it is seen. Without a type it finds the service types that there are.
   *
   * @throws MdnsError `invalid-type`, `invalid-option`, `closed`
   */
  browse(type: string, options: BrowseOptions & { readonly resolve: false }): ServiceBrowse<InstanceNameEvent>;
  browse(type: string, options?: BrowseOptions): ServiceBrowse<InstanceEvent>;
  browse(): Browse<TypeEvent>;
  browse(type?: string, options: BrowseOptions & { readonly resolve?: boolean } = {}): Browse<unknown> {
    this.#bridge.refuseWhenEnded();
    const read = readObject(browseShape, options);
    if (type === undefined)
      return this.#watching.forever<TypeEvent>({ kind: 'types', domain: LOCAL_DOMAIN }, read, Browse);
    const request = browseRequest(aType(type, 'The type'), read);
    return this.#watching.forever<InstanceEvent>(request, read, ServiceBrowse<InstanceEvent>);
  }

  /**
   * Finds the instances of every type that the network lists, as `browse` does those of one (RFC 6763 section 9). Of
   * more than 256 types those without instances take turns; `metrics()` counts them as `typesLeftOut`.
   *
   * @throws MdnsError `invalid-name` for a subtype that is not a label, `invalid-option`, `closed`
   */
  browseAll(options: BrowseOptions = {}): ServiceBrowse<InstanceEvent> {
    this.#bridge.refuseWhenEnded();
    const read = readObject(browseAllShape, options);
    return this.#watching.forever(browseAllRequest(read), read, ServiceBrowse<InstanceEvent>);
  }

  /**
   * The instances of a type that answer within `timeout`.
   *
   * @throws MdnsError `no-network`, `invalid-type`, `invalid-option`, `aborted`, `closed`
   */
  discover(type: string, options: WaitOptions & BrowseOptions & { readonly resolve: false }): Promise<InstanceName[]>;
  discover(type: string, options?: WaitOptions & BrowseOptions): Promise<ServiceInstance[]>;
  discover(type: string, options: DiscoverOptions = {}): Promise<readonly { readonly fullName: Name }[]> {
    return this.#finding.discover(type, options);
  }

  /**
   * One instance: its host, port, attributes and addresses, from the cache or from the network.
   *
   * @throws MdnsError `timeout`, `no-network`, `invalid-name`, `invalid-type`, `invalid-option`, `aborted`, `closed`
   */
  resolve(name: string, type: string, options: WaitOptions = {}): Promise<ServiceInstance> {
    return this.#finding.resolve(name, type, options);
  }

  /**
   * The addresses of a host, in an order in which one can try to connect, and their lowest TTL. A name that is another
   * one of a host (CNAME) is followed to it.
   *
   * @throws MdnsError `timeout`, `no-network`, `not-found`, `invalid-name`, `invalid-option`, `aborted`, `closed`
   */
  lookup(host: string, options: WaitOptions = {}): Promise<FoundHost> {
    return this.#finding.lookup(host, options);
  }

  /**
   * The records of a name and type (`SRV`, `TXT`, `ANY`, `TYPE65` ...), each with the interface on which it was heard.
   *
   * @throws MdnsError `timeout`, `no-network`, `not-found`, `invalid-name`, `invalid-option`, `aborted`, `closed`
   */
  query(name: string, type: string, options: WaitOptions = {}): Promise<FoundRecord[]> {
    return this.#finding.query(name, type, options);
  }

  /**
   * The names of the host that has an address, link-local ones included (RFC 6762 section 4). An address with a zone,
   * `fe80::1%eth0`, is asked about on that interface alone. Few responders publish the reverse mapping.
   *
   * @throws MdnsError `timeout`, `no-network`, `not-found`, `invalid-option`, `aborted`, `closed`
   */
  reverse(address: string, options: WaitOptions = {}): Promise<Name[]> {
    return this.#finding.reverse(address, options);
  }

  /**
   * `dns.lookup` with Multicast DNS for names below `.local`, for whatever takes a `lookup` option:
   *
   * ```ts
   * http.get('http://printer.local', { lookup: mdns.nodeLookup });
   * new Agent({ connect: { lookup: mdns.nodeLookup } }); // undici
   * ```
   */
  readonly nodeLookup: NodeLookup = nodeLookup({
    addressesOf: async (host) => (await this.lookup(host)).addresses,
    hasFamily: (family) => this.status.links.some((link) => link.family === family && link.addresses.length > 0),
  });

  /**
   * A connection to this service failed: asks whether it is still there, and drops what is not confirmed within 10 s
   * (RFC 6762 section 10.4). Browses then tell that it is down.
   *
   * @throws MdnsError `invalid-option`, `invalid-name`
   */
  reconfirm(instance: ServiceInstance): void {
    const { fullName, type, domain } = foundInstance(instance);
    const pointer = { name: `${type}.${domain}`, type: 'PTR', target: fullName } as const;
    const srv = { name: fullName, type: 'SRV' } as const;
    this.#bridge.send({ type: 'records.doubt', records: [pointer, srv] });
  }

  /**
   * Milliseconds since this service was last heard of, on whichever interface: its SRV or TXT record, as an answer or
   * an announcement. undefined when nothing of it is cached any more.
   *
   * @throws MdnsError `invalid-option`, `invalid-name`
   */
  lastSeen(instance: ServiceInstance): number | undefined {
    return this.#bridge.silenceOf(foundInstance(instance).fullName);
  }

  /** Looks at the system's interfaces now, instead of at the next turn; resolves when it has. */
  scanInterfaces(): Promise<void> {
    if (this.#bridge.ended) return Promise.resolve();
    const request = this.#bridge.newId('scan-');
    const scanned = new Promise<void>((resolve, reject) => this.#scans.set(request, { resolve, reject }));
    this.#bridge.send({ type: 'interfaces.scan', request });
    return this.#bridge.whileHeld(scanned);
  }

  /**
   * Says goodbye for everything published, then frees the sockets; takes at most 1.5 s. Can be called again. Rejects
   * with
   * `internal` if the engine breaks meanwhile; it is closed then, too.
   */
  close(): Promise<void> {
    if (this.#bridge.ended) return Promise.resolve();
    this.#bridge.send({ type: 'mdns.close' });
    return this.#bridge.whileHeld(this.#closed);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #hear(event: SupervisorEmitted): void {
    if (event.type === 'host.renamed') this.#hostname.next(event.host);
    if (event.type === 'interfaces.scanned' && event.request !== undefined) {
      this.#scans.get(event.request)?.resolve();
      this.#scans.delete(event.request);
    }
    if (event.type === 'system.broke') this.#end(({ reject }) => reject(new MdnsError('internal', event.message)));
  }

  #end(settle: (scan: Settle) => void): void {
    for (const scan of this.#scans.values()) settle(scan);
    this.#scans.clear();
    this.#hostname.complete();
  }
}

interface Settle {
  resolve(): void;
  reject(error: MdnsError): void;
}
