/**
 * The tester of test/conformance/bonjour as a program with real sockets: `tsx bonjour-tester.ts OWN-ADDRESS DEVICE SERVICE-TYPE`.
 * It says `{"event":"ready"}`, waits for the device to be switched on, and tells what it found after each test, in their order.
 */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { decodeMessage } from '../../src/protocol/wire/decode.js';
import { claimNames, disputeNames, shortPlan } from '../conformance/bonjour/naming.js';
import { askKnowing, askLegacy, askShared, askSimple, askTwice, LEGACY_PORT } from '../conformance/bonjour/replies.js';
import { Tester } from '../conformance/bonjour/tester.js';
import { MDNS_PORT, type Observed, type Wire } from '../conformance/bonjour/wire.js';

const GROUP = '224.0.0.251';
/** Milliseconds between looks at what the tester waits for. */
const STEP = 2;
/** Apple's tester waits ten seconds before it disputes a name; announcements are over after one. */
const SETTLED_MS = 1_500;

/** What is done, and the tests that it is for, as titles have them. */
const tests: readonly (readonly [ids: string, run: (tester: Tester) => Promise<unknown>])[] = [
  ['II.1 II.2 II.2b II.4 II.5', (tester) => claimNames(tester, { plan: shortPlan, prompt: true })],
  ['II.6', (tester) => disputeNames(tester, SETTLED_MS, true)],
  ['II.7', (tester) => sleep(SETTLED_MS).then(() => askSimple(tester, 1))],
  ['II.8', (tester) => askShared(tester, 10)],
  ['II.9', (tester) => askKnowing(tester, { id: 'II.9', isShort: true })],
  ['II.10', (tester) => askKnowing(tester, { id: 'II.10', isShort: true, isDistributed: true })],
  ['II.15', (tester) => askTwice(tester)],
  ['III.3', (tester) => askLegacy(tester)],
];

class DatagramWire implements Wire {
  readonly #sockets: ReadonlyMap<number, Socket>;
  readonly #listeners: ((heard: Observed) => void)[] = [];

  private constructor(sockets: ReadonlyMap<number, Socket>) {
    this.#sockets = sockets;
    for (const [toPort, socket] of sockets) {
      socket.on('message', (bytes, { address: from, port: fromPort }) => {
        const { message } = decodeMessage(bytes);
        if (!message) return;
        for (const listener of this.#listeners) listener({ time: this.now(), from, fromPort, toPort, message });
      });
    }
  }

  /** Hears the group, and what comes to any of the two ports. */
  static async open(address: string): Promise<DatagramWire> {
    const sockets = new Map<number, Socket>();
    for (const port of [MDNS_PORT, LEGACY_PORT]) {
      const socket = createSocket({ type: 'udp4', reuseAddr: true });
      socket.bind(port);
      await once(socket, 'listening');
      socket.setMulticastInterface(address);
      socket.setMulticastTTL(255);
      socket.setMulticastLoopback(false);
      if (port === MDNS_PORT) socket.addMembership(GROUP, address);
      sockets.set(port, socket);
    }
    return new DatagramWire(sockets);
  }

  now(): number {
    return performance.now();
  }

  send(bytes: Uint8Array, fromPort: number): void {
    this.#sockets.get(fromPort)?.send(bytes, MDNS_PORT, GROUP);
  }

  onHeard(listener: (heard: Observed) => void): void {
    this.#listeners.push(listener);
  }

  later(ms: number, run: () => void): void {
    if (ms === 0) run();
    else setTimeout(run, ms);
  }

  async until(isMet: () => boolean, limitMs: number): Promise<boolean> {
    for (const end = this.now() + limitMs; !isMet() && this.now() < end; ) await sleep(STEP);
    return isMet();
  }

  close(): void {
    for (const socket of this.#sockets.values()) socket.close();
  }
}

function tell(event: object): void {
  process.stdout.write(`${JSON.stringify(event)}\n`);
}

const [address = '', device = '', serviceType = ''] = parseArgs({ allowPositionals: true }).positionals;
const wire = await DatagramWire.open(address);
const tester = new Tester(wire, { address: device, serviceType }, Math.random);
tell({ event: 'ready' });
for (const [ids, run] of tests) {
  await run(tester);
  tell({ event: 'tested', ids, findings: tester.findings.splice(0) });
}
wire.close();
