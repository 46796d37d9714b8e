/**
 * What an inspector learns of a running system: plain data that can be cloned, since the system may run in another
 * thread. Times are milliseconds on the clock of the system.
 */
import type { Status } from '../actors/commands.js';

/** The session id of an actor: unique in its system, and never used again. */
export type ActorId = string;

export interface ActorInfo {
  readonly id: ActorId;
  /** Undefined for the root. */
  readonly parent: ActorId | undefined;
  /** As in docs/architecture.md: `link.eth0/ipv4`. */
  readonly name: string;
  /** The id of its machine, and so of its state chart; undefined for an actor without a machine. */
  readonly chart: string | undefined;
  /**
   * The innermost active states, as paths below the machine, with spaces between them: `held.series.established
   * held.news.told`. For an actor without states its status.
   */
  readonly state: string;
}

/** What happened, in order. */
export type Entry =
  | { readonly kind: 'actor'; readonly at: number; readonly actor: ActorInfo }
  | { readonly kind: 'gone'; readonly at: number; readonly id: ActorId }
  /** `by`: the ids of the transitions, as in docs/machines, with spaces between them; empty if they were not seen. */
  | { readonly kind: 'state'; readonly at: number; readonly id: ActorId; readonly state: string; readonly by: string }
  /** `data`: the contents of the event in a few words. */
  | {
      readonly kind: 'message';
      readonly at: number;
      readonly from: ActorId;
      readonly to: ActorId;
      readonly type: string;
      readonly data: string;
    };

export interface PacketSeen {
  readonly at: number;
  /** `eth0/ipv4`. */
  readonly link: string;
  /** `own`: a copy of one that this system has sent. */
  readonly way: 'in' | 'own' | 'out';
  /** The sender, or for `out` the destination. */
  readonly address: string;
  readonly port: number;
  readonly to: 'group' | 'unicast';
  readonly size: number;
  /** In base 64. */
  readonly bytes: string;
  /** One line: kind, questions and answers. */
  readonly about: string;
  /** The message in sections of lines; what could not be read is the last one. */
  readonly sections: readonly { readonly title: string; readonly lines: readonly string[] }[];
}

/** What was counted in one second. */
export interface Sample {
  readonly at: number;
  readonly packetsIn: number;
  readonly packetsOut: number;
  /** In the packets of both directions. */
  readonly questions: number;
  readonly answers: number;
  /** On all links, at the end of the second. */
  readonly records: number;
  readonly cacheBytes: number;
  /** How much later than planned a timer of 100 ms fired, at most: the delay of the event loop, ms. */
  readonly delay: number;
}

/** What happened since the last frame. */
export interface Frame {
  readonly at: number;
  /** All actors as they are now, parents first: with it a reader can start, or start again. */
  readonly whole?: readonly ActorInfo[];
  readonly log: readonly Entry[];
  readonly packets: readonly PacketSeen[];
  /** For how many of the `span` milliseconds since the last frame messages were recorded: not for all in a storm. */
  readonly looked: number;
  readonly span: number;
  /** Packets that were counted, but not recorded. */
  readonly packetsUnseen: number;
  /** Actors beyond the number that is shown. */
  readonly actorsUnseen: number;
  readonly sample?: Sample;
}

/* ---- what is looked up when it is asked for ---- */

/** `filter`: only rows that contain this text, in any case. Default: all. */
export type ViewRequest =
  | { readonly kind: 'services' | 'publications' | 'links'; readonly filter?: string }
  | { readonly kind: 'cache'; readonly link?: string; readonly filter?: string };

/** Rows of a view. */
export interface Rows<Row> {
  readonly at: number;
  readonly rows: readonly Row[];
  /** How many rows there are beyond those that are shown. */
  readonly more: number;
}

/** A service that the record-caches know. */
export interface ServiceRow {
  readonly name: string;
  readonly type: string;
  readonly host: string;
  readonly port: number;
  readonly txt: readonly string[];
  /** By link. */
  readonly addresses: readonly { readonly link: string; readonly address: string }[];
  /** The worst state of its SRV record on any link: see docs/machines/record-life.md. */
  readonly phase: string;
  readonly lastSeen: number;
  readonly expiresAt: number;
}

export interface PublicationRow {
  readonly id: string;
  readonly kind: 'service' | 'host' | 'alias';
  readonly name: string;
  readonly type: string | undefined;
  readonly host: string;
  readonly port: number | undefined;
  readonly txt: readonly string[];
  readonly addresses: readonly { readonly link: string; readonly address: string }[];
  /** For each link the state of its announcer; for each domain that of its registrar, or `refused` and the reason. */
  readonly links: readonly { readonly link: string; readonly state: string; readonly reason?: string | undefined }[];
  readonly isAnnounced: boolean;
}

export interface RecordRow {
  readonly link: string;
  readonly name: string;
  readonly type: string;
  readonly data: string;
  /** Seconds. */
  readonly ttl: number;
  readonly source: string;
  readonly receivedAt: number;
  readonly expiresAt: number;
  /** See docs/machines/record-life.md. */
  readonly phase: string;
  /** Whether it answers an open question. */
  readonly isWanted: boolean;
}

/** A link, or a domain beyond it. */
export interface LinkRow {
  readonly link: string;
  readonly kind: 'link' | 'domain';
  /** `eth0 ipv4`, `office.example`. */
  readonly name: string;
  readonly state: string;
  readonly reason: string | undefined;
  /** Of the interface; of the domain's servers, none if these are those of the system. */
  readonly addresses: readonly string[];
  /** Datagrams; of a domain the questions that a server answered. */
  readonly received: number;
  /** Datagrams; of a domain the questions. */
  readonly sent: number;
  readonly records: number;
  /** As in `metrics()` and `domainMetrics()`; none while it does not run. */
  readonly counters: Readonly<Record<string, number>>;
}

export interface Views {
  readonly services: Rows<ServiceRow>;
  readonly publications: Rows<PublicationRow>;
  readonly cache: Rows<RecordRow>;
  readonly links: Rows<LinkRow> & Pick<Status, 'state' | 'reason'>;
}

/** What the server needs of a system; in another thread, the far end of a port. */
export interface InspectionSource {
  /** Looks at the system as long as anyone watches. The returned function ends it. */
  watch(sink: (frame: Frame) => void): () => void;
  /** Makes the next frame a whole one. */
  refresh(): void;
  view(request: ViewRequest): Promise<Views[ViewRequest['kind']]>;
}
