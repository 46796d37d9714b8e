/** Simple resolvers, which ask from any port and understand plain DNS alone (RFC 6762 section 6.7). */
import { describe, expect } from 'vitest';
import { startService } from '../support/actions.js';
import { recordsOf } from '../support/packet-log.js';
import { address, nsec, ptr, question, srv } from '../support/records.js';
import { scenario } from '../support/scenario.js';
import { QUIET } from '../support/world.js';

const INSTANCE = 'I._t._tcp.local';

describe('legacy queries', () => {
  scenario('LEG-01 LEG-02 LEG-03 a reply goes straight back: id, question, short TTLs, no cache-flush bit', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1');
    startService(h1);
    world.advance(QUIET);
    const at = world.now;
    peer.ask({ id: 0xbeef, questions: [question('_t._tcp.local', 'PTR')] }, { port: 40_000 });
    world.advance(100);
    const [reply, ...more] = h1.sent({ since: at });
    expect(more).toEqual([]);
    expect(reply?.time).toBeLessThanOrEqual(at + 11);
    expect(reply?.source.port).toBe(5353);
    expect(reply?.destination).toEqual({ address: '198.18.0.200', port: 40_000 });
    expect(reply?.message).toMatchObject({ id: 0xbeef, response: true, authoritative: true, truncated: false });
    expect(reply?.message.questions).toEqual([question('_t._tcp.local', 'PTR')]);
    expect(reply?.message.answers).toEqual([ptr('_t._tcp.local', INSTANCE, { ttl: 10 })]);
    const records = reply ? recordsOf(reply.message) : [];
    expect(records.map(({ cacheFlush, ttl }) => [cacheFlush, ttl])).toEqual(records.map(() => [false, 10]));
    expect(records).toContainEqual(address('h1.local', '198.18.0.1', { ttl: 10, flush: false }));
  });

  scenario('LEG-04 the target of an SRV record is written out', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1');
    startService(h1);
    world.advance(QUIET);
    const at = world.now;
    peer.ask({ questions: [question(INSTANCE, 'SRV')] }, { port: 40_000 });
    world.advance(100);
    const [reply] = h1.sent({ since: at });
    expect(reply?.message.answers).toEqual([srv(INSTANCE, 'h1.local', 8085, { ttl: 10, flush: false })]);
    expect(Buffer.from(reply?.bytes ?? []).includes('\u0002h1\u0005local\u0000')).toBe(true);
  });

  scenario(
    'LEG-05 says that a reply was truncated when not all of it fits',
    (world) => {
      const peer = world.peer();
      const h1 = world.host('h1');
      for (let i = 0; i < 60; i++) startService(h1, { name: `Service with a rather long name, number ${i}` });
      world.advance(QUIET);
      const at = world.now;
      peer.ask({ id: 7, questions: [question('_t._tcp.local', 'PTR')] }, { port: 40_000 });
      world.advance(100);
      const sent = h1.sent({ since: at });
      expect(sent).toHaveLength(1);
      expect(sent[0]?.message.truncated).toBe(true);
      expect(sent[0]?.bytes.length).toBeLessThanOrEqual(1_472);
    },
    { once: true },
  );

  scenario('LEG-01 NEG-01 a simple resolver is told, too, what does not exist', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1');
    world.advance(QUIET);
    const at = world.now;
    peer.ask({ id: 9, questions: [question('h1.local', 'AAAA')] }, { port: 40_000 });
    world.advance(100);
    const answers = h1.sent({ since: at }).flatMap(({ message }) => message.answers);
    expect(answers).toEqual([nsec('h1.local', ['A'], { ttl: 10, flush: false })]);
  });

  scenario('LEG-01 A-34 a query to our own address from another port is a legacy query as well', (world) => {
    const peer = world.peer();
    world.host('h1');
    world.advance(QUIET);
    peer.ask(
      { id: 11, questions: [question('h1.local', 'A')] },
      { port: 40_000, to: { address: '198.18.0.1', port: 5353 } },
    );
    world.advance(100);
    const [reply] = peer.unicastHeard();
    expect(reply?.message).toMatchObject({ id: 11, questions: [question('h1.local', 'A')] });
  });

  scenario('QU-06 LEG-01 A-35 a query to our own address from beyond the link is ignored', (world) => {
    const stranger = world.peer({ address: '203.0.113.9', name: 'stranger' });
    const h1 = world.host('h1');
    world.advance(QUIET);
    const at = world.now;
    for (const port of [5353, 40_000]) {
      stranger.ask({ questions: [question('h1.local', 'A')] }, { port, to: { address: '198.18.0.1', port: 5353 } });
    }
    world.advance(1_000);
    expect(h1.sent({ since: at })).toEqual([]);
    expect(h1.mdns.metrics()['eth0/ipv4']?.ignored).toBe(2);
  });

  scenario('RSP-09 a response from another port is no response', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1');
    const seen = world.record(h1.mdns.browse('t', { resolve: false }));
    world.advance(QUIET);
    peer.say([ptr('_t._tcp.local', INSTANCE)], { port: 5354 });
    world.advance(1_000);
    expect(seen.events).toEqual([]);
    peer.say([ptr('_t._tcp.local', INSTANCE)]);
    world.advance(1_000);
    expect(seen.events.map(({ event }) => event)).toEqual(['up']);
  });
});
