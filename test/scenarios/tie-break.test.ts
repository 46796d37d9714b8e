/** Two hosts probe for one name at the same time (RFC 6762 section 8.2). */
import { describe, expect } from 'vitest';
import { conflictsWith, startService, untilFirstProbe } from '../support/actions.js';
import { address, question, srv, txt } from '../support/records.js';
import { scenario, scenarioForSeeds } from '../support/scenario.js';
import { QUIET } from '../support/world.js';

const HOST = 'h1.local';
const INSTANCE = 'I._t._tcp.local';

describe('simultaneous probing', () => {
  scenario('TIE-04 the later data wins and takes no notice', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1');
    const first = untilFirstProbe(world, 'h1');
    peer.ask({
      questions: [question(HOST, 'ANY', { qu: true })],
      authorities: [address(HOST, '198.17.0.1', { flush: false })],
    });
    world.advance(QUIET);
    expect(h1.sent({ kind: 'probe' }).map(({ time }) => Math.round(time - first.time))).toEqual([0, 250, 500]);
  });

  scenario('TIE-04 the earlier data waits a second, then probes for the same name from the start', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1');
    const first = untilFirstProbe(world, 'h1');
    world.runUntil(first.time + 300);
    peer.ask({
      questions: [question(HOST, 'ANY', { qu: true })],
      authorities: [address(HOST, '198.18.0.2', { flush: false })],
    });
    world.advance(QUIET);
    expect(h1.mdns.hostname).toBe(HOST);
    const times = h1.sent({ kind: 'probe' }).map(({ time }) => Math.round(time - first.time));
    expect(times).toEqual([0, 250, 1_301, 1_551, 1_801]);
  });

  scenario('TIE-01 a query without proposed records is no contest', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1');
    untilFirstProbe(world, 'h1');
    peer.ask({ questions: [question(HOST, 'ANY')] });
    peer.ask({
      questions: [question(HOST, 'ANY')],
      authorities: [address('other.local', '198.18.0.255', { flush: false })],
    });
    world.advance(QUIET);
    expect(h1.sent({ kind: 'probe' })).toHaveLength(3);
  });

  scenario('TIE-04 PRB-07 what is heard during the pause is of the past', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1');
    untilFirstProbe(world, 'h1');
    peer.ask({
      questions: [question(HOST, 'ANY')],
      authorities: [address(HOST, '198.18.0.2', { flush: false })],
    });
    world.advance(500);
    peer.say([address(HOST, '198.18.0.2')]);
    world.advance(QUIET);
    expect(h1.mdns.hostname).toBe(HOST);
  });

  scenario('TIE-04 the loser of a contest renames when its second attempt is denied', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1');
    untilFirstProbe(world, 'h1');
    peer.ask({
      questions: [question(HOST, 'ANY')],
      authorities: [address(HOST, '198.18.0.200', { flush: false })],
    });
    world.advance(500);
    conflictsWith(peer, (name) => name === HOST);
    world.advance(QUIET);
    expect(h1.mdns.hostname).toBe('h1-2.local');
  });

  scenario('TIE-05 A-01 our own older probe, come back from elsewhere, costs a pause and not the name', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1');
    const service = startService(h1, { txt: ['a=9'] });
    const old = untilFirstProbe(world, 'h1');
    world.advance(100);
    service.update({ txt: ['a=1'] });
    world.advance(300);
    peer.send(old.bytes);
    world.advance(QUIET);
    expect(service.name).toBe('I');
    expect(h1.sent({ kind: 'response' }).at(-1)?.message.answers).toContainEqual(txt(INSTANCE, ['a=1']));
  });

  scenarioForSeeds('CNF-03 of two hosts that start with one name each ends up with a name of its own', 15, (world) => {
    const hosts = [world.host('h1', { hostname: 'same' }), world.host('h2', { hostname: 'same' })];
    world.advance(QUIET);
    expect(hosts.map(({ mdns }) => mdns.hostname).sort()).toEqual(['same-2.local', 'same.local']);
  });

  scenarioForSeeds('CNF-03 of two hosts that publish one instance each ends up with a name of its own', 15, (world) => {
    const services = [startService(world.host('h1')), startService(world.host('h2'))];
    world.advance(QUIET);
    expect(services.map(({ name }) => name).sort()).toEqual(['I', 'I (2)']);
  });

  scenarioForSeeds('TIE-04 five hosts that want one name all get one', 5, (world) => {
    const hosts = ['h1', 'h2', 'h3', 'h4', 'h5'].map((name) => world.host(name, { hostname: 'same' }));
    world.advance(6 * QUIET);
    expect(new Set(hosts.map(({ mdns }) => mdns.hostname)).size).toBe(5);
    for (const { mdns } of hosts) {
      const shown = world.log.find({ kind: 'response', about: mdns.hostname });
      expect(shown, mdns.hostname).not.toEqual([]);
    }
  });

  scenario('TIE-03 the records of other names in a probe play no part', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1');
    startService(h1);
    const first = untilFirstProbe(world, 'h1');
    // The host's data is earlier than ours, the service's is not about our service.
    peer.ask({
      questions: [question(HOST, 'ANY'), question('J._t._tcp.local', 'ANY')],
      authorities: [
        address(HOST, '198.17.0.1', { flush: false }),
        srv('J._t._tcp.local', 'zzz.local', 65_535, { flush: false }),
      ],
    });
    world.advance(QUIET);
    expect(h1.sent({ kind: 'probe' }).map(({ time }) => Math.round(time - first.time))).toEqual([0, 250, 500]);
  });
});
