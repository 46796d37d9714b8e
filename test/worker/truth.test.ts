/** Whatever sequence of crashes, stalls and changes: in the end a watcher knows the truth, and each event followed from the last. */
import { expect, it } from 'vitest';
import type { PublishedService } from '../../src/index.js';
import { seededRandom } from '../../src/net/simulated/index.js';
import { Threads } from '../support/crashing.js';
import { World } from '../support/world.js';

const SEEDS = 12;
const STEPS = 25;
const NAMES = ['A', 'B', 'C', 'D'];

it.each(Array.from({ length: SEEDS }, (_, i) => i + 1))('crashes, stalls and changes, seed %i', async (seed) => {
  const world = new World(seed);
  const random = seededRandom(`truth/${seed}`);
  const threads = new Threads(world.lan.host('h1', ['198.18.0.1/24']));
  const mdns = threads.mdns();
  const other = world.host('h2');
  const known = new Map<string, number>();
  mdns.browse('http').subscribe(({ event, instance: { name, port } }) => {
    expect(known.has(name), `${event} ${name}`).toBe(event !== 'up');
    if (event === 'changed') expect(known.get(name)).not.toBe(port);
    if (event === 'down') known.delete(name);
    else known.set(name, port);
  });
  const truth = new Map<string, PublishedService>();
  const change = (name: string) => {
    const published = truth.get(name);
    if (!published) truth.set(name, other.mdns.publish({ name, type: 'http', port: 80 }));
    else if (random() < 0.5) published.update({ port: published.port + 1 });
    else {
      truth.delete(name);
      void published.withdraw();
    }
  };
  for (let i = 0; i < STEPS; i++) {
    const what = random();
    if (what < 0.15) threads.crash();
    else if (what < 0.25) threads.stall();
    else if (what < 0.45) threads.goOn();
    else change(NAMES[Math.floor(random() * NAMES.length)] ?? 'A');
    world.advance(random() * 3_000);
  }
  threads.goOn();
  // The longest pause, the start of a thread, and the time in which everything is found again; updates wait for six seconds.
  world.advance(64_300 + 5_000 + 10_000);
  expect(known).toEqual(new Map([...truth].map(([name, { port }]) => [name, port])));
  await world.settle(mdns.close());
  await world.close();
});
