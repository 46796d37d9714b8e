import { isDeepStrictEqual } from 'node:util';
import { BehaviorSubject, distinctUntilChanged, type Observable } from 'rxjs';
import type { Metrics, Status, SupervisorEmitted, WatchRequest } from './actors/boundary.js';
import type { SupervisorInput } from './actors/supervisor.js';
import { Bridge } from './bridge.js';
import { Browse, ServiceBrowse } from './browse.js';
import { NodeNetwork } from './net/node-network.js';
import { type NodeLookup, nodeLookup } from './node-lookup.js';
import type { BrowseOptions, HostOptions, MdnsOptions, ServiceOptions, WaitOptions } from './options.js';
import { reverseName } from './protocol/dns-sd/host.js';
import type { ServiceInstance } from './protocol/dns-sd/instance.js';
import { instanceName, LOCAL_DOMAIN, parseServiceType } from './protocol/dns-sd/service.js';
import { MdnsError } from './protocol/errors.js';
import { parseHostToFind, parseMulticastName } from './protocol/multicast-names.js';
import { type Name, nameKey, plainLabel } from './protocol/name.js';
import { parseType } from './protocol/types.js';
import type { InstanceName } from './protocol/view/found-instance.js';
import type { InstanceEvent } from './protocol/view/instance-view.js';
import type { FoundHost, LookupEvent } from './protocol/view/lookup-view.js';
import type { InstanceNameEvent, TypeEvent } from './protocol/view/pointer-views.js';
import type { FoundRecord, RecordEvent } from './protocol/view/record-view.js';
import { Published } from './published.js';
import { PublishedService, type ServiceChanges } from './published-service.js';
import {
  browseAllRequest,
  browseRequest,
  DEFAULT_WAIT_MS,
  hostRequest,
  serviceRequest,
  supervisorInput,
} from './read-options.js';
import { Watching } from './watching.js';

/**
 * Multicast DNS and service discovery on every multicast interface of this host. It starts at once, works in the background,
 * and never throws at you from there: what keeps it from working is told by `status$`.
 *
 * @throws MdnsError `invalid-option` or `invalid-name` for options that cannot be meant
 */
export function createMdns(options: MdnsOptions = {}): Mdns {
  return new Mdns(options);
}

/** The public face over the supervisor. */
export class Mdns implements AsyncDisposable {
  readonly #input: SupervisorInput;
  readonly #bridge: Bridge;
  readonly #status = new BehaviorSubject<Status>({ state: 'starting', reason: undefined, links: [] });
  readonly #hostname: BehaviorSubject<Name>;
  readonly #closed: Promise<void>;
  readonly #watching: Watching;
  readonly #scans = new Map<string, Settle>();

  /** @internal use `createMdns` */
  constructor(options: MdnsOptions) {
    const network = options.network ?? new NodeNetwork({ keepAlive: options.keepAlive ?? false });
    this.#input = supervisorInput(options, network);
    this.#hostname = new BehaviorSubject(this.#input.hostname);
    this.#closed = new Promise((resolve, reject) => {
      this.#status.subscribe({ complete: () => (this.#bridge.breakdown ? reject(this.#bridge.breakdown) : resolve()) });
    });
    this.#closed.catch(() => {});
    this.#bridge = new Bridge(this.#input, options, (event) => this.#hear(event));
    this.#watching = new Watching(this.#bridge);
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
    return this.#status.value;
  }

  /** `status` now, and whenever it changes; ends when all is closed. */
  get status$(): Observable<Status> {
    return this.#status.asObservable();
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
    this.#bridge.refuseWhenEnded();
    service.signal?.throwIfAborted();
    const request = serviceRequest(service, this.#input.ttls, (warning) => {
      this.#bridge.log('warn', `TXT of "${service.name}": ${warning.message}`, warning);
    });
    const id = this.#bridge.newId('publication-');
    const type = typeOf(request.typeName);
    const read = (changes: ServiceChanges) => {
      const { instance, port, txt, subtypes, priority, weight } = serviceRequest(
        { ...service, name: published.name, ...changes },
        this.#input.ttls,
        () => {},
      );
      return pick({ instance, port, txt, subtypes, priority, weight }, changes);
    };
    const published = new PublishedService(this.#bridge, id, service, type, read);
    this.#bridge.send({ type: 'publication.publish', id, request });
    withdrawOnAbort(published, service.signal);
    return published;
  }

  /**
   * Publishes a host name besides this host's own: an alias, or, with `addresses`, another machine that does not do so itself.
   *
   * @throws MdnsError `invalid-name`, `invalid-option`, `closed`
   */
  publishHost(host: HostOptions): Published {
    this.#bridge.refuseWhenEnded();
    host.signal?.throwIfAborted();
    const request = hostRequest(host, this.#input.ttls);
    const id = this.#bridge.newId('publication-');
    const name = plainLabel(request.host);
    const published = new Published(this.#bridge, { id, name, kind: 'host', onConflict: host.onConflict });
    this.#bridge.send({ type: 'publication.publish', id, request });
    withdrawOnAbort(published, host.signal);
    return published;
  }

  /**
   * Finds the instances of a service type, and goes on finding: `up`, `changed` and `down`, one instance for each service, on
   * however many interfaces it is seen. Without a type it finds the service types that there are.
   *
   * @throws MdnsError `invalid-type`, `invalid-option`, `closed`
   */
  browse(type: string, options: BrowseOptions & { readonly resolve: false }): ServiceBrowse<InstanceNameEvent>;
  browse(type: string, options?: BrowseOptions): ServiceBrowse<InstanceEvent>;
  browse(): Browse<TypeEvent>;
  browse(type?: string, options: BrowseOptions & { readonly resolve?: boolean } = {}): Browse<unknown> {
    this.#bridge.refuseWhenEnded();
    if (type === undefined)
      return this.#watching.forever<TypeEvent>({ kind: 'types', domain: LOCAL_DOMAIN }, options, Browse);
    return this.#watching.forever<InstanceEvent>(browseRequest(type, options), options, ServiceBrowse<InstanceEvent>);
  }

  /**
   * Finds the instances of every type that the network lists, as `browse` does those of one (RFC 6763 section 9). Of more than
   * 256 types those without instances take turns; `metrics()` counts them as `typesLeftOut`.
   *
   * @throws MdnsError `invalid-name` for a subtype that is no label, `invalid-option`, `closed`
   */
  browseAll(options: BrowseOptions = {}): ServiceBrowse<InstanceEvent> {
    this.#bridge.refuseWhenEnded();
    return this.#watching.forever(browseAllRequest(options), options, ServiceBrowse<InstanceEvent>);
  }

  /**
   * The instances of a type that answer within `timeout`.
   *
   * @throws MdnsError `invalid-type`, `invalid-option`, `aborted`, `closed`
   */
  discover(type: string, options: WaitOptions & BrowseOptions & { readonly resolve: false }): Promise<InstanceName[]>;
  discover(type: string, options?: WaitOptions & BrowseOptions): Promise<ServiceInstance[]>;
  async discover(
    type: string,
    options: WaitOptions & BrowseOptions & { readonly resolve?: boolean } = {},
  ): Promise<readonly { readonly fullName: Name }[]> {
    const request = browseRequest(type, options);
    const found = new Map<Name, InstanceEvent['instance']>();
    await this.#watching.once<InstanceEvent>(request, options, ({ event, instance }) => {
      if (event === 'down') found.delete(instance.fullName);
      else found.set(instance.fullName, instance);
    });
    return [...found.values()];
  }

  /**
   * One instance: its host, port, attributes and addresses, from the cache or from the network.
   *
   * @throws MdnsError `timeout`, `invalid-name`, `invalid-type`, `invalid-option`, `aborted`, `closed`
   */
  async resolve(name: string, type: string, options: WaitOptions = {}): Promise<ServiceInstance> {
    const { name: typeName } = parseServiceType(type, { strict: false });
    instanceName(name, typeName);
    let found: ServiceInstance | undefined;
    const request: WatchRequest = { kind: 'instance', typeName, instance: name };
    await this.#watching.once<InstanceEvent>(request, options, ({ event, instance }) => {
      found = event === 'down' ? undefined : instance;
    });
    return found ?? this.#notFound(`No service "${name}" of type ${typeOf(typeName)} answered`, options);
  }

  /**
   * The addresses of a host, in an order in which one can try to connect, and their lowest TTL. A name that is another one of
   * a host (CNAME) is followed to it.
   *
   * @throws MdnsError `timeout`, `not-found`, `invalid-name`, `invalid-option`, `aborted`, `closed`
   */
  async lookup(host: string, options: WaitOptions = {}): Promise<FoundHost> {
    const name = parseHostToFind(host);
    let found: FoundHost | undefined;
    let denied = false;
    await this.#watching.once<LookupEvent>({ kind: 'host', host: name }, options, (event) => {
      denied = event.event === 'denied';
      found =
        event.event === 'found'
          ? { host: event.host, addresses: event.addresses, ttlSeconds: event.ttlSeconds }
          : undefined;
    });
    if (denied) throw new MdnsError('not-found', `${name} exists and has no address here.`);
    return found ?? this.#notFound(`No host ${name} answered`, options);
  }

  /**
   * The records of a name and type (`SRV`, `TXT`, `ANY`, `TYPE65` ...), each with the interface on which it was heard.
   *
   * @throws MdnsError `timeout`, `not-found`, `invalid-name`, `invalid-option`, `aborted`, `closed`
   */
  async query(name: string, type: string, options: WaitOptions = {}): Promise<FoundRecord[]> {
    const owner = parseMulticastName(name);
    const rrtype = parseType(type);
    if (rrtype === undefined) {
      throw new MdnsError(
        'invalid-option',
        `${JSON.stringify(type)} is no record type: give one such as "SRV" or "TYPE65".`,
      );
    }
    const found: FoundRecord[] = [];
    let denied = false;
    await this.#watching.once<RecordEvent>({ kind: 'records', name: owner, type: rrtype }, options, (event) => {
      if (event.event === 'found') found.push(...event.records);
      denied = event.event === 'denied';
    });
    if (found.length > 0) return found;
    if (denied) throw new MdnsError('not-found', `${owner} exists and has no ${rrtype} record.`);
    return this.#notFound(`Nobody answered for ${owner} ${rrtype}`, options);
  }

  /**
   * The names of the host that has an address, link-local ones included (RFC 6762 section 4). An address with a zone,
   * `fe80::1%eth0`, is asked about on that interface alone. Few responders publish the reverse mapping.
   *
   * @throws MdnsError `timeout`, `not-found`, `invalid-option`, `aborted`, `closed`
   */
  async reverse(address: string, options: WaitOptions = {}): Promise<Name[]> {
    const [, zone] = address.split('%');
    const where = zone === undefined ? options : { ...options, interfaces: [zone] };
    const found = await this.query(reverseName(address), 'PTR', where);
    const targets = found.flatMap(({ record }) => (record.type === 'PTR' ? [record.target] : []));
    return [...new Map(targets.map((target) => [nameKey(target), target])).values()];
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
   * A connection to this service failed: asks whether it is still there, and drops what is not confirmed within 10 s (RFC 6762
   * section 10.4). Browses then tell that it is down.
   */
  reconfirm(instance: ServiceInstance): void {
    const { fullName, type, domain } = instance;
    const pointer = { name: `${type}.${domain}`, type: 'PTR', target: fullName } as const;
    const srv = { name: fullName, type: 'SRV' } as const;
    this.#bridge.send({ type: 'records.doubt', records: [pointer, srv] });
  }

  /**
   * Milliseconds since this service was last heard of, on whichever interface: its SRV or TXT record, as an answer or an
   * announcement. undefined when nothing of it is cached any more.
   */
  lastSeen(instance: ServiceInstance): number | undefined {
    return this.#bridge.silenceOf(instance.fullName);
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
   * Says goodbye for everything published, then frees the sockets; takes at most 1.5 s. Can be called again. Rejects with
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
    if (event.type === 'system.broke') {
      const error = new MdnsError('internal', event.message);
      for (const { reject } of this.#scans.values()) reject(error);
      this.#scans.clear();
    }
    if (event.type !== 'status.changed') return;
    if (!isDeepStrictEqual(event.status, this.#status.value)) this.#status.next(event.status);
    if (event.status.state !== 'closed') return;
    for (const { resolve } of this.#scans.values()) resolve();
    this.#scans.clear();
    this.#status.complete();
    this.#hostname.complete();
  }

  #notFound(what: string, { timeout = DEFAULT_WAIT_MS }: WaitOptions): never {
    const { state, reason } = this.#status.value;
    const why = state === 'up' || reason === undefined ? '' : ` (${reason})`;
    throw new MdnsError('timeout', `${what} within ${timeout} ms${why}.`);
  }
}

interface Settle {
  resolve(): void;
  reject(error: MdnsError): void;
}

/** Whatever ends the publication, the signal, which may live on, keeps nothing of it. */
function withdrawOnAbort(published: Published, signal: AbortSignal | undefined): void {
  const onAbort = () => void published.withdraw();
  signal?.addEventListener('abort', onAbort, { once: true });
  published.changes$.subscribe({ complete: () => signal?.removeEventListener('abort', onAbort) });
}

/** `_http._tcp.local` -> `_http._tcp`. */
function typeOf(typeName: Name): string {
  return typeName.slice(0, typeName.length - LOCAL_DOMAIN.length - 1);
}

/** The read values of those keys that were given. */
function pick<T extends object>(values: T, given: object): Partial<T> {
  const wanted = 'name' in given ? ['instance', ...Object.keys(given)] : Object.keys(given);
  return Object.fromEntries(Object.entries(values).filter(([key]) => wanted.includes(key))) as Partial<T>;
}
