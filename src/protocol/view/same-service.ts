/**
 * Merges the instances of several domains: a service that is published on the link and in a domain is one instance,
 * under the name that was found first, with the addresses of both.
 */
import type { ServiceAddress, ServiceInstance } from '../dns-sd/instance.js';
import { txtOf, withTxt } from '../dns-sd/lazy-txt.js';
import { firstLabel, type Name, nameKey } from '../name.js';
import { sameAddresses } from './address-order.js';
import type { InstanceName } from './found-instance.js';
import type { InstanceEvent } from './instance-event.js';
import type { InstanceNameEvent } from './pointer-views.js';

/** One service: what each domain knows of it, the one that is shown first. */
interface Merged {
  readonly members: Map<Name, ServiceInstance>;
  shown: ServiceInstance;
}

export class SameServices {
  /** By label and type: a few services at most, since a label is unique in each domain. */
  readonly #merged = new Map<string, Set<Merged>>();

  /** @returns the events as the user gets them */
  merge(domain: Name, events: readonly InstanceEvent[]): readonly InstanceEvent[] {
    return events.flatMap((event) => this.#take(domain, event));
  }

  #take(domain: Name, event: InstanceEvent): InstanceEvent[] {
    const { instance } = event;
    const key = keyOf(instance);
    const services = this.#merged.get(key) ?? new Set<Merged>();
    this.#merged.set(key, services);
    const own = [...services].find(({ members }) => members.has(domain));
    if (event.event === 'down') {
      const events = own ? leave(own, domain, event) : [];
      if (own?.members.size === 0) services.delete(own);
      if (services.size === 0) this.#merged.delete(key);
      return events;
    }
    const same = own ?? [...services].find(({ shown }) => isSame(shown, instance));
    if (same) return join(same, domain, event);
    services.add({ members: new Map([[domain, instance]]), shown: instance });
    return [{ event: 'up', instance }];
  }
}

function join(service: Merged, domain: Name, event: Exclude<InstanceEvent, { event: 'down' }>): InstanceEvent[] {
  service.members.set(domain, event.instance);
  const previous = service.shown;
  const instance = shownOf(service);
  const isFirst = firstOf(service) === event.instance;
  const others = event.event === 'changed' && isFirst ? event.changes.filter((change) => change !== 'addresses') : [];
  const changes = [...others, ...(sameAddresses(previous.addresses, instance.addresses) ? [] : ['addresses' as const])];
  if (changes.length === 0) return [];
  service.shown = instance;
  return [{ event: 'changed', instance, changes, previous }];
}

/** The name under which it was shown may be gone, while another domain still has it. */
function leave(service: Merged, domain: Name, { reason }: Extract<InstanceEvent, { event: 'down' }>): InstanceEvent[] {
  const first = firstOf(service);
  const wasFirst = first === service.members.get(domain);
  service.members.delete(domain);
  const previous = service.shown;
  if (service.members.size === 0) return [{ event: 'down', instance: previous, reason }];
  service.shown = shownOf(service);
  if (wasFirst)
    return [
      { event: 'down', instance: previous, reason },
      { event: 'up', instance: service.shown },
    ];
  if (sameAddresses(previous.addresses, service.shown.addresses)) return [];
  return [{ event: 'changed', instance: service.shown, changes: ['addresses'], previous }];
}

function firstOf({ members }: Merged): ServiceInstance | undefined {
  return members.values().next().value;
}

/** The first member, with the addresses of all. */
function shownOf(service: Merged): ServiceInstance {
  const [first, ...others] = [...service.members.values()] as [ServiceInstance, ...ServiceInstance[]];
  const known = new Set(first.addresses.map(({ address }) => address));
  const added = others.flatMap(({ addresses }) => addresses).filter(({ address }) => isNew(known, address));
  if (added.length === 0) return first;
  const addresses: readonly ServiceAddress[] = Object.freeze([...first.addresses, ...added]);
  const txt = txtOf(first);
  if (!txt) return { ...first, addresses };
  const { name, type, domain, fullName, host, port, from, ttlSeconds } = first;
  return withTxt({ name, type, domain, fullName, host, port, from, ttlSeconds }, txt, addresses);
}

function isNew(known: Set<string>, address: string): boolean {
  const before = known.size;
  return known.add(address).size > before;
}

function keyOf({ fullName, type }: InstanceName): string {
  return `${nameKey(firstLabel(fullName))} ${nameKey(type)}`;
}

/** The same label and type is known. The same port of the same host, by its name or one of its addresses. */
function isSame(one: ServiceInstance, other: ServiceInstance): boolean {
  if (one.port !== other.port) return false;
  const addresses = new Set(one.addresses.map(({ address }) => address));
  return (
    nameKey(firstLabel(one.host)) === nameKey(firstLabel(other.host)) ||
    other.addresses.some(({ address }) => addresses.has(address))
  );
}

/** The same for names alone: those with the same label and type are one. */
export class SameNames {
  readonly #domains = new Map<string, Map<Name, InstanceName>>();

  merge(domain: Name, events: readonly InstanceNameEvent[]): readonly InstanceNameEvent[] {
    return events.flatMap((event) => this.#take(domain, event));
  }

  #take(domain: Name, event: InstanceNameEvent): InstanceNameEvent[] {
    const key = keyOf(event.instance);
    const known = this.#domains.get(key) ?? new Map<Name, InstanceName>();
    this.#domains.set(key, known);
    const [first] = known.values();
    if (event.event === 'up') {
      known.set(domain, event.instance);
      return first ? [] : [event];
    }
    known.delete(domain);
    const [next] = known.values();
    if (!next) this.#domains.delete(key);
    if (next === first) return [];
    return next ? [event, { event: 'up', instance: next }] : [event];
  }
}
