/** How long what was heard is believed (RFC 6762 sections 6.1, 10.1 to 10.5 and 18.1). */
import { describe, expect } from 'vitest';
import { answeringDevice } from '../support/device.js';
import { all, browsing, IDLE, INSTANCE, TYPE, TYPES } from '../support/peer-service.js';
import { askedAt, queriesFor } from '../support/questions.js';
import { address, goodbye, nsec, ptr, response, srv, txt } from '../support/records.js';
import { scenario } from '../support/scenario.js';
import { QUIET, type World } from '../support/world.js';

/** The addresses that a lookup finds at once, out of the cache. */
async function cachedAddresses(world: World, h1: ReturnType<typeof browsing>['h1'], host: string): Promise<string[]> {
  const since = world.now;
  const found = await world.settle(h1.mdns.query(host, 'A', { timeout: 15 }).catch(() => []));
  expect(h1.sent({ since, kind: 'query' })).toEqual([]);
  return found.map(({ record }) => (record.type === 'A' ? record.address : record.type)).sort();
}

describe('opportunistic caching', () => {
  scenario('QRY-14 what was heard without being asked for is there when it is, until its life ends', async (world) => {
    const peer = world.peer();
    const h1 = world.host('h1', IDLE);
    world.advance(1_000);
    peer.say([address('x.local', '198.18.0.77', { ttl: 60 })]);
    world.advance(59_900);
    expect(await cachedAddresses(world, h1, 'x.local')).toEqual(['198.18.0.77']);
    world.advance(1_000);
    expect(await cachedAddresses(world, h1, 'x.local')).toEqual([]);
  });

  scenario('QRY-14 a browse that opens a second after an announcement is told at once', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1', IDLE);
    world.advance(1_000);
    peer.say(all);
    world.advance(1_000);
    const since = world.now;
    const browse = world.record(h1.mdns.browse('t'));
    expect(browse.events).toMatchObject([{ event: 'up', at: since, instance: { port: 80, txt: { a: '1' } } }]);
    browse.stop();
  });
});

describe('shared records', () => {
  scenario('CFL-04 a device that sets the cache-flush bit on PTR records takes no other device away', (world) => {
    const h1 = world.host('h1', IDLE);
    const browse = world.record(h1.mdns.browse('t'));
    const types = world.record(h1.mdns.browse());
    const subtypes = world.record(h1.mdns.browse('t', { subtype: '_s' }));
    for (const [name, of, cacheFlush] of [
      ['right', '198.18.0.201', false],
      ['wrong', '198.18.0.202', true],
    ] as const) {
      const instance = `${name}.${TYPE}`;
      const pointers = [ptr(TYPE, instance), ptr(`_s._sub.${TYPE}`, instance), ptr(TYPES, TYPE)];
      const others = [srv(instance, `${name}.local`, 80), txt(instance), address(`${name}.local`, of)];
      answeringDevice(world, of, [...pointers.map((each) => ({ ...each, cacheFlush })), ...others]);
      world.advance(10_000);
    }
    world.advance(3_600_000);
    for (const seen of [browse, subtypes]) {
      expect(seen.events.map(({ event, instance }) => `${event} ${instance.name}`)).toEqual(['up right', 'up wrong']);
    }
    expect(types.events.map(({ event, type }) => `${event} ${type}`)).toEqual(['up _t._tcp']);
    expect(queriesFor(h1, TYPE, 'PTR').length).toBeLessThan(40);
  });
});

describe('negative answers', () => {
  scenario('NEG-08 an NSEC record that cannot be used leaves the rest of its message good', async (world) => {
    const { peer, h1, browse } = browsing(world);
    const bitmaps = {
      'more than one block': [0x00, 0x01, 0x40, 0x01, 0x01, 0x80],
      'a block other than 0': [0x01, 0x01, 0x40],
      'an empty block': [0x00, 0x00],
      'a block that is too long': [0x00, 0x21, ...new Array<number>(33).fill(0x40)],
      'a cut-off block': [0x00, 0x04, 0x40],
      'nothing at all': [],
    };
    for (const [i, bitmap] of Object.values(bitmaps).entries()) {
      const name = `n${i}.local`;
      const bytes = response({ answers: [address(name, `198.18.1.${i}`), nsec('z.local', ['A'])] });
      peer.send(withBitmap(bytes, bitmap));
      world.advance(10);
      expect(await cachedAddresses(world, h1, name), Object.keys(bitmaps)[i]).toEqual([`198.18.1.${i}`]);
    }
    browse.stop();
  });

  scenario('NEG-08 the next name of an NSEC record means nothing', async (world) => {
    const { peer, h1, browse } = browsing(world);
    const odd = nsec('x.local', ['A']);
    peer.say([{ ...odd, next: 'elsewhere.example' } as typeof odd]);
    world.advance(10);
    await expect(world.settle(h1.mdns.query('x.local', 'AAAA'), 10)).rejects.toMatchObject({ code: 'not-found' });
    browse.stop();
  });

  scenario('NEG-09 ends lookups at once, without a packet, until its life ends', async (world) => {
    const { peer, h1, browse } = browsing(world);
    browse.stop();
    const heard = world.now + 1;
    peer.say([address('x.local', '198.18.0.77', { ttl: 600 }), nsec('x.local', ['A'], { ttl: 120 })]);
    const since = world.now;
    for (const age of [1_000, 118_000]) {
      world.runUntil(heard + age);
      await expect(world.settle(h1.mdns.query('x.local', 'AAAA'), 10)).rejects.toMatchObject({ code: 'not-found' });
      await expect(world.settle(h1.mdns.lookup('x'), 10)).resolves.toMatchObject({
        addresses: [{ address: '198.18.0.77' }],
      });
    }
    expect(h1.sent({ since, kind: 'query' })).toEqual([]);
    world.runUntil(heard + 121_000);
    await expect(world.settle(h1.mdns.query('x.local', 'AAAA'))).rejects.toMatchObject({ code: 'timeout' });
    expect(queriesFor(h1, 'x.local', 'AAAA', { since }).length).toBeGreaterThan(1);
  });

  scenario('NEG-09 ends a lookup that is under way', async (world) => {
    const { peer, h1, browse } = browsing(world);
    browse.stop();
    const asked = world.now;
    const lookup = h1.mdns.query('x.local', 'SRV', { timeout: 60_000 });
    world.advance(300);
    peer.say([nsec('x.local', ['A'])]);
    await expect(world.settle(lookup, 200)).rejects.toMatchObject({ code: 'not-found' });
    expect(world.now - asked).toBeLessThan(500);
  });

  scenario('A-53 an answer beats a denial, and a denial takes what it denies away within a second', async (world) => {
    const { peer, h1, browse } = browsing(world);
    peer.say([nsec('x.local', ['A'])]);
    world.advance(2_000);
    peer.say([address('x.local', 'fe80::77')]);
    world.advance(10);
    await expect(world.settle(h1.mdns.query('x.local', 'AAAA'), 300)).resolves.toHaveLength(1);
    world.advance(2_000);
    peer.say([nsec('x.local', ['A'])]);
    world.advance(1_010);
    await expect(world.settle(h1.mdns.query('x.local', 'AAAA'), 300)).rejects.toMatchObject({ code: 'not-found' });
    browse.stop();
  });
});

describe('goodbyes', () => {
  scenario('GBY-02 take effect after one second', (world) => {
    const { peer, browse } = browsing(world);
    peer.say(all);
    world.advance(QUIET);
    const heard = world.now + 1;
    peer.say(goodbye(all));
    world.advance(5_000);
    browse.stop();
    expect(browse.events.slice(1)).toMatchObject([{ event: 'down', reason: 'goodbye', at: heard + 1_000 }]);
  });

  scenario('GBY-02 A-51 an answer within that second comes to the rescue, without an event', (world) => {
    const { peer, browse } = browsing(world);
    peer.say(all);
    world.advance(QUIET);
    peer.say(goodbye(all));
    world.advance(900);
    peer.say(all);
    world.advance(60_000);
    browse.stop();
    expect(browse.events).toMatchObject([{ event: 'up' }]);
  });

  scenario('GBY-02 A-50 a second goodbye does not put off the end', (world) => {
    const { peer, browse } = browsing(world);
    peer.say(all);
    world.advance(QUIET);
    const heard = world.now + 1;
    peer.say(goodbye(all));
    world.advance(700);
    peer.say(goodbye(all));
    world.advance(5_000);
    browse.stop();
    expect(browse.events.slice(1)).toMatchObject([{ event: 'down', at: heard + 1_000 }]);
  });

  scenario('GBY-02 for what nobody has said before are nothing', (world) => {
    const { peer, h1, browse } = browsing(world);
    peer.say(goodbye(all));
    world.advance(QUIET);
    browse.stop();
    expect(browse.events).toEqual([]);
    expect(askedAt(h1, INSTANCE, 'SRV')).toEqual([]);
  });
});

describe('the cache-flush bit', () => {
  scenario('CFL-01 takes what is older than a second away after one second more', async (world) => {
    const { peer, h1, browse } = browsing(world);
    peer.say([address('x.local', '198.18.0.71')]);
    world.advance(QUIET);
    peer.say([address('x.local', '198.18.0.72')]);
    world.advance(990);
    expect(await cachedAddresses(world, h1, 'x.local')).toEqual(['198.18.0.71', '198.18.0.72']);
    world.advance(20);
    expect(await cachedAddresses(world, h1, 'x.local')).toEqual(['198.18.0.72']);
    browse.stop();
  });

  scenario('CFL-01 A-48 of the same name, type and class only, and on that link only', async (world) => {
    const other = world.newLan('other');
    const { peer, h1, browse } = browsing(world);
    h1.network.plug('eth1', other, { addresses: ['198.19.0.1/24'] });
    await world.settle(h1.mdns.scanInterfaces());
    world.advance(100);
    const there = world.peer({ lan: other, address: '198.19.0.200', name: 'there' });
    peer.say([address('x.local', '198.18.0.71'), address('x.local', 'fe80::71'), txt('x.local', ['a=1'])]);
    there.say([address('x.local', '198.19.0.71')]);
    world.advance(QUIET);
    peer.say([address('x.local', '198.18.0.72')]);
    world.advance(2_000);
    expect(await cachedAddresses(world, h1, 'x.local')).toEqual(['198.18.0.72', '198.19.0.71']);
    await expect(world.settle(h1.mdns.query('x.local', 'AAAA', { timeout: 15 }))).resolves.toHaveLength(1);
    await expect(world.settle(h1.mdns.query('x.local', 'TXT', { timeout: 15 }))).resolves.toHaveLength(1);
    browse.stop();
  });

  scenario('CFL-01 a changed service is told once, with the new data, and never goes down', (world) => {
    const { peer, browse } = browsing(world);
    peer.say(all);
    world.advance(QUIET);
    peer.say([srv(INSTANCE, 'p.local', 81), txt(INSTANCE, ['a=2'])]);
    world.advance(QUIET);
    browse.stop();
    expect(browse.events.slice(1)).toMatchObject([
      { event: 'changed', changes: ['port', 'txt'], instance: { port: 81, txt: { a: '2' } }, previous: { port: 80 } },
    ]);
  });

  scenario(
    'CFL-02 A-47 leaves what came within the last second: a set in several packets stays whole',
    async (world) => {
      const { peer, h1, browse } = browsing(world);
      peer.say([address('x.local', '198.18.0.71')]);
      world.advance(800);
      peer.say([address('x.local', '198.18.0.72')]);
      world.advance(4_200);
      expect(await cachedAddresses(world, h1, 'x.local')).toEqual(['198.18.0.71', '198.18.0.72']);
      browse.stop();
    },
  );

  scenario('CFL-05 is no part of the class', async (world) => {
    const { peer, h1, browse } = browsing(world);
    peer.say([address('x.local', '198.18.0.71', { flush: true })]);
    peer.say([address('x.local', '198.18.0.71', { flush: false })]);
    world.advance(100);
    const found = await world.settle(h1.mdns.query('x.local', 'A', { timeout: 15 }));
    expect(found.map(({ record }) => record.class)).toEqual([1]);
    browse.stop();
  });

  scenario('CFL-06 A-60 does not exist on pseudo-records, and these are not cached', async (world) => {
    const { peer, h1, browse } = browsing(world);
    const opt = { name: 'x.local', type: 'OPT', class: 0xffff, cacheFlush: false, ttl: 120, rdata: new Uint8Array(4) };
    peer.say([address('x.local', '198.18.0.71')], { additionals: [opt as never] });
    world.advance(100);
    expect(await cachedAddresses(world, h1, 'x.local')).toEqual(['198.18.0.71']);
    const any = await world.settle(h1.mdns.query('x.local', 'ANY', { timeout: 5_000 }));
    expect(any.map(({ record }) => record.type)).toEqual(['A']);
    browse.stop();
  });

  scenario(
    'CFL-08 A-49 only ever shortens a life: a sibling does not put off the end of what said goodbye',
    async (world) => {
      const { peer, h1, browse } = browsing(world);
      const old = address('x.local', '198.18.0.71');
      peer.say([old]);
      world.advance(QUIET);
      peer.say([{ ...old, ttl: 0 }]);
      world.advance(600);
      peer.say([address('x.local', '198.18.0.72')]);
      world.advance(380);
      expect(await cachedAddresses(world, h1, 'x.local')).toEqual(['198.18.0.71', '198.18.0.72']);
      world.advance(30);
      expect(await cachedAddresses(world, h1, 'x.local')).toEqual(['198.18.0.72']);
      browse.stop();
    },
  );

  scenario('CFL-08 A-49 on a goodbye flushes no sibling', async (world) => {
    const { peer, h1, browse } = browsing(world);
    peer.say([address('x.local', '198.18.0.71'), address('x.local', '198.18.0.72')]);
    world.advance(QUIET);
    peer.say([address('x.local', '198.18.0.71', { ttl: 0 })]);
    world.advance(5_000);
    expect(await cachedAddresses(world, h1, 'x.local')).toEqual(['198.18.0.72']);
    browse.stop();
  });
});

/** The same message, whose last record is an NSEC of one name and bitmap, with another bitmap. */
function withBitmap(bytes: Uint8Array, bitmap: readonly number[]): Uint8Array {
  // The rdata of the NSEC is its next name (a pointer) and `00 01 40`.
  const rdata = bytes.length - 5;
  const changed = Uint8Array.from([...bytes.subarray(0, rdata + 2), ...bitmap]);
  new DataView(changed.buffer).setUint16(rdata - 2, 2 + bitmap.length);
  return changed;
}
