/**
 * What crosses the supervisor's boundary in both directions: typed data that can be cloned, with correlation ids. The
 * actor system can therefore be the child of another machine, or run in another thread.
 */
import type { DnsClientCounters } from '../net/dns-client.js';
import type { LinkFault } from '../net/network.js';
import type { CacheSummary } from '../protocol/cache/cache.js';
import type { Doubted } from '../protocol/cache/types.js';
import type { ExtraRecord, RecordTtls } from '../protocol/dns-sd/service.js';
import type { TxtFilter } from '../protocol/dns-sd/txt-filter.js';
import type { Name } from '../protocol/name.js';
import type { QuestionType } from '../protocol/types.js';
import type { PollCounters } from '../protocol/unicast/poll-plan.js';
import type { DomainEvent, DomainList } from '../protocol/view/domains-view.js';
import type { InstanceEvent } from '../protocol/view/instance-view.js';
import type { LookupEvent } from '../protocol/view/lookup-view.js';
import type { InstanceNameEvent, TypeEvent } from '../protocol/view/pointer-views.js';
import type { RecordEvent } from '../protocol/view/record-view.js';
import type { AddressRule } from './address-filter.js';
import type { LinkCounters } from './counters.js';

/** What to do when another host holds the name (RFC 6762 section 9). */
export type ConflictPolicy = 'rename' | 'fail' | 'keep-trying' | 'ask';

export interface ServiceRequest {
  readonly kind: 'service';
  readonly instance: string;
  readonly typeName: Name;
  readonly port: number;
  readonly priority: number;
  readonly weight: number;
  /** The host that offers the service; undefined for this host, even when its name changes. */
  readonly host: Name | undefined;
  /** The addresses of another host on whose behalf this one publishes. */
  readonly addresses: readonly string[] | undefined;
  /** Which of this machine's addresses `host` has. */
  readonly addressFilter?: AddressRule | undefined;
  /** false: `host` is published by another program, and neither claimed nor awaited. Default: true. */
  readonly claimHost?: boolean | undefined;
  /**
   * The host belongs to this service alone: when another host has one of the two names, both get a new one, `Web (2)`
   * and `web-2` or, if `bracketed`, `web-(2)`. Default: the host is shared by all services that name it.
   */
  readonly ownHost?: 'numbered' | 'bracketed' | undefined;
  /** Whether the names are claimed without probing for them first, against RFC 6762 section 8.1. Default: false. */
  readonly unprobed?: boolean | undefined;
  readonly txt: readonly Uint8Array[];
  readonly subtypes: readonly string[];
  readonly extra: readonly ExtraRecord[];
  readonly ttls: RecordTtls;
  readonly onConflict: ConflictPolicy;
  /** The names of the interfaces to publish on; undefined for all. */
  readonly interfaces: readonly string[] | undefined;
  /** The domains to publish in: `local` for the links, and others of the option `domains`. Default: `local`. */
  readonly domains?: readonly Name[] | undefined;
}

export interface HostRequest {
  readonly kind: 'host';
  readonly host: Name;
  readonly addresses: readonly string[] | undefined;
  readonly addressFilter?: AddressRule | undefined;
  readonly ttls: RecordTtls;
  readonly onConflict: ConflictPolicy;
  readonly interfaces: readonly string[] | undefined;
  /** As for a service. */
  readonly domains?: readonly Name[] | undefined;
}

/** Another name of a host: a CNAME record. */
export interface AliasRequest {
  readonly kind: 'alias';
  readonly alias: Name;
  /** The host's name; if that is one of ours, the alias follows it. */
  readonly host: Name;
  readonly ttls: RecordTtls;
  readonly onConflict: ConflictPolicy;
  readonly interfaces: readonly string[] | undefined;
  /** As for a service. */
  readonly domains?: readonly Name[] | undefined;
}

export type PublicationRequest = ServiceRequest | HostRequest | AliasRequest;

/**
 * What an update can change: a new `instance` is probed for, everything else is announced (RFC 6762 section 8.4).
 */
export type PublicationChanges = Partial<
  Pick<ServiceRequest, 'instance' | 'port' | 'txt' | 'subtypes' | 'priority' | 'weight'>
>;

/**
 * The requests that can be watched, by kind. The domain of a name decides where it is asked; with `everywhere` that is
 * on the links and in all domains.
 */
export interface WatchRequests {
  readonly browse: {
    readonly typeName: Name;
    readonly subtype: string | undefined;
    /** Only instances with these attributes. */
    readonly txt?: TxtFilter | undefined;
    /** Whether instances without an address are reported as well. */
    readonly partial?: boolean | undefined;
    readonly everywhere?: boolean | undefined;
  };
  /** Only the names of instances: no questions about host or port. */
  readonly names: {
    readonly typeName: Name;
    readonly subtype: string | undefined;
    readonly everywhere?: boolean | undefined;
  };
  readonly types: { readonly domain: Name; readonly everywhere?: boolean | undefined };
  /** The instances of all types. */
  readonly all: {
    readonly domain: Name;
    readonly subtype: string | undefined;
    readonly txt?: TxtFilter | undefined;
    readonly partial?: boolean | undefined;
    readonly everywhere?: boolean | undefined;
  };
  readonly instance: { readonly typeName: Name; readonly instance: string };
  readonly host: { readonly host: Name };
  readonly records: { readonly name: Name; readonly type: QuestionType };
  /** The domains that a domain lists, or without one that the network recommends (RFC 6763 section 11). */
  readonly domains: { readonly domain: Name | undefined; readonly lists?: readonly DomainList[] | undefined };
}
export type WatchKind = keyof WatchRequests;
export type WatchRequest<K extends WatchKind = WatchKind> = {
  readonly [Kind in K]: { readonly kind: Kind } & WatchRequests[Kind];
}[K];

/** What a watch reports, by the kind of its request. */
export interface WatchEvents {
  readonly browse: InstanceEvent;
  readonly names: InstanceNameEvent;
  readonly types: TypeEvent;
  readonly all: InstanceEvent;
  readonly instance: InstanceEvent;
  readonly host: LookupEvent;
  readonly records: RecordEvent;
  readonly domains: DomainEvent;
}

/** Some events of one watch, in order. */
export type Sightings<K extends WatchKind = WatchKind> = {
  readonly [Kind in K]: { readonly kind: Kind; readonly events: readonly WatchEvents[Kind][] };
}[K];

export interface WatchOptions {
  readonly once: boolean;
  readonly timeoutMs: number | undefined;
  readonly interfaces: readonly string[] | undefined;
}

/** The commands of the supervisor. */
export type SupervisorCommand =
  | { readonly type: 'publication.publish'; readonly id: string; readonly request: PublicationRequest }
  /** `silent`: answers change, and nothing is announced. Default: false. */
  | {
      readonly type: 'publication.update';
      readonly id: string;
      readonly changes: PublicationChanges;
      readonly silent?: boolean;
    }
  | { readonly type: 'publication.withdraw'; readonly id: string }
  /** The answer to `publication.conflicted` under the policy `ask`. */
  | { readonly type: 'publication.rename'; readonly id: string; readonly label: string }
  | { readonly type: 'watch.open'; readonly id: string; readonly request: WatchRequest; readonly options: WatchOptions }
  | { readonly type: 'watch.close'; readonly id: string }
  /** Asks the questions of a watch now that many hosts may answer, instead of when they are due. */
  | { readonly type: 'watch.refresh'; readonly id: string }
  | { readonly type: 'records.doubt'; readonly records: readonly Doubted[] }
  | { readonly type: 'interfaces.scan'; readonly request: string }
  /** Links send goodbyes and close their sockets, then the machine reaches its final state. */
  | { readonly type: 'mdns.close' };

/** The events that the supervisor emits. */
export type SupervisorEmitted =
  | { readonly type: 'publication.probing'; readonly id: string; readonly name: string }
  /** Its names are ours on every working link, and it is being announced. */
  | { readonly type: 'publication.probed'; readonly id: string; readonly name: string }
  | { readonly type: 'publication.announced'; readonly id: string; readonly name: string; readonly host: Name }
  /** It has changed, and the change is announced as soon as allowed (RFC 6762 section 8.4). */
  | { readonly type: 'publication.updating'; readonly id: string; readonly name: string }
  | { readonly type: 'publication.updated'; readonly id: string; readonly name: string; readonly host: Name }
  | { readonly type: 'publication.renamed'; readonly id: string; readonly from: string; readonly name: string }
  /** The host that belongs to this service alone has another name. */
  | { readonly type: 'publication.host-renamed'; readonly id: string; readonly from: Name; readonly host: Name }
  | { readonly type: 'publication.conflicted'; readonly id: string; readonly name: string; readonly suggested: string }
  | {
      readonly type: 'publication.failed';
      readonly id: string;
      /** `invalid`: the request is refused, and `message` says why. */
      readonly code: 'name-in-use' | 'invalid';
      readonly name: string;
      readonly message?: string;
    }
  /** The server of a domain does not publish it at the moment; it is tried again. `message`: why, and what to do. */
  | {
      readonly type: 'publication.refused';
      readonly id: string;
      readonly name: string;
      readonly domain: Name;
      readonly message: string;
    }
  | { readonly type: 'publication.withdrawn'; readonly id: string }
  | { readonly type: 'host.renamed'; readonly from: Name; readonly host: Name }
  | ({ readonly type: 'watch.saw'; readonly id: string } & Sightings)
  /** `message`: why it failed, or why there was no network. */
  | { readonly type: 'watch.ended'; readonly id: string; readonly reason: WatchEnd; readonly message?: string }
  | { readonly type: 'interfaces.scanned'; readonly request: string | undefined }
  | { readonly type: 'status.changed'; readonly status: Status }
  /** The supervisor has ended because of an internal error: no request will be answered. */
  | { readonly type: 'system.broke'; readonly message: string }
  | { readonly type: 'log'; readonly level: LogLevel; readonly message: string; readonly details: LogDetails };

/** What is known of an instance at the moment of the call. */
export interface InstanceFacts {
  /** Whole milliseconds since a record with its name, such as SRV or TXT, was last received on any interface. */
  readonly silenceMs: number;
  /** The seconds for which its SRV record is still valid unless it is renewed; 0 if it is gone. */
  readonly ttlSeconds: number;
  /**
   * The labels of its subtypes, such as `_printer` (RFC 6763 section 7.1): those of which a pointer was received, with
   * an announcement or an answer. A browse for the subtype asks for them.
   */
  readonly subtypes: readonly string[];
}

/** `no-network`: the time has passed, and no link on which it asked was up. */
export type WatchEnd = 'done' | 'timeout' | 'no-network' | 'stopped' | 'failed';
/** The data of a line in the log; an error as name, message, code and stack. */
export type LogDetails = { readonly [name: string]: Plain };
export type Plain = string | number | boolean | undefined | readonly Plain[] | LogDetails;
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export type LinkState = 'opening' | 'up' | 'retrying' | 'absent' | 'closing' | 'closed';

/** One interface and IP family: whether it is used, and if not, why. */
export interface LinkStatus {
  readonly interface: string;
  readonly family: 'ipv4' | 'ipv6';
  readonly state: LinkState | 'unused';
  /** The fault and what to do about it, or why the interface is not used. */
  readonly reason: string | undefined;
  readonly fault: LinkFault | undefined;
  readonly addresses: readonly string[];
}

/** `refused`: its server answers, but not for this domain. */
export type DomainState = 'finding' | 'up' | 'retrying' | 'refused' | 'closing';

/** A domain beyond the link: whether a DNS server answers for it, and if not, why. */
export interface DomainStatus {
  /** `office.example`. */
  readonly domain: Name;
  readonly state: DomainState;
  /** What is wrong and what to do about it; in state `up`, what its server did not answer. */
  readonly reason: string | undefined;
  readonly fault: LinkFault | undefined;
  /** What is to be published there, and its server refuses; it is tried again. The first 16. */
  readonly refused: readonly RefusedPublication[];
}

export interface RefusedPublication {
  /** `My Web`, or the name of a host. */
  readonly name: string;
  /** Why, and what to do about it. */
  readonly reason: string;
}

export interface Status {
  /**
   * `up`: every link that should be used works, or is being opened; `degraded`: some links do, or a domain does not;
   * `down`: none does.
   */
  readonly state: 'starting' | 'up' | 'degraded' | 'down' | 'closed';
  readonly reason: string | undefined;
  readonly links: readonly LinkStatus[];
  /** The domains of the option `domains`; left out if there are none. */
  readonly domains?: readonly DomainStatus[];
}

export interface LinkMetrics extends Readonly<LinkCounters> {
  /** How often a service type was left out of a browse for all types, which was full (256 at once). */
  readonly typesLeftOut: number;
  /** What is cached, and how often records were added, renewed, refused and removed, by reason. */
  readonly cache: CacheSummary;
}

/** By link. */
export type Metrics = Readonly<Record<string, LinkMetrics>>;

/** Counters of a domain since it was opened, and what is known of it now. */
export interface DomainMetrics extends Readonly<DnsClientCounters>, Readonly<PollCounters> {
  /** Open questions. */
  readonly questions: number;
  /** Records that are kept, and their bytes in memory by an estimate. */
  readonly records: number;
  readonly bytes: number;
}

/** By domain. */
export type DomainsMetrics = Readonly<Record<Name, DomainMetrics>>;
