/** A client that sleeps while a thousand changes arrive each second: what waits for it does not grow. */
import { expect, it } from 'vitest';
import { Threads } from '../support/crashing.js';
import { address, ptr, srv, txt } from '../support/records.js';
import { World } from '../support/world.js';

const TYPE = '_http._tcp.local';
const NAMES = Array.from({ length: 50 }, (_, i) => `S${i}`);
/** Milliseconds between packets, each with a change of ten services. */
const GAP = 10;
/** Batches that may be on their way; see `outlet.ts`. */
const IN_FLIGHT = 8;

it('has as much to read after ten seconds of a thousand changes each as after two, and then knows the truth', async () => {
  const world = new World();
  const threads = new Threads(world.lan.host('h1', ['198.18.0.1/24']));
  const mdns = threads.mdns();
  const peer = world.peer();
  const known = new Map<string, number>();
  let events = 0;
  mdns.browse('http').subscribe(({ event, instance: { name, port } }) => {
    events++;
    expect(event).toBe(known.has(name) ? 'changed' : 'up');
    known.set(name, port);
  });
  world.advance(2_000);
  const service = (name: string, port: number) => srv(`${name}.${TYPE}`, 'peer.local', port);
  for (const name of NAMES)
    peer.say([
      ptr(TYPE, `${name}.${TYPE}`),
      service(name, 1),
      txt(`${name}.${TYPE}`),
      address('peer.local', '198.18.0.200'),
    ]);
  world.advance(2_000);
  expect(known.size).toBe(NAMES.length);
  threads.stall();
  events = 0;
  let port = 1;
  for (let i = 0; i < 10_000 / GAP; i++) {
    const first = (10 * i) % NAMES.length;
    if (first === 0) port++;
    peer.say(NAMES.slice(first, first + 10).map((name) => service(name, port)));
    world.advance(GAP);
    expect(threads.unread).toBeLessThanOrEqual(IN_FLIGHT);
  }
  threads.goOn();
  world.advance(2_000);
  expect(known).toEqual(new Map(NAMES.map((name) => [name, port])));
  // Those that were on their way, ten in each, and the latest of each service.
  expect(events).toBeLessThanOrEqual(10 * IN_FLIGHT + NAMES.length);
  await world.settle(mdns.close());
});
