import { describe, expect, it } from 'vitest';
import { SimulatedLan, type SimulatedLanOptions } from '../../../src/net/simulated/lan.js';
import type { Packet } from '../../../src/net/simulated/packet.js';
import { seededRandom } from '../../../src/net/simulated/random.js';
import { duplication, jitter, loss, partition } from '../../../src/net/simulated/rules.js';
import { bytesOf, Station, textOf } from './stations.js';

function twoHosts(options: SimulatedLanOptions = {}) {
  const lan = new SimulatedLan(options);
  const kitchen = new Station(lan.host('kitchen', ['192.0.2.1/24']));
  const office = new Station(lan.host('office', ['192.0.2.2/24']));
  lan.clock.advance(0);
  return { lan, clock: lan.clock, kitchen, office };
}

describe('simulated LAN', () => {
  it('carries a datagram from one host to another, and back to its sender at once', () => {
    const { clock, kitchen, office } = twoHosts();
    kitchen.say('hello');
    clock.advance(0);
    expect([kitchen.heard(), office.heard(), kitchen.sent]).toEqual([['hello'], [], ['well']]);
    clock.advance(1);
    expect(office.received).toEqual([{ bytes: bytesOf('hello'), address: '192.0.2.1', port: 5353, to: 'group' }]);
    office.say('hello back', { address: '192.0.2.1', port: 5353 });
    clock.advance(1);
    expect(kitchen.received.map(({ address, to }) => ({ address, to }))).toEqual([
      { address: '192.0.2.2', to: 'unicast' },
    ]);
    expect(office.heard()).toEqual(['hello']);
  });

  it('takes its time, the same for all packets or drawn for each', () => {
    const fixed = twoHosts({ delayMs: 7 });
    fixed.kitchen.say('x');
    fixed.clock.advance(6.9);
    expect(fixed.office.heard()).toEqual([]);
    fixed.clock.advance(0.1);
    expect(fixed.office.heard()).toEqual(['x']);

    const ranged = twoHosts({ delayMs: [10, 30] });
    for (let count = 0; count < 50; count += 1) ranged.kitchen.say(String(count));
    ranged.clock.advance(9.9);
    expect(ranged.office.received).toHaveLength(0);
    ranged.clock.advance(10.1);
    const half = ranged.office.received.length;
    expect(half).toBeGreaterThan(10);
    expect(half).toBeLessThan(40);
    ranged.clock.advance(10);
    const order = ranged.office.heard();
    expect(order).toHaveLength(50);
    expect(order).not.toEqual([...order].sort((a, b) => Number(a) - Number(b)));
  });

  it('keeps a trace, and tells those who subscribe', () => {
    const { lan, clock, kitchen } = twoHosts();
    const seen: Packet[] = [];
    const stop = lan.onPacket((packet) => seen.push(packet));
    clock.advance(5);
    kitchen.say('one');
    stop();
    clock.advance(5);
    kitchen.say('two', { address: '192.0.2.2', port: 9_999 });
    clock.advance(5);
    expect(seen.map(({ bytes }) => textOf(bytes))).toEqual(['one']);
    const source = { address: '192.0.2.1', port: 5353 };
    expect(lan.trace).toEqual([
      {
        time: 5,
        from: 'kitchen/eth0',
        source,
        destination: { address: '224.0.0.251', port: 5353 },
        bytes: bytesOf('one'),
      },
      {
        time: 10,
        from: 'kitchen/eth0',
        source,
        destination: { address: '192.0.2.2', port: 9_999 },
        bytes: bytesOf('two'),
      },
    ]);
  });

  it('keeps bytes as they were when they were sent', () => {
    const { lan, clock, kitchen, office } = twoHosts();
    const bytes = bytesOf('hello');
    kitchen.link.send(bytes, 'group', () => {});
    bytes.fill(0);
    clock.advance(1);
    office.received[0]?.bytes.fill(0);
    expect([textOf(lan.trace[0]?.bytes ?? bytes), kitchen.heard()]).toEqual(['hello', ['hello']]);
  });

  it('bounds the trace, not the hash', () => {
    const lan = new SimulatedLan();
    const peer = lan.peer({ address: '192.0.2.9' });
    for (let count = 0; count < 100_001; count += 1) peer.multicast(bytesOf(''));
    expect(lan.trace).toHaveLength(50_001);
  });

  describe('equal seeds', () => {
    const run = (seed: number, last = 'end'): string => {
      const { lan, clock, kitchen, office } = twoHosts({ seed, delayMs: [1, 5] });
      lan.addRule(loss(0.3, lan.random));
      const chatter = (text: string) => {
        const station = lan.random() < 0.5 ? kitchen : office;
        station.say(`${text} ${office.received.length}`);
      };
      for (let count = 0; count < 50; count += 1) clock.setTimeout(() => chatter(`packet ${count}`), count * 3);
      clock.runUntilIdle();
      kitchen.say(last);
      return lan.hash();
    };

    it('give equal traces, byte for byte', () => {
      expect(run(1)).toBe(run(1));
      expect(run(1)).not.toBe(run(2));
    });

    it('give another hash for one other byte', () => {
      expect(run(1, 'end')).not.toBe(run(1, 'enD'));
    });

    it('give each host chance of its own, whoever else is there', () => {
      const alone = new SimulatedLan({ seed: 5 }).host('kitchen', ['192.0.2.1/24']);
      const lan = new SimulatedLan({ seed: 5 });
      const office = lan.host('office', ['192.0.2.2/24']);
      const together = lan.host('kitchen', ['192.0.2.1/24']);
      const numbers = [alone, together, office].map((host) => [host.random(), host.random()]);
      expect(numbers[0]).toEqual(numbers[1]);
      expect(numbers[0]).not.toEqual(numbers[2]);
    });
  });
});

describe('rules of a simulated LAN', () => {
  const told = (rule: Parameters<SimulatedLan['addRule']>[0], count = 1) => {
    const { lan, clock, kitchen, office } = twoHosts();
    const remove = lan.addRule(rule);
    for (let sent = 0; sent < count; sent += 1) kitchen.say('x');
    clock.advance(1);
    return { lan, clock, kitchen, office, remove };
  };

  it('drop a packet on the wire, and leave its sender the copy that never was on it', () => {
    const { kitchen, office, lan } = told(() => 'drop');
    expect([kitchen.heard(), office.heard(), lan.trace.length]).toEqual([['x'], [], 1]);
  });

  it('delay a packet', () => {
    const { clock, office } = told(() => ({ delayMs: 10 }));
    clock.advance(9.9);
    expect(office.heard()).toEqual([]);
    clock.advance(0.1);
    expect(office.heard()).toEqual(['x']);
  });

  it('duplicate a packet, within bounds', () => {
    expect(told(() => 'duplicate').office.heard()).toEqual(['x', 'x']);
    expect(told(() => ({ copies: 3 })).office.heard()).toHaveLength(3);
    expect(told(() => ({ copies: 0 })).office.heard()).toHaveLength(0);
    expect(told(() => ({ copies: 1e9 })).office.heard()).toHaveLength(16);
  });

  it('replace what arrives', () => {
    const { kitchen, office } = told((packet) => ({ bytes: bytesOf(`${textOf(packet.bytes)}!`) }));
    expect([kitchen.heard(), office.heard()]).toEqual([['x'], ['x!']]);
  });

  it('are asked in turn, each about what the one before left, until one drops', () => {
    const { lan, clock, kitchen, office } = twoHosts({ rules: [() => ({ bytes: bytesOf('y'), delayMs: 1 })] });
    const asked: string[] = [];
    lan.addRule((packet) => {
      asked.push(textOf(packet.bytes));
      return { copies: 2, delayMs: 1 };
    });
    kitchen.say('x');
    clock.advance(2.9);
    expect(office.heard()).toEqual([]);
    clock.advance(0.1);
    expect([office.heard(), asked]).toEqual([['y', 'y'], ['y']]);
  });

  it('can be removed at run time', () => {
    const { clock, kitchen, office, remove } = told(() => 'drop');
    remove();
    kitchen.say('again');
    clock.advance(1);
    expect(office.heard()).toEqual(['again']);
  });

  it('lose, double and delay as often as they are told to', () => {
    const random = seededRandom('rules');
    expect(told(loss(0.3, random), 1_000).office.received.length / 1_000).toBeCloseTo(0.7, 1);
    expect(told(duplication(0.3, random), 1_000).office.received.length / 1_000).toBeCloseTo(1.3, 1);
    const { clock, office } = told(jitter(100, random), 1_000);
    clock.advance(50);
    expect(office.received.length / 1_000).toBeCloseTo(0.5, 1);
  });

  it('for receivers are asked about each, own copies included', () => {
    const { lan, clock, kitchen, office } = twoHosts();
    const garage = new Station(lan.host('garage', ['192.0.2.3/24']));
    clock.advance(0);
    const asked: string[] = [];
    const remove = lan.addReceiverRule((_packet, receiver) => {
      asked.push(receiver);
      return receiver === 'office/eth0' ? 'drop' : { delayMs: 5 };
    });
    kitchen.say('x');
    clock.advance(5.9);
    expect([kitchen.heard(), garage.heard()]).toEqual([['x'], []]);
    clock.advance(0.1);
    expect([office.heard(), garage.heard()]).toEqual([[], ['x']]);
    expect(asked).toEqual(['kitchen/eth0', 'office/eth0', 'garage/eth0']);
    remove();
    kitchen.say('y');
    clock.advance(1);
    expect(office.heard()).toEqual(['y']);
  });

  it('cut the LAN in two, and mend it', () => {
    const { lan, clock, kitchen, office } = twoHosts();
    const garage = new Station(lan.host('garage', ['192.0.2.3/24']));
    clock.advance(0);
    const mend = lan.addReceiverRule(partition('kitchen', 'garage'));
    for (const station of [kitchen, office, garage]) station.say('x');
    clock.advance(1);
    expect([kitchen, office, garage].map((station) => station.heard().length)).toEqual([2, 1, 2]);
    mend();
    for (const station of [kitchen, office, garage]) station.say('x');
    clock.advance(1);
    expect([kitchen, office, garage].map((station) => station.heard().length)).toEqual([3, 3, 3]);
  });
});

describe('scripted peer', () => {
  it('speaks to the group and to one, and hears what others say to the group and to it', () => {
    const { lan, clock, kitchen, office } = twoHosts();
    const peer = lan.peer({ address: '192.0.2.99' });
    peer.multicast(bytesOf('to all'));
    peer.unicast(bytesOf('to one'), { address: '192.0.2.2', port: 5353 });
    clock.advance(1);
    expect(kitchen.received).toEqual([{ bytes: bytesOf('to all'), address: '192.0.2.99', port: 5353, to: 'group' }]);
    expect(office.received.map(({ to }) => to)).toEqual(['group', 'unicast']);
    kitchen.say('hello');
    kitchen.say('hello you', { address: '192.0.2.99', port: 40_000 });
    kitchen.say('somebody else', { address: '192.0.2.98', port: 5353 });
    clock.advance(1);
    expect(peer.received.map(({ bytes, from, to, time }) => [textOf(bytes), from, to, time])).toEqual([
      ['hello', 'kitchen/eth0', 'group', 1],
      ['hello you', 'kitchen/eth0', 'unicast', 1],
    ]);
    expect(peer.takeReceived()).toHaveLength(2);
    expect(peer.received).toEqual([]);
  });

  it('speaks from another port once or always, over IPv6, to other groups, under a name', () => {
    const lan = new SimulatedLan();
    const station = new Station(lan.host('kitchen', ['fe80::1/64']), 'eth0', 'ipv6');
    lan.clock.advance(0);
    const peer = lan.peer({ address: 'FE80::0:99', port: 40_000, name: 'old device' });
    peer.multicast(bytesOf('legacy'));
    peer.multicast(bytesOf('once'), { port: 5353 });
    peer.unicast(bytesOf('direct'), { address: 'fe80::1', port: 5353 }, { port: 1 });
    lan.peer({ address: 'fe80::98', group: { address: 'ff02::ff', port: 9_998 } }).multicast(bytesOf('not for us'));
    lan.clock.advance(1);
    expect(station.received.map(({ address, port }) => [address, port])).toEqual([
      ['fe80::99', 40_000],
      ['fe80::99', 5353],
      ['fe80::99', 1],
    ]);
    expect(lan.trace[0]?.from).toBe('old device');
    expect(peer.received).toEqual([]);
  });

  it('answers when a test scripts it to', () => {
    const { lan, clock, kitchen } = twoHosts();
    const peer = lan.peer({ address: '192.0.2.99' });
    const stop = peer.onReceived(({ source }) => peer.unicast(bytesOf('answer'), source));
    kitchen.say('question');
    clock.advance(2);
    expect(kitchen.heard()).toEqual(['question', 'answer']);
    stop();
    kitchen.say('question');
    clock.advance(2);
    expect(kitchen.heard()).toEqual(['question']);
  });

  it('refuses an address that is none', () => {
    expect(() => new SimulatedLan().peer({ address: 'kitchen.local' })).toThrow('must be an IP address');
  });
});
