/** The types of all options that users pass. */
import type { IncomingMessage } from 'node:http';
import type { MessagePort } from 'node:worker_threads';
import type { AddressFilter } from '../actors/address-filter.js';
import type { InterfaceChoice } from '../actors/interface-choice.js';
import type { Family } from '../ip/family.js';
import type { Network } from '../net/network.js';
import type { RecordTtls } from '../protocol/dns-sd/service.js';
import type { TxtInput } from '../protocol/dns-sd/txt.js';
import type { TxtFilter } from '../protocol/dns-sd/txt-filter.js';
import type { DomainOptions, PublishingDomains } from './domain-options.js';

/** Receives log messages. `console` is a `Logger`. */
export interface Logger {
  debug(message: string, details?: object): void;
  info(message: string, details?: object): void;
  warn(message: string, details?: object): void;
  error(message: string, details?: object): void;
}

/** What an inspector gets: an `InspectionEvent` of any version of XState; `type` says what happened. */
export interface Inspected {
  readonly type: string;
  readonly rootId: string | undefined;
}

/**
 * A function or an observer, such as that of `@statelyai/inspect`. Declared as methods, so that inspectors of XState's
 * own event types are accepted, too.
 */
export type Inspector = InspectorMethods['inspect'] | Pick<InspectorMethods, 'next'>;
export interface InspectorMethods {
  inspect(event: Inspected): void;
  next?(event: Inspected): void;
}

export interface MdnsOptions {
  /** This host's name, `printer` or `printer.local`. Default: the system's host name followed by `-node`. */
  readonly hostname?: string;
  /**
   * IPv4 group and port, or the address of a single peer instead of a group, `198.18.0.2:4711`, which needs no
   * multicast: for tests and point-to-point links. Then IPv6 is off, and `interfaces` are those with the peer in their
   * subnet, unless given. Default: `224.0.0.251:5353`. false switches IPv4 off.
   */
  readonly ipv4?: string | false;
  /** The same for IPv6. Default: `[ff02::fb]:5353`. false switches IPv6 off. */
  readonly ipv6?: string | false;
  /**
   * Which interfaces to use. Default: all that support multicast, except loopback, point-to-point links and container
   * bridges. `'loopback'`: only that; a list of names or addresses, which may include `'loopback'`; or a function that
   * decides. A named interface that does not exist is used as soon as it appears; until then `status` reports it.
   */
  readonly interfaces?: InterfaceChoice;
  /**
   * Which of this machine's addresses are published: a list of addresses and subnets, `['198.18.0.7', 'fd00::/8']`, or
   * a function `(address, on) => boolean` that is called for each address of an interface. Default: all usable
   * addresses, the best first.
   */
  readonly addressFilter?: AddressFilter;
  /**
   * TTL in seconds: one for all records, or one for records with host names (`host`) and one for the others (`other`)
   * (RFC 6762 section 10). Default: 120 and 4500.
   */
  readonly ttl?: number | Partial<RecordTtls>;
  /**
   * When to claim and announce this host's name and addresses. true: from the start. false: once a service of this host
   * is published, since its clients need the addresses. Default: from the start if `hostname` is given; otherwise once
   * a service or another name of this host (`publishHost` without `addresses`) is published. A program that only
   * browses announces nothing. Once announced, the name stays until `close`.
   */
  readonly announceHost?: boolean;
  /**
   * How often each record set is announced, 2 to 8, at intervals that start with 1 s and double (RFC 6762 section 8.3).
   * Default: 2.
   */
  readonly announcements?: number;
  /**
   * Repeats announcements for ever, for networks of listeners that never query: true for an interval of 80 % of the
   * host TTL, or an interval in milliseconds, at least 1000. Violates RFC 6762 section 8.3. Default: false.
   */
  readonly reannounce?: boolean | number;
  /** Milliseconds between two scans of the system's interfaces. Default: 1500. */
  readonly scanIntervalMs?: number;
  /** Maximum number of cached records on each link; a service has three or more of them. Default: 10,000. */
  readonly maxCacheRecords?: number;
  /**
   * Maximum memory in bytes of the cached records on each link, by an estimate. One host may fill it until
   * others need half. Default: 8 MiB, or 839 bytes for each record of a larger `maxCacheRecords`.
   */
  readonly maxCacheBytes?: number;
  /**
   * Domains beyond the link, on the DNS servers that know them (RFC 6763 section 10): browse and resolve there with the
   * option `domain`, look up and query names below them. Default: none.
   */
  readonly domains?: readonly DomainOptions[];
  /**
   * Whether publications keep the process alive until they are withdrawn or have failed. Default: true. Browses and
   * waits always keep it alive; an idle `Mdns` never does.
   */
  readonly keepAlive?: boolean;
  /**
   * Whether `nodeLookup` asks the system for a name below `.local` that no host has within 1.5 s, for networks whose
   * unicast DNS has such names. It tells the DNS server which local names are looked for (RFC 6762 section 22.1).
   * Default: false.
   */
  readonly systemLookup?: boolean;
  /**
   * Runs the system in a worker thread, so that work that blocks this thread delays no answer and no defence of a name.
   * true: the worker of this package; `url`: its file `worker.cjs` elsewhere, for programs that are bundled. Default:
   * false, in this thread. Functions stay in this thread: `inspect` and `network` are refused, and so is an
   * `addressFilter` that is a function.
   */
  readonly worker?: boolean | { readonly url: URL | string };
  /**
   * Uses the system of another `Mdns`, perhaps in another thread: a port that its `connect` returned. Everything that
   * is about the system is set there; here there are only `ttl`, `keepAlive`, `systemLookup` and `logger`. Default: a
   * system of its own.
   */
  readonly port?: MessagePort;
  /** Gets log messages; `console` will do. Default: no log. */
  readonly logger?: Logger;
  /** An XState inspector. It gets every actor, event and snapshot. Default: none. */
  readonly inspect?: Inspector;
  /** The network to use, such as a simulated one. Default: a `NodeNetwork`, the system's network. */
  readonly network?: Network;
}

export interface ServiceOptions extends PublishingDomains {
  /** The instance name as people see it: any text of 1 to 63 bytes. */
  readonly name: string;
  /** `_http._tcp`, or `http` for short. */
  readonly type: string;
  /**
   * Whether to refuse a type whose name is longer than 15 characters, or has other characters than letters, digits and
   * single inner hyphens (RFC 6335 section 5.1). false: such a type is published, with a warning in the log. Default:
   * true.
   */
  readonly strict?: boolean;
  /** The service's port, 0 to 65535. */
  readonly port: number;
  /** An object of attributes, or the raw strings (RFC 6763 section 6). Default: no attributes. */
  readonly txt?: TxtInput;
  /**
   * The host that offers the service: another name of this host, or, with `addresses`, another host. A final dot makes
   * the name exact, without `.local`: `nas.`, `nas.example.com.`; clients find its addresses only beside the service,
   * since they ask unicast DNS for such names (RFC 6762 section 3). Default: this host.
   */
  readonly host?: string;
  /**
   * true: `host` belongs to this service alone. When another host has one of the two names, both get a new one, such as
   * `Web (2)` and `web-2`. Requires `host`, and not `claimHost: false`. Default: false, services share the host.
   */
  readonly ownHost?: boolean;
  /**
   * The addresses of `host`, if it is another machine on whose behalf this one publishes. Addresses that no host can
   * have, such as 0.0.0.0, are refused. So is a loopback address without `interfaces`; with them it is published on the
   * loopback interface only. Default: this host's.
   */
  readonly addresses?: readonly string[];
  /**
   * Which of this machine's addresses `host` has, besides the filter of `createMdns`. Requires `host`. Default: all.
   */
  readonly addressFilter?: AddressFilter;
  /**
   * false: another program publishes `host`, such as this computer's own Avahi or Bonjour, and this one neither claims
   * nor awaits the name. Requires `host`. Default: true; a name that this `Mdns` has an alias for leads to its host.
   */
  readonly claimHost?: boolean;
  /** Labels of subtypes (RFC 6763 section 7.1). Default: none. */
  readonly subtypes?: readonly string[];
  /** Additional records at the instance name. Default: none. */
  readonly records?: readonly ExtraRecordOptions[];
  /** Lower is preferred (RFC 2782). Default: 0. */
  readonly priority?: number;
  /** Relative weight among targets of equal priority (RFC 2782). Default: 0. */
  readonly weight?: number;
  /** TTL in seconds, as for `createMdns`. Default: that of `createMdns`. */
  readonly ttl?: number | Partial<RecordTtls>;
  /**
   * What to do if another host has the name: `rename` to `Name (2)`, `fail`, `keep-trying`, or a function that gets the
   * name and a proposal and returns another name, or undefined to give up. Default: `rename`.
   */
  readonly onConflict?: 'rename' | 'fail' | 'keep-trying' | ((name: string, proposal: string) => string | undefined);
  /** Names of the interfaces to publish on. Default: all. */
  readonly interfaces?: readonly string[];
  /** Aborting it withdraws the service. Default: none. */
  readonly signal?: AbortSignal;
}

/** What can be changed while a service is published. */
export type ServiceChanges = Partial<
  Pick<ServiceOptions, 'name' | 'port' | 'txt' | 'subtypes' | 'priority' | 'weight'>
>;

/** The options of `update`. */
export interface UpdateOptions {
  /**
   * false: answers change, and nothing is announced, for changes that do not matter until a client asks. Clients that
   * know the old data keep it until it expires. Not with a new name. Default: true.
   */
  readonly announce?: boolean;
}

/** A record of any type except SRV, TXT and NSEC, which every service has already. */
export interface ExtraRecordOptions {
  /** A mnemonic, or `TYPE65280`. */
  readonly type: string;
  /**
   * The rdata as bytes, or the fields that the `dns-packet` package defines for the type, such as `{ cpu, os }` for
   * HINFO.
   */
  readonly data: unknown;
  /** TTL in seconds. Default: that of TXT records. */
  readonly ttl?: number;
}

export interface HostOptions extends PublishingDomains {
  /**
   * One label, with or without `.local`, or several labels with it: `git.nas.local`. Some programs ask unicast DNS for
   * names of several labels; see docs/troubleshooting.md.
   */
  readonly name: string;
  /**
   * The name of a host, of this machine or another one, for which `name` is an alias: a CNAME record instead of
   * addresses (RFC 1034 section 3.6.2). If this `Mdns` publishes that host, the alias follows its changes of name.
   * Default: none, `name` has addresses.
   */
  readonly aliasOf?: string;
  /**
   * The addresses of another machine, with the rules of `publish`. Default: this machine's; on each
   * interface those valid there.
   */
  readonly addresses?: readonly string[];
  /** Which of this machine's addresses it has, besides the filter of `createMdns`. Default: all. */
  readonly addressFilter?: AddressFilter;
  /** TTL in seconds. Default: that of `createMdns`. */
  readonly ttl?: number;
  /** As for `publish`; `printer` is renamed to `printer-2`. Default: `rename`. */
  readonly onConflict?: ServiceOptions['onConflict'];
  /** Names of the interfaces to publish on. Default: all. */
  readonly interfaces?: readonly string[];
  /** Aborting it withdraws the host. Default: none. */
  readonly signal?: AbortSignal;
}

export interface WaitOptions {
  /** Milliseconds. Default: 3000. Infinity waits for ever; `discover` does not accept it. */
  readonly timeout?: number;
  /** Aborting it ends the wait with `aborted`. Default: none. */
  readonly signal?: AbortSignal;
  /** Names of the interfaces to query on. Default: all. */
  readonly interfaces?: readonly string[];
}

/** The options of `resolve`. */
export interface ResolveOptions extends WaitOptions {
  /** The domain of the instance: one of the `domains` of `createMdns`, or `local`. Default: `local`. */
  readonly domain?: string;
}

/** The options of `discover`. */
export type DiscoverOptions = WaitOptions &
  BrowseOptions & {
    /**
     * false: only the names of the instances, without asking for their hosts and addresses. `partial`: also instances
     * whose hosts have no known address. Default: true.
     */
    readonly resolve?: boolean | 'partial';
  };

/** The options of `watch`. */
export interface WatchOptions {
  /** Aborting it ends the watch. Default: none. */
  readonly signal?: AbortSignal;
  /** Names of the interfaces to query on. Default: all. */
  readonly interfaces?: readonly string[];
}

/** The options of `send`. */
export interface SendOptions {
  /**
   * Where to send it: an address, and a port (default: 5353). Sent on the interface with the subnet of the address.
   * Default: the group, on each interface.
   */
  readonly to?: { readonly address: string; readonly port?: number };
  /** Names of the interfaces to send on. Default: all. */
  readonly interfaces?: readonly string[];
  /** `ipv4` or `ipv6`: sends to the group of this family only. Default: to both. */
  readonly family?: Family;
}

/** The options of `whenAnnounced`. */
export interface AnnouncedOptions {
  /** Milliseconds. Default: Infinity. */
  readonly timeout?: number;
  /** Aborting it ends the wait with `aborted`. Default: none. */
  readonly signal?: AbortSignal;
}

/** The options of `watchHost`. */
export interface WatchHostOptions {
  /** Aborting it ends the watch. Default: none. */
  readonly signal?: AbortSignal;
  /** Names of the interfaces to query on. Default: all. */
  readonly interfaces?: readonly string[];
}

export interface BrowseOptions {
  /**
   * Where to browse: one of the `domains` of `createMdns`, `local`, or `all` for every one of these; a service that is
   * found in several is one instance then. Default: `local`.
   */
  readonly domain?: string;
  /** Aborting it ends the browse; `discover` then rejects with `aborted`. Default: none. */
  readonly signal?: AbortSignal;
  /** Only instances of this subtype (RFC 6763 section 7.1). Default: all. */
  readonly subtype?: string;
  /**
   * Only instances whose TXT record has these attributes: the value of a key, or `true` for any value or none. An
   * instance that loses one of them goes down with the reason `txt-changed`. Default: all.
   */
  readonly txt?: TxtFilter;
  /** Names of the interfaces to query on. Default: all. */
  readonly interfaces?: readonly string[];
}

export interface ServeInspectorOptions {
  /** The port on 127.0.0.1, 0 to 65535. Default: 0, any that is free. */
  readonly port?: number;
}

/** At least one of the two is given. */
export interface InspectorHandlerOptions {
  /**
   * Whether a request may see the page and what it shows: every service on the network. `true`, or a promise of it,
   * lets it in; a function that throws does not. Default: any that has the token.
   */
  readonly authorize?: (request: IncomingMessage) => boolean | Promise<boolean>;
  /** A secret of at least 16 characters. Open the page with `#t=` and the secret behind its address. Default: none. */
  readonly token?: string;
}

/** The options of a browse that resolves what it finds. */
export type ResolvingOptions = BrowseOptions & {
  /**
   * `partial`: an instance whose host has no known address after a second is reported as well, without addresses; it
   * changes when one is known. Default: true, only instances with an address.
   */
  readonly resolve?: true | 'partial';
};
