/**
 * Which watchers a record-cache tells of a change, and what. A hot path: hosts report their state in TXT records, and
 * some do every second.
 */
import { recordsAlong } from '../../protocol/cache/along.js';
import type { RecordCache, RemovedRecord } from '../../protocol/cache/cache.js';
import type { QuestionKey, ResourceRecord } from '../../protocol/record.js';
import type { RecordChanges } from '../../protocol/view/view.js';
import type { AskerIndex } from '../asker-index.js';
import type { LinkId, WatcherId } from '../messages.js';
import type { Outbox } from '../outbox.js';

/** What a record-cache needs for it. */
export interface Teller {
  readonly link: LinkId;
  readonly cache: RecordCache;
  readonly askers: AskerIndex;
  readonly outbox: Outbox;
}

type Changes = Pick<RecordChanges, 'added' | 'removed' | 'denied'>;

/**
 * Reports to each watcher the changes that concern it.
 *
 * @param source who has sent what is added
 */
export function tellWatchers(teller: Teller, changes: Changes, now: number, source = ''): void {
  const { added, removed, denied } = changes;
  const count = added.length + removed.length + denied.length;
  if (count === 0) return;
  if (count === 1) {
    for (const watcher of askersOfOne(teller, changes)) tellWatcher(teller, watcher, changes, now, source);
    return;
  }
  const { askers } = teller;
  const shares = new Map<WatcherId, Share>();
  // The pointers of a packet are mostly of one type.
  let ids: readonly WatcherId[] = [];
  for (let i = 0; i < added.length; i++) {
    const record = added[i] as ResourceRecord;
    const before = i === 0 ? undefined : added[i - 1];
    if (before === undefined || !isOfOneSet(record, before)) ids = askers.askersOf(record);
    for (let n = 0; n < ids.length; n++) shareOf(shares, ids[n] as WatcherId).added.push(record);
  }
  for (const gone of removed) for (const id of askers.askersOf(gone.record)) shareOf(shares, id).removed.push(gone);
  for (const question of denied) for (const id of askers.askersOf(question)) shareOf(shares, id).denied.push(question);
  for (const [watcher, share] of shares) tellWatcher(teller, watcher, share, now, source);
}

/** The watchers that a single change concerns, each once. */
function askersOfOne({ askers }: Teller, { added, removed, denied }: Changes): Iterable<WatcherId> {
  const about = added[0] ?? removed[0]?.record ?? denied[0];
  const found = about === undefined ? [] : askers.askersOf(about);
  return found.length > 1 ? new Set(found) : found;
}

function tellWatcher(teller: Teller, watcher: WatcherId, share: Changes, now: number, source: string): void {
  const port = teller.askers.port(watcher);
  if (!port) return;
  const { added, removed, denied } = share;
  const sources = added.map(() => source);
  const changes = { added, removed, denied, sources, ...alongWith(teller, watcher, added, now) };
  teller.outbox.sendTo(port, { type: 'records.changed', link: teller.link, changes });
}

export function alongWith(
  { askers, cache }: Teller,
  watcher: WatcherId,
  added: readonly ResourceRecord[],
  now: number,
): Pick<RecordChanges, 'along'> {
  if (!askers.follows(watcher)) return {};
  const along = recordsAlong(cache, added, (question) => askers.asks(watcher, question), now);
  return along.length > 0 ? { along } : {};
}

/** Whether two records have a name, type and class, in one spelling. */
function isOfOneSet(a: ResourceRecord, b: ResourceRecord): boolean {
  return a.type === b.type && a.class === b.class && a.name === b.name;
}

/** What concerns one watcher. */
interface Share {
  readonly added: ResourceRecord[];
  readonly removed: RemovedRecord[];
  readonly denied: QuestionKey[];
}

function shareOf(shares: Map<WatcherId, Share>, watcher: WatcherId): Share {
  let share = shares.get(watcher);
  if (share === undefined) {
    share = { added: [], removed: [], denied: [] };
    shares.set(watcher, share);
  }
  return share;
}
