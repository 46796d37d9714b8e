import { describe, expect, it } from 'vitest';
import { setup as setupMachine } from 'xstate';
import type { ScannerReport } from '../../../src/actors/messages.js';
import { type Event, type Input, interfaceScanner } from '../../../src/actors/supervisor/interface-scanner.js';
import { SimulatedHost, SimulatedLan } from '../../../src/net/simulated/index.js';
import { Bench, expectSilence } from '../../support/actors.js';

/** A parent that records the reports of its scanner. */
const parentMachine = setupMachine({
  types: { context: {} as Parent, events: {} as ScannerReport, input: {} as Parent },
  actors: { scanner: interfaceScanner },
  actions: { note: ({ context, event }) => context.heard.push(event) },
}).createMachine({
  context: ({ input }) => input,
  invoke: { id: 'scanner', src: 'scanner', input: ({ context }) => context.scanner },
  on: { '*': { actions: 'note' } },
});

interface Parent {
  readonly scanner: Input;
  readonly heard: ScannerReport[];
}

function setup() {
  const bench = new Bench();
  const lan = new SimulatedLan({ clock: bench.clock });
  const network = new SimulatedHost({ clock: bench.clock });
  network.plug('eth0', lan, { addresses: ['198.18.0.1/24'] });
  const heard: ScannerReport[] = [];
  const start = () => {
    const parent = bench.start(parentMachine, { input: { scanner: { network, intervalMs: 1_500, known: [] }, heard } });
    return { send: (event: Event) => parent.getSnapshot().children.scanner?.send(event), stop: () => parent.stop() };
  };
  const told = () =>
    heard.splice(0).map((report) => {
      if (report.type !== 'interfaces.scanned') return `${report.type} ${report.interface.name}`;
      return `scanned ${report.interfaces.map(({ name }) => name).join(' ')}${report.request ? ` for ${report.request}` : ''}`;
    });
  return { bench, lan, network, start, told, heard };
}

describe('interface-scanner', () => {
  expectSilence();

  it('scans at once and then at intervals, and reports the differences', () => {
    const { bench, lan, network, start, told } = setup();
    start();
    expect(told()).toEqual(['interface.appeared eth0', 'scanned eth0']);
    bench.clock.advance(1_500);
    expect(told()).toEqual(['scanned eth0']);
    network.plug('wlan0', lan, { addresses: ['198.18.0.2/24'] });
    network.setAddresses('eth0', ['198.18.0.3/24']);
    expect(told()).toEqual([]);
    bench.clock.advance(1_500);
    expect(told()).toEqual(['interface.changed eth0', 'interface.appeared wlan0', 'scanned eth0 wlan0']);
    network.unplug('eth0');
    bench.clock.advance(1_500);
    expect(told()).toEqual(['interface.vanished eth0', 'scanned wlan0']);
  });

  it('notices an interface that was replaced by one with the same name', () => {
    const { bench, lan, network, start, told } = setup();
    start();
    told();
    network.unplug('eth0');
    network.plug('eth0', lan, { addresses: ['198.18.0.1/24'] });
    bench.clock.advance(1_500);
    expect(told()).toEqual(['interface.changed eth0', 'scanned eth0']);
  });

  it('treats an interface whose cable was unplugged between two scans as vanished and new', () => {
    const { bench, network, start, told } = setup();
    start();
    told();
    network.bounce('eth0');
    bench.clock.advance(1_500);
    expect(told()).toEqual(['interface.vanished eth0', 'interface.appeared eth0', 'scanned eth0']);
    bench.clock.advance(1_500);
    expect(told()).toEqual(['scanned eth0']);
  });

  it('reports every interface as vanished when the machine has slept, before anything else', () => {
    const { bench, network, start, told } = setup();
    start();
    told();
    network.sleep();
    bench.clock.advance(60_000);
    told();
    network.wake();
    expect(told()).toEqual(['interface.vanished eth0', 'interface.appeared eth0', 'scanned eth0']);
    bench.clock.advance(1_500);
    expect(told()).toEqual(['scanned eth0']);
  });

  it('scans when requested, returns the id of the request, and restarts its interval', () => {
    const { bench, start, told } = setup();
    const actor = start();
    told();
    bench.clock.advance(1_000);
    actor.send({ type: 'interfaces.scan', request: 'scan-1' });
    expect(told()).toEqual(['scanned eth0 for scan-1']);
    bench.clock.advance(1_499);
    expect(told()).toEqual([]);
    bench.clock.advance(1);
    expect(told()).toEqual(['scanned eth0']);
  });

  it('leaves no timer behind', () => {
    const { bench, start } = setup();
    start().stop();
    expect(bench.clock.pending).toBe(0);
  });

  it.each([
    ['at its next look', ({ bench }: ReturnType<typeof setup>) => bench.clock.advance(1_500)],
    ['when asked', (_: unknown, send: (event: Event) => void) => send({ type: 'interfaces.scan', request: 'r' })],
  ])('breaks when the system does, for its supervisor to start it anew: %s', (_, look) => {
    const all = setup();
    const { bench, network, start, told, heard } = all;
    const { send } = start();
    told();
    network.interfaces = () => {
      throw new Error('ENOMEM');
    };
    look(all, send);
    expect(heard).toMatchObject([{ type: 'xstate.error.actor.scanner', error: { message: 'ENOMEM' } }]);
    expect(bench.clock.pending).toBe(0);
    network.wake();
    expect(heard).toHaveLength(1);
  });
});
