/**
 * What a watcher wants to know, and what it tells its user: a view is the pure half of a browse, resolve, lookup or query.
 *
 * A watcher feeds its view with the links that come and go and with what their record caches learn, then calls `settle` once
 * per turn and acts on the result: it hands the events to its user, passes the questions on to the links, and sets a timer
 * for the deadline. All that a view hands out is plain, structured-clonable data.
 *
 * What a link owes to a view: when a question is opened it tells at once, as `added`, what its cache holds in answer to it,
 * and from then on what changes, until the question is closed. So a view may open every question it has: nothing is sent for
 * those that the cache can answer, and askers share the rest. Records outside the open questions are ignored. A link that is
 * down for a moment stays open for its views, and cuts lifetimes in its cache instead (RFC 6762 section 10.3).
 *
 * A view holds no more than its links' caches hold, and is bounded by them.
 */
import type { RemovalReason, RemovedRecord } from '../cache/cache.js';
import type { QuestionKey, ResourceRecord } from '../record.js';

export interface LinkInfo {
  /** `eth0/ipv4`. */
  readonly id: string;
  readonly interface: string;
  readonly family: 'ipv4' | 'ipv6';
  /** The zone that makes a link-local address of this link complete: the interface name; on Windows its index. */
  readonly scopeId: string;
  /** The addresses of the interface, of both families, with their prefixes: what is a neighbour's address there. */
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
  readonly question: QuestionKey;
}

/** What became different in the record cache of one link, as far as a view has asked. */
export interface RecordChanges {
  readonly added: readonly ResourceRecord[];
  /** For each of `added` when it was first heard, on the clock of the view; not given where that was just now. */
  readonly heardAt?: readonly number[];
  readonly removed: readonly RemovedRecord[];
  /** Questions to which the owner of the name said that there is no such record (RFC 6762 section 6.1). */
  readonly denied: readonly QuestionKey[];
}

/**
 * Why something that was found is there no longer: its record left the cache, the last link that knew it closed, or its TXT
 * record is not as wanted any more.
 */
export type LossReason = RemovalReason | 'interface-gone' | 'txt-changed';

export interface Settled<E> {
  /** In the order in which they happened to the user. */
  readonly events: readonly E[];
  readonly open: readonly LinkQuestion[];
  /** Never a question that was not opened before, nor one of a closed link: those ended with it. */
  readonly close: readonly LinkQuestion[];
  /**
   * Milliseconds on the clock of `now`: call `settle` again then, if nothing else happens before. `now` itself when there is
   * more to do than fits into one turn: call again soon, but let others have their turn first.
   */
  readonly deadline?: number;
  /** A one-shot question is answered as well as it will be. Who wants to go on watching takes no notice of it. */
  readonly done: boolean;
  /** The links that listed something for which there was no place, once for each. */
  readonly leftOut?: readonly string[];
}

/** `now` is in monotonic milliseconds and never less than in the call before. */
export interface View<E> {
  linkOpened(link: LinkInfo, now: number): void;
  /** The interface of an open link has other addresses now. */
  linkChanged(link: LinkInfo, now: number): void;
  /** What only this link knew is gone: `interface-gone`. */
  linkClosed(linkId: string, now: number): void;
  apply(linkId: string, changes: RecordChanges, now: number): void;
  settle(now: number): Settled<E>;
}
