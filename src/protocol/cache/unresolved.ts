/**
 * What a pointer leads to and is still asked for: a PTR record to an instance whose SRV or TXT record is not known, or whose
 * host has no address yet. To hear such a record again is news for these questions, so it is no known answer.
 */
import { CLASS_IN } from '../constants.js';
import type { Question, ResourceRecord } from '../record.js';
import { type CachedName, isShared } from './entry.js';
import type { RecordStore } from './store.js';

/** The questions behind a PTR or SRV record that have neither an answer nor a denial. */
export function unresolvedBehind(store: RecordStore, record: ResourceRecord): Question[] {
  if (record.type === 'SRV') return unresolvedAddress(store.name(record.target));
  if (record.type !== 'PTR') return [];
  const name = store.name(record.target);
  if (name === undefined || name.wants.length === 0) return [];
  const open = unsettled(name);
  for (const { record: srv } of name.set('SRV', CLASS_IN)?.entries.values() ?? []) {
    if (srv.type === 'SRV') open.push(...unresolvedAddress(store.name(srv.target)));
  }
  return open;
}

/** One address is enough: many hosts have only those of one family, and do not say so. */
function unresolvedAddress(host: CachedName | undefined): Question[] {
  const wants = host?.wants ?? [];
  if (wants.some(({ settled, denied }) => settled && !denied)) return [];
  return host === undefined ? [] : unsettled(host);
}

/** Of what many hosts answer, such as which instances a type has, nobody ever knows the whole. */
function unsettled({ key, wants }: CachedName): Question[] {
  const open = wants.filter(({ settled, question: { type } }) => !settled && type !== 'ANY' && !isShared(key, type));
  return open.map(({ question }) => question);
}
