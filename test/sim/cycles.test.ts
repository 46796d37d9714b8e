/**
 * Opening and closing, over and over: `CYCLES=10000 npx vitest run test/sim/cycles.test.ts` does it longer. Sockets, timers and
 * listeners are back to where they were after each cycle, and the heap does not grow with their number.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { createMdns } from '../../src/index.js';
import { SimulatedLan } from '../../src/testing.js';

const CYCLES = Number(process.env.CYCLES ?? 400);
const REAL_CYCLES = Number(process.env.REAL_CYCLES ?? 25);
/** Bytes that the heap may grow: what is compiled meanwhile, and a little noise in each cycle. */
const GROWTH = 2_000_000 + 200 * CYCLES;
const TIMEOUT = 1_200_000;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes in use when all garbage is gone. */
function heapUsed(): number {
  collectGarbage();
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

describe('cycles of opening and closing', () => {
  it(`leave nothing behind in a simulated network (${CYCLES})`, { timeout: TIMEOUT }, async () => {
    // One signal for all of them: whoever listens to it has to let go.
    const controller = new AbortController();
    const cycle = async (n: number) => {
      // A LAN of its own, since LANs keep a trace.
      const lan = new SimulatedLan();
      const { clock } = lan;
      const host = lan.host('h', ['198.18.0.1/24']);
      const mdns = createMdns({ network: host, hostname: 'h', ipv6: false });
      const published = mdns.publish({ name: 'I', type: 't', port: 1, signal: controller.signal });
      const seen: string[] = [];
      const subscription = mdns.browse('t', { signal: controller.signal }).subscribe(({ event }) => seen.push(event));
      const found = mdns.resolve('I', 't', { signal: controller.signal }).catch(() => undefined);
      // Closed now in this phase, now in that one.
      clock.advance((n * 37) % 1_500);
      if (n % 3 === 0) void published.withdraw();
      if (n % 5 === 0) subscription.unsubscribe();
      await clock.settle(mdns.close());
      await found;
      clock.advance(2_000);
      expect([host.openLinks, host.pendingTimers, clock.pending]).toEqual([0, 0, 0]);
    };
    const warmUp = Math.ceil(CYCLES / 4);
    for (let n = 0; n < warmUp; n++) await cycle(n);
    const before = heapUsed();
    for (let n = 0; n < CYCLES; n++) await cycle(n);
    expect(heapUsed() - before).toBeLessThan(GROWTH);
  });

  it(`leave no socket, timer or listener behind on the real loopback interface (${REAL_CYCLES})`, {
    timeout: TIMEOUT,
  }, async () => {
    const sockets = () => process.getActiveResourcesInfo().filter((name) => name.startsWith('UDP')).length;
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const listeners = () => process.eventNames().map((name) => `${String(name)} ${process.listenerCount(name)}`);
    const cycle = async (n: number) => {
      const mdns = createMdns({ interfaces: 'loopback', ipv4: '224.0.0.251:54353', ipv6: false });
      mdns.publish({ name: 'I', type: 't', port: 1 });
      mdns.browse('t').subscribe();
      await new Promise((resolve) => setTimeout(resolve, (n * 7) % 40));
      await mdns.close();
    };
    await cycle(1);
    const [before, heard] = [timers(), listeners()];
    for (let n = 0; n < REAL_CYCLES; n++) await cycle(n);
    expect(sockets()).toBe(0);
    // One more or less is the test runner's.
    expect(Math.abs(timers() - before)).toBeLessThanOrEqual(2);
    expect(listeners()).toEqual(heard);
  });
});
