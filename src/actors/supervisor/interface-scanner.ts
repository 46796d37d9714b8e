/**
 * Lists the system's interfaces, at intervals and on demand, and reports which appeared, changed or vanished. A
 * computer that slept was disconnected from all of them (RFC 6762 sections 5.4, 8 and 10.3).
 *
 * It only waits for the next scan, so it is a callback actor and not a machine. An error of the system ends it,
 * whatever started the scan, and the supervisor starts another scanner.
 */
import { fromCallback } from 'xstate';
import { diffInterfaces } from '../../net/interface-diff.js';
import type { Network, NetworkInterface } from '../../net/network.js';
import type { ScannerReport } from '../messages.js';

export interface Input {
  readonly network: Network;
  readonly intervalMs: number;
  /** The interfaces that the supervisor knows already: only differences are reported. */
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

/** The differences. After sleep, every interface counts as vanished and as new. */
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
    // The cable was unplugged between two scans, and may be in another network now.
    yield { type: 'interface.vanished', interface: before };
    yield { type: 'interface.appeared', interface: after };
  }
  for (const each of appeared) yield { type: 'interface.appeared', interface: each };
}
