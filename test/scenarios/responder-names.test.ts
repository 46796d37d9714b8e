/** Names that people choose, and what becomes of them on the wire (RFC 6762 sections 3 and 16; RFC 6763 sections 4 and 7). */
import { describe, expect } from 'vitest';
import { startService } from '../support/actions.js';
import { address, ptr, question } from '../support/records.js';
import { scenario } from '../support/scenario.js';
import { QUIET, type TestHost } from '../support/world.js';

const TYPE = '_t._tcp.local';
const BOM = '\ufeff';

describe('instance names', () => {
  for (const [what, name] of [
    ['dots, backslashes and spaces', 'Dr. Foo\\Bar  (2)'],
    ['what looks like an escape', '\\065\\.'],
    ['what looks like a service type', '_http._tcp.local'],
    ['letters of any script', 'Büro 東京 🖨'],
    ['63 bytes', 'é'.repeat(31).concat('x')],
    ['a byte order mark, which is a character', `${BOM}I`],
    ['quotes and separators', '"a";|=b,\'c\''],
  ] as const) {
    scenario(`SIN-01 SIN-02 SIN-04 UTF-02 NAM-04 ${what}: another host sees the name as it was given`, (world) => {
      const h1 = world.host('h1');
      const watching = world.host('watching');
      const seen = world.record(watching.mdns.browse('t'));
      startService(h1, { name });
      world.advance(QUIET);
      expect(seen.events.at(-1)?.instance).toMatchObject({ name, type: '_t._tcp', port: 8085 });
      // One label, whatever is in it.
      const label = Buffer.from(name);
      const onWire = Buffer.concat([Buffer.of(label.length), label]);
      for (const { bytes } of h1.sent({ kind: 'probe' })) expect(Buffer.from(bytes).includes(onWire)).toBe(true);
    });
  }

  for (const [what, name] of [
    ['a line feed', 'a\nb'],
    ['a NUL', 'a\0b'],
    ['DEL', 'a\x7fb'],
    ['64 bytes', 'é'.repeat(32)],
    ['nothing', ''],
  ] as const) {
    scenario(`SIN-02 NAM-04 refused, with the reason: ${what}`, (world) => {
      const h1 = world.host('h1');
      expect(() => startService(h1, { name })).toThrow(expect.objectContaining({ code: 'invalid-name' }));
      const published = startService(h1);
      expect(() => published.update({ name })).toThrow(expect.objectContaining({ code: 'invalid-name' }));
    });
  }

  scenario('UTF-01 SIN-02 are composed before they are sent, and never Punycode', (world) => {
    const h1 = world.host('h1');
    const published = startService(h1, { name: 'Cafe\u0301', subtypes: ['cre\u0300me'] });
    world.advance(QUIET);
    for (const { bytes } of h1.sent({ kind: 'response' })) {
      const text = Buffer.from(bytes).toString('latin1');
      expect(text).toContain('\u0005Caf\u00c3\u00a9');
      expect(text).toContain('\u0006cr\u00c3\u00a8me');
      expect(text).not.toContain('xn--');
    }
    published.update({ name: 'The\u0301' });
    world.advance(QUIET);
    expect(h1.sent({ about: `Th\u00e9.${TYPE}`, kind: 'response' })).not.toEqual([]);
  });

  scenario('UTF-01 compose to one name, which one process has once', (world) => {
    const h1 = world.host('h1');
    const services = [startService(h1, { name: 'Caf\u00e9' }), startService(h1, { name: 'Cafe\u0301' })];
    world.advance(QUIET);
    expect(services.map(({ name }) => name)).toEqual(['Caf\u00e9', 'Caf\u00e9 (2)']);
  });

  for (const [asked, isAnswered] of [
    ['MYPRINTER É', true],
    ['myprinter É', true],
    ['MyPrinter é', false],
    [`${BOM}MyPrinter É`, false],
  ] as const) {
    scenario(`UTF-03 UTF-02 RSP-02 "${asked}" ${isAnswered ? 'is' : 'is not'} "MyPrinter É"`, (world) => {
      const peer = world.peer();
      const h1 = world.host('h1');
      startService(h1, { name: 'MyPrinter É' });
      world.advance(QUIET);
      const at = world.now;
      peer.ask({ questions: [question(`${asked}._T._tcp.LOCAL`, 'SRV')] });
      world.advance(1_000);
      const names = h1.sent({ since: at }).flatMap(({ message }) => message.answers.map(({ name }) => name));
      // as it was registered.
      expect(names).toEqual(isAnswered ? [`MyPrinter É.${TYPE}`] : []);
    });
  }

  scenario('SIN-03 are the choice of the user, before and after', (world) => {
    const h1 = world.host('h1');
    const published = startService(h1, { name: 'Kitchen' });
    world.advance(QUIET);
    published.update({ name: 'Living room' });
    world.advance(QUIET);
    expect(published.name).toBe('Living room');
    expect(lastAnswers(h1)).toContainEqual(ptr(TYPE, `Living room.${TYPE}`));
  });
});

describe('host names', () => {
  scenario(
    'SIN-03 A-75 the default is that of the system with "-node" behind it: nothing of hardware in it',
    (world) => {
      const h1 = world.host('h1');
      const other = h1.start({ network: h1.network.process(), ipv6: false, announceHost: true });
      world.advance(QUIET);
      expect(other.hostname).toBe('h1-node.local');
      expect(h1.sent({ about: 'h1-node.local', kind: 'response' })).not.toEqual([]);
    },
  );

  for (const name of ['a.b', 'h1.example.com', '', 'local', 'x'.repeat(64), 'a\tb'] as const) {
    scenario(`NAM-05 NAM-04 ${JSON.stringify(name)} is no host name: refused, with the reason`, (world) => {
      const h1 = world.host('h1');
      const refused = expect.objectContaining({ code: 'invalid-name' });
      expect(() => h1.start({ hostname: name })).toThrow(refused);
      expect(() => h1.mdns.publishHost({ name })).toThrow(refused);
      expect(() => startService(h1, { host: name })).toThrow(refused);
    });
  }

  scenario('NAM-05 UTF-01 any other single label is one', (world) => {
    const h1 = world.host('h1', { hostname: 'Bu\u0308ro 1' });
    world.advance(QUIET);
    expect(h1.mdns.hostname).toBe('B\u00fcro 1.local');
    expect(lastAnswers(h1)).toContainEqual(address('B\u00fcro 1.local', '198.18.0.1'));
  });
});

describe('service types', () => {
  for (const type of ['a', 'x-1', '_http', 'abcdefghijklmn9', '_x._udp', 'HTTP._TCP', '_http._tcp.local.']) {
    scenario(`SVC-01 SVC-02 ${type} can be published and found`, (world) => {
      const h1 = world.host('h1');
      const watching = world.host('watching');
      const seen = world.record(watching.mdns.browse(type.toLowerCase(), { resolve: false }));
      startService(h1, { type });
      world.advance(QUIET);
      expect(seen.events.map(({ event, instance }) => `${event} ${instance.name}`)).toEqual(['up I']);
    });
  }

  for (const type of [
    'abcdefghijklmnop',
    '80',
    '-a',
    'a-',
    'a--b',
    'a_b',
    'é',
    '',
    '_t._sctp',
    '_http._daap._tcp',
    '_t._tcp.example.com',
  ]) {
    scenario(`SVC-01 SVC-02 ${JSON.stringify(type)} cannot be published, and the reason is told`, (world) => {
      const h1 = world.host('h1');
      expect(() => startService(h1, { type })).toThrow(expect.objectContaining({ code: 'invalid-type' }));
    });
  }

  scenario('SVC-03 odd types that others publish can be browsed for all the same', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1');
    const types = ['_a-name-of-more-than-15._tcp', '_under_score._tcp', '_80._udp'];
    const recordings = types.map((type) => world.record(h1.mdns.browse(type, { resolve: false })));
    world.advance(1_000);
    for (const type of types) peer.say([ptr(`${type}.local`, `I.${type}.local`)]);
    world.advance(1_000);
    expect(recordings.map(({ events }) => events.map(({ instance }) => instance.type))).toEqual(
      types.map((type) => [type]),
    );
  });
});

function lastAnswers(host: TestHost) {
  return host.sent({ kind: 'response' }).at(-1)?.message.answers;
}
