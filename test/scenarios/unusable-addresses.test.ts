/** Addresses that no host can have, in what peers say: no client connects to them, and a peer that claims a name with one is a rival. */
import { describe, expect } from 'vitest';
import { startService } from '../support/actions.js';
import { address, question, service } from '../support/records.js';
import { scenario } from '../support/scenario.js';
import { QUIET } from '../support/world.js';

const FORGED = [
  '127.0.0.1',
  '0.0.0.0',
  '::1',
  '::',
  '::ffff:127.0.0.1',
  '224.0.0.251',
  '255.255.255.255',
  '198.18.0.255',
];

describe('addresses that no host can have', () => {
  for (const forged of FORGED) {
    scenario(`ADR-05 a lookup does not find ${forged}, nor does nodeLookup`, async (world) => {
      const h1 = world.host('h1', { addresses: ['198.18.0.1/24', 'fe80::1/64'] });
      world.advance(QUIET);
      const peer = world.peer();
      const found = new Promise((resolve) => {
        h1.mdns.nodeLookup('nas.local', { all: true }, (error, addresses) => resolve(error?.code ?? addresses));
      });
      world.advance(500);
      peer.say([address('nas.local', forged)]);
      expect(await world.settle(found)).toBe('ENOTFOUND');
      await expect(world.settle(h1.mdns.query('nas.local', 'ANY', { timeout: 100 }))).rejects.toMatchObject({
        code: 'timeout',
      });
      expect(h1.mdns.metrics()['eth0/ipv4']?.unusable).toBe(1);
    });
  }

  scenario('ADR-05 what else a host says is believed', async (world) => {
    const h1 = world.host('h1');
    world.advance(QUIET);
    const peer = world.peer();
    const seen = world.record(h1.mdns.browse('t'));
    world.advance(500);
    peer.say(service('I', '_t._tcp.local', 'nas.local', 80, { addresses: ['127.0.0.1', '198.18.0.9', '0.0.0.0'] }));
    world.advance(500);
    expect(seen.events.map(({ event, instance }) => [event, instance.addresses.map((each) => each.address)])).toEqual([
      ['up', ['198.18.0.9']],
    ]);
    expect(h1.mdns.metrics()['eth0/ipv4']?.unusable).toBe(2);
  });

  scenario('ADR-05 a loopback address is one on the loopback interface', async (world) => {
    const h1 = world.host('h1', { lo: true, interfaces: ['lo'] });
    world.advance(QUIET);
    expect(await world.settle(h1.mdns.lookup('h1'))).toMatchObject({ addresses: [{ address: '127.0.0.1' }] });
  });

  scenario('PRB-06 ADR-05 a rival that answers our probe with a loopback address has the name', (world) => {
    const peer = world.peer();
    peer.onHeard(({ message }) => {
      if (message.authorities.some(({ name }) => name === 'h1.local')) peer.say([address('h1.local', '127.0.0.1')]);
    });
    const h1 = world.host('h1');
    world.advance(QUIET);
    expect(h1.mdns.hostname).toBe('h1-2.local');
  });

  scenario('CNF-01 ADR-05 a rival that has our name at a loopback address later is a conflict, too', (world) => {
    const h1 = world.host('h1');
    world.advance(QUIET);
    const peer = world.peer();
    const since = world.now;
    peer.say([address('h1.local', '127.0.0.1')]);
    world.advance(QUIET);
    expect(h1.sent({ kind: 'probe', about: 'h1.local', since })).toHaveLength(3);
  });

  scenario('TIE-01 ADR-05 a probe that proposes a multicast group takes part in the tie-break', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1');
    world.advance(300);
    const [first] = h1.sent({ kind: 'probe' });
    peer.ask({
      questions: [question('h1.local', 'ANY')],
      authorities: [address('h1.local', '224.0.0.1', { flush: false })],
    });
    world.advance(QUIET);
    const later = h1.sent({ kind: 'probe', since: (first?.time ?? 0) + 1 });
    // Deferred for a second, then probed for from the start.
    expect(later.filter(({ time }) => time > 1_200)).toHaveLength(3);
  });

  scenario(
    'ADR-05 an address of another machine that is the loopback one goes out on the loopback interface alone',
    (world) => {
      const h1 = world.host('h1', { lo: true, interfaces: ['lo', 'eth0'] });
      h1.mdns.publishHost({ name: 'dev', addresses: ['127.0.0.2', '198.18.0.50'], interfaces: ['lo', 'eth0'] });
      startService(h1);
      world.advance(QUIET);
      const published = h1.sent({ kind: 'response' }).flatMap(({ message }) => message.answers);
      const ofDev = published.flatMap((record) =>
        record.name === 'dev.local' && 'address' in record ? record.address : [],
      );
      expect(new Set(ofDev)).toEqual(new Set(['198.18.0.50']));
    },
  );
});
