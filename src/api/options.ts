/** What users pass. */
import type { AddressFilter } from '../actors/address-filter.js';
import type { InterfaceChoice } from '../actors/interface-choice.js';
import type { Network } from '../net/network.js';
import type { RecordTtls } from '../protocol/dns-sd/service.js';
import type { TxtInput } from '../protocol/dns-sd/txt.js';
import type { TxtFilter } from '../protocol/dns-sd/txt-filter.js';

/** Where log lines go: `console` fits. */
export interface Logger {
  debug(message: string, details?: object): void;
  info(message: string, details?: object): void;
  warn(message: string, details?: object): void;
  error(message: string, details?: object): void;
}

/** What an inspector gets: the `InspectionEvent` of XState, of whatever version; its `type` says what happened. */
export interface Inspected {
  readonly type: string;
  readonly rootId: string | undefined;
}

/**
 * A function or an observer, such as that of `@statelyai/inspect`. As methods they fit those that take XState's own
 * events.
 */
export type Inspector = InspectorMethods['inspect'] | Pick<InspectorMethods, 'next'>;
export interface InspectorMethods {
  inspect(event: Inspected): void;
  next?(event: Inspected): void;
}

export interface MdnsOptions {
  /** This host's name, `printer` or `printer.local`. Default: the system's host name with `-node` behind it. */
  readonly hostname?: string;
  /** IPv4 group and port, `224.0.0.251:5353` by default; false switches IPv4 off. */
  readonly ipv4?: string | false;
  /** IPv6 group and port, `[ff02::fb]:5353` by default; false switches IPv6 off. */
  readonly ipv6?: string | false;
  /**
   * Which interfaces to use. Default: all that carry multicast, without loopback, point-to-point links and container
   * bridges.
   * `'loopback'`: that one alone; a list of names or addresses, `'loopback'` among them; or a function that decides.
   * One that is named and not there is used as soon as it appears; until then `status` says so.
   */
  readonly interfaces?: InterfaceChoice;
  /**
   * Which of this machine's addresses are published: a list of addresses and subnets, `['198.18.0.7', 'fd00::/8']`, or
   * a function
   * `(address, on) => boolean` that is asked about each address of an interface. Default: all that work, the best
   * first.
   */
  readonly addressFilter?: AddressFilter;
  /** Seconds: for all records, or for those with host names (120) and the others (4500) apart (RFC 6762 section 10). */
  readonly ttl?: number | Partial<RecordTtls>;
  /**
   * When to claim and announce this host's name and addresses. true: from the start. false: only once a service of this
   * host is published, which cannot be found without. Default: from the start when `hostname` is given; otherwise as
   * soon as anything of this host is published, a service or another name (`publishHost` without `addresses`). A
   * program that only browses announces nothing. Once announced, the name stays until `close`.
   */
  readonly announceHost?: boolean;
  /**
   * How often each record set is announced, 2 to 8, with doubling gaps from 1 s on (RFC 6762 section 8.3). Default: 2.
   */
  readonly announcements?: number;
  /**
   * Announce everything again and again, for networks of listeners that never ask: true for each time that 80 % of the
   * host TTL have passed, or milliseconds. Against RFC 6762 section 8.3; default: false.
   */
  readonly reannounce?: boolean | number;
  /** Milliseconds between looks at the system's interfaces. Default: 1500. */
  readonly scanIntervalMs?: number;
  /** Records cached at most on each link. Default: 10,000. */
  readonly maxCacheRecords?: number;
  /**
   * Bytes of memory that the cached records of each link take at most, by an estimate. One source of records may fill
   * half of it. Default: 10 MiB, or 1,048 for each record of a larger `maxCacheRecords`.
   */
  readonly maxCacheBytes?: number;
  /**
   * Whether what is published keeps the process alive, until it is withdrawn or has failed. Default: true. Browses and
   * waits keep it alive whatever this says, an `Mdns` that does nothing never does.
   */
  readonly keepAlive?: boolean;
  /** Default: silent. */
  readonly logger?: Logger;
  /** An XState inspector: it sees every actor, event and snapshot. */
  readonly inspect?: Inspector;
  /** Another network than the system's, such as a simulated one. */
  readonly network?: Network;
}

export interface ServiceOptions {
  /** The instance name as people see it: any text of 1 to 63 bytes. */
  readonly name: string;
  /** `_http._tcp`, or `http` for short. */
  readonly type: string;
  /** 0 to 65535. */
  readonly port: number;
  /** An object of attributes, or the raw strings (RFC 6763 section 6). */
  readonly txt?: TxtInput;
  /**
   * The host that offers the service; default: this one. Another name of one's own, or with `addresses` another host.
   */
  readonly host?: string;
  /**
   * The addresses of `host`, when it is another machine on whose behalf this one publishes. What no host can have, such
   * as 0.0.0.0, is refused; so is a loopback address without `interfaces`, and with them it goes out on the loopback
   * interface alone.
   */
  readonly addresses?: readonly string[];
  /**
   * Which of this machine's addresses `host` has, as for `MdnsOptions` and within what those let through. Needs a
   * `host`.
   */
  readonly addressFilter?: AddressFilter;
  /** Labels of subtypes (RFC 6763 section 7.1). */
  readonly subtypes?: readonly string[];
  /** Further records at the instance name. */
  readonly records?: readonly ExtraRecordOptions[];
  /** Lower is preferred (RFC 2782). Default: 0. */
  readonly priority?: number;
  /** Share among those of equal priority (RFC 2782). Default: 0. */
  readonly weight?: number;
  /** As for `MdnsOptions`. */
  readonly ttl?: number | Partial<RecordTtls>;
  /**
   * When another host holds the name: `rename` to `Name (2)` (the default), `fail`, `keep-trying`, or a function that
   * gets the name and a proposal and returns another name, or undefined to give up.
   */
  readonly onConflict?: 'rename' | 'fail' | 'keep-trying' | ((name: string, proposal: string) => string | undefined);
  /** Names of the interfaces to publish on; default: all. */
  readonly interfaces?: readonly string[];
  /** Withdraws the service when it is aborted. */
  readonly signal?: AbortSignal;
}

/** What can be changed while a service is published. */
export type ServiceChanges = Partial<
  Pick<ServiceOptions, 'name' | 'port' | 'txt' | 'subtypes' | 'priority' | 'weight'>
>;

/** A record of any type but SRV, TXT and NSEC, which a service has by itself. */
export interface ExtraRecordOptions {
  /** A mnemonic, or `TYPE65280`. */
  readonly type: string;
  /**
   * The rdata as bytes, or the fields that the `dns-packet` package has for the type: `{ cpu, os }` for HINFO, for
   * example.
   */
  readonly data: unknown;
  /** Seconds. Default: that of TXT records. */
  readonly ttl?: number;
}

export interface HostOptions {
  /** One label, with or without `.local`. */
  readonly name: string;
  /**
   * The addresses of another machine, read as for services; default: this one's, on each interface those that are valid
   * there.
   */
  readonly addresses?: readonly string[];
  /** Which of this machine's addresses it has, as for `MdnsOptions` and within what those let through. */
  readonly addressFilter?: AddressFilter;
  /** Seconds. Default: as for `MdnsOptions`. */
  readonly ttl?: number;
  /** As for services; `printer` is renamed to `printer-2`. */
  readonly onConflict?: ServiceOptions['onConflict'];
  readonly interfaces?: readonly string[];
  /** Withdraws the host when it is aborted. */
  readonly signal?: AbortSignal;
}

export interface WaitOptions {
  /** Milliseconds. Default: 3000; Infinity waits for ever, but for `discover`. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
  /** Names of the interfaces to ask on; default: all. */
  readonly interfaces?: readonly string[];
}

/** Of `discover`. */
export type DiscoverOptions = WaitOptions & BrowseOptions & { readonly resolve?: boolean };

/** Of `whenAnnounced`. */
export interface AnnouncedOptions {
  /** Milliseconds. Default: no end. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
}

export interface BrowseOptions {
  readonly signal?: AbortSignal;
  /** Only instances of this subtype. */
  readonly subtype?: string;
  /**
   * Only instances whose TXT record has these attributes: the value of a key, or `true` for any value or none. An
   * instance that loses one of them is down, with the reason `txt-changed`.
   */
  readonly txt?: TxtFilter;
  readonly interfaces?: readonly string[];
}
