import type { Observable } from 'rxjs';
import type { DomainsMetrics, InstanceFacts } from '../actors/commands.js';
import type { InspectorHandler } from '../inspector/handler.js';
import type { InspectorServer } from '../inspector/server.js';
import type { ServiceInstance } from '../protocol/dns-sd/instance.js';
import { readObject } from '../protocol/shape/object-reader.js';
import type { FoundDomain } from '../protocol/view/domains-view.js';
import type { DomainNames } from './domain-names.js';
import type { DomainsOptions } from './domain-options.js';
import { watchShape } from './door-shapes.js';
import type { Engine } from './engine.js';
import { recordsRequest } from './find.js';
import { findDomains } from './find-domains.js';
import { inspectorHandler, serveInspector } from './inspect.js';
import type { WatchOpener } from './open-watch.js';
import { foundInstance } from './option-readers.js';
import type { InspectorHandlerOptions, SendOptions, ServeInspectorOptions, WatchOptions } from './options.js';
import type { Packet, Packets } from './packets.js';
import { RecordWatch } from './record-watch.js';
import { type OutgoingMessage, sendRequest } from './send-request.js';

/** The part of an `Mdns` for those who look beyond it: domains, packets, records, the page of the running system. */
export abstract class Doors {
  /** @internal */
  protected abstract readonly behind: () => {
    readonly engine: Engine;
    readonly watches: WatchOpener;
    readonly domains: DomainNames;
    readonly packets: Packets;
  };

  /**
   * A standing question: the records of a name and type, as they come and go: events `found`, `lost`, and `denied` if
   * the name exists without such records. It is asked again as RFC 6762 section 5.2 says until the watch ends.
   *
   * @throws MdnsError `invalid-name`, `invalid-option`, `closed`
   * @example mdns.watch('nas.local', 'AAAA').records$.subscribe((records) => console.log(records));
   */
  watch(name: string, type: string, options: WatchOptions = {}): RecordWatch {
    const { engine, watches, domains } = this.behind();
    engine.refuseWhenEnded();
    const read = readObject(watchShape, options);
    return watches.forever(recordsRequest(name, type, domains), read, RecordWatch);
  }

  /**
   * What is known of an instance now: for how long it is still valid, its subtypes, when it was last heard of;
   * undefined if nothing is cached.
   *
   * @throws MdnsError `invalid-option`, `invalid-name`
   * @example console.log(mdns.facts(await mdns.resolve('Office', 'ipp'))?.subtypes);
   */
  facts(instance: ServiceInstance): InstanceFacts | undefined {
    return this.behind().engine.factsOf(foundInstance(instance).fullName);
  }

  /**
   * Counters for each domain beyond the link, like `metrics` for links: what its servers were asked and answered, how
   * much is kept of it, and what was refused for lack of room.
   *
   * @example console.log(mdns.domainMetrics()["office.example"]?.timeouts);
   */
  domainMetrics(): DomainsMetrics {
    return this.behind().engine.domainMetrics();
  }

  /**
   * Finds the domains that the network recommends for browsing and publishing (RFC 6763 section 11): those that the
   * `domains` of `createMdns`, the system's search list and the subnets of this host list, or that one domain lists.
   *
   * @throws MdnsError `invalid-name`, `invalid-option`, `aborted`, `closed`
   * @example for (const { domain, uses } of await mdns.domains()) console.log(domain, uses);
   */
  async domains(options: DomainsOptions = {}): Promise<readonly FoundDomain[]> {
    const { engine, watches } = this.behind();
    engine.refuseWhenEnded();
    return findDomains(watches, options);
  }

  /**
   * The packets that this `Mdns` receives and sends on every link, also those that do not concern it; completes after
   * `close`. Nothing is kept: a subscriber gets them from then on. What peers send is untrusted. With `worker` or
   * `port`, packets are left out while this thread is blocked; the log says how many.
   *
   * @example mdns.packets$.subscribe(({ from, message }) => console.log(from.address, message?.questions));
   */
  get packets$(): Observable<Packet> {
    return this.behind().packets.packets$;
  }

  /**
   * Sends a message of your own: bytes, or an object. Resolves when it has left on an interface. It changes neither
   * what this `Mdns` publishes nor what it has cached, except that the system loops it back to all programs of this
   * machine, this one included. Nothing limits how much is sent: follow RFC 6762 yourself.
   *
   * @throws MdnsError `no-network`, `invalid-option`, `invalid-name`, `invalid-type`, `invalid-txt`, `closed`
   * @example await mdns.send({ questions: [{ name: 'nas.local', type: 'A', class: 1, unicastResponse: false }] });
   */
  async send(message: Uint8Array | OutgoingMessage, options: SendOptions = {}): Promise<void> {
    const { engine, packets } = this.behind();
    engine.refuseWhenEnded();
    await engine.keptAlive(packets.send(sendRequest(message, options), () => engine.status.reason));
  }

  /**
   * Serves a page that shows the actors, messages, services, caches and packets of this `Mdns` while it runs: on
   * 127.0.0.1 only, for the client that has the `url` that it resolves with. Looking costs up to a tenth of the speed;
   * while no page is open it costs nothing. Closes with the `Mdns`, and does not keep the process alive.
   *
   * @throws MdnsError `invalid-option` also for a port that cannot be used, `closed`
   * @example mdns.serveInspector().then(({ url }) => console.log(`open ${url}`));
   */
  serveInspector(options: ServeInspectorOptions = {}): Promise<InspectorServer> {
    return serveInspector(this.behind().engine, options);
  }

  /**
   * The same page as a part of your own HTTP server, with `node:http`, Express, Fastify and others, below any path that
   * ends with a slash. `authorize` or `token` says who may see it.
   *
   * @throws MdnsError `invalid-option`, `closed`
   * @example app.use('/mdns/', mdns.inspectorHandler({ authorize: (request) => isAdmin(request) }));
   */
  inspectorHandler(options: InspectorHandlerOptions): InspectorHandler {
    return inspectorHandler(this.behind().engine, options);
  }
}
