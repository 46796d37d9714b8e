/**
 * Asks the system for its interfaces, now and then and on demand, and tells what appeared, changed or vanished. A machine that
 * slept was away from all of them (RFC 6762 sections 5.4, 8 and 10.3).
 */
import { type EventObject, enqueueActions, fromCallback, setup } from 'xstate';
import { diffInterfaces } from '../../net/interface-diff.js';
import type { Network, NetworkInterface } from '../../net/network.js';
import type { Port, ScannerReport } from '../messages.js';

export interface Input {
  readonly network: Network;
  readonly intervalMs: number;
  /** What the supervisor knows already: whatever is different is told. */
  readonly known: readonly NetworkInterface[];
  readonly supervisor: Port<ScannerReport>;
}

export type Event = { readonly type: 'interfaces.scan'; readonly request: string } | { readonly type: 'host.woke' };

/** Tells when the machine has slept. */
const wakes = fromCallback<EventObject, Network>(({ input: network, sendBack }) =>
  network.onWake(() => sendBack({ type: 'host.woke' })),
);

export const interfaceScannerMachine = setup({
  types: { context: {} as Input, events: {} as Event, input: {} as Input },
  actors: { wakes },
  actions: {
    scan: enqueueActions(({ context, event, enqueue }) => {
      const { supervisor, network, known } = context;
      const hasSlept = event.type === 'host.woke';
      const interfaces = network.interfaces();
      const { appeared, changed, vanished } = diffInterfaces(hasSlept ? [] : known, interfaces);
      for (const each of hasSlept ? known : vanished)
        enqueue.sendTo(supervisor, { type: 'interface.vanished', interface: each });
      for (const { before, after, what } of changed) {
        if (!what.includes('carrier')) {
          enqueue.sendTo(supervisor, { type: 'interface.changed', interface: after });
          continue;
        }
        // The cable was out between two looks, and may be in another network now.
        enqueue.sendTo(supervisor, { type: 'interface.vanished', interface: before });
        enqueue.sendTo(supervisor, { type: 'interface.appeared', interface: after });
      }
      for (const each of appeared) enqueue.sendTo(supervisor, { type: 'interface.appeared', interface: each });
      const asked = event.type === 'interfaces.scan' ? { request: event.request } : {};
      enqueue.sendTo(supervisor, { type: 'interfaces.scanned', interfaces, ...asked });
      enqueue.assign({ known: interfaces });
    }),
  },
  delays: { interval: ({ context }) => context.intervalMs },
}).createMachine({
  id: 'interface-scanner',
  context: ({ input }) => input,
  invoke: { src: 'wakes', input: ({ context }) => context.network },
  initial: 'waiting',
  states: {
    waiting: {
      entry: 'scan',
      after: { interval: { target: 'waiting', reenter: true } },
      on: {
        'interfaces.scan': { target: 'waiting', reenter: true },
        'host.woke': { target: 'waiting', reenter: true },
      },
    },
  },
});
