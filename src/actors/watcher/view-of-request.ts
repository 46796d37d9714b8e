import { InstanceView } from '../../protocol/view/instance-view.js';
import { LookupView } from '../../protocol/view/lookup-view.js';
import { InstanceNamesView, TypesView } from '../../protocol/view/pointer-views.js';
import { RecordView } from '../../protocol/view/record-view.js';
import type { View } from '../../protocol/view/view.js';
import type { WatchRequest } from '../commands.js';

/** The view that answers a request. */
export function viewOf(request: WatchRequest, once: boolean): View<unknown> {
  switch (request.kind) {
    case 'browse': {
      const { typeName, subtype, txt, resolve } = request;
      const spec = subtype === undefined ? { typeName } : { typeName, subtype };
      return resolve ? new InstanceView({ ...spec, ...(txt && { txt }) }) : new InstanceNamesView(spec);
    }
    case 'types':
      return new TypesView(request.domain);
    case 'all': {
      const { domain, subtype, txt } = request;
      return new InstanceView({
        typeName: undefined,
        domain,
        ...(txt && { txt }),
        ...(subtype !== undefined && { subtype }),
      });
    }
    case 'instance':
      return new InstanceView({ typeName: request.typeName, instance: request.instance, once });
    case 'host':
      return new LookupView({ host: request.host, once });
    case 'records':
      return new RecordView({ name: request.name, types: [request.type], once });
  }
}
