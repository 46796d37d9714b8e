/** The doors for programs that speak Multicast DNS themselves: packets in and out, and standing questions. */
import { describe, expect, it } from 'vitest';
import { createMdns, type Packet } from '../../src/index.js';
import { startService } from '../support/actions.js';
import { IDLE } from '../support/peer-service.js';
import { address, txt } from '../support/records.js';
import { scenario } from '../support/scenario.js';
import { QUIET } from '../support/world.js';

const question = (name: string, type: 'A' | 'TXT') => ({ name, type, class: 1, unicastResponse: false });

describe('packets$', () => {
  scenario('has what is sent and received, decoded when it is read, and completes', async (world) => {
    const [h1, h2] = [world.host('h1', IDLE), world.host('h2')];
    const seen: Packet[] = [];
    let isComplete = false;
    h1.mdns.packets$.subscribe({ next: (packet) => seen.push(packet), complete: () => (isComplete = true) });
    startService(h2);
    world.record(h1.mdns.browse('absent'));
    world.advance(QUIET);
    const sent = seen.filter(({ direction }) => direction === 'sent');
    expect(sent.length).toBe(h1.sent().length);
    expect(sent[0]).toMatchObject({
      from: { address: '198.18.0.1', port: 5353 },
      to: 'group',
      interface: 'eth0',
      family: 'ipv4',
      message: { response: false, questions: [{ name: '_absent._tcp.local', type: 'PTR' }] },
    });
    const received = seen.filter(({ from, direction }) => direction === 'received' && from.address === '198.18.0.2');
    expect(received.length).toBe(h2.sent().length);
    const text = received.flatMap(({ message }) => message?.answers ?? []).find(({ type }) => type === 'TXT');
    expect(text).toMatchObject({ strings: [Uint8Array.from(Buffer.from('a=1'))] });
    // What comes back of what it has sent itself.
    expect(
      seen.filter(({ from, direction }) => direction === 'received' && from.address === '198.18.0.1'),
    ).toHaveLength(sent.length);
    await world.settle(h1.mdns.close());
    expect(isComplete).toBe(true);
  });

  scenario('a packet that is no message has its bytes alone, and a subscriber may change them', (world) => {
    const h1 = world.host('h1', IDLE);
    const seen: Packet[] = [];
    h1.mdns.packets$.subscribe((packet) => {
      seen.push(packet);
      packet.bytes.fill(0xff);
    });
    const { events } = world.record(h1.mdns.watch('p', 'A'));
    world.advance(1_000);
    const peer = world.peer();
    peer.station.multicast(Uint8Array.of(1, 2, 3));
    peer.say([address('p.local', '198.18.0.9')]);
    world.advance(200);
    expect(seen.at(-2)).toMatchObject({ bytes: Uint8Array.of(0xff, 0xff, 0xff), message: undefined });
    expect(events).toMatchObject([{ event: 'found' }]);
  });
});

describe('send', () => {
  // It sends what its user tells it to send.
  const except = ['SEC-03', 'RSP-10', 'HDR-02..07'] as const;
  scenario(
    'sends bytes and messages to the group, and to an address',
    async (world) => {
      const [h1, h2] = [world.host('h1', IDLE), world.host('h2')];
      world.advance(QUIET);
      const seen: Packet[] = [];
      h2.mdns.packets$.subscribe((packet) => seen.push(packet));
      await world.settle(h1.mdns.send({ questions: [question('h2.local', 'A')] }));
      world.advance(500);
      const answers = h2.sent({ kind: 'response', about: 'h2.local' });
      expect(answers.at(-1)?.message.answers).toContainEqual(address('h2.local', '198.18.0.2'));
      await world.settle(
        h1.mdns.send({ answers: [{ ...txt('x.local', ['a']), strings: [Uint8Array.of(97)] } as never] }),
      );
      await world.settle(h1.mdns.send(Uint8Array.of(9), { to: { address: '198.18.0.2' } }));
      await world.settle(h1.mdns.send(Uint8Array.of(8), { interfaces: ['eth0'], family: 'ipv4' }));
      world.advance(10);
      const got = seen.filter(({ direction, from }) => direction === 'received' && from.address === '198.18.0.1');
      expect(got).toMatchObject([
        { to: 'group', message: { response: false, authoritative: false } },
        { to: 'group', message: { response: true, authoritative: true, answers: [{ name: 'x.local', type: 'TXT' }] } },
        { to: 'unicast', bytes: Uint8Array.of(9) },
        { to: 'group', bytes: Uint8Array.of(8) },
      ]);
    },
    { except },
  );

  scenario('is refused without a link, after close, and for what cannot be written', async (world) => {
    const h1 = world.host('h1', IDLE);
    world.advance(1_000);
    const { mdns } = h1;
    const refused = (code: string) => expect.objectContaining({ code });
    await expect(mdns.send('x' as never)).rejects.toEqual(refused('invalid-option'));
    await expect(mdns.send({ question: [] } as never)).rejects.toEqual(refused('invalid-option'));
    await expect(mdns.send({ questions: [5] } as never)).rejects.toMatchObject({
      code: expect.stringMatching(/^invalid-/),
    });
    await expect(mdns.send(new Uint8Array(9_000))).rejects.toEqual(refused('invalid-option'));
    await expect(mdns.send({}, { to: { address: 'x' } })).rejects.toEqual(refused('invalid-option'));
    await expect(mdns.send({}, { to: { address: 'fd00::1' } })).rejects.toEqual(refused('no-network'));
    await expect(mdns.send({}, { interfaces: ['eth9'] })).rejects.toEqual(refused('no-network'));
    await expect(mdns.send({}, { family: 'ipv6' })).rejects.toEqual(refused('no-network'));
    await world.settle(mdns.close());
    await expect(mdns.send({})).rejects.toEqual(refused('closed'));
  });

  it('leaves over real sockets', async () => {
    const mdns = createMdns({ interfaces: 'loopback', ipv6: false, announceHost: false });
    await new Promise<void>((resolve) => {
      mdns.status$.subscribe(({ state }) => state === 'up' && resolve());
    });
    const back = new Promise<Packet>((resolve) => {
      mdns.packets$.subscribe(
        (packet) => packet.direction === 'received' && packet.bytes.length === 13 && resolve(packet),
      );
    });
    await mdns.send(Uint8Array.from({ length: 13 }, (_, i) => i));
    await expect(back).resolves.toMatchObject({ to: 'group', from: { address: '127.0.0.1', port: 5353 } });
    await mdns.close();
  });
});

describe('watch', () => {
  scenario('tells of records as they come and go, and keeps asking', async (world) => {
    const h1 = world.host('h1', IDLE);
    const peer = world.peer();
    const watch = h1.mdns.watch('p', 'A');
    const { events } = world.record(watch);
    const lists: string[][] = [];
    watch.records$.subscribe((records) =>
      lists.push(records.map(({ record, from }) => `${record.type === 'A' ? record.address : ''} from ${from}`)),
    );
    world.advance(5_000);
    expect(h1.sent({ kind: 'query', about: 'p.local' }).length).toBeGreaterThan(2);
    const [one, two] = [address('p.local', '198.18.0.8'), address('p.local', '198.18.0.9')];
    peer.say([one]);
    world.advance(100);
    peer.say([one, two]);
    peer.say([{ ...one, ttl: 0 }]);
    world.advance(3_000);
    const { address: from } = peer.station;
    expect(events.map((event) => event.event)).toEqual(['found', 'found', 'lost']);
    expect(events.at(-1)).toMatchObject({ records: [{ record: { address: '198.18.0.8' }, reason: 'goodbye' }] });
    expect(lists).toEqual([
      [],
      [`198.18.0.8 from ${from}`],
      [`198.18.0.8 from ${from}`, `198.18.0.9 from ${from}`],
      [`198.18.0.9 from ${from}`],
    ]);
    const text = world.record(h1.mdns.watch('q', 'TXT'));
    peer.say([txt('q.local', ['a=1'])]);
    world.advance(100);
    expect(text.events).toMatchObject([{ event: 'found', records: [{ record: { type: 'TXT' }, ttlSeconds: 4500 }] }]);
    world.advance(500_000);
    const later = world.record(h1.mdns.watch('q', 'TXT'));
    world.advance(10);
    expect(later.events).toMatchObject([{ event: 'found', records: [{ record: { ttl: 4500 }, ttlSeconds: 4000 }] }]);
  });

  scenario('reports a denial, ends with its signal, and refuses mistakes', (world) => {
    const h1 = world.host('h1', IDLE);
    const h2 = world.host('h2');
    world.advance(QUIET);
    const abort = new AbortController();
    const { events } = world.record(h1.mdns.watch(h2.mdns.hostname, 'HINFO', { signal: abort.signal }));
    world.advance(2_000);
    expect(events).toMatchObject([{ event: 'denied' }]);
    abort.abort();
    world.advance(2_000);
    expect(events).toHaveLength(1);
    expect(() => h1.mdns.watch('p', 'NOPE')).toThrow(/record type/);
    expect(() => h1.mdns.watch('p.example', 'A')).toThrow(/not below/);
    expect(() => h1.mdns.watch('p', 'A', { timeout: 5 } as never)).toThrow(/query\(\)/);
  });
});
