/**
 * What crosses the supervisor's boundary in both directions: typed, structured-clonable data with correlation ids, so
 * that the actor system can be the child of another machine, or live in another thread.
 */
import type { LinkFault } from '../net/network.js';
import type { CacheSummary } from '../protocol/cache/cache.js';
import type { Doubted } from '../protocol/cache/types.js';
import type { ExtraRecord, RecordTtls } from '../protocol/dns-sd/service.js';
import type { TxtFilter } from '../protocol/dns-sd/txt-filter.js';
import type { Name } from '../protocol/name.js';
import type { QuestionType } from '../protocol/types.js';
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
  /** The host that offers the service; undefined for this one, under whatever name it has. */
  readonly host: Name | undefined;
  /** The addresses of another host on whose behalf this one publishes. */
  readonly addresses: readonly string[] | undefined;
  /** Which of this machine's addresses `host` has. */
  readonly addressFilter?: AddressRule | undefined;
  readonly txt: readonly Uint8Array[];
  readonly subtypes: readonly string[];
  readonly extra: readonly ExtraRecord[];
  readonly ttls: RecordTtls;
  readonly onConflict: ConflictPolicy;
  /** The names of the interfaces to publish on; undefined for all. */
  readonly interfaces: readonly string[] | undefined;
}

export interface HostRequest {
  readonly kind: 'host';
  readonly host: Name;
  readonly addresses: readonly string[] | undefined;
  readonly addressFilter?: AddressRule | undefined;
  readonly ttls: RecordTtls;
  readonly onConflict: ConflictPolicy;
  readonly interfaces: readonly string[] | undefined;
}

export type PublicationRequest = ServiceRequest | HostRequest;

/**
 * What can be changed in place: a new `instance` or `host` is probed for, the rest is announced (RFC 6762 section 8.4).
 */
export type PublicationChanges = Partial<
  Pick<ServiceRequest, 'instance' | 'port' | 'txt' | 'subtypes' | 'priority' | 'weight'>
>;

/** What can be watched, by kind. */
export interface WatchRequests {
  readonly browse: {
    readonly typeName: Name;
    readonly subtype: string | undefined;
    /** Only instances with these attributes. */
    readonly txt?: TxtFilter | undefined;
  };
  /** The names of instances alone: neither host nor port is asked for. */
  readonly names: { readonly typeName: Name; readonly subtype: string | undefined };
  readonly types: { readonly domain: Name };
  /** The instances of all types. */
  readonly all: {
    readonly domain: Name;
    readonly subtype: string | undefined;
    readonly txt?: TxtFilter | undefined;
  };
  readonly instance: { readonly typeName: Name; readonly instance: string };
  readonly host: { readonly host: Name };
  readonly records: { readonly name: Name; readonly type: QuestionType };
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

/** What the supervisor understands. */
export type SupervisorCommand =
  | { readonly type: 'publication.publish'; readonly id: string; readonly request: PublicationRequest }
  | { readonly type: 'publication.update'; readonly id: string; readonly changes: PublicationChanges }
  | { readonly type: 'publication.withdraw'; readonly id: string }
  /** The answer to `publication.conflicted` under the policy `ask`. */
  | { readonly type: 'publication.rename'; readonly id: string; readonly label: string }
  | { readonly type: 'watch.open'; readonly id: string; readonly request: WatchRequest; readonly options: WatchOptions }
  | { readonly type: 'watch.close'; readonly id: string }
  | { readonly type: 'records.doubt'; readonly records: readonly Doubted[] }
  | { readonly type: 'interfaces.scan'; readonly request: string }
  /** Goodbyes leave, sockets close, then the machine is done. */
  | { readonly type: 'mdns.close' };

/** What the supervisor emits. */
export type SupervisorEmitted =
  | { readonly type: 'publication.probing'; readonly id: string; readonly name: string }
  | { readonly type: 'publication.announced'; readonly id: string; readonly name: string; readonly host: Name }
  /** It has changed, and what it is now is being announced: as soon as it may be (RFC 6762 section 8.4). */
  | { readonly type: 'publication.updating'; readonly id: string; readonly name: string }
  | { readonly type: 'publication.updated'; readonly id: string; readonly name: string; readonly host: Name }
  | { readonly type: 'publication.renamed'; readonly id: string; readonly from: string; readonly name: string }
  | { readonly type: 'publication.conflicted'; readonly id: string; readonly name: string; readonly suggested: string }
  | {
      readonly type: 'publication.failed';
      readonly id: string;
      /** `invalid`: the request is refused, and `message` says why. */
      readonly code: 'name-in-use' | 'invalid';
      readonly name: string;
      readonly message?: string;
    }
  | { readonly type: 'publication.withdrawn'; readonly id: string }
  | { readonly type: 'host.renamed'; readonly from: Name; readonly host: Name }
  | ({ readonly type: 'watch.saw'; readonly id: string } & Sightings)
  /** `message`: why it failed, or why there was no network. */
  | { readonly type: 'watch.ended'; readonly id: string; readonly reason: WatchEnd; readonly message?: string }
  | { readonly type: 'interfaces.scanned'; readonly request: string | undefined }
  | { readonly type: 'status.changed'; readonly status: Status }
  /** The supervisor has ended by a mistake of its own: nothing that was asked for will be answered. */
  | { readonly type: 'system.broke'; readonly message: string }
  | { readonly type: 'log'; readonly level: LogLevel; readonly message: string; readonly details: LogDetails };

/** `no-network`: the time was over, and no link on which it asked had been up. */
export type WatchEnd = 'done' | 'timeout' | 'no-network' | 'stopped' | 'failed';
/** What a line of the log is about; an error as name, message, code and stack. */
export type LogDetails = { readonly [name: string]: Plain };
export type Plain = string | number | boolean | undefined | readonly Plain[] | LogDetails;
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export type LinkState = 'opening' | 'up' | 'retrying' | 'absent' | 'closing' | 'closed';

/** One interface and IP family: whether it is used, and if not, why. */
export interface LinkStatus {
  readonly interface: string;
  readonly family: 'ipv4' | 'ipv6';
  readonly state: LinkState | 'unused';
  /** What is wrong and what to do about it, or why the interface is not used. */
  readonly reason: string | undefined;
  readonly fault: LinkFault | undefined;
  readonly addresses: readonly string[];
}

export interface Status {
  /** `up`: every link that is wanted works, or is just being opened; `degraded`: some do; `down`: none does. */
  readonly state: 'starting' | 'up' | 'degraded' | 'down' | 'closed';
  readonly reason: string | undefined;
  readonly links: readonly LinkStatus[];
}

export interface LinkMetrics extends Readonly<LinkCounters> {
  /** Times that a service type was listed for which a browse for all types had no place (256 at once). */
  readonly typesLeftOut: number;
  /** What is cached, and how often records were added, renewed, refused and removed for which reason. */
  readonly cache: CacheSummary;
}

/** By link. */
export type Metrics = Readonly<Record<string, LinkMetrics>>;
