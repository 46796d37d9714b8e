/** Those who send more than anybody needs (RFC 6762 section 21). Time is virtual: what real time a flood takes is `bench/hostile`'s. */
import { describe, expect } from 'vitest';
import { startService } from '../support/actions.js';
import { address, ptr, query, question, response, service, srv } from '../support/records.js';
import { scenario } from '../support/scenario.js';
import { QUIET, type TestHost, type World } from '../support/world.js';

const LINK = 'eth0/ipv4';
const throttled = (host: TestHost): number => host.mdns.metrics()[LINK]?.throttled ?? Number.NaN;
const warnings = (host: TestHost): string[] =>
  host.lines.filter(({ level }) => level === 'warn').map(({ message }) => message);

/** Sends so many packets a second, each millisecond its share. */
function pour(world: World, from: (bytes: Uint8Array) => void, perSecond: number, seconds: number, bytes: Uint8Array) {
  for (let ms = 0; ms < 1_000 * seconds; ms++) {
    for (let i = 0; i < perSecond / 1_000; i++) from(bytes);
    world.advance(1);
  }
}

describe('floods', () => {
  scenario('SEC-02 who sends too much is let in as far as any host needs, others as if nothing were', (world) => {
    const h1 = world.host('h1');
    startService(h1);
    const flooder = world.peer({ address: '198.18.0.66', name: 'flooder' });
    const asker = world.peer({ address: '198.18.0.67', name: 'asker' });
    world.advance(QUIET);
    const others = query({ questions: [question('other.local', 'A')] });
    const before = h1.mdns.metrics()[LINK]?.received ?? 0;
    pour(world, (bytes) => flooder.send(bytes), 5_000, 5, others);
    const { received = 0, throttled: dropped } = h1.mdns.metrics()[LINK] ?? {};
    expect(received - before).toBe(25_000);
    expect(dropped).toBeGreaterThan(25_000 - 10_000 - 5_500);
    expect(dropped).toBeLessThan(25_000 - 10_000 - 4_500);
    expect(warnings(h1)).toEqual([expect.stringContaining('198.18.0.66')]);
    const at = world.now;
    asker.ask({ questions: [question('I._t._tcp.local', 'SRV')] });
    world.advance(10);
    expect(h1.sent({ since: at, kind: 'response' })).toHaveLength(1);
  });

  scenario(
    'SEC-02 responses are recognised of which a part had no room, and decoded when a client asks',
    async (world) => {
      const h1 = world.host('h1', { maxCacheRecords: 210 });
      const crowded = world.peer();
      world.record(h1.mdns.browse('t'));
      world.advance(QUIET);
      // With what is asked for the cache is nearly full.
      const packets = Array.from({ length: 50 }, (_, i) => {
        const wanted = service(`I${i}`, '_t._tcp.local', `box${i}.local`, 80, { addresses: ['198.18.0.7'] });
        return response({ answers: [...wanted, address(`x${i}.local`, '198.18.0.7')] });
      });
      const repeated = () => h1.mdns.metrics()[LINK]?.repeated ?? Number.NaN;
      const say = () => {
        for (const bytes of packets) crowded.send(bytes);
        // What was heard within the last second is not looked at again.
        world.advance(1_500);
      };
      for (let round = 0; round < 2; round++) say();
      const before = repeated();
      say();
      expect(repeated() - before).toBe(packets.length);
      const found = h1.mdns.query('x49.local', 'A');
      say();
      expect(await world.settle(found)).toMatchObject([{ record: { address: '198.18.0.7' } }]);
    },
  );

  scenario('SEC-02 a flood is logged once in a minute', (world) => {
    const h1 = world.host('h1');
    const flooder = world.peer();
    world.advance(QUIET);
    const others = query({ questions: [question('other.local', 'A')] });
    for (let burst = 0; burst < 3; burst++) {
      for (let i = 0; i < 20_500; i++) flooder.send(others);
      world.advance(35_000);
    }
    expect(warnings(h1)).toHaveLength(2);
    expect(throttled(h1)).toBeGreaterThan(30_000);
  });

  scenario('SEC-02 a host that announces a thousand services at once is heard whole', (world) => {
    const h1 = world.host('h1');
    const crowded = world.peer();
    const browse = world.record(h1.mdns.browse('t'));
    world.advance(QUIET);
    for (let i = 0; i < 1_000; i++) {
      const records = service(`s${i}`, '_t._tcp.local', 'p.local', 80, { addresses: ['198.18.0.200'], txt: [] });
      for (const record of records) crowded.say([record]);
    }
    world.advance(5_000);
    browse.stop();
    expect(browse.events.filter(({ event }) => event === 'up')).toHaveLength(1_000);
    expect(throttled(h1)).toBe(0);
  });

  scenario('SEC-02 a thousand packets a second for ten seconds are heard', (world) => {
    const h1 = world.host('h1');
    const talker = world.peer();
    world.advance(QUIET);
    const records = [ptr('_t._tcp.local', 'I._t._tcp.local'), srv('I._t._tcp.local', 'p.local', 80)];
    pour(world, (bytes) => talker.send(bytes), 1_000, 10, response({ answers: records }));
    expect(throttled(h1)).toBe(0);
  });

  scenario('SEC-02 who repeats what is ours speaks for others, and is let in as they would be', (world) => {
    const h1 = world.host('h1');
    startService(h1);
    const reflector = world.peer();
    world.advance(QUIET);
    reflector.say([srv('I._t._tcp.local', 'h1.local', 8085)]);
    const others = query({ questions: [question('other.local', 'A')] });
    for (let i = 0; i < 50_000; i++) reflector.send(others);
    world.advance(100);
    expect(throttled(h1)).toBe(0);
  });
});
