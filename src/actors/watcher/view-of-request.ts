import { InstanceView } from '../../protocol/view/instance-view.js';
import { LookupView } from '../../protocol/view/lookup-view.js';
import { InstanceNamesView, TypesView } from '../../protocol/view/pointer-views.js';
import { RecordView } from '../../protocol/view/record-view.js';
import type { View } from '../../protocol/view/view.js';
import type { Sightings, WatchEvents, WatchKind, WatchRequest } from '../commands.js';

const views: { readonly [K in WatchKind]: (request: WatchRequest<K>, once: boolean) => View<WatchEvents[K]> } = {
  browse: ({ typeName, subtype, txt, partial }) => new InstanceView({ typeName, subtype, txt, partial }),
  names: ({ typeName, subtype }) => new InstanceNamesView({ typeName, subtype }),
  types: ({ domain }) => new TypesView(domain),
  all: ({ domain, subtype, txt, partial }) => new InstanceView({ typeName: undefined, domain, subtype, txt, partial }),
  instance: ({ typeName, instance }, once) => new InstanceView({ typeName, instance, once }),
  host: ({ host }, once) => new LookupView({ host, once }),
  records: ({ name, type }, once) => new RecordView({ name, types: [type], once }),
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
