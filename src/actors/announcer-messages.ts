/** The events of an announcer: one record set on one link. */
import type { Message, ResourceRecord } from '../protocol/record.js';
import type { RecordSet } from '../protocol/record-set.js';

export type AnnouncerEvent =
  /** Probing starts at `startAt`: random, but the same for all sets that start together (RFC 6762 section 8.1). */
  | { readonly type: 'link.ready'; readonly startAt: number }
  | { readonly type: 'link.down' }
  /** The time that was planned has come; or all probes have been sent, and a gap has passed since. */
  | { readonly type: 'woken' }
  /** Records of another host at one of the set's names. */
  | { readonly type: 'records.heard'; readonly records: readonly ResourceRecord[] }
  /** Another host probes for one of the set's names. */
  | { readonly type: 'probe.heard'; readonly message: Message }
  /** New data under the same names (RFC 6762 section 8.4), not announced if `silent`. `hostIsHeld`: see the input. */
  | { readonly type: 'set.changed'; readonly set: RecordSet; readonly hostIsHeld: boolean; readonly silent?: boolean }
  /** New names, to be probed for from `startAt` on; undefined while the link is down. */
  | {
      readonly type: 'name.assigned';
      readonly set: RecordSet;
      readonly hostIsHeld: boolean;
      readonly startAt: number | undefined;
    }
  /** The host name that the set refers to is ours on this link. */
  | { readonly type: 'host.held' }
  /** The host name has to be claimed again. */
  | { readonly type: 'host.lost' }
  | { readonly type: 'set.withdraw' };

export type AnnouncerReport =
  | { readonly type: 'name.claimed'; readonly id: string; readonly revision: number }
  /** The claimed names have to be claimed again, or are withdrawn. */
  | { readonly type: 'name.released'; readonly id: string }
  | { readonly type: 'name.lost'; readonly id: string; readonly name: string }
  /** There is nothing left to announce of this revision of the set. */
  | { readonly type: 'set.announced'; readonly id: string; readonly revision: number }
  | { readonly type: 'set.withdrawn'; readonly id: string }
  /** Another host, or another responder on this host, maps our addresses to its own name. */
  | { readonly type: 'reverse.contested' };
