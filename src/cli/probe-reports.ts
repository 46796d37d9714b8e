/** Reports each probe of a publication when it is sent (RFC 6762 section 8.1), by an inspector of the actors. */
import type { Inspected } from '../api/options.js';

/** What is used of an inspection event about an announcer. */
interface ProbeSent {
  readonly event?: { readonly type: string };
  readonly actorRef?: {
    getSnapshot(): { readonly context?: { readonly wanted?: { readonly id: string }; readonly probesSent?: number } };
  };
}

export class ProbeReports {
  #listener: (id: string, count: number) => void = () => {};

  /** The option `inspect` of `createMdns`. */
  readonly inspect = (inspected: Inspected & ProbeSent): void => {
    if (inspected.type !== '@xstate.event' || inspected.event?.type !== 'probe.sent') return;
    const { wanted, probesSent } = inspected.actorRef?.getSnapshot().context ?? {};
    if (wanted !== undefined && probesSent !== undefined) this.#listener(wanted.id, probesSent);
  };

  /** @param listener gets the id of the publication, and how many probes have been sent on one link */
  listen(listener: (id: string, count: number) => void): void {
    this.#listener = listener;
  }
}
