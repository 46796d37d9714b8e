/** What is found where three in ten packets are lost on the way to each station (RFC 6762 section 5.2). */
import { describe, expect } from 'vitest';
import { loss } from '../../src/net/simulated/index.js';
import { Crowd } from '../support/crowd.js';
import { scenarioForSeeds } from '../support/scenario.js';

const ADDRESSES = ['198.18.0.1/16', 'fe80::1/64'];

describe('a browse on a lossy network', () => {
  scenarioForSeeds(
    'QRY-04 finds a hundred services that add nothing to their answers within 40 s, with SRV, TXT and address',
    5,
    (world) => {
      new Crowd(world, { count: 100, type: '_t._tcp.local' });
      world.lan.addReceiverRule(loss(0.3, world.lan.random));
      const h1 = world.host('h1', { announceHost: false, scanIntervalMs: 3_600_000, addresses: ADDRESSES });
      const browse = world.record(h1.mdns.browse('t'));
      world.advance(40_000);
      const complete = new Set<string>();
      for (const event of browse.events) {
        const { name, txt, addresses } = event.instance;
        if (txt.n !== undefined && addresses.length > 0) complete.add(name);
      }
      expect(complete.size).toBe(100);
      browse.stop();
    },
  );
});
