/**
 * Asks the system for its interfaces, now and then and on demand, and tells what appeared, changed or vanished. A machine that
 * slept was away from all of them (RFC 6762 sections 5.4, 8 and 10.3).
 */
import { enqueueActions, setup } from 'xstate';
import { diffInterfaces } from '../net/interface-diff.js';
import type { Network, NetworkInterface } from '../net/network.js';
import type { Port, ScannerReport } from './messages.js';

export interface Input {
  readonly network: Network;
  readonly intervalMs: number;
  /** What the supervisor knows already: whatever is different is told. */
  readonly known: readonly NetworkInterface[];
  readonly supervisor: Port<ScannerReport>;
}

export interface Context extends Input {
  readonly scannedAt: number | undefined;
}

export type Event = { readonly type: 'interfaces.scan'; readonly request: string };

/** A scan that is so much too late tells of sleep, or of a process that was stopped: either way much was missed. */
const SLEEP_MS = 10_000;

export const interfaceScannerMachine = setup({
  types: { context: {} as Context, events: {} as Event, input: {} as Input },
  actions: {
    scan: enqueueActions(({ context, event, enqueue }) => {
      const { supervisor, network, known, scannedAt, intervalMs } = context;
      const now = network.clock.now();
      const hasSlept = scannedAt !== undefined && now - scannedAt > intervalMs + SLEEP_MS;
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
      enqueue.assign({ known: interfaces, scannedAt: now });
    }),
  },
  delays: { interval: ({ context }) => context.intervalMs },
}).createMachine({
  id: 'interface-scanner',
  context: ({ input }) => ({ ...input, scannedAt: undefined }),
  initial: 'waiting',
  states: {
    waiting: {
      entry: 'scan',
      after: { interval: { target: 'waiting', reenter: true } },
      on: { 'interfaces.scan': { target: 'waiting', reenter: true } },
    },
  },
});
