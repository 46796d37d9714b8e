/** What the supervisor starts with. */
import type { Family } from '../../ip/family.js';
import type { DnsServer } from '../../net/dns.js';
import type { Network } from '../../net/network.js';
import type { TsigKey } from '../../net/tsig-key.js';
import type { RecordTtls } from '../../protocol/dns-sd/service.js';
import type { Name } from '../../protocol/name.js';
import type { AddressFilter, NamedFilters } from '../address-filter.js';
import type { SupervisorEmitted } from '../commands.js';
import type { InterfaceChoice } from '../interface-choice.js';
import type { Port } from '../messages.js';

/** A domain beyond the link, and who knows it. */
export interface DomainChoice {
  readonly name: Name;
  /** Its servers, in the order in which they are asked; undefined for those of the system. */
  readonly servers: readonly DnsServer[] | undefined;
  /** Signs what is published; undefined: it is not signed. */
  readonly key?: TsigKey | undefined;
}

export interface SupervisorInput {
  readonly network: Network;
  readonly hostname: Name;
  /** Group and port of each IP family; undefined where it is off. */
  readonly groups: Readonly<Partial<Record<Family, { readonly group: string; readonly port: number }>>>;
  readonly interfaces: InterfaceChoice;
  readonly ttls: RecordTtls;
  /** Which of this machine's addresses may be published; undefined for all. */
  readonly addressFilter: AddressFilter | undefined;
  /** The functions that commands name in their filters. Default: none. */
  readonly namedFilters?: NamedFilters;
  /** Whether to publish the host from the start; undefined: as soon as anything on this host is published. */
  readonly announceHost: boolean | undefined;
  /** How often each record set is announced: 2 to 8 (RFC 6762 section 8.3). */
  readonly announcements: number;
  readonly reannounceMs: number | undefined;
  readonly scanIntervalMs: number;
  readonly maxCacheRecords: number;
  readonly maxCacheBytes?: number | undefined;
  /** Domains beyond the link. Default: none. */
  readonly domains?: readonly DomainChoice[] | undefined;
  /** Whether publications keep the process alive. */
  readonly keepAlive: boolean;
  /** An actor that receives everything emitted as its own events: the parent, when the supervisor is a child. */
  readonly listener?: Port<SupervisorEmitted> | undefined;
}
