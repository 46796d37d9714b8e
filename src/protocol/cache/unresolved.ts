/**
 * Records that refer to something unresolved: a PTR record to an instance whose SRV or TXT record is unknown, or whose
 * host has no address yet. Hearing such a record again restarts these questions, so it is not listed as a known answer.
 */
import { CLASS_IN } from '../constants.js';
import type { Question, ResourceRecord } from '../record.js';
import type { CachedName } from './entry.js';
import { isShared } from './set-kind.js';
import type { RecordStore } from './store.js';

/** Whether records of a type may refer to something unresolved. */
export function leadsFurther(type: string): boolean {
  return type === 'PTR' || type === 'SRV';
}

/** The open questions behind a PTR or SRV record that have neither an answer nor a denial. */
export function unresolvedBehind(store: RecordStore, record: ResourceRecord): Question[] {
  if (record.type === 'SRV') return unresolvedAddress(store.name(record.target));
  if (record.type !== 'PTR') return [];
  const name = store.name(record.target);
  if (name === undefined || name.wants.length === 0) return [];
  const open = unsettled(name);
  for (const { record: srv } of name.set('SRV', CLASS_IN)?.values() ?? []) {
    if (srv.type === 'SRV') open.push(...unresolvedAddress(store.name(srv.target)));
  }
  return open;
}

/** One address is enough: many hosts have addresses of one family only, and do not deny the other. */
function unresolvedAddress(host: CachedName | undefined): Question[] {
  const wants = host?.wants ?? [];
  if (wants.some(({ settled, denied }) => settled && !denied)) return [];
  return host === undefined ? [] : unsettled(host);
}

/**
 * The questions of a name that are not settled. Those that many hosts answer, such as the instances of a type, never
 * are.
 */
function unsettled({ key, wants }: CachedName): Question[] {
  const open = wants.filter(({ settled, question: { type } }) => !settled && type !== 'ANY' && !isShared(key, type));
  return open.map(({ question }) => question);
}
