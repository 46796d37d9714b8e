/** Reports each probe of a publication when it is sent (RFC 6762 section 8.1), by an inspector of the actors. */
import type { Inspected } from '../api/options.js';

/** What is used of an inspection event about a packet that is about to be sent. */
interface PacketSent {
  readonly event?: {
    readonly type: string;
    readonly probes?: readonly { readonly id: string; readonly count: number }[];
  };
}

export class ProbeReports {
  #listener: (id: string, count: number) => void = () => {};

  /** The option `inspect` of `createMdns`. */
  readonly inspect = (inspected: Inspected & PacketSent): void => {
    if (inspected.type !== '@xstate.event' || inspected.event?.type !== 'datagram.send') return;
    for (const { id, count } of inspected.event.probes ?? []) this.#listener(id, count);
  };

  /** @param listener gets the id of the publication, and how many probes have been sent on one link */
  listen(listener: (id: string, count: number) => void): void {
    this.#listener = listener;
  }
}
