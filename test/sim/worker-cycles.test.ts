/** Systems in threads that are opened, crash and are closed, over and over, on virtual time: `CYCLES=10000` does it longer. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { Threads } from '../support/crashing.js';
import { World } from '../support/world.js';

const CYCLES = Number(process.env.CYCLES ?? 100);
/** Cycles until all is compiled that ever will be: after 100 the heap still grows by 3 MB. */
const WARM_UP = 1_000;
/** Bytes that the heap may grow: a little noise in each cycle. */
const GROWTH = 2_000_000 + 200 * CYCLES;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes in use when all garbage is gone. */
function heapUsed(): number {
  collectGarbage();
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

async function cycle(n: number): Promise<void> {
  const world = new World(n);
  const host = world.lan.host('h', ['198.18.0.1/24']);
  const threads = new Threads(host);
  const mdns = threads.mdns({ hostname: 'h' });
  const published = mdns.publish({ name: 'I', type: 't', port: 1 });
  const subscription = mdns.browse('t').subscribe();
  const found = mdns.resolve('Nobody', 't').catch(() => undefined);
  // It crashes now in this phase, now in that one, and closes in another.
  world.advance(300 + ((n * 37) % 1_500));
  if (n % 7 === 0) threads.stall();
  threads.crash();
  if (n % 11 === 0) threads.areBroken = true;
  world.advance((n * 53) % 3_000);
  if (n % 2 === 0) threads.goOn();
  if (n % 3 === 0) void published.withdraw();
  if (n % 5 === 0) subscription.unsubscribe();
  const closed = mdns.close();
  world.advance(5_000);
  await Promise.all([closed, found]);
  expect([host.openLinks, host.pendingTimers, world.clock.pending, threads.holds]).toEqual([0, 0, 0, 0]);
}

it(`crashes leave nothing behind (${CYCLES})`, { timeout: 1_200_000 }, async () => {
  for (let n = 0; n < WARM_UP; n++) await cycle(n);
  const before = heapUsed();
  for (let n = 0; n < CYCLES; n++) await cycle(n);
  expect(heapUsed() - before).toBeLessThan(GROWTH);
});
