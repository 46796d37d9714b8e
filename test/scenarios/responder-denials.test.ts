/** Saying what does not exist, and which addresses do (RFC 6762 sections 6.1 and 6.2). */
import { describe, expect } from 'vitest';
import { startService, untilFirstProbe } from '../support/actions.js';
import { address, nsec, ptr, question } from '../support/records.js';
import { scenario } from '../support/scenario.js';
import { type HostOptions, QUIET, type TestHost, type TestPeer, type World } from '../support/world.js';

const HOST = 'h1.local';
const TYPE = '_t._tcp.local';
const INSTANCE = `I.${TYPE}`;
const BOTH = ['198.18.0.1/24', 'fe80::1/64'];
/** Milliseconds that a packet travels. */
const WIRE = 1;

describe('denials', () => {
  for (const [what, addresses, name, type, record, bitmap] of [
    ['A alone', ['198.18.0.1/24'], HOST, 'AAAA', nsec(HOST, ['A']), [0, 1, 0x40]],
    ['A and AAAA', BOTH, HOST, 'TXT', nsec(HOST, ['A', 'AAAA']), [0, 4, 0x40, 0, 0, 8]],
    ['TXT and SRV', BOTH, INSTANCE, 'A', nsec(INSTANCE, ['TXT', 'SRV']), [0, 5, 0, 0, 0x80, 0, 0x40]],
    ['PTR', BOTH, '1.0.18.198.in-addr.arpa', 'A', nsec('1.0.18.198.in-addr.arpa', ['PTR']), [0, 2, 0, 0x08]],
  ] as const) {
    scenario(`NEG-01 NEG-02 NEG-03 NEG-04 A-29 at a name with ${what} all else is denied within 10 ms`, (world) => {
      const { h1, peer } = settled(world, { addresses });
      const at = world.now;
      peer.ask({ questions: [question(name, type)] });
      world.advance(1_000);
      const [denial, ...more] = h1.sent({ since: at });
      expect(more).toEqual([]);
      expect((denial?.time ?? 0) - at).toBeLessThanOrEqual(WIRE + 10);
      expect(denial?.message.answers).toEqual([record]);
      // RDLENGTH, a pointer to the owner, one block 0.
      const tail = Buffer.from(denial?.bytes ?? []).subarray(-(bitmap.length + 4));
      expect([...tail]).toEqual([0, bitmap.length + 2, 0xc0, 12, ...bitmap]);
    });
  }

  scenario('NEG-03 A-30 the types are those on that link, further records at the instance included', (world) => {
    const other = world.newLan('other');
    const nics = { eth1: { lan: other, addresses: ['198.19.0.1/24', 'fe80::11/64'] } };
    const h1 = world.host('h1', { nics, ipv6: '[ff02::fb]:5353' });
    startService(h1, { records: [{ type: 'HINFO', data: { cpu: 'none', os: 'none' } }] });
    world.advance(QUIET);
    const near = world.peer();
    const far = world.peer({ lan: other, address: '198.19.0.200', name: 'far' });
    for (const peer of [near, far]) {
      peer.ask({ questions: [question(HOST, 'TXT')] });
      peer.ask({ questions: [question(INSTANCE, 'A')] });
    }
    const at = world.now;
    world.advance(1_000);
    const denials = (nic: string) =>
      h1.sent({ interface: nic, since: at, to: 'group' }).flatMap(({ message }) => message.answers);
    expect(denials('eth0')).toEqual([nsec(HOST, ['A']), nsec(INSTANCE, ['HINFO', 'TXT', 'SRV'])]);
    expect(denials('eth1')).toEqual([nsec(HOST, ['A', 'AAAA']), nsec(INSTANCE, ['HINFO', 'TXT', 'SRV'])]);
  });

  scenario('NEG-04 has the TTL that the missing record would have', (world) => {
    const { h1, peer } = settled(world, { addresses: ['198.18.0.1/24'], ttl: { host: 60 } });
    const at = world.now;
    peer.ask({ questions: [question(HOST, 'AAAA')] });
    world.advance(1_000);
    expect(h1.sent({ since: at }).flatMap(({ message }) => message.answers)).toEqual([nsec(HOST, ['A'], { ttl: 60 })]);
  });

  for (const name of [
    TYPE,
    `_sub.${TYPE}`,
    `_p._sub.${TYPE}`,
    '_services._dns-sd._udp.local',
    'x.local',
    `X.${TYPE}`,
  ]) {
    scenario(`NEG-05 what is not ours alone is never denied: ${name}`, (world) => {
      const { h1, peer } = settled(world, { addresses: BOTH });
      const at = world.now;
      for (const type of ['AAAA', 'SRV', 'NSEC'] as const) peer.ask({ questions: [question(name, type)] });
      peer.ask({ questions: [question(name, 'AAAA')] }, { port: 40_000 });
      world.advance(QUIET);
      expect(h1.sent({ since: at })).toEqual([]);
    });
  }

  scenario('NEG-05 PRB-12 what is not yet claimed is not denied either', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1');
    startService(h1);
    const first = untilFirstProbe(world, 'h1');
    peer.ask({ questions: [question(HOST, 'AAAA')] });
    peer.ask({ questions: [question(INSTANCE, 'A')] });
    world.runUntil(first.time + 749);
    expect(h1.sent({ kind: 'response' })).toEqual([]);
  });

  scenario('NEG-06 ADR-03 goes along where it saves a question, and says the same', (world) => {
    const { h1, peer } = settled(world, { addresses: ['198.18.0.1/24'] });
    const at = world.now;
    peer.ask({ questions: [question(INSTANCE, 'SRV')] });
    world.advance(1_000);
    expect(h1.sent({ since: at }).map(({ message }) => message.additionals)).toEqual([
      [address(HOST, '198.18.0.1'), nsec(HOST, ['A'])],
    ]);
  });

  scenario('NEG-07 a type above 255 at a name leaves no room for the restricted form: silence', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1');
    startService(h1, { records: [{ type: 'CAA', data: Buffer.from('x') }] });
    world.advance(QUIET);
    const at = world.now;
    peer.ask({ questions: [question(INSTANCE, 'A')] });
    world.advance(QUIET);
    expect(h1.sent({ since: at })).toEqual([]);
    peer.ask({ questions: [question(INSTANCE, 'ANY')] });
    world.advance(QUIET);
    expect(h1.sent({ since: at }).flatMap(({ message }) => message.answers.map(({ type }) => type))).toEqual(
      expect.arrayContaining(['SRV', 'TXT', 'CAA']),
    );
  });
});

describe('addresses', () => {
  for (const [type, answer, along] of [
    ['A', [address(HOST, '198.18.0.1'), address(HOST, '198.18.0.3')], [address(HOST, 'fe80::1')]],
    ['AAAA', [address(HOST, 'fe80::1')], [address(HOST, '198.18.0.1'), address(HOST, '198.18.0.3')]],
  ] as const) {
    scenario(`ADR-01 ADR-02 CFL-03 all ${type} records are the answer, those of the other family go along`, (world) => {
      const { h1, peer } = settled(world, { addresses: ['198.18.0.1/24', '198.18.0.3/24', 'fe80::1/64'] });
      const at = world.now;
      peer.ask({ questions: [question(HOST, type)] });
      world.advance(1_000);
      expect(h1.sent({ since: at }).map(({ message }) => [message.answers, message.additionals])).toEqual([
        [answer, along],
      ]);
    });
  }

  scenario('ADR-03 V6-01 with both families neither is ever denied, whichever socket a packet leaves by', (world) => {
    const { h1, peer } = settled(world, { addresses: BOTH });
    const peer6 = world.peer({ address: 'fe80::200', name: 'peer6' });
    for (const each of [peer, peer6]) {
      for (const type of ['A', 'AAAA', 'ANY', 'SRV'] as const) {
        each.ask({ questions: [question(HOST, type)] });
        each.ask({ questions: [question(INSTANCE, type)] });
        world.advance(2_000);
      }
    }
    const denials = h1
      .sent({ kind: 'response' })
      .flatMap(({ message }) => [...message.answers, ...message.additionals])
      .filter((record) => record.type === 'NSEC' && record.name === HOST);
    expect(denials).not.toEqual([]);
    for (const denial of denials) expect(denial).toEqual(nsec(HOST, ['A', 'AAAA']));
  });

  scenario('ADR-04 A-71 link-local addresses are told on their own link, in 16 bytes', (world) => {
    const other = world.newLan('other');
    const h1 = world.host('h1', {
      addresses: ['198.18.0.1/24', 'fe80::1/64'],
      nics: { eth1: { lan: other, addresses: ['198.19.0.1/24', 'fe80::11/64'] } },
    });
    const watching = world.host('watching', { addresses: ['198.18.0.2/24', 'fe80::2/64'] });
    startService(h1);
    const seen = world.record(watching.mdns.browse('t'));
    world.advance(QUIET);
    const told = (nic: string) =>
      new Set(
        h1
          .sent({ interface: nic, kind: 'response' })
          .flatMap(({ message }) => message.answers)
          .flatMap((record) => (record.type === 'AAAA' ? [record.address] : [])),
      );
    expect([told('eth0'), told('eth1')]).toEqual([new Set(['fe80::1']), new Set(['fe80::11'])]);
    expect(seen.events.at(-1)?.instance.addresses).toContainEqual({
      address: 'fe80::1',
      family: 'ipv6',
      interface: 'eth0',
      scopeId: 'eth0',
    });
  });

  scenario('NAM-09 PRB-10 reverse mappings are ours alone, with 120 s and without a probe', (world) => {
    const { h1, peer } = settled(world, { addresses: ['198.18.0.1/24'] });
    const name = '1.0.18.198.in-addr.arpa';
    const probed = h1.sent({ kind: 'probe' }).flatMap(({ message }) => message.questions);
    expect(probed.filter((asked) => asked.name.endsWith('.arpa'))).toEqual([]);
    const at = world.now;
    peer.ask({ questions: [question(name, 'PTR')] });
    world.advance(WIRE + 10);
    expect(h1.sent({ since: at }).flatMap(({ message }) => message.answers)).toEqual([
      ptr(name, HOST, { ttl: 120, flush: true }),
    ]);
  });
});

/** A host with one service that has been quiet for a while, and somebody to ask it. */
function settled(world: World, options: HostOptions): { h1: TestHost; peer: TestPeer } {
  const peer = world.peer();
  const h1 = world.host('h1', options);
  startService(h1, { subtypes: ['_p'] });
  world.advance(QUIET);
  return { h1, peer };
}
