/** The Go API beside ours: publishing, browsing and resolving. */
import { firstValueFrom, take, toArray } from 'rxjs';
import { describe, expect } from 'vitest';
import { publicRecord } from '../../src/protocol/public-record.js';
import { startService } from '../support/actions.js';
import { address, nameAndType, nsec, ptr, service, srv, txt } from '../support/records.js';
import { scenario } from '../support/scenario.js';
import { thrownBy } from '../support/thrown-by.js';
import { QUIET } from '../support/world.js';

const TYPE = '_t._tcp.local';
const INSTANCE = `I.${TYPE}`;
const DAY = 24 * 3_600_000;

describe('AddService and RemoveService -> publish and its handle', () => {
  scenario('tells when it is announced, under which name, and what becomes of it', async (world) => {
    const h1 = world.host('h1');
    const published = startService(h1);
    const { events } = world.record(published.changes$);
    expect([published.name, published.type, published.port]).toEqual(['I', '_t._tcp', 8085]);
    await world.settle(published.announced);
    expect(world.now).toBeLessThan(1_100);
    await world.settle(published.withdraw());
    expect(events.map(({ event }) => event)).toEqual(['probing', 'announced', 'withdrawn']);
    expect(world.record(published.changes$)).toMatchObject({ completed: true });
  });

  scenario('is changed in place, and withdrawn by asyncDispose', async (world) => {
    const h1 = world.host('h1');
    const published = startService(h1);
    await world.settle(published.announced);
    published.update({ txt: { a: '2' }, port: 9 });
    world.advance(QUIET);
    expect(await world.settle(h1.mdns.resolve('I', 't'))).toMatchObject({ port: 9, txt: { a: '2' } });
    await world.settle(published[Symbol.asyncDispose]());
    expect(h1.sent({ kind: 'goodbye' })).toHaveLength(1);
  });

  scenario('ends with its signal', async (world) => {
    const h1 = world.host('h1');
    const stop = new AbortController();
    const published = startService(h1, { signal: stop.signal });
    const recording = world.record(published.changes$);
    await world.settle(published.announced);
    stop.abort();
    world.advance(QUIET);
    expect(recording.completed).toBe(true);
    expect(() => startService(h1, { signal: stop.signal })).toThrow();
  });

  scenario('withdrawing before it is announced rejects the wait for it', async (world) => {
    const published = startService(world.host('h1'));
    world.advance(300);
    await world.settle(published.withdraw());
    await expect(published.announced).rejects.toMatchObject({ code: 'closed' });
  });

  scenario('withdrawing twice, and after closing, is fine', async (world) => {
    const h1 = world.host('h1');
    const published = startService(h1);
    await world.settle(published.announced);
    await world.settle(Promise.all([published.withdraw(), published.withdraw()]));
    const other = startService(h1, { name: 'J' });
    await world.settle(h1.mdns.close());
    await world.settle(Promise.all([published.withdraw(), other.withdraw()]));
    for (const over of [published, other]) {
      expect(thrownBy(() => over.update({ port: 1 }))).toMatchObject({ code: 'closed' });
    }
  });

  scenario('A-17 the same instance twice is published once under its name and once under another', async (world) => {
    const h1 = world.host('h1');
    const [first, second] = [startService(h1), startService(h1)];
    await world.settle(Promise.all([first.announced, second.announced]));
    expect([first.name, second.name]).toEqual(['I', 'I (2)']);
    await expect(startService(h1, { onConflict: 'fail' }).announced).rejects.toMatchObject({ code: 'name-in-use' });
  });

  scenario('publishes on behalf of another host', async (world) => {
    const h1 = world.host('h1');
    const h2 = world.host('h2');
    const published = startService(h1, { host: 'printer', addresses: ['198.18.0.50'] });
    world.advance(QUIET);
    const found = await world.settle(h2.mdns.resolve('I', 't'));
    expect(found).toMatchObject({ host: 'printer.local', addresses: [{ address: '198.18.0.50' }] });
    await world.settle(published.withdraw());
    const goodbyes = h1.sent({ kind: 'goodbye' }).flatMap(({ message }) => message.answers);
    expect(goodbyes).toContainEqual(address('printer.local', '198.18.0.50', { ttl: 0 }));
  });

  for (const [what, over, code] of [
    ['a name with a control character', { name: 'a\nb' }, 'invalid-name'],
    ['a name of 64 bytes', { name: 'x'.repeat(64) }, 'invalid-name'],
    ['a type of 16 characters', { type: 'x'.repeat(16) }, 'invalid-type'],
    ['another transport', { type: '_x._sctp' }, 'invalid-type'],
    ['a port out of range', { port: 65_536 }, 'invalid-option'],
    ['a TXT string of 256 bytes', { txt: ['x'.repeat(256)] }, 'invalid-txt'],
    ['addresses without a host', { addresses: ['198.18.0.1'] }, 'invalid-option'],
  ] as const) {
    scenario(`refuses ${what}`, (world) => {
      const h1 = world.host('h1');
      expect(thrownBy(() => startService(h1, over))).toMatchObject({ code });
    });
  }

  scenario('refuses everything when it is closed', async (world) => {
    const h1 = world.host('h1');
    await world.settle(h1.mdns.close());
    expect(thrownBy(() => startService(h1))).toMatchObject({ code: 'closed' });
    expect(thrownBy(() => h1.mdns.browse('t'))).toMatchObject({ code: 'closed' });
    for (const wait of [
      h1.mdns.lookup('h2'),
      h1.mdns.resolve('I', 't'),
      h1.mdns.query('h2', 'A'),
      h1.mdns.discover('t'),
    ]) {
      await expect(wait).rejects.toMatchObject({ code: 'closed' });
    }
  });
});

describe('SubscribeToService and ServiceMemberWatch -> browse', () => {
  scenario('SMH-03 any number of watches share one question', (world) => {
    const h1 = world.host('h1');
    const browse = h1.mdns.browse('t', { resolve: false });
    const recordings = Array.from({ length: 20 }, () => world.record(browse));
    world.advance(5_000);
    const asked = h1.sent({ kind: 'query' }).flatMap(({ message }) => message.questions);
    expect(asked.map(({ name }) => name)).toEqual([TYPE, TYPE, TYPE]);
    for (const { stop } of recordings.slice(1)) stop();
    world.advance(5_000);
    expect(h1.sent({ kind: 'query', since: 5_000 })).toHaveLength(1);
  });

  scenario('QRY-10 asks nothing when nobody watches any more', (world) => {
    const h1 = world.host('h1');
    const recording = world.record(h1.mdns.browse('t'));
    world.advance(5_000);
    recording.stop();
    world.advance(DAY / 24);
    expect(h1.sent({ kind: 'query', since: 5_000 })).toEqual([]);
  });

  scenario('tells a late watch what is known, at once and without asking again', (world) => {
    const h1 = world.host('h1');
    const h2 = world.host('h2');
    startService(h2);
    world.record(h1.mdns.browse('t'));
    world.advance(QUIET);
    const at = world.now;
    const late = world.record(h1.mdns.browse('t'));
    expect(late.events).toMatchObject([{ event: 'up', at, instance: { name: 'I' } }]);
    world.advance(1_000);
    expect(h1.sent({ since: at })).toEqual([]);
  });

  scenario('is an async iterator, whose loop can be left', async (world) => {
    const h1 = world.host('h1');
    startService(world.host('h2'));
    const first = async () => {
      for await (const { event, instance } of h1.mdns.browse('t')) return `${event} ${instance.name}`;
      return undefined;
    };
    expect(await world.settle(first())).toBe('up I');
    world.advance(QUIET);
    const at = world.now;
    world.advance(QUIET);
    expect(h1.sent({ kind: 'query', since: at })).toEqual([]);
  });

  scenario('ends with its signal, as Observable and as loop', async (world) => {
    const h1 = world.host('h1');
    const stop = new AbortController();
    const browse = h1.mdns.browse('t', { signal: stop.signal });
    const recording = world.record(browse);
    const loop = (async () => {
      for await (const _ of browse);
    })();
    world.advance(1_000);
    stop.abort();
    await world.settle(loop);
    expect(recording.completed).toBe(true);
    expect(world.record(browse).completed).toBe(true);
  });

  scenario('ends when everything is closed', async (world) => {
    const h1 = world.host('h1');
    const browse = h1.mdns.browse('t');
    const recording = world.record(browse);
    const loop = (async () => {
      for await (const _ of browse);
    })();
    world.advance(1_000);
    await world.settle(h1.mdns.close());
    await world.settle(loop);
    expect(recording.completed).toBe(true);
    expect(world.record(browse).completed).toBe(true);
  });

  scenario('has the set that is up as a map', async (world) => {
    const h1 = world.host('h1');
    const h2 = world.host('h2');
    const sets = firstValueFrom(h1.mdns.browse('t').services$.pipe(take(3), toArray()));
    const published = startService(h2);
    world.advance(QUIET);
    void published.withdraw();
    expect((await world.settle(sets)).map((set) => [...set.keys()])).toEqual([[], [INSTANCE], []]);
  });

  scenario('SUB-01 finds the instances of a subtype, and the types that there are', (world) => {
    const h1 = world.host('h1');
    const h2 = world.host('h2');
    startService(h2, { subtypes: ['_printer'] });
    startService(h2, { name: 'J' });
    startService(h2, { name: 'K', type: 'u' });
    const bySubtype = world.record(h1.mdns.browse('t', { subtype: '_printer' }));
    const types = world.record(h1.mdns.browse());
    world.advance(QUIET);
    expect(bySubtype.events.filter(({ event }) => event === 'up').map(({ instance }) => instance.name)).toEqual(['I']);
    expect(types.events.map(({ event, type }) => `${event} ${type}`).sort()).toEqual(['up _t._tcp', 'up _u._tcp']);
  });
});

describe('ServiceDiscovery -> discover', () => {
  scenario('returns what answers in time, resolved', async (world) => {
    const h1 = world.host('h1');
    startService(world.host('h2'));
    startService(world.host('h3'), { name: 'J' });
    world.advance(QUIET);
    const at = world.now;
    const found = await world.settle(h1.mdns.discover('t', { timeout: 2_000 }));
    expect(world.now - at).toBeLessThan(2_020);
    expect(found.map(({ name, host }) => `${name} ${host}`).sort()).toEqual(['I h2.local', 'J h3.local']);
  });

  scenario('returns names alone, for which PTR records will do', async (world) => {
    const peer = world.peer();
    const h1 = world.host('h1');
    world.advance(QUIET);
    const at = world.now;
    const found = h1.mdns.discover('t', { timeout: 1_000, resolve: false });
    world.advance(200);
    peer.say([ptr(TYPE, INSTANCE)]);
    expect(await world.settle(found)).toEqual([{ name: 'I', type: '_t._tcp', domain: 'local', fullName: INSTANCE }]);
    const asked = h1.sent({ since: at }).flatMap(({ message }) => message.questions.map(({ type }) => type));
    expect(new Set(asked)).toEqual(new Set(['PTR']));
  });

  scenario('returns none when nobody answers, and stops at its signal', async (world) => {
    const h1 = world.host('h1');
    expect(await world.settle(h1.mdns.discover('t', { timeout: 500 }))).toEqual([]);
    const stop = new AbortController();
    const aborted = h1.mdns.discover('t', { signal: stop.signal });
    stop.abort();
    await expect(aborted).rejects.toMatchObject({ code: 'aborted' });
    await expect(h1.mdns.discover('t', { signal: stop.signal })).rejects.toMatchObject({ code: 'aborted' });
    await expect(h1.mdns.discover('t', { timeout: 0 })).rejects.toMatchObject({ code: 'invalid-option' });
  });
});

describe('ResolveInstance, ResolveRR and ResolveAddress -> resolve, query and lookup', () => {
  scenario('ask the cache first: what is known costs no packet and no time', async (world) => {
    const peer = world.peer();
    const h1 = world.host('h1');
    world.advance(QUIET);
    peer.say([...service('I', TYPE, 'peer.local', 80, { addresses: ['198.18.0.200'] }), nsec('peer.local', ['A'])]);
    world.advance(100);
    const at = world.now;
    const [instance, host, records] = await Promise.all([
      h1.mdns.resolve('I', 't'),
      h1.mdns.lookup('peer'),
      h1.mdns.query(INSTANCE, 'SRV'),
    ]);
    expect(instance).toMatchObject({ host: 'peer.local', port: 80, addresses: [{ address: '198.18.0.200' }] });
    expect(host).toMatchObject({ host: 'peer.local', addresses: [{ address: '198.18.0.200' }], ttlSeconds: 120 });
    expect(records).toEqual([
      { record: srv(INSTANCE, 'peer.local', 80), interface: 'eth0', from: '198.18.0.200', ttlSeconds: 120 },
    ]);
    world.advance(2_000);
    expect(h1.sent({ since: at })).toEqual([]);
  });

  scenario('ask the network then', async (world) => {
    const h1 = world.host('h1');
    startService(world.host('h2'));
    world.advance(QUIET);
    const late = world.host('late');
    world.advance(1_000);
    const at = world.now;
    expect(await world.settle(late.mdns.resolve('I', 't'))).toMatchObject({ host: 'h2.local', port: 8085 });
    expect(await world.settle(late.mdns.lookup('h1'))).toMatchObject({ host: 'h1.local' });
    expect(await world.settle(late.mdns.query(INSTANCE, 'TXT'))).toMatchObject([
      { record: publicRecord(txt(INSTANCE, ['a=1'])) },
    ]);
    expect(world.now - at).toBeLessThan(1_500);
    expect(h1.mdns.hostname).toBe('h1.local');
  });

  scenario('QRY-04 ask again when a packet is lost', async (world) => {
    const h1 = world.host('h1');
    startService(world.host('h2'));
    world.advance(QUIET);
    const late = world.host('late');
    world.advance(QUIET);
    let lost = 0;
    const heal = world.lan.addRule(({ from }) => (from === 'late/eth0' && lost++ === 0 ? 'drop' : undefined));
    const at = world.now;
    expect(await world.settle(late.mdns.resolve('I', 't'))).toMatchObject({ port: 8085 });
    expect(lost).toBeGreaterThan(1);
    expect(world.now - at).toBeGreaterThan(1_000);
    heal();
    expect(h1.mdns.status.state).toBe('up');
  });

  scenario('end with a typed error when nobody answers in time', async (world) => {
    const h1 = world.host('h1');
    world.advance(QUIET);
    const at = world.now;
    const timeout = 5_000;
    const waits = [
      h1.mdns.resolve('Nobody', 't', { timeout }),
      h1.mdns.lookup('nobody', { timeout }),
      h1.mdns.query('nobody', 'SRV', { timeout }),
    ];
    for (const result of await world.settle(Promise.allSettled(waits))) {
      expect(result).toMatchObject({ status: 'rejected', reason: { name: 'MdnsError', code: 'timeout' } });
    }
    expect(world.now - at).toBeLessThan(5_020);
    // At about 0.1, 1.1 and 3.1 s.
    const asked = h1.sent({ since: at }).flatMap(({ message }) => message.questions.map(nameAndType));
    expect(asked.filter((each) => each === 'nobody.local A')).toHaveLength(3);
    expect(asked.filter((each) => each === `Nobody.${TYPE} SRV`)).toHaveLength(3);
  });

  scenario('say why nothing can be found when no link works', async (world) => {
    const h1 = world.host('h1', { interfaces: ['eth7'] });
    world.advance(1_000);
    await expect(world.settle(h1.mdns.lookup('h2', { timeout: 100 }))).rejects.toMatchObject({
      code: 'no-network',
      message: expect.stringMatching(/There is no interface "eth7"; there are eth0/),
    });
  });

  scenario('NEG-09 tell at once what does not exist', async (world) => {
    const h1 = world.host('h1');
    world.host('h2');
    world.advance(QUIET);
    await expect(world.settle(h1.mdns.query('h2', 'TXT'))).rejects.toMatchObject({ code: 'not-found' });
    await expect(world.settle(h1.mdns.query('h2', 'NOTYPE'))).rejects.toMatchObject({ code: 'invalid-option' });
    expect(world.now).toBeLessThan(QUIET + 1_000);
  });

  scenario('stop at their signal', async (world) => {
    const h1 = world.host('h1');
    const stop = new AbortController();
    const waits = [
      h1.mdns.resolve('I', 't', { signal: stop.signal }),
      h1.mdns.lookup('h2', { signal: stop.signal }),
      h1.mdns.query('h2', 'A', { signal: stop.signal }),
    ];
    world.advance(100);
    stop.abort(new Error('enough'));
    for (const result of await Promise.allSettled(waits)) {
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'aborted', cause: stop.signal.reason } });
    }
  });

  scenario('end with a typed error when everything is closed meanwhile', async (world) => {
    const h1 = world.host('h1');
    const wait = h1.mdns.lookup('h2');
    world.advance(100);
    void h1.mdns.close();
    await expect(world.settle(wait)).rejects.toMatchObject({ code: 'closed' });
  });
});
