/**
 * Views: the pure half of a browse, resolve, lookup or query. A view decides what to ask and what to report to the
 * user.
 *
 * A watcher tells its view which links come and go and what their record caches learn, then calls `update` once per
 * turn and acts on the result: it passes the events to its user and the questions to the links, and sets a timer for
 * the deadline. Everything that a view returns is plain, structured-clonable data.
 *
 * When a view opens a question on a link, the link reports at once, as `added`, the answers that its cache has, and
 * then every change until the question is closed. So a view may open all of its questions: nothing is sent for those
 * that the cache answers, and watchers share the rest. A view that resolves what it finds gets the records behind each
 * answer along with it, and opens their questions with what it has been told. Records outside the open questions are
 * ignored. A link that is down for a moment stays open for its views, and shortens lifetimes in its cache instead (RFC
 * 6762 section 10.3).
 *
 * A view keeps no more records than its links' caches, whose bounds therefore bound it as well.
 */
import type { CachedRecord, RemovalReason, RemovedRecord } from '../cache/cache.js';
import type { Name } from '../name.js';
import type { KeptQuestion, QuestionKey, ResourceRecord } from '../record.js';

export interface LinkInfo {
  /** `eth0/ipv4`. */
  readonly id: string;
  readonly interface: string;
  /** The domain beyond the link that it stands for; undefined for a link of Multicast DNS. */
  readonly domain?: Name;
  readonly family: 'ipv4' | 'ipv6';
  /** The zone of link-local addresses on this link: the interface name; on Windows its index. */
  readonly scopeId: string;
  /** The interface's addresses of both families with their prefixes: they say which addresses are neighbours. */
  readonly subnets: readonly Subnet[];
}

export interface Subnet {
  /** Canonical text without a zone. */
  readonly address: string;
  readonly prefixLength: number;
}

export interface LinkQuestion {
  /** The id of the link. */
  readonly link: string;
  readonly question: AskedQuestion;
}

export interface AskedQuestion extends QuestionKey {
  /** The question as the view keeps it, for the link to keep as well. Default: a copy. */
  readonly kept?: KeptQuestion;
  /** Whether the view resolves what the answers lead to, and wants that along with them. */
  readonly follow?: boolean | undefined;
  /** The answers that came along with what led to the question: the link reports only what is different. */
  readonly told?: readonly ResourceRecord[] | undefined;
}

/** A record with the time at which it was first heard, on the clock of the view. */
export type AlongRecord = Pick<CachedRecord, 'record' | 'firstHeardAt' | 'source'>;

/** What has changed in the record cache of one link, for the questions that a view has opened. */
export interface RecordChanges {
  readonly added: readonly ResourceRecord[];
  /** For each of `added` when it was first heard, on the clock of the view. Default: now. */
  readonly heardAt?: readonly number[];
  /** For each of `added` who sent it first: the address of a peer. Default: unknown, an empty text. */
  readonly sources?: readonly string[];
  /** For each of `added` the milliseconds until it expires, if that is not its whole TTL. Default: its TTL. */
  readonly leftMs?: readonly number[];
  readonly removed: readonly RemovedRecord[];
  /** Questions for which the owner of the name has denied that there is such a record (RFC 6762 section 6.1). */
  readonly denied: readonly QuestionKey[];
  /** What the cache has of the names that `added` leads to: answers to the questions that the next `update` opens. */
  readonly along?: readonly AlongRecord[];
}

/**
 * Why something that was found is gone: its record left the cache, the last link that knew it closed, or its TXT record
 * does not match any more.
 */
export type LossReason = RemovalReason | 'interface-gone' | 'txt-changed';

export interface ViewUpdate<E> {
  /** In the order in which the user gets them. */
  readonly events: readonly E[];
  readonly open: readonly LinkQuestion[];
  /** Only questions that were opened before; those of a closed link have ended with it and are not listed. */
  readonly close: readonly LinkQuestion[];
  /**
   * When to call `update` again if nothing else happens before, in milliseconds on the clock of `now`. Infinity for
   * never; `now` itself when there is more work than fits into one turn: call again soon, after other events.
   */
  readonly deadline: number;
  /** Whether a one-shot question is answered as well as it will be. A continuous watch ignores it. */
  readonly done: boolean;
  /** The links that listed something beyond the view's bound, once for each. */
  readonly leftOut?: readonly string[];
}

/** The methods' `now` is in monotonic milliseconds and never less than in the previous call. */
export interface View<E> {
  linkOpened(link: LinkInfo, now: number): void;
  /** The addresses of an open link's interface have changed. */
  linkChanged(link: LinkInfo, now: number): void;
  /** What only this link knew is gone, with the reason `interface-gone`. */
  linkClosed(linkId: string, now: number): void;
  apply(linkId: string, changes: RecordChanges, now: number): void;
  update(now: number): ViewUpdate<E>;
}
