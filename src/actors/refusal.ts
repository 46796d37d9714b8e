import { hostRecordSet, parseHostAddress } from '../protocol/dns-sd/host.js';
import { instanceName, serviceRecordSet } from '../protocol/dns-sd/service.js';
import type { PublicationRequest, SupervisorCommand } from './boundary.js';
import { viewOf } from './watch-view.js';

/**
 * Why a command cannot be meant: a name that no label holds, a type that is none. The faces refuse such things before; who
 * talks to the supervisor directly may not have, and is told instead of ending it.
 */
export function refusalOf(command: SupervisorCommand): Error | undefined {
  try {
    check(command);
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

function check(command: SupervisorCommand): void {
  switch (command.type) {
    case 'publication.publish':
      checkRequest(command.id, command.request);
      return;
    case 'publication.update':
      if (command.changes.instance !== undefined) instanceName(command.changes.instance, '_any._tcp.local');
      return;
    case 'publication.rename':
      instanceName(command.label, '_any._tcp.local');
      return;
    case 'watch.open':
      viewOf(command.request, command.options.once);
  }
}

function checkRequest(id: string, request: PublicationRequest): void {
  const onChosenInterfaces = request.interfaces !== undefined;
  const addresses = (request.addresses ?? []).map((text) => ({ address: parseHostAddress(text, onChosenInterfaces) }));
  if (request.kind === 'service') serviceRecordSet({ ...request, id, host: request.host ?? 'host.local' });
  hostRecordSet({ id, host: request.host ?? 'host.local', addresses, reverse: false });
}
