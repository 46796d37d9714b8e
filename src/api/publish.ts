/** Publishes services and host names, and creates their handles. */

import type { RecordTtls } from '../protocol/dns-sd/service.js';
import type { TxtWarning } from '../protocol/dns-sd/txt.js';
import { firstLabel, type Name, parentOf, plainLabel } from '../protocol/name.js';
import { readObject } from '../protocol/shape/object-reader.js';
import type { DomainNames } from './domain-names.js';
import type { Engine } from './engine.js';
import { aborted } from './open-watch.js';
import { changesShape, hostShape, serviceShape } from './option-shapes.js';
import type { HostOptions, ServiceChanges, ServiceOptions } from './options.js';
import { Published } from './published.js';
import { PublishedService } from './published-service.js';
import { hostRequest, serviceRequest } from './read-options.js';

/** What only the replacements for other packages ask for: no option, since the RFC forbids it or it is odd. */
export const AS_OTHERS_DO = Symbol('as others do');
export interface AsOthersDo {
  /** Whether the names are claimed without probing for them first, against RFC 6762 section 8.1. */
  readonly unprobed?: boolean;
  /** Whether a host of the service's own is renamed to `web-(2)` instead of `web-2`. */
  readonly bracketed?: boolean;
}

/** What an `Mdns` knows besides the options of what is published. */
interface Known {
  /** The defaults. */
  readonly ttls: RecordTtls;
  readonly domains: DomainNames;
}

/** @throws MdnsError as `Mdns.publish` */
export function publishService(
  engine: Engine,
  { ttls: defaults, domains }: Known,
  given: ServiceOptions & { readonly [AS_OTHERS_DO]?: AsOthersDo },
): PublishedService {
  engine.refuseWhenEnded();
  const service = readObject(serviceShape, given);
  if (service.signal?.aborted) throw aborted(service.signal);
  engine.refuseFunction(service.addressFilter);
  const warn = (what: string, warning: TxtWarning) => {
    engine.log('warn', `${what} of "${service.name}": ${warning.message}`, warning);
  };
  const request = serviceRequest(service, defaults, warn, domains);
  const id = engine.newId('publication-');
  const read = (changes: ServiceChanges) => {
    const wanted = readObject(changesShape, changes);
    const { instance, port, txt, subtypes, priority, weight } = serviceRequest(
      { ...service, name: published.name, ...wanted },
      defaults,
      () => {},
    );
    return pick({ instance, port, txt, subtypes, priority, weight }, wanted);
  };
  const published = new PublishedService(engine, id, service, typeOf(request.typeName), read);
  const { unprobed, bracketed } = given[AS_OTHERS_DO] ?? {};
  const odd = { ...(unprobed && { unprobed }), ...(bracketed && request.ownHost && { ownHost: 'bracketed' as const }) };
  engine.publish(id, { ...request, ...odd }, service.addressFilter);
  withdrawOnAbort(published, service.signal);
  return published;
}

/** @throws MdnsError as `Mdns.publishHost` */
export function publishHost(engine: Engine, known: Known, given: HostOptions): Published {
  engine.refuseWhenEnded();
  const host = readObject(hostShape, given);
  const { onConflict, interfaces, signal } = host;
  if (signal?.aborted) throw aborted(signal);
  engine.refuseFunction(host.addressFilter);
  const request = hostRequest(host, known.ttls, known.domains);
  const id = engine.newId('publication-');
  const name = plainLabel(request.kind === 'alias' ? request.alias : request.host);
  const published = new Published(engine, { id, name, kind: 'host', onConflict, interfaces });
  engine.publish(id, request, host.addressFilter);
  withdrawOnAbort(published, signal);
  return published;
}

/** Withdraws the publication on abort. Unsubscribes when the publication ends, since the signal may live longer. */
function withdrawOnAbort(published: Published, signal: AbortSignal | undefined): void {
  if (signal === undefined) return;
  const onAbort = () => void published.withdraw();
  signal.addEventListener('abort', onAbort, { once: true });
  published.changes$.subscribe({ complete: () => signal.removeEventListener('abort', onAbort) });
}

/** `_http._tcp.local` -> `_http._tcp`. */
export function typeOf(typeName: Name): string {
  return `${firstLabel(typeName)}.${firstLabel(parentOf(typeName))}`;
}

/** The values, as read, of the keys that were given. */
function pick<T extends object>(values: T, given: object): Partial<T> {
  const wanted = 'name' in given ? ['instance', ...Object.keys(given)] : Object.keys(given);
  return Object.fromEntries(Object.entries(values).filter(([key]) => wanted.includes(key))) as Partial<T>;
}
