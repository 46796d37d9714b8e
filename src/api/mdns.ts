import type { MessagePort } from 'node:worker_threads';
import { BehaviorSubject, distinctUntilChanged, type Observable } from 'rxjs';
import type { Metrics, Status, SupervisorEmitted } from '../actors/commands.js';
import type { SupervisorInput } from '../actors/supervisor/input.js';
import { NodeNetwork } from '../net/node-network.js';
import type { ServiceInstance } from '../protocol/dns-sd/instance.js';
import { MdnsError } from '../protocol/errors.js';
import { parseHostToFind } from '../protocol/multicast-names.js';
import type { Name } from '../protocol/name.js';
import { readObject } from '../protocol/shape/object-reader.js';
import type { InstanceName } from '../protocol/view/found-instance.js';
import type { InstanceEvent } from '../protocol/view/instance-view.js';
import type { FoundHost, LookupEvent } from '../protocol/view/lookup-view.js';
import type { InstanceNameEvent, TypeEvent } from '../protocol/view/pointer-views.js';
import type { FoundRecord } from '../protocol/view/record-view.js';
import { Browse, ServiceBrowse } from './browse.js';
import { DomainNames } from './domain-names.js';
import { Doors } from './doors.js';
import { Engine } from './engine.js';
import { Finding } from './find.js';
import { type NodeLookup, nodeLookup } from './node-lookup.js';
import { withoutWhatStaysHere } from './open-system.js';
import { WatchOpener } from './open-watch.js';
import { aHost, aType, foundInstance } from './option-readers.js';
import { browseAllShape, browseShape, mdnsShape, watchHostShape } from './option-shapes.js';
import type {
  BrowseOptions,
  DiscoverOptions,
  HostOptions,
  MdnsOptions,
  ResolveOptions,
  ResolvingOptions,
  ServiceOptions,
  WaitOptions,
  WatchHostOptions,
} from './options.js';
import { Packets } from './packets.js';
import { publishHost, publishService } from './publish.js';
import type { Published } from './published.js';
import type { PublishedService } from './published-service.js';
import { browseAllRequest, browseRequest, supervisorInput } from './read-options.js';
import { Scans } from './scans.js';

/**
 * Creates an `Mdns`: Multicast DNS and service discovery on every multicast interface of this host. It starts at once,
 * works in the background and never throws from there: `status$` reports what keeps it from working.
 *
 * @throws MdnsError `invalid-option` or `invalid-name` for invalid options
 * @example const mdns = createMdns({ hostname: 'printer', logger: console });
 */
export function createMdns(options: MdnsOptions = {}): Mdns {
  return new Mdns(options);
}

/** Multicast DNS and service discovery; see `createMdns`. */
export class Mdns extends Doors {
  readonly #packets: Packets;
  readonly #input: SupervisorInput;
  readonly #engine: Engine;
  readonly #hostname: BehaviorSubject<Name>;
  readonly #closed: Promise<void>;
  readonly #watches: WatchOpener;
  readonly #finding: Finding;
  readonly #scans: Scans;
  readonly #domains: DomainNames;
  /** @internal */
  protected readonly behind: Doors['behind'];

  /** @internal Use `createMdns`. */
  constructor(options: MdnsOptions) {
    super();
    const read = withoutWhatStaysHere(readObject(mdnsShape, options));
    this.#input = supervisorInput(read, read.network ?? new NodeNetwork());
    this.#hostname = new BehaviorSubject(this.#input.hostname);
    this.#engine = new Engine(this.#input, read, (event) => this.#hear(event));
    this.#packets = new Packets(() => this.#engine.packets());
    this.#closed = new Promise((resolve, reject) => {
      const complete = () => {
        this.#end(undefined);
        this.#packets.complete();
        if (this.#engine.breakdown) reject(this.#engine.breakdown);
        else resolve();
      };
      this.#engine.status$.subscribe({ complete });
    });
    this.#closed.catch(() => {});
    this.#scans = new Scans(this.#engine);
    this.#watches = new WatchOpener(this.#engine);
    const domains = new DomainNames(read.port ? undefined : (this.#input.domains ?? []));
    this.#domains = domains;
    this.#finding = new Finding(this.#engine, this.#watches, domains);
    this.nodeLookup = nodeLookup({
      addressesOf: async (host, timeout) => (await this.lookup(host, { timeout })).addresses,
      hasFamily: (family) => this.status.links.some((link) => link.family === family && link.addresses.length > 0),
      fallsBack: read.systemLookup ?? false,
    });
    this.behind = () => ({ engine: this.#engine, watches: this.#watches, domains, packets: this.#packets });
    this.#engine.start();
  }

  /** This host's name, such as `printer.local`; it differs from the requested one after a conflict. */
  get hostname(): Name {
    return this.#hostname.value;
  }

  /** This host's current name, and every new one. */
  get hostname$(): Observable<Name> {
    return this.#hostname.pipe(distinctUntilChanged());
  }

  /** Whether it works and on which interfaces; if not, why, and what to do about it. */
  get status(): Status {
    return this.#engine.status;
  }

  /** The current `status`, and every new one; completes after `close`. */
  get status$(): Observable<Status> {
    return this.#engine.status$;
  }

  /**
   * Counters for each link, such as `eth0/ipv4`.
   *
   * @example for (const [link, { received }] of Object.entries(mdns.metrics())) console.log(link, received);
   */
  metrics(): Metrics {
    return this.#engine.metrics();
  }

  /**
   * A port through which another thread uses this system: transfer it to that thread, for its `createMdns({ port })`.
   * What the thread publishes and watches ends with its `Mdns`, or with the thread. Each port is for one `Mdns`.
   *
   * @throws MdnsError `closed`
   * @example const port = mdns.connect();
   */
  connect(): MessagePort {
    return this.#engine.connect();
  }

  /**
   * Publishes a service on every interface until it is withdrawn (RFC 6763 section 4, RFC 6762 section 8).
   *
   * @throws MdnsError `invalid-name`, `invalid-type`, `invalid-txt`, `invalid-option`, `closed`
   * @example const web = mdns.publish({ name: 'Web', type: 'http', port: 80, txt: { path: '/' } });
   */
  publish(service: ServiceOptions): PublishedService {
    return publishService(this.#engine, { ttls: this.#input.ttls, domains: this.#domains }, service);
  }

  /**
   * Publishes another host name besides this host's own: an alias, or, with `addresses`, a machine that does not
   * publish its own name.
   *
   * @throws MdnsError `invalid-name`, `invalid-option`, `closed`
   * @example mdns.publishHost({ name: 'scanner', addresses: ['192.0.2.9'] });
   */
  publishHost(host: HostOptions): Published {
    return publishHost(this.#engine, { ttls: this.#input.ttls, domains: this.#domains }, host);
  }

  /**
   * Finds the instances of a service type, continuously: events `up`, `changed` and `down`. A service is one instance,
   * however many interfaces it is seen on. Without a type it finds the service types of the network (RFC 6763 sections
   * 4 and 9).
   *
   * @throws MdnsError `invalid-type`, `invalid-option`, `closed`
   * @example mdns.browse('http').subscribe(({ event, instance }) => console.log(event, instance.name));
   */
  browse(type: string, options: BrowseOptions & { readonly resolve: false }): ServiceBrowse<InstanceNameEvent>;
  browse(type: string, options?: ResolvingOptions): ServiceBrowse<InstanceEvent>;
  browse(type?: undefined, options?: Pick<BrowseOptions, 'domain' | 'signal' | 'interfaces'>): Browse<TypeEvent>;
  browse(type?: string, options: BrowseOptions & { readonly resolve?: boolean | 'partial' } = {}): Browse<unknown> {
    this.#engine.refuseWhenEnded();
    const read = readObject(browseShape, options);
    if (type === undefined)
      return this.#watches.forever({ kind: 'types', ...this.#domains.where(read.domain) }, read, Browse<TypeEvent>);
    const request = browseRequest(aType(type, 'The type'), read, this.#domains);
    return request.kind === 'names'
      ? this.#watches.forever(request, read, ServiceBrowse<InstanceNameEvent>)
      : this.#watches.forever(request, read, ServiceBrowse<InstanceEvent>);
  }

  /**
   * Finds the instances of every type that the network lists, like `browse` for one type (RFC 6763 section 9). With
   * more than 256 types, those without instances take turns; `metrics()` counts them as `typesLeftOut`.
   *
   * @throws MdnsError `invalid-name` for a subtype that is not a label, `invalid-option`, `closed`
   * @example mdns.browseAll().services$.subscribe((services) => console.log([...services.keys()]));
   */
  browseAll(options: ResolvingOptions = {}): ServiceBrowse<InstanceEvent> {
    this.#engine.refuseWhenEnded();
    const read = readObject(browseAllShape, options);
    return this.#watches.forever(browseAllRequest(read, this.#domains), read, ServiceBrowse<InstanceEvent>);
  }

  /**
   * Follows the addresses of a host: `found` with all that are known, again after each change; `lost` when the last one
   * is gone; `denied` if the host exists without an address. Follows an alias (CNAME) to its host.
   *
   * @throws MdnsError `invalid-name`, `invalid-option`, `closed`
   * @example mdns.watchHost('printer').subscribe(console.log);
   */
  watchHost(host: string, options: WatchHostOptions = {}): Browse<LookupEvent> {
    this.#engine.refuseWhenEnded();
    const read = readObject(watchHostShape, options);
    const text = aHost(host, 'The host');
    const name = this.#domains.within(text) ?? parseHostToFind(text);
    return this.#watches.forever({ kind: 'host', host: name }, read, Browse<LookupEvent>);
  }

  /**
   * Finds the instances of a type that answer within `timeout`, by default 3 s. Always waits for the whole time.
   *
   * @throws MdnsError `no-network`, `invalid-type`, `invalid-option`, `aborted`, `closed`
   * @example const printers = await mdns.discover('ipp', { timeout: 2000 });
   */
  discover(type: string, options: WaitOptions & BrowseOptions & { readonly resolve: false }): Promise<InstanceName[]>;
  discover(type: string, options?: WaitOptions & ResolvingOptions): Promise<ServiceInstance[]>;
  discover(type: string, options: DiscoverOptions): Promise<ServiceInstance[] | InstanceName[]>;
  discover(type: string, options: DiscoverOptions = {}): Promise<readonly { readonly fullName: Name }[]> {
    return this.#finding.discover(type, options);
  }

  /**
   * Finds one instance: its host, port, attributes and addresses, from the cache or from the network.
   *
   * @throws MdnsError `timeout`, `no-network`, `invalid-name`, `invalid-type`, `invalid-option`, `aborted`, `closed`
   * @example const { host, port } = await mdns.resolve('Office', 'ipp');
   */
  resolve(name: string, type: string, options: ResolveOptions = {}): Promise<ServiceInstance> {
    return this.#finding.resolve(name, type, options);
  }

  /**
   * Finds the addresses of a host, in the order in which to try connecting, and their lowest TTL. Follows an alias
   * (CNAME) to its host.
   *
   * @throws MdnsError `timeout`, `no-network`, `not-found`, `invalid-name`, `invalid-option`, `aborted`, `closed`
   * @example const { addresses } = await mdns.lookup('printer');
   */
  lookup(host: string, options: WaitOptions = {}): Promise<FoundHost> {
    return this.#finding.lookup(host, options);
  }

  /**
   * Finds the records of a name and type (`SRV`, `TXT`, `ANY`, `TYPE65` ...), each with the interface on which it was
   * received.
   *
   * @throws MdnsError `timeout`, `no-network`, `not-found`, `invalid-name`, `invalid-option`, `aborted`, `closed`
   * @example const records = await mdns.query('Office._ipp._tcp.local', 'SRV');
   */
  query(name: string, type: string, options: WaitOptions = {}): Promise<FoundRecord[]> {
    return this.#finding.query(name, type, options);
  }

  /**
   * Finds the names of the host that has an address, link-local or not (RFC 6762 section 4). An address with a zone,
   * `fe80::1%eth0`, is queried on that interface only. Few responders publish the reverse mapping.
   *
   * @throws MdnsError `timeout`, `no-network`, `not-found`, `invalid-option`, `aborted`, `closed`
   * @example const [name] = await mdns.reverse('192.0.2.1');
   */
  reverse(address: string, options: WaitOptions = {}): Promise<Name[]> {
    return this.#finding.reverse(address, options);
  }

  /**
   * `dns.lookup` with Multicast DNS for names below `.local`, for any API with a `lookup` option:
   *
   * ```ts
   * http.get('http://printer.local', { lookup: mdns.nodeLookup });
   * new Agent({ connect: { lookup: mdns.nodeLookup } }); // undici
   * ```
   */
  readonly nodeLookup: NodeLookup;

  /**
   * Call it when a connection to this service has failed: queries whether the service still exists, and removes what is
   * not confirmed within 10 s (RFC 6762 section 10.4). Browses then report it as `down`.
   *
   * @throws MdnsError `invalid-option`, `invalid-name`
   * @example mdns.reconfirm(await mdns.resolve('Office', 'ipp'));
   */
  reconfirm(instance: ServiceInstance): void {
    const { fullName, type, domain } = foundInstance(instance);
    const pointer = { name: `${type}.${domain}`, type: 'PTR', target: fullName } as const;
    this.#engine.send({ type: 'records.doubt', records: [pointer, { name: fullName, type: 'SRV' }] });
  }

  /**
   * Whole milliseconds since the SRV or TXT record of this service was last received, on any interface; undefined if
   * neither is cached.
   *
   * @throws MdnsError `invalid-option`, `invalid-name`
   * @example console.log(mdns.lastSeen(await mdns.resolve('Office', 'ipp')));
   */
  lastSeen(instance: ServiceInstance): number | undefined {
    return this.#engine.factsOf(foundInstance(instance).fullName)?.silenceMs;
  }

  /**
   * Scans the system's interfaces now instead of at the next interval; resolves when it is done.
   *
   * @example await mdns.scanInterfaces();
   */
  scanInterfaces(): Promise<void> {
    return this.#scans.request();
  }

  /**
   * Sends goodbyes for everything published (RFC 6762 section 10.1), then closes the sockets; takes at most 1.5 s. May
   * be called repeatedly. Rejects with `internal` if the engine breaks meanwhile; everything is closed then, too.
   *
   * @example await mdns.close();
   */
  close(): Promise<void> {
    if (this.#engine.ended) return Promise.resolve();
    this.#engine.send({ type: 'mdns.close' });
    return this.#engine.keptAlive(this.#closed);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #hear(event: SupervisorEmitted): void {
    if (event.type === 'host.renamed') this.#hostname.next(event.host);
    if (event.type === 'interfaces.scanned' && event.request !== undefined) this.#scans.done(event.request);
    if (event.type === 'system.broke') this.#end(new MdnsError('internal', event.message));
  }

  #end(error: MdnsError | undefined): void {
    this.#scans.end(error);
    this.#hostname.complete();
  }
}
