/** How much is said: the packets of the first minute, counted. `npm run --prefix bench traffic` counts them on a real wire. */
import { EMPTY } from 'rxjs';
import { describe, expect } from 'vitest';
import type { ServiceOptions } from '../../src/index.js';
import type { Clock, Network } from '../../src/net/network.js';
import type { SentPacket } from '../support/packet-log.js';
import { scenarioForSeeds } from '../support/scenario.js';
import type { TestHost, World } from '../support/world.js';

const MINUTE = 60_000;
const SEEDS = 10;
/** Of each gap between the two starts. */
const OFFSET_SEEDS = 5;
const ADDRESSES = {
  publisher: ['198.18.0.1/24', 'fd00:6d64:6e73::1/64', 'fe80::ff:fe00:1/64'],
  browser: ['198.18.0.2/24', 'fd00:6d64:6e73::2/64', 'fe80::ff:fe00:2/64'],
};

/** Headers of IP and UDP included. */
function bytesOf(packets: readonly SentPacket[]): number {
  return packets.reduce((sum, { bytes, family }) => sum + bytes.length + (family === 'ipv4' ? 28 : 48), 0);
}

/** Time passes while the process works: each reading of this clock is later than the one before. */
function workingClock(clock: Clock, step: number): Clock {
  let [instant, worked] = [-1, 0];
  const now = () => {
    if (clock.now() !== instant) [instant, worked] = [clock.now(), 0];
    worked += step;
    return instant + worked;
  };
  return {
    now,
    setTimeout: (run, ms) => clock.setTimeout(run, ms > 0 ? ms + now() - instant : 0),
    clearTimeout: (handle) => clock.clearTimeout(handle),
  };
}

/** The network of a machine where nothing is done in no time. */
function onWorkingClock(network: Network, step: number): Network {
  const clock = workingClock(network.clock, step);
  return new Proxy(network, {
    get: (of, key) => {
      const value: unknown = key === 'clock' ? clock : Reflect.get(of, key);
      return typeof value === 'function' ? value.bind(of) : value;
    },
  });
}

/** A host under the name that it has by itself, as a program without options is. */
function unnamed(world: World, name: keyof typeof ADDRESSES): TestHost {
  const host = world.host(name, { addresses: ADDRESSES[name], interfaces: ['none'], announceHost: false });
  host.start();
  return host;
}

const SERVICE: ServiceOptions = { name: 'Living Room', type: '_http._tcp', port: 8080, txt: { path: '/index.html' } };
/** What `npm run --prefix bench traffic` publishes. */
const PLAIN_SERVICE: ServiceOptions = { name: 'Web', type: '_http._tcp', port: 8080 };

function publish(world: World, service = SERVICE): void {
  unnamed(world, 'publisher').mdns.publish(service);
}

function browse(world: World): { readonly found: number } {
  const { events } = world.record(unnamed(world, 'browser').mdns.browse('_http._tcp'));
  return {
    get found() {
      return events.filter(({ event }) => event === 'up').length;
    },
  };
}

describe('the first minute', () => {
  scenarioForSeeds(
    'of a publisher and a browser that start together: at most 24 packets and 4,500 bytes',
    SEEDS,
    (world) => {
      publish(world);
      const watch = browse(world);
      world.advance(MINUTE);
      expect(watch.found).toBe(1);
      expect(world.log.packets.length).toBeLessThanOrEqual(24);
      expect(bytesOf(world.log.packets)).toBeLessThanOrEqual(4_500);
    },
  );

  /** Milliseconds from the start of the publisher to that of the browser: around each of the things that either says. */
  const LATER = [50, 400, 700, 850, 1_000, 1_250, 1_500, 1_800, 2_500, 3_000];
  const EARLIER = [50, 200, 400, 700, 1_000, 1_500, 2_200, 2_500, 3_000, 4_000, 6_500, 7_000, 14_500, 30_500];
  for (const gap of [...LATER, ...EARLIER.map((each) => -each)]) {
    const what = `${Math.abs(gap)} ms ${gap > 0 ? 'later' : 'earlier'}`;
    scenarioForSeeds(`of a publisher, and a browser that starts ${what}: the same bound`, OFFSET_SEEDS, (world) => {
      if (gap > 0) publish(world, PLAIN_SERVICE);
      const early = gap > 0 ? undefined : browse(world);
      world.advance(Math.abs(gap));
      if (gap < 0) publish(world, PLAIN_SERVICE);
      const watch = early ?? browse(world);
      world.advance(MINUTE);
      expect(watch.found).toBe(1);
      expect(world.log.packets.length).toBeLessThanOrEqual(24);
      expect(bytesOf(world.log.packets)).toBeLessThanOrEqual(4_500);
    });
  }

  for (const step of [0.001, 0.1, 1]) {
    scenarioForSeeds(
      `PRB-02 of two hosts that take ${step} ms for each little thing: the host and its service share packets all the same`,
      OFFSET_SEEDS,
      (world) => {
        const [publisher, browser] = (['publisher', 'browser'] as const).map((name) => {
          const host = world.host(name, { addresses: ADDRESSES[name], interfaces: ['none'], announceHost: false });
          return host.start({ network: onWorkingClock(host.network, step) });
        });
        publisher?.publish(PLAIN_SERVICE);
        const { events } = world.record(browser?.browse('_http._tcp') ?? EMPTY);
        world.advance(MINUTE);
        expect(events.filter(({ event }) => event === 'up')).toHaveLength(1);
        expect(world.log.packets.length).toBeLessThanOrEqual(22);
      },
    );
  }

  scenarioForSeeds('QRY-04 of a browser alone: six questions of each family, and nothing else', SEEDS, (world) => {
    browse(world);
    world.advance(MINUTE);
    expect(world.log.packets.every(({ message }) => !message.response && message.authorities.length === 0)).toBe(true);
    const count = (family: SentPacket['family']) => world.log.find({ family }).length;
    expect([count('ipv4'), count('ipv6')]).toEqual([6, 6]);
  });

  scenarioForSeeds(
    'of a publisher alone: three probes and two announcements of each family, and nothing else',
    SEEDS,
    (world) => {
      publish(world);
      world.advance(MINUTE);
      for (const family of ['ipv4', 'ipv6'] as const) {
        expect(world.log.find({ family, kind: 'probe' })).toHaveLength(3);
        expect(world.log.find({ family, kind: 'response' })).toHaveLength(2);
        expect(world.log.find({ family })).toHaveLength(5);
      }
    },
  );
});
