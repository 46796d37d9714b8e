/**
 * Asks the system for its interfaces, now and then and on demand, and tells what appeared, changed or vanished. A machine that
 * slept was away from all of them (RFC 6762 sections 5.4, 8 and 10.3).
 *
 * It waits for nothing but its next look, so it is a callback and no machine. What the system throws breaks it, wherever the look
 * came from, and its supervisor starts another.
 */
import { fromCallback } from 'xstate';
import { diffInterfaces } from '../../net/interface-diff.js';
import type { Network, NetworkInterface } from '../../net/network.js';
import type { ScannerReport } from '../messages.js';

export interface Input {
  readonly network: Network;
  readonly intervalMs: number;
  /** What the supervisor knows already: whatever is different is told. */
  readonly known: readonly NetworkInterface[];
}

export type Event =
  | { readonly type: 'interfaces.scan'; readonly request: string }
  | { readonly type: 'host.woke' }
  | { readonly type: 'interval.over' };

export const interfaceScanner = fromCallback<Event, Input>(({ input, self, receive, sendBack }) => {
  const { network, intervalMs } = input;
  let { known } = input;
  let timer: unknown;
  const report = (event: ScannerReport) => sendBack(event);
  const stopListening = network.onWake(() => self.send({ type: 'host.woke' }));
  const stop = () => {
    stopListening();
    network.clock.clearTimeout(timer);
  };

  const scan = (event?: Event) => {
    const interfaces = network.interfaces();
    for (const each of reportsOf(known, interfaces, event?.type === 'host.woke')) report(each);
    report({
      type: 'interfaces.scanned',
      interfaces,
      ...(event?.type === 'interfaces.scan' && { request: event.request }),
    });
    known = interfaces;
    network.clock.clearTimeout(timer);
    timer = network.clock.setTimeout(() => self.send({ type: 'interval.over' }), intervalMs);
  };
  const scanOrBreak = (event?: Event) => {
    try {
      scan(event);
    } catch (error) {
      stop();
      throw error;
    }
  };

  scanOrBreak();
  receive(scanOrBreak);
  return stop;
});

/** What is different. After sleep everything was away. */
function* reportsOf(
  known: readonly NetworkInterface[],
  interfaces: readonly NetworkInterface[],
  hasSlept: boolean,
): Iterable<ScannerReport> {
  const { appeared, changed, vanished } = diffInterfaces(hasSlept ? [] : known, interfaces);
  for (const each of hasSlept ? known : vanished) yield { type: 'interface.vanished', interface: each };
  for (const { before, after, what } of changed) {
    if (!what.includes('carrier')) {
      yield { type: 'interface.changed', interface: after };
      continue;
    }
    // The cable was out between two looks, and may be in another network now.
    yield { type: 'interface.vanished', interface: before };
    yield { type: 'interface.appeared', interface: after };
  }
  for (const each of appeared) yield { type: 'interface.appeared', interface: each };
}
