/**
 * The events between actors. Reports are in the past tense (`records.heard`), requests are imperative
 * (`datagram.send`). Actors import these events and not each other. They send events to ports, which they receive by
 * `input` or in an event. There is one event for each occurrence, never one for each record of a datagram.
 */
import type { ActorRef, EventObject, Snapshot } from 'xstate';
import type { Clock, Datagram, Destination, LinkFault, NetworkInterface } from '../net/network.js';
import type { Repeat } from '../protocol/cache/repeats.js';
import type { Doubted } from '../protocol/cache/types.js';
import type { Message, Question, QuestionKey, ResourceRecord } from '../protocol/record.js';
import type { RecordSet } from '../protocol/record-set.js';
import type { Asker } from '../protocol/respond/asker.js';
import type { RepeatedQuery } from '../protocol/respond/repeated-queries.js';
import type { AskedQuestion, LinkInfo, LinkQuestion, RecordChanges, View } from '../protocol/view/view.js';
import type { AnnouncerEvent, AnnouncerReport } from './announcer-messages.js';
import type { LinkState, Sightings, WatchEvents, WatchKind } from './commands.js';
import type { Publication } from './publication.js';

/** The address of an actor that understands `E`. */
export type Port<E extends EventObject> = ActorRef<Snapshot<unknown>, E>;

/** The events of one type. */
export type EventOf<E extends EventObject, T extends E['type']> = Extract<E, { readonly type: T }>;

/* ---- socket: one group on one interface, opened for one multicast interface ---- */

/** Why an actor waits for a datagram: returned with `receipt.returned` when the system has taken the datagram. */
export interface Receipt {
  /** The record sets that it announces. */
  readonly announced: readonly { readonly id: string; readonly revision: number }[];
  /** The released record sets whose goodbyes it has. */
  readonly forgotten: readonly string[];
}

/** `sent`: whether the system took the datagram. */
type ReceiptReturned = { readonly type: 'receipt.returned'; readonly receipt: Receipt; readonly sent: boolean };

/** `id`: of the record set; `count`: which of its probes. */
interface ProbeSent {
  readonly id: string;
  readonly count: number;
}

export type SocketCommand =
  | {
      readonly type: 'datagram.send';
      readonly bytes: Uint8Array;
      readonly to: Destination;
      readonly receipt?: Receipt;
      /** For inspectors: the record sets whose probes are in this packet, or the last of several that left together. */
      readonly probes?: readonly ProbeSent[];
    }
  /** Waits until everything has been sent, then frees the socket and reports `socket.closed`. */
  | { readonly type: 'socket.close' };

export type SocketEvent =
  | { readonly type: 'socket.opened'; readonly portShared: boolean }
  /** `own`: a copy of a datagram that we sent (multicast loopback, a bridge, an access point). */
  | {
      readonly type: 'datagram.received';
      readonly datagram: Datagram;
      readonly own: boolean;
      /** For a response that may be remembered; the cache fills it in. */
      readonly repeat?: Repeat;
    }
  /** More datagrams arrived than can be processed, many of them from this source. Reported once a minute. */
  | { readonly type: 'datagrams.throttled'; readonly source: string }
  /** A datagram to the group could not be sent. */
  | { readonly type: 'datagram.unsent'; readonly fault: LinkFault }
  | ReceiptReturned
  | { readonly type: 'socket.failed'; readonly socket: string; readonly fault: LinkFault }
  | { readonly type: 'socket.closed'; readonly socket: string };

/* ---- record-cache: the records of other hosts on this link ---- */

/** The same on all links. */
export type WatcherId = string;

export type RecordCacheEvent =
  /** The cache empties the list once it has read it; see `let-go.ts`. */
  | {
      readonly type: 'records.heard';
      readonly records: readonly ResourceRecord[];
      readonly source: string;
      /** For a response that may be remembered; the cache fills it in. */
      readonly repeat?: Repeat | undefined;
      /** Their host tells them unasked (RFC 6762 section 8.3). */
      readonly announced?: boolean;
      /** When they were received, if they are read only now, milliseconds. */
      readonly heardAt?: number;
    }
  /** A response was received again, and all of its records are cached. */
  | { readonly type: 'response.repeated'; readonly repeat: Repeat }
  /** Another host multicast these questions (RFC 6762 sections 7.3 and 10.5). The message is emptied once read. */
  | { readonly type: 'question.heard'; readonly message: Message }
  | {
      readonly type: 'questions.opened';
      readonly watcher: WatcherId;
      readonly port: Port<WatcherEvent>;
      /** Whether a client waits for one answer. */
      readonly once?: boolean;
      readonly questions: readonly AskedQuestion[];
    }
  | { readonly type: 'questions.closed'; readonly watcher: WatcherId; readonly questions: readonly QuestionKey[] }
  | { readonly type: 'questions.repeated'; readonly questions: readonly QuestionKey[] }
  | { readonly type: 'watcher.gone'; readonly watcher: WatcherId }
  /** We stop publishing these records: which of them do other hosts hold as well? The reply is `holders.known`. */
  | {
      readonly type: 'holders.wanted';
      readonly records: readonly ResourceRecord[];
      readonly responder: Port<ResponderEvent>;
    }
  /** The querier is about to ask these questions: which answers are known? The reply is `answers.known`. */
  | { readonly type: 'answers.wanted'; readonly questions: readonly Question[] }
  /** A client has found these records to be wrong (RFC 6762 section 10.4). */
  | { readonly type: 'records.doubted'; readonly records: readonly Doubted[] }
  | { readonly type: 'link.up' }
  /** The link is lost: remaining lifetimes are cut to `graceMs` (RFC 6762 section 10.3). */
  | { readonly type: 'link.lost'; readonly graceMs: number }
  /** The link is about to end: no more reports. */
  | { readonly type: 'link.closing' };

/* ---- querier: what we ask on this link ---- */

/** For each question, the source that mentioned its name, if known. */
type Mentioners = readonly (string | undefined)[];
export type QuerierEvent =
  | {
      readonly type: 'link.up';
      readonly socket: Port<SocketCommand>;
      readonly cache: Port<RecordCacheEvent>;
      /** Unicast responses may go to another process, so never ask for them (RFC 6762 section 15.1). */
      readonly portShared: boolean;
      readonly maxBytes: number;
    }
  | { readonly type: 'link.down' }
  /** A unicast response: returned as `unicast.accepted` when it answers a recent question (RFC 6762 section 6). */
  | { readonly type: 'unicast.heard'; readonly records: readonly ResourceRecord[]; readonly source: string }
  /** `once`: a client waits for one answer. `again`: the link is up again. `answeredBy`: who answered others before. */
  | {
      readonly type: 'question.opened';
      readonly questions: readonly Question[];
      readonly sources?: Mentioners;
      readonly once?: boolean;
      readonly again?: boolean;
      readonly answeredBy?: ReadonlySet<string | undefined>;
    }
  | { readonly type: 'question.closed'; readonly questions: readonly QuestionKey[] }
  /** A unique answer or a denial is cached: the series ends until a refresh is due (RFC 6762 section 5.2). */
  | { readonly type: 'question.answered'; readonly questions: readonly QuestionKey[] }
  /** A shared answer was received that was not known before: there may be more (RFC 6762 section 5.2). */
  | { readonly type: 'question.found'; readonly questions: readonly QuestionKey[]; readonly announced?: boolean }
  /** A record was received that refers to the names of these questions: a host is there to answer. */
  | { readonly type: 'question.mentioned'; readonly questions: readonly QuestionKey[] }
  /** Another host has just asked the same: our question counts as sent (RFC 6762 section 7.3). */
  | { readonly type: 'question.duplicated'; readonly questions: readonly QuestionKey[] }
  /** The unique answer or the denial is no longer cached: the series starts again. */
  | { readonly type: 'question.unanswered'; readonly questions: readonly Question[]; readonly sources?: Mentioners }
  | { readonly type: 'refresh.due'; readonly questions: readonly Question[] }
  | {
      readonly type: 'answers.known';
      readonly questions: readonly Question[];
      readonly answers: readonly ResourceRecord[];
    }
  /**
   * A record set begins to probe: three probes are sent, each together with those of others that are due then, and
   * `woken` reports that the last gap is over. `id`: of the set.
   */
  | {
      readonly type: 'probe.due';
      readonly id: string;
      readonly announcer: Port<AnnouncerEvent>;
      readonly questions: readonly Question[];
      readonly authorities: readonly ResourceRecord[];
    }
  /** The records have changed: for the probes of this announcer that are left. */
  | {
      readonly type: 'probe.changed';
      readonly announcer: Port<AnnouncerEvent>;
      readonly questions: readonly Question[];
      readonly authorities: readonly ResourceRecord[];
    }
  /** This announcer's probes that are left must not be sent: its names are lost, changed or withdrawn. */
  | { readonly type: 'probe.cancelled'; readonly announcer: Port<AnnouncerEvent> }
  /** The announcer is to get `woken` at a time on the clock, together with others that wait for it. */
  | { readonly type: 'wake.planned'; readonly announcer: Port<AnnouncerEvent>; readonly at: number };

/* ---- responder: what we answer on this link ---- */

export type ResponderEvent =
  | {
      readonly type: 'link.up';
      readonly socket: Port<SocketCommand>;
      readonly cache: Port<RecordCacheEvent>;
      readonly maxBytes: number;
    }
  | { readonly type: 'link.down' }
  | { readonly type: 'query.heard'; readonly message: Message; readonly from: Asker }
  /** The same query as before, at the time `now`. */
  | { readonly type: 'query.repeated'; readonly query: RepeatedQuery; readonly now: number }
  /** Another host's response (RFC 6762 sections 6.6 and 7.4). */
  | { readonly type: 'records.heard'; readonly records: readonly ResourceRecord[] }
  /** The set's names are ours: answer for it from now on, with these records instead of its earlier ones. */
  | { readonly type: 'set.held'; readonly set: RecordSet }
  /** The set refers to a host name that is not ours at the moment: do not answer for it until it is held again. */
  | { readonly type: 'set.withheld'; readonly set: RecordSet }
  | { readonly type: 'set.released'; readonly id: string; readonly goodbye: boolean }
  /** Return a receipt as soon as the goodbye of a released set has been sent. */
  | { readonly type: 'set.forget'; readonly id: string }
  /** Sent together with other records that are due now; a receipt is returned after that. */
  | {
      readonly type: 'announcement.due';
      readonly id: string;
      readonly revision: number;
      readonly records: readonly ResourceRecord[];
      /** Whether it repeats an earlier announcement of the same data. */
      readonly isRepeat: boolean;
      /** Records that are no longer held. */
      readonly goodbyes: readonly ResourceRecord[];
    }
  /** Those of the removed records that no other host is known to hold. */
  | { readonly type: 'holders.known'; readonly unheld: readonly ResourceRecord[] }
  /** Send goodbyes for everything held (RFC 6762 section 10.1), then report `responder.left`. */
  | { readonly type: 'responder.leave' };

/* ---- announcer: one record set on one link ---- */

export type { AnnouncerEvent, AnnouncerReport };

/* ---- multicast-interface: one interface and IP family ---- */

export type LinkId = string;

export type MulticastInterfaceCommand =
  | { readonly type: 'interface.changed'; readonly interface: NetworkInterface }
  | { readonly type: 'interface.vanished' }
  | { readonly type: 'publication.added'; readonly publication: Publication }
  | { readonly type: 'publication.changed'; readonly publication: Publication; readonly silent?: boolean }
  | { readonly type: 'publication.renamed'; readonly publication: Publication; readonly holdOffMs: number }
  | { readonly type: 'publication.removed'; readonly id: string }
  | Extract<RecordCacheEvent, { type: `questions.${string}` | 'watcher.gone' | 'records.doubted' }>
  | { readonly type: 'link.close' };

export type MulticastInterfaceEvent =
  | MulticastInterfaceCommand
  | SocketEvent
  | AnnouncerReport
  | { readonly type: 'unicast.accepted'; readonly records: readonly ResourceRecord[]; readonly source: string }
  | { readonly type: 'responder.left' }
  /** More announcers have to be spawned: a few at a time, so that other events do not wait long. */
  | { readonly type: 'announcers.introduce' };

/** The state of a link, as reported to its place. */
export type LinkReport = {
  readonly type: 'link.reported';
  readonly link: LinkId;
  readonly state: LinkState;
  readonly fault: LinkFault | undefined;
};

/** What a link reports to the supervisor. */
export type MulticastInterfaceReport =
  | { readonly type: 'link.throttled'; readonly link: LinkId; readonly source: string }
  /** The system has taken the first announcement of this revision. */
  | {
      readonly type: 'publication.announced';
      readonly link: LinkId;
      readonly id: string;
      readonly revision: number;
    }
  | { readonly type: 'publication.probed'; readonly link: LinkId; readonly id: string; readonly revision: number }
  | { readonly type: 'publication.lost'; readonly link: LinkId; readonly id: string; readonly name: string }
  | { readonly type: 'publication.gone'; readonly link: LinkId; readonly id: string };

/* ---- interface-scanner ---- */

export type ScannerReport =
  | { readonly type: 'interface.appeared'; readonly interface: NetworkInterface }
  | { readonly type: 'interface.changed'; readonly interface: NetworkInterface }
  | { readonly type: 'interface.vanished'; readonly interface: NetworkInterface }
  /** A scan is over. `request`: the id of the request for it, if there was one. */
  | {
      readonly type: 'interfaces.scanned';
      readonly interfaces: readonly NetworkInterface[];
      readonly request?: string;
    };

/* ---- watcher: one browse, resolve, lookup or query ---- */

export type WatcherEvent =
  | { readonly type: 'link.opened'; readonly link: LinkInfo }
  /** The addresses of an open link's interface have changed. */
  | { readonly type: 'link.changed'; readonly link: LinkInfo }
  | { readonly type: 'link.closed'; readonly link: LinkId }
  | { readonly type: 'records.changed'; readonly link: LinkId; readonly changes: RecordChanges }
  | { readonly type: 'watcher.refresh' }
  | { readonly type: 'watcher.stop' };

/** What a watcher reports to the supervisor. */
export type WatcherReport =
  | {
      readonly type: 'watcher.asked';
      readonly watcher: WatcherId;
      /** Where answers go. */
      readonly port: Port<WatcherEvent>;
      /** Whether the watcher ends with the first complete answer. */
      readonly once: boolean;
      readonly open: readonly LinkQuestion[];
      readonly close: readonly LinkQuestion[];
      /** To be asked again now. */
      readonly again?: readonly LinkQuestion[];
    }
  /** For each service type that was left out, the link on which it was listed. */
  | { readonly type: 'watcher.leftOut'; readonly watcher: WatcherId; readonly links: readonly LinkId[] }
  | { readonly type: 'watcher.saw'; readonly watcher: WatcherId; readonly sightings: Sightings };

/** What a watcher watches, and for how long. */
export interface Watch {
  readonly id: WatcherId;
  readonly kind: WatchKind;
  readonly view: View<WatchEvents[WatchKind]>;
  readonly clock: Clock;
  /** Ends with the first complete answer. */
  readonly once: boolean;
  /** Ends after this time, ms, whatever was found. */
  readonly timeoutMs: number | undefined;
}

/** What the supervisor tells a group of watchers. */
export type WatcherGroupEvent =
  | { readonly type: 'watcher.start'; readonly watch: Watch; readonly links: readonly LinkInfo[] }
  | { readonly type: 'watcher.tell'; readonly watcher: WatcherId; readonly event: WatcherEvent };

/** What a group of watchers reports to the supervisor. */
export type WatcherGroupReport =
  | ({ readonly type: 'watcher.ended' } & WatcherEnded)
  /** A watcher threw. */
  | {
      readonly type: 'watcher.broke';
      readonly watcher: WatcherId;
      readonly actorId: string;
      readonly error: unknown;
    };

/** The output of a watcher. */
export interface WatcherEnded {
  readonly watcher: WatcherId;
  readonly reason: 'done' | 'timeout' | 'stopped';
}
