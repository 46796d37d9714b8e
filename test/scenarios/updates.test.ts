/** Records that change while they are published (RFC 6762 section 8.4). */
import { describe, expect } from 'vitest';
import { deaf } from '../../src/net/simulated/index.js';
import { type ResourceRecord, recordKey } from '../../src/protocol/record.js';
import { txtStringsOf } from '../../src/protocol/txt-strings.js';
import { startService } from '../support/actions.js';
import { recordsOf } from '../support/packet-log.js';
import { address, ptr, question, srv, txt } from '../support/records.js';
import { scenario } from '../support/scenario.js';
import { QUIET, type TestHost, type TestPeer } from '../support/world.js';

const HOST = 'h1.local';
const INSTANCE = 'I._t._tcp.local';

describe('updates', () => {
  scenario('UPD-01 new TXT data is announced three times and not probed for', (world) => {
    const h1 = world.host('h1');
    const service = startService(h1);
    world.advance(QUIET);
    const at = world.now;
    service.update({ txt: ['a=2'] });
    world.advance(QUIET);
    const sent = h1.sent({ since: at });
    expect(sent.map(({ time }) => time - at)).toEqual([0, 1_000, 3_000]);
    for (const { message } of sent) expect(recordsOf(message)).toEqual([txt(INSTANCE, ['a=2'])]);
  });

  scenario('UPD-01 a new port is announced, and found by who watches', (world) => {
    const h1 = world.host('h1');
    const watching = world.host('watching');
    const seen = world.record(watching.mdns.browse('t'));
    const service = startService(h1);
    world.advance(QUIET);
    service.update({ port: 9 });
    world.advance(QUIET);
    expect(seen.events.map(({ event }) => event)).toEqual(['up', 'changed']);
    expect(seen.events.at(-1)).toMatchObject({ changes: ['port'], instance: { port: 9 }, previous: { port: 8085 } });
  });

  scenario('UPD-01 A-26 an address that is added has the host announced whole, without probing', (world) => {
    const h1 = world.host('h1');
    startService(h1);
    world.advance(QUIET);
    const at = world.now;
    h1.network.setAddresses('eth0', ['198.18.0.1/24', '198.18.0.77/24']);
    world.advance(QUIET);
    const sent = h1.sent({ since: at });
    expect(sent).toHaveLength(3);
    for (const { message } of sent) {
      expect(message.answers).toContainEqual(address(HOST, '198.18.0.1'));
      expect(message.answers).toContainEqual(address(HOST, '198.18.0.77'));
      expect(message.answers.filter(({ ttl }) => ttl === 0)).toEqual([]);
    }
  });

  scenario('UPD-01 A-26 an address that goes needs no goodbye: the flush takes it away', (world) => {
    const h1 = world.host('h1', { addresses: ['198.18.0.1/24', '198.18.0.77/24'] });
    const watching = world.host('watching');
    const seen = world.record(watching.mdns.browse('t'));
    startService(h1);
    world.advance(QUIET);
    h1.network.setAddresses('eth0', ['198.18.0.1/24']);
    world.advance(QUIET);
    const changed = seen.events.at(-1);
    expect(changed?.event).toBe('changed');
    expect(changed?.instance.addresses.map((each) => each.address)).toEqual(['198.18.0.1']);
    const answers = h1.sent({ about: HOST, since: QUIET }).flatMap(({ message }) => message.answers);
    expect(answers.filter(({ name, ttl }) => name === HOST && ttl === 0)).toEqual([]);
  });

  scenario(
    'UPD-01 ANN-02 an update in the middle of the announcements does not cost the others their second one',
    (world) => {
      const h1 = world.host('h1');
      const service = startService(h1);
      world.advance(1_500);
      service.update({ txt: ['a=2'] });
      world.advance(QUIET);
      expect(timesMulticast(h1, ptr('_t._tcp.local', INSTANCE))).toBe(2);
      expect(timesMulticast(h1, srv(INSTANCE, HOST, 8085))).toBe(2);
      expect(timesMulticast(h1, txt(INSTANCE, ['a=2']))).toBe(3);
    },
  );

  scenario('UPD-01 a change while probing is proposed from the next probe on', (world) => {
    const h1 = world.host('h1');
    const service = startService(h1);
    world.advance(300);
    service.update({ txt: ['a=2'] });
    world.advance(QUIET);
    const probes = h1.sent({ kind: 'probe' });
    expect(probes).toHaveLength(3);
    expect(probes[2]?.message.authorities).toContainEqual(txt(INSTANCE, ['a=2'], { flush: false }));
    for (const { message } of h1.sent({ kind: 'response' }))
      expect(message.answers).toContainEqual(txt(INSTANCE, ['a=2']));
  });

  scenario('UPD-02 a shared record that is given up says goodbye, a unique one does not', (world) => {
    const h1 = world.host('h1');
    const service = startService(h1, { subtypes: ['_one', '_two'] });
    world.advance(QUIET);
    const at = world.now;
    service.update({ subtypes: ['_two', '_three'], txt: ['a=2'] });
    world.advance(QUIET);
    const [first] = h1.sent({ since: at });
    const records = first ? recordsOf(first.message) : [];
    expect(records).toHaveLength(3);
    expect(records).toEqual(
      expect.arrayContaining([
        ptr('_one._sub._t._tcp.local', INSTANCE, { ttl: 0 }),
        ptr('_three._sub._t._tcp.local', INSTANCE),
        txt(INSTANCE, ['a=2']),
      ]),
    );
  });

  scenario('UPD-02 from an update on only the new data is answered', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1');
    const service = startService(h1);
    world.advance(QUIET);
    service.update({ txt: ['a=2'] });
    world.advance(QUIET);
    const at = world.now;
    peer.ask({ questions: [question(INSTANCE, 'TXT')] });
    world.advance(100);
    expect(h1.sent({ since: at }).flatMap(({ message }) => message.answers)).toEqual([txt(INSTANCE, ['a=2'])]);
  });

  scenario('UPD-03 of a hundred updates in a minute ten leave, and the last one in the end', (world) => {
    const h1 = world.host('h1');
    const service = startService(h1);
    world.advance(QUIET);
    const at = world.now;
    for (let i = 1; i <= 100; i++) {
      service.update({ txt: [`n=${i}`] });
      world.advance(600);
    }
    const values = (since: number, before: number) =>
      new Set(
        h1
          .sent({ kind: 'response', since, before })
          .flatMap(({ message }) => message.answers)
          .flatMap((record) => (record.type === 'TXT' ? [Buffer.from(txtStringsOf(record)[0] ?? []).toString()] : [])),
      );
    expect(values(at, at + 60_000).size).toBeLessThanOrEqual(10);
    world.advance(QUIET);
    expect([...values(at, world.now)].at(-1)).toBe('n=100');
  });

  scenario(
    'UPD-03 after six seconds of quiet an update leaves at once, of those that follow the newest within six',
    (world) => {
      const peer = world.peer();
      const h1 = world.host('h1');
      const service = startService(h1);
      world.advance(1_500);
      const at = world.now;
      for (let n = 1; n <= 11; n++) {
        service.update({ txt: { n: String(n) } });
        world.advance(100);
      }
      const news = () => {
        const sent = h1.sent({ since: at, kind: 'response' });
        return sent.flatMap(({ time, message }) => recordsOf(message).flatMap((record) => textOf(record, time - at)));
      };
      expect(news()).toEqual(['0: n=1']);
      peer.ask({ questions: [question(INSTANCE, 'TXT', { qu: true })] });
      world.advance(10);
      expect(peer.unicastHeard().flatMap(({ message }) => message.answers)).toEqual([txt(INSTANCE, ['n=11'])]);
      world.advance(20_000);
      expect(news().filter((each) => !each.endsWith('n=1'))).toEqual([
        '1101: n=11',
        '6000: n=11',
        '7000: n=11',
        '9000: n=11',
      ]);
    },
  );

  scenario(
    'UPD-01 there and back again within six seconds is announced: a question was answered in between',
    (world) => {
      const watching = world.host('watching');
      const seen = world.record(watching.mdns.browse('t'));
      const h1 = world.host('h1');
      const service = startService(h1);
      world.advance(QUIET);
      service.update({ txt: ['a=2'] });
      world.advance(100);
      service.update({ txt: ['a=3'] });
      world.advance(100);
      const late = world.host('late');
      const heard = world.record(late.mdns.browse('t'));
      world.advance(2_000);
      expect(heard.events.at(-1)?.instance.txt).toEqual({ a: '3' });
      service.update({ txt: ['a=2'] });
      world.advance(QUIET);
      for (const { events } of [seen, heard]) expect(events.at(-1)?.instance.txt).toEqual({ a: '2' });
    },
  );

  for (const [how, disturb] of [
    ['the link bounces', (h1: TestHost) => h1.network.bounce('eth0')],
    ['the name is disputed', (_: TestHost, peer: TestPeer) => peer.say([srv(INSTANCE, 'rival.local', 1)])],
  ] as const) {
    scenario(`UPD-01 CNF-01 an update that waits is not lost when ${how}`, (world) => {
      const peer = world.peer();
      const h1 = world.host('h1');
      const watching = world.host('watching');
      const seen = world.record(watching.mdns.browse('t'));
      const service = startService(h1, { subtypes: ['_one'] });
      const ofOne = world.record(watching.mdns.browse('_one._sub._t._tcp'));
      world.advance(QUIET);
      for (let n = 1; n <= 14; n++) {
        service.update({ txt: { n: String(n) }, subtypes: n < 14 ? ['_one'] : [] });
        world.advance(100);
      }
      disturb(h1, peer);
      world.advance(QUIET);
      expect(seen.events.at(-1)?.instance.txt).toEqual({ n: '14' });
      expect(ofOne.events.at(-1)?.event, 'the subtype').toBe('down');
    });
  }

  scenario('UPD-01 a watcher that misses two announcements of an update hears the third', (world) => {
    const h1 = world.host('h1');
    const watching = world.host('watching');
    const seen = world.record(watching.mdns.browse('t'));
    const service = startService(h1);
    world.advance(QUIET);
    const mend = world.lan.addReceiverRule(deaf('watching'));
    service.update({ port: 9 });
    world.advance(2_000);
    mend();
    world.advance(2_000);
    expect(seen.events.at(-1)?.instance.port).toBe(9);
  });

  scenario('UPD-01 an update to what is the case already sends nothing', (world) => {
    const h1 = world.host('h1');
    const service = startService(h1);
    world.advance(QUIET);
    const at = world.now;
    service.update({ txt: ['a=1'], port: 8085 });
    world.advance(QUIET);
    expect(h1.sent({ since: at })).toEqual([]);
  });
});

function textOf(record: ResourceRecord, at: number): string[] {
  return record.type === 'TXT' ? [`${Math.round(at)}: ${Buffer.from(txtStringsOf(record)[0] ?? []).toString()}`] : [];
}

function timesMulticast(host: TestHost, record: ResourceRecord): number {
  const key = recordKey(record);
  const packets = host.sent({ kind: 'response', to: 'group' });
  return packets.filter(({ message }) => recordsOf(message).some((each) => recordKey(each) === key)).length;
}
