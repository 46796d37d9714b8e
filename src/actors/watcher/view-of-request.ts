import { LOCAL_DOMAIN } from '../../protocol/dns-sd/service.js';
import type { Name } from '../../protocol/name.js';
import { moved } from '../../protocol/unicast/translate.js';
import { DomainsView } from '../../protocol/view/domains-view.js';
import { EverywhereView } from '../../protocol/view/everywhere-view.js';
import type { InstanceEvent } from '../../protocol/view/instance-event.js';
import { InstanceView } from '../../protocol/view/instance-view.js';
import { LookupView } from '../../protocol/view/lookup-view.js';
import { type InstanceNameEvent, InstanceNamesView, TypesView } from '../../protocol/view/pointer-views.js';
import { RecordView } from '../../protocol/view/record-view.js';
import { SameNames, SameServices } from '../../protocol/view/same-service.js';
import type { View } from '../../protocol/view/view.js';
import type { Sightings, WatchEvents, WatchKind, WatchRequest } from '../commands.js';

const views: { readonly [K in WatchKind]: (request: WatchRequest<K>, once: boolean) => View<WatchEvents[K]> } = {
  browse: ({ typeName, everywhere, ...spec }) => {
    const same = new SameServices();
    const inDomain = (domain: Name) => new InstanceView({ ...spec, typeName: moved(typeName, LOCAL_DOMAIN, domain) });
    const merge = (domain: Name, events: readonly InstanceEvent[]) => same.merge(domain, events);
    return everywhere ? new EverywhereView(inDomain, merge) : new InstanceView({ ...spec, typeName });
  },
  names: ({ typeName, subtype, everywhere }) => {
    const same = new SameNames();
    const inDomain = (domain: Name) =>
      new InstanceNamesView({ typeName: moved(typeName, LOCAL_DOMAIN, domain), subtype });
    const merge = (domain: Name, events: readonly InstanceNameEvent[]) => same.merge(domain, events);
    return everywhere ? new EverywhereView(inDomain, merge) : new InstanceNamesView({ typeName, subtype });
  },
  types: ({ domain, everywhere }) =>
    everywhere ? new EverywhereView((each) => new TypesView(each)) : new TypesView(domain),
  all: ({ domain, everywhere, ...spec }) => {
    const same = new SameServices();
    const inDomain = (each: Name) => new InstanceView({ ...spec, typeName: undefined, domain: each });
    const merge = (each: Name, events: readonly InstanceEvent[]) => same.merge(each, events);
    return everywhere ? new EverywhereView(inDomain, merge) : inDomain(domain);
  },
  instance: ({ typeName, instance }, once) => new InstanceView({ typeName, instance, once }),
  host: ({ host }, once) => new LookupView({ host, once }),
  records: ({ name, type }, once) => new RecordView({ name, types: [type], once }),
  domains: ({ lists = [] }) => new DomainsView(lists),
};

/** The view that answers a request. */
export function viewOf<K extends WatchKind>(request: WatchRequest<K>, once: boolean): View<WatchEvents[K]> {
  const view: (request: WatchRequest<K>, once: boolean) => View<WatchEvents[K]> = views[request.kind];
  return view(request, once);
}

/** The events of a view, with the kind of its request. */
export function sightingsOf<K extends WatchKind>(kind: K, events: readonly WatchEvents[K][]): Sightings {
  // The compiler does not see that each kind of the union comes with its own events.
  return { kind, events } as unknown as Sightings;
}
