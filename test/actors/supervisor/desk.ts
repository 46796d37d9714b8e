/** A publication book with its events, and the effects in short form. */
import type {
  ConflictPolicy,
  HostRequest,
  LinkState,
  PublicationChanges,
  ServiceRequest,
} from '../../../src/actors/commands.js';
import type { Publication } from '../../../src/actors/publication.js';
import type { Effect } from '../../../src/actors/supervisor/publication-effects.js';
import type { BookEvent } from '../../../src/actors/supervisor/publication-entry.js';
import { PublicationBook } from '../../../src/actors/supervisor/publications.js';
import type { NetworkInterface } from '../../../src/net/network.js';

const TTLS = { host: 120, other: 4500 };
const REQUEST = {
  ttls: TTLS,
  addresses: undefined,
  onConflict: 'rename' as ConflictPolicy,
  interfaces: undefined,
};
const SERVICE: ServiceRequest = {
  ...REQUEST,
  kind: 'service',
  instance: 'Web',
  typeName: '_t._tcp.local',
  port: 1,
  priority: 0,
  weight: 0,
  host: undefined,
  txt: [],
  subtypes: [],
  extra: [],
};

export class Desk {
  readonly book: PublicationBook;
  now = 1_000_000;

  constructor(announceHost?: boolean) {
    this.book = new PublicationBook({ hostname: 'h.local', ttls: TTLS, announceHost });
  }

  service(id: string, over: Partial<ServiceRequest> = {}): string[] {
    return this.apply({ type: 'publication.publish', id, request: { ...SERVICE, ...over } });
  }

  host(id: string, host: string, over: Partial<HostRequest> = {}): string[] {
    return this.apply({ type: 'publication.publish', id, request: { ...REQUEST, kind: 'host', host, ...over } });
  }

  update(id: string, changes: PublicationChanges): string[] {
    return this.apply({ type: 'publication.update', id, changes });
  }

  rename(id: string, label: string): string[] {
    return this.apply({ type: 'publication.rename', id, label });
  }

  withdraw(id: string): string[] {
    return this.apply({ type: 'publication.withdraw', id });
  }

  /** The first word of a link is its interface. */
  open(link: string): string[] {
    return this.apply({ type: 'link.opened', link, interface: { name: link.split('/')[0] } as NetworkInterface });
  }

  is(link: string, state: LinkState): string[] {
    const status = {
      interface: link,
      family: 'ipv4',
      state,
      reason: undefined,
      fault: undefined,
      addresses: [],
    } as const;
    return this.apply({ type: 'place.changed', place: link, status });
  }

  close(link: string): string[] {
    return this.apply({ type: 'link.closed', link });
  }

  probed(link: string, id: string, revision = 0): string[] {
    const effects = this.book.apply({ type: 'publication.probed', link, id, revision }, this.now);
    return effects.map((effect) => ('emit' in effect ? effect.emit.type : effect.event.type));
  }

  announced(link: string, id: string, revision = 0): string[] {
    return this.apply({ type: 'publication.announced', link, id, revision });
  }

  lost(link: string, id: string, name: string): string[] {
    return this.apply({ type: 'publication.lost', link, id, name });
  }

  gone(link: string, id: string): string[] {
    return this.apply({ type: 'publication.gone', link, id });
  }

  apply(event: BookEvent): string[] {
    return this.book.apply(event, this.now).filter(isToldToAll).map(inShort);
  }
}

/** `publication.probed` comes with every first announcement; `probed` has it. */
function isToldToAll(effect: Effect): boolean {
  return !('emit' in effect) || effect.emit.type !== 'publication.probed';
}

function inShort(effect: Effect): string {
  if ('emit' in effect) {
    const { emit } = effect;
    switch (emit.type) {
      case 'publication.probing':
      case 'publication.updating':
        return `${emit.type} ${emit.id} ${emit.name}`;
      case 'publication.announced':
      case 'publication.updated':
        return `${emit.type} ${emit.id} ${emit.name} at ${emit.host}`;
      case 'publication.renamed':
        return `${emit.type} ${emit.id} ${emit.from} > ${emit.name}`;
      case 'publication.conflicted':
        return `${emit.type} ${emit.id} ${emit.name}, perhaps ${emit.suggested}`;
      case 'publication.failed':
        return `${emit.type} ${emit.id} ${emit.name} ${emit.code}`;
      case 'publication.withdrawn':
        return `${emit.type} ${emit.id}`;
      case 'host.renamed':
        return `${emit.type} ${emit.from} > ${emit.host}`;
      case 'log':
        return `${emit.level} ${JSON.stringify(emit.details)}`;
      default:
        return emit.type;
    }
  }
  const { link, event } = effect;
  const type = event.type.replace('publication.', '');
  if (event.type === 'publication.removed') return `${link}: ${type} ${event.id}`;
  const holdOff = event.type === 'publication.renamed' && event.holdOffMs > 0 ? `, in ${event.holdOffMs} ms` : '';
  return `${link}: ${type} ${versionOf(event.publication)}${holdOff}`;
}

function versionOf(publication: Publication): string {
  const { id, host, revision = 0 } = publication;
  const what =
    publication.kind === 'service'
      ? `${publication.instance}:${publication.port} at ${host}`
      : publication.kind === 'alias'
        ? `${publication.alias} to ${host}`
        : host;
  return `${id} ${what} #${revision}`;
}
