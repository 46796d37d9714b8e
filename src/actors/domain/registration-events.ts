/** The events between a registrar and the desk of its zone, which sends the updates. */
import type { NetworkInterface } from '../../net/network.js';
import type { Name } from '../../protocol/name.js';
import type { ResourceRecord } from '../../protocol/record.js';
import type { RecordSet } from '../../protocol/record-set.js';
import type { RecordType } from '../../protocol/types.js';
import type { Refusal } from '../../protocol/unicast/outcome.js';
import type { Update } from '../../protocol/unicast/update.js';
import type { LinkId, MulticastInterfaceCommand, MulticastInterfaceReport, Port } from '../messages.js';

/** What became of a request of the registrar. */
export type RequestEnd =
  /** `leaseSeconds`: how long the records stay; undefined where the server keeps them for ever. */
  | { readonly type: 'update.done'; readonly leaseSeconds: number | undefined }
  /** A prerequisite did not hold, so nothing was changed. */
  | { readonly type: 'update.denied' }
  /** What the zone has at a name. */
  | { readonly type: 'name.read'; readonly records: readonly ResourceRecord[] }
  /** `unsent`: the server has not heard of it. */
  | { readonly type: 'request.refused'; readonly refusal: Refusal; readonly unsent?: boolean };

export type RegistrarEvent =
  /** New data under the same name. `hostIsHeld`: as of the input of the registrar. */
  | { readonly type: 'set.changed'; readonly set: RecordSet; readonly hostIsHeld: boolean }
  /** A new name, or the same once more, to be claimed after `pauseMs`. */
  | {
      readonly type: 'name.assigned';
      readonly set: RecordSet;
      readonly hostIsHeld: boolean;
      readonly pauseMs: number;
    }
  /** The host name that the set refers to is ours in this zone. */
  | { readonly type: 'host.held' }
  | { readonly type: 'host.lost' }
  | { readonly type: 'set.withdraw' }
  | RequestEnd;

/** What a registrar asks of the desk; each is answered by one `RequestEnd`. `name`: the name that it is about. */
export type DeskRequest =
  | {
      readonly type: 'update.wanted';
      readonly registrar: Port<RegistrarEvent>;
      readonly name: Name;
      readonly update: Update;
    }
  | {
      readonly type: 'read.wanted';
      readonly registrar: Port<RegistrarEvent>;
      readonly name: Name;
      readonly types: readonly RecordType[];
    };

export type RegistrarReport =
  /** The zone has this revision of the set. */
  | { readonly type: 'set.registered'; readonly id: string; readonly revision: number }
  /** The name has to be claimed again, or is withdrawn. */
  | { readonly type: 'name.released'; readonly id: string }
  /** Another host has the name. */
  | { readonly type: 'name.lost'; readonly id: string }
  /** The server does not do it at the moment; it is tried again. */
  | { readonly type: 'set.refused'; readonly id: string; readonly refusal: Refusal };

/** Where requests and reports of registrars go. */
export type Desk = Port<DeskRequest | RegistrarReport>;

/** What the supervisor tells the registry of a domain. */
export type RegistryCommand =
  | Extract<MulticastInterfaceCommand, { readonly type: `publication.${string}` }>
  | { readonly type: 'interfaces.changed'; readonly interfaces: readonly NetworkInterface[] }
  /** Withdraw everything. */
  | { readonly type: 'registry.close' };

/** What a registry reports to the supervisor, as a link does. `link`: the domain. */
export type RegistryReport =
  | Extract<MulticastInterfaceReport, { readonly type: `publication.${string}` }>
  | {
      readonly type: 'publication.refused';
      readonly link: LinkId;
      readonly id: string;
      readonly refusal: Refusal;
    };
