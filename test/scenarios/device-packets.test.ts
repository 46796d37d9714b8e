/** Packets that real devices sent, with faults in them: what is good of them is used, what is not is counted. */
import { describe, expect } from 'vitest';
import { IDLE } from '../support/peer-service.js';
import { address, ptr, query, question, response, srv, txt } from '../support/records.js';
import { scenario } from '../support/scenario.js';
import { QUIET, type TestHost } from '../support/world.js';

const LINK = 'eth0/ipv4';

/** A smart plug: names compressed into each other, and the last two of its records missing. */
const PLUG =
  '000084000000000100000005045f686170045f746370056c6f63616c00000c000100001194000e0b4d53473130302d63616337c00cc027001080010000' +
  '1194004b0463233d320466663d321469643d46333a42453a36373a41423a31303a4539096d643d4d53473130300670763d312e310473233d310473663d' +
  '300463693d340b73683d52646f6275513d3dc0270021800100000078000f000000001392066d7437363837c016c09e00018001000000780004c0a84d40';

/** A gateway: an SRV record with a byte too many, an empty name, and records out of step after it. */
const GATEWAY =
  '000084000000000500000000045f686170045f746370056c6f63616c00000c00010000119400210f545241444652492067617465776179045f68617004' +
  '5f746370056c6f63616c000f545241444652492067617465776179045f686170045f746370056c6f63616c00001080010000119400550563233d313104' +
  '66663d311469643d33373a35413a35303a41433a46443a3331126d643d5452414446524920676174657761790670763d312e310473233d310473663d30' +
  '0463693d320b73683d505558734f673d3d0f545241444652492067617465776179045f686170045f746370056c6f63616c000021800100000078000800' +
  '00000000500000000000018001000000780004c0a801460000001c800100000000001000f03eb07a8012ea7a8012ea7a8012ea';

const bytesOf = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));

function malformed(host: TestHost): number {
  return host.mdns.metrics()[LINK]?.malformed ?? -1;
}

describe('packets of real devices', () => {
  scenario('SEC-03 a plug whose packet ends too early is up, with all nine attributes', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1', IDLE);
    world.advance(1_000);
    const browse = world.record(h1.mdns.browse('hap'));
    world.advance(1_000);
    peer.station.multicast(bytesOf(PLUG));
    world.advance(2_000);
    expect(browse.events).toMatchObject([
      {
        event: 'up',
        instance: {
          name: 'MSG100-cac7',
          host: 'mt7687.local',
          port: 5010,
          addresses: [{ address: '192.168.77.64' }],
          txt: {
            'c#': '2',
            ff: '2',
            id: 'F3:BE:67:AB:10:E9',
            md: 'MSG100',
            pv: '1.1',
            's#': '1',
            sf: '0',
            ci: '4',
            sh: 'RdobuQ==',
          },
        },
      },
    ]);
    expect(Object.keys(browse.events[0]?.instance.txt ?? {})).toHaveLength(9);
    expect(malformed(h1)).toBe(1);
    browse.stop();
  });

  scenario(
    'SEC-03 of a gateway whose records are out of step what is whole is read, and no instance is up',
    async (world) => {
      const peer = world.peer();
      const h1 = world.host('h1', IDLE);
      world.advance(1_000);
      const browse = world.record(h1.mdns.browse('hap'));
      const names = world.record(h1.mdns.browse('hap', { resolve: false }));
      world.advance(1_000);
      peer.station.multicast(bytesOf(GATEWAY));
      world.advance(2_000);
      expect(browse.events).toEqual([]);
      expect(names.events).toMatchObject([{ event: 'up', instance: { name: 'TRADFRI gateway' } }]);
      const [found] = await world.settle(h1.mdns.query('TRADFRI gateway._hap._tcp.local', 'TXT'));
      expect(found?.record.type === 'TXT' && found.record.strings.length).toBe(9);
      expect(malformed(h1)).toBe(1);
      browse.stop();
      names.stop();
    },
  );

  scenario('SEC-03 a service is up whose SRV and TXT records have faults that leave enough', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1', IDLE);
    world.advance(1_000);
    const browse = world.record(h1.mdns.browse('t'));
    const said = response({
      answers: [
        ptr('_t._tcp.local', 'I._t._tcp.local'),
        {
          ...srv('I._t._tcp.local', 'p.local', 80),
          type: 'TYPE33',
          rdata: Uint8Array.from([0, 0, 0, 0, 0, 80, 1, 112, 5, ...Buffer.from('local'), 0, 9, 9]),
        },
        { ...txt('I._t._tcp.local'), type: 'TYPE16', rdata: Uint8Array.from([3, ...Buffer.from('a=1'), 9, 120]) },
        address('p.local', '198.18.0.200'),
      ],
    });
    peer.station.multicast(said);
    world.advance(2_000);
    expect(browse.events).toMatchObject([{ event: 'up', instance: { port: 80, host: 'p.local', txt: { a: '1' } } }]);
    expect(malformed(h1)).toBe(1);
    browse.stop();
  });

  scenario('ENU-03 what is listed as a type without _tcp or _udp is left out and counted', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1', IDLE);
    world.advance(1_000);
    const types = world.record(h1.mdns.browse());
    for (const each of [
      '_a._tcp.local',
      '_b._UDP.local',
      '_c._sctp.local',
      '_d.local',
      '_p._sub._a._tcp.local',
      'x.y.local',
    ]) {
      peer.say([ptr('_services._dns-sd._udp.local', each)]);
      world.advance(1_000);
    }
    expect(types.events.map(({ type }) => type)).toEqual(['_a._tcp', '_b._UDP']);
    expect(h1.mdns.metrics()[LINK]?.cache.counters.noType).toBe(4);
    types.stop();
  });

  const asked = query({ questions: [question('I._t._tcp.local', 'SRV')] });
  const bits = { AD: 0x20, CD: 0x10, Z: 0x40, RD: 0x100, RA: 0x80, AA: 0x400 };
  scenario('HDR-06 a query is answered whichever of the bits without a meaning is set', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1');
    h1.mdns.publish({ name: 'I', type: 't', port: 8085 });
    world.advance(QUIET);
    for (const [bit, mask] of Object.entries(bits)) {
      const at = world.now;
      peer.station.multicast(withFlags(asked, mask));
      world.advance(2_000);
      expect([bit, h1.sent({ kind: 'response', since: at }).length]).toEqual([bit, 1]);
    }
  });

  scenario('HDR-03 HDR-07 a query with another opcode or an rcode is not', (world) => {
    const peer = world.peer();
    const h1 = world.host('h1');
    h1.mdns.publish({ name: 'I', type: 't', port: 8085 });
    world.advance(QUIET);
    for (let value = 1; value < 16; value++) {
      for (const mask of [value << 11, value]) {
        const at = world.now;
        peer.station.multicast(withFlags(asked, mask));
        world.advance(2_000);
        expect(h1.sent({ kind: 'response', since: at })).toEqual([]);
      }
    }
  });
});

function withFlags(packet: Uint8Array, mask: number): Uint8Array {
  const copy = Uint8Array.from(packet);
  copy[2] = (copy[2] ?? 0) | (mask >> 8);
  copy[3] = (copy[3] ?? 0) | (mask & 0xff);
  return copy;
}
