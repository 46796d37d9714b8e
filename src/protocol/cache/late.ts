/** What a response says that was received earlier and is read only now (see `protocol/query/unread`). */
import type { ResourceRecord } from '../record.js';
import { isShared } from './set-kind.js';
import type { RecordStore } from './store.js';

/**
 * Whether a record that was received earlier has nothing to say now: something newer was heard, or its time is over and
 * it can have replaced nothing. Something newer is the same record if many hosts share its name and type, and otherwise
 * any record of its name: all of them are of one host, which may have taken it back since (RFC 6762 sections 6.1, 10.1
 * and 10.2).
 */
export function isOver(store: RecordStore, record: ResourceRecord, now: number, heardAt: number): boolean {
  if (heardAt === now) return false;
  const name = store.name(record.name);
  if (name === undefined) return record.ttl > 0 && heardAt + record.ttl * 1_000 <= now;
  if (isShared(name.key, record.type)) {
    const known = name.set(record.type, record.class)?.find(record);
    return known !== undefined && known.receivedAt > heardAt;
  }
  for (const set of name.sets.values()) {
    if (isShared(name.key, set.type)) continue;
    for (const { receivedAt } of set.values()) if (receivedAt > heardAt) return true;
  }
  return false;
}
