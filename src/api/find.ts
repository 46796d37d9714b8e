/** One-shot requests: each opens a watch that ends with an answer, or with the reason why there is none. */
import type { WatchRequest } from '../actors/commands.js';
import { reverseName } from '../protocol/dns-sd/host.js';
import type { ServiceInstance } from '../protocol/dns-sd/instance.js';
import { instanceName, parseServiceType } from '../protocol/dns-sd/service.js';
import { MdnsError } from '../protocol/errors.js';
import { parseHostToFind, parseMulticastName } from '../protocol/multicast-names.js';
import { isWithin, type Name, nameKey } from '../protocol/name.js';
import { readObject } from '../protocol/shape/object-reader.js';
import { refusal, text } from '../protocol/shape/reader.js';
import { parseType } from '../protocol/types.js';
import type { InstanceName } from '../protocol/view/found-instance.js';
import type { FoundHost } from '../protocol/view/lookup-view.js';
import type { FoundRecord } from '../protocol/view/record-view.js';
import { DEFAULT_WAIT_MS } from './default-wait.js';
import type { DomainNames } from './domain-names.js';
import type { Engine } from './engine.js';
import type { WatchOpener } from './open-watch.js';
import { aHost, anAddress, anInstance, aType } from './option-readers.js';
import { discoverShape, resolveShape, waitShape } from './option-shapes.js';
import type { DiscoverOptions, ResolveOptions, WaitOptions } from './options.js';
import { typeOf } from './publish.js';
import { browseRequest } from './read-options.js';

/** The one-shot methods of `Mdns`, where each is documented. */
export class Finding {
  readonly #engine: Engine;
  readonly #watches: WatchOpener;

  readonly #domains: DomainNames;

  constructor(engine: Engine, watches: WatchOpener, domains: DomainNames) {
    this.#engine = engine;
    this.#watches = watches;
    this.#domains = domains;
  }

  async discover(type: string, given: DiscoverOptions): Promise<readonly { readonly fullName: Name }[]> {
    const options = readObject(discoverShape, given);
    const request = browseRequest(aType(type, 'The type'), options, this.#domains);
    const found = new Map<Name, ServiceInstance | InstanceName>();
    const what = `No service of type ${typeOf(request.typeName)} was found`;
    await this.#watches.once(request, options, what, ({ event, instance }) => {
      if (event === 'down') found.delete(instance.fullName);
      else found.set(instance.fullName, instance);
    });
    return [...found.values()];
  }

  async resolve(name: string, type: string, given: ResolveOptions): Promise<ServiceInstance> {
    const options = readObject(resolveShape, given);
    const domain = this.#domains.one(options.domain);
    const { name: typeName } = parseServiceType(aType(type, 'The type'), { strict: false, domain });
    const instance = anInstance(name, 'The name');
    instanceName(instance, typeName);
    let found: ServiceInstance | undefined;
    const request: WatchRequest<'instance'> = { kind: 'instance', typeName, instance };
    const what = `No service "${instance}" of type ${typeOf(typeName)} answered`;
    await this.#watches.once(request, options, what, (event) => {
      found = event.event === 'down' ? undefined : event.instance;
    });
    return found ?? this.#notFound(what, options, typeName);
  }

  async lookup(host: string, given: WaitOptions): Promise<FoundHost> {
    const options = readObject(waitShape('lookup'), given);
    const text = aHost(host, 'The host');
    const name = this.#domains.within(text) ?? parseHostToFind(text);
    let found: FoundHost | undefined;
    let denied = false;
    const what = `No host ${name} answered`;
    await this.#watches.once({ kind: 'host', host: name }, options, what, (event) => {
      denied = event.event === 'denied';
      found =
        event.event === 'found'
          ? { host: event.host, addresses: event.addresses, ttlSeconds: event.ttlSeconds }
          : undefined;
    });
    if (denied) {
      const local = `${name} exists, but has no address on this network.`;
      const inDomain = `${name} has no address, says the DNS server of its domain.`;
      throw new MdnsError('not-found', this.#domains.within(text) ? inDomain : local);
    }
    return found ?? this.#notFound(what, options, name);
  }

  async query(name: string, type: string, given: WaitOptions, of = 'query'): Promise<FoundRecord[]> {
    const options = readObject(waitShape(of), given);
    const request = recordsRequest(name, type, this.#domains);
    const { name: owner, type: rrtype } = request;
    const found: FoundRecord[] = [];
    let denied = false;
    const what = `No host answered for ${owner} ${rrtype}`;
    await this.#watches.once(request, options, what, (event) => {
      if (event.event === 'found') found.push(...event.records);
      denied = event.event === 'denied';
    });
    if (found.length > 0) return found;
    if (denied) throw new MdnsError('not-found', `${owner} exists, but has no ${rrtype} record.`);
    return this.#notFound(what, options, owner);
  }

  async reverse(address: string, given: WaitOptions): Promise<Name[]> {
    const options = readObject(waitShape('reverse'), given);
    const [, zone] = anAddress(address, 'The address').split('%');
    const where = zone === undefined ? options : { ...options, interfaces: [zone] };
    const found = await this.query(reverseName(address), 'PTR', where, 'reverse');
    const targets = found.flatMap(({ record }) => (record.type === 'PTR' ? [record.target] : []));
    return [...new Map(targets.map((target) => [nameKey(target), target])).values()];
  }

  /** @param name what was asked for: the reason is that of its domain */
  #notFound(what: string, { timeout = DEFAULT_WAIT_MS }: WaitOptions, name: Name): never {
    const { state, reason, domains = [] } = this.#engine.status;
    const inside = domains.find(({ domain }) => isWithin(name, domain));
    const cause = inside ? inside.reason : state === 'up' ? undefined : reason;
    const why = cause === undefined ? '' : ` (${cause})`;
    throw new MdnsError('timeout', `${what} within ${timeout} ms${why}.`);
  }
}

/**
 * A question for the records of a name and type.
 *
 * @throws MdnsError `invalid-name`, `invalid-option` for a type that does not exist
 */
export function recordsRequest(name: unknown, type: unknown, domains: DomainNames): WatchRequest<'records'> {
  const asked = aHost(name, 'The name');
  const owner = domains.within(asked) ?? parseMulticastName(asked);
  const advice = 'give a record type such as "SRV" or "TYPE65"';
  const rrtype = parseType(text(advice)(type, 'The type'));
  if (rrtype === undefined) throw refusal('The type', type, advice);
  return { kind: 'records', name: owner, type: rrtype };
}
