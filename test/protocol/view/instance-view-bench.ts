/** A view of instances of one type; and what it told, as text. */
import { type InstanceEvent, InstanceView, type InstanceViewSpec } from '../../../src/protocol/view/instance-view.js';
import { address, ptr, srv, txt } from '../../support/records.js';
import { ViewBench } from './view-bench.js';

export const type = '_http._tcp.local';
export const web = `Web.${type}`;
export const eth4 = 'eth0/ipv4';
export const eth6 = 'eth0/ipv6';
export const pointer = ptr(type, web);
export const full = [pointer, srv(web, 'h.local'), txt(web, ['a=1']), address('h.local', '192.0.2.10')];

export function bench(spec: Partial<InstanceViewSpec> = {}, ...links: string[]): ViewBench<InstanceEvent> {
  return new ViewBench(new InstanceView({ typeName: type, ...spec }), ...(links.length > 0 ? links : [eth4]));
}

/** `up Web`, `changed Web port,txt`, `down Web expired`. */
export function told(events: readonly InstanceEvent[]): string[] {
  return events.map((event) => {
    const rest = event.event === 'changed' ? event.changes.join() : event.event === 'down' ? event.reason : '';
    return `${event.event} ${event.instance.name} ${rest}`.trim();
  });
}

/** The instance as it was told last. */
export function shown(events: readonly InstanceEvent[]) {
  const last = events.at(-1);
  if (!last) throw new Error('nothing was told');
  return last.instance;
}
