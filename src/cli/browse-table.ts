/** The tables of `browse` and `discover` on a terminal. */
import type { Observable } from 'rxjs';
import type { ServiceInstance } from '../protocol/dns-sd/instance.js';
import { serviceUrl } from '../protocol/dns-sd/service-url.js';
import type { InstanceEvent } from '../protocol/view/instance-view.js';
import type { TypeEvent } from '../protocol/view/pointer-views.js';
import { each } from './each.js';
import { type TableContent, withTable } from './live-table.js';
import type { Output } from './output.js';
import { attributesText, endpoint, losses, zonedAddresses } from './print.js';
import type { Session } from './session.js';
import type { Terminal } from './terminal/screen.js';
import { type Cell, tableLines } from './terminal/table.js';
import { plain } from './text.js';

const serviceColumns = [
  { title: 'NAME', min: 12, share: 0.35 },
  { title: 'TYPE', min: 8, share: 0.18 },
  { title: 'HOST AND PORT', min: 12, share: 0.3 },
  { title: 'ADDRESSES', min: 12, share: 0.25 },
  { title: 'TXT', min: 12, share: 1 },
] as const;

/** The services that are up, in the order of their names. */
export class ServiceList implements TableContent {
  readonly columns = serviceColumns;
  readonly doing: string;
  readonly none: string;
  last = '';
  readonly #services = new Map<string, ServiceInstance>();
  #sorted: readonly ServiceInstance[] | undefined;

  /** @param what as in `No service of type _http._tcp` */
  constructor(what: string) {
    this.doing = `Browsing for every ${plain(what)}`;
    this.none = `No ${plain(what)} has answered yet; "mdns-actors doctor" checks the network.`;
  }

  take(event: InstanceEvent): void {
    const { fullName, name } = event.instance;
    if (event.event === 'down') this.#services.delete(fullName);
    else this.#services.set(fullName, event.instance);
    this.#sorted = undefined;
    this.last = `${plain(name)} ${happened(event)}`;
  }

  get rowCount(): number {
    return this.#services.size;
  }

  rows(from: number, to: number): Cell[][] {
    this.#sorted ??= sortedServices([...this.#services.values()]);
    return this.#sorted.slice(from, to).map(serviceCells);
  }

  get count(): string {
    const types = new Set([...this.#services.values()].map(({ type }) => type.toLowerCase())).size;
    return `${counted(this.rowCount, 'service')}${types > 1 ? ` of ${types} types` : ''}`;
  }
}

/** The service types of the network. */
class TypeList implements TableContent {
  readonly columns = [
    { title: 'TYPE', min: 8, share: 0.5 },
    { title: 'ITS SERVICES', min: 8, share: 1 },
  ];
  readonly doing = 'Browsing for service types (--all shows the services)';
  readonly none = 'No service type has been listed yet; "mdns-actors doctor" checks the network.';
  last = '';
  readonly #types = new Set<string>();

  take({ event, type }: TypeEvent): void {
    if (event === 'down') this.#types.delete(type);
    else this.#types.add(type);
    this.last = `${plain(type)} ${event === 'down' ? 'is gone' : 'is new'}`;
  }

  get rowCount(): number {
    return this.#types.size;
  }

  rows(from: number, to: number): Cell[][] {
    const types = [...this.#types].map(plain).sort().slice(from, to);
    return types.map((type) => [
      { text: type, style: 'name' },
      { text: `mdns-actors browse ${type}`, style: 'minor' },
    ]);
  }

  get count(): string {
    return counted(this.rowCount, 'service type');
  }
}

export async function showServices(
  session: Session,
  terminal: Terminal,
  found: Observable<InstanceEvent>,
  what: string,
): Promise<void> {
  const list = new ServiceList(what);
  await showEach(session, terminal, found, list);
}

export async function showTypes(session: Session, terminal: Terminal, found: Observable<TypeEvent>): Promise<void> {
  await showEach(session, terminal, found, new TypeList());
}

function showEach<E>(
  session: Session,
  terminal: Terminal,
  found: Observable<E>,
  list: TableContent & { take(event: E): void },
): Promise<void> {
  return withTable(session, terminal, list, (refresh) =>
    each(found, session.stop, (event) => {
      list.take(event);
      refresh();
    }),
  );
}

/** The table of `discover`, with the count below it. */
export function printServices(out: Output, { columns }: Terminal, found: readonly ServiceInstance[]): void {
  const rows = sortedServices(found).map(serviceCells);
  for (const line of tableLines(serviceColumns, rows, columns, out.paint)) out.line(line);
  out.line(out.paint(counted(found.length, 'service'), 'minor'));
}

function serviceCells(instance: ServiceInstance): Cell[] {
  const { name, type, addresses, txt } = instance;
  const url = serviceUrl(instance);
  return [
    { text: plain(name), style: 'name', url },
    { text: plain(type) },
    { text: plain(endpoint(instance)), style: url === undefined ? undefined : 'link', url },
    { text: plain(zonedAddresses(addresses)) },
    { text: plain(attributesText(txt)), style: 'minor' },
  ];
}

function sortedServices(found: readonly ServiceInstance[]): ServiceInstance[] {
  const keys = new Map(found.map((each) => [each, `${each.name.toLowerCase()}\0${each.type.toLowerCase()}`]));
  const keyOf = (each: ServiceInstance) => keys.get(each) ?? '';
  return found.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0));
}

function happened(event: InstanceEvent): string {
  switch (event.event) {
    case 'up':
      return 'is new';
    case 'changed':
      return `has changed (${event.changes.join(', ')})`;
    case 'down':
      return `is gone: ${losses[event.reason]}`;
  }
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
