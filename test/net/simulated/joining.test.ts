/** What joins LANs, and who spoils them. */
import { describe, expect, it } from 'vitest';
import {
  babble,
  bridge,
  reflector,
  SimulatedLan,
  seededRandom,
  VirtualClock,
} from '../../../src/net/simulated/index.js';
import { bytesOf, Station, textOf } from './stations.js';

function lans() {
  const clock = new VirtualClock();
  const [up, down] = [new SimulatedLan({ clock }), new SimulatedLan({ clock, seed: 2 })];
  const attic = new Station(up.host('attic', ['192.0.2.1/24', 'fe80::1/64']));
  const cellar = new Station(down.host('cellar', ['192.0.2.2/24', 'fe80::2/64']));
  clock.advance(0);
  return { clock, up, down, attic, cellar };
}

describe('a bridge', () => {
  it('carries packets both ways, as they are, to the group and to one host', () => {
    const { clock, up, down, attic, cellar } = lans();
    bridge(up, down, { delayMs: 3 });
    attic.say('to all');
    attic.say('to one', { address: '192.0.2.2', port: 5353 });
    clock.advance(4.9);
    expect(cellar.heard()).toEqual([]);
    clock.advance(0.1);
    expect(cellar.received.map(({ bytes, address, to }) => [textOf(bytes), address, to])).toEqual([
      ['to all', '192.0.2.1', 'group'],
      ['to one', '192.0.2.1', 'unicast'],
    ]);
    cellar.say('and back');
    clock.advance(10);
    expect(attic.heard()).toContain('and back');
  });

  it('carries nothing any more once it is taken away', () => {
    const { clock, up, down, attic, cellar } = lans();
    const remove = bridge(up, down);
    attic.say('too late');
    clock.advance(1.5);
    remove();
    attic.say('later');
    clock.advance(10);
    expect(cellar.heard()).toEqual([]);
  });
});

describe('a reflector', () => {
  it('repeats what is multicast from port 5353 in its own name, and nothing else', () => {
    const { clock, up, down, attic, cellar } = lans();
    reflector({ lan: up, address: '192.0.2.250' }, { lan: down, address: '192.0.2.251' });
    const legacy = up.peer({ address: '192.0.2.77', port: 4000 });
    attic.say('to all');
    attic.say('to one', { address: '192.0.2.2', port: 5353 });
    legacy.multicast(bytesOf('legacy'));
    clock.advance(10);
    expect(cellar.received.map(({ bytes, address }) => [textOf(bytes), address])).toEqual([['to all', '192.0.2.251']]);
  });
});

describe('a babbling peer', () => {
  it('talks until it is told to stop, the same for the same seed', () => {
    const hashes = [1, 1, 2].map((seed) => {
      const lan = new SimulatedLan();
      const stop = babble(lan.peer({ address: '192.0.2.66' }), { clock: lan.clock, random: seededRandom(seed) });
      lan.clock.advance(995);
      stop();
      lan.clock.advance(1_000);
      expect(lan.trace).toHaveLength(100);
      expect(lan.clock.pending).toBe(0);
      return lan.hash();
    });
    expect(hashes[0]).toBe(hashes[1]);
    expect(hashes[0]).not.toBe(hashes[2]);
  });
});
