/** The trace as text and as a capture file, and time that passes while promises wait. */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { SimulatedLan, traceText, VirtualClock } from '../../../src/testing.js';
import { address, query, question, response, service } from '../../support/records.js';

function traced(): SimulatedLan {
  const lan = new SimulatedLan();
  const four = lan.peer({ address: '192.0.2.9', name: 'four' });
  const six = lan.peer({ address: 'fe80::9', name: 'six' });
  lan.clock.advance(1_500.25);
  four.multicast(query({ questions: [question('_t._tcp.local', 'PTR', { qu: true })] }));
  lan.clock.advance(86_400_000);
  six.multicast(response({ answers: service('I', '_t._tcp.local', 'h.local', 80, { addresses: ['192.0.2.1'] }) }));
  four.unicast(response({ answers: [address('h.local', '192.0.2.1')] }), { address: '192.0.2.7', port: 5353 });
  four.multicast(new Uint8Array([1, 2, 3]));
  return lan;
}

describe('the trace', () => {
  it('is text, a line for each packet', () => {
    expect(traceText(traced().trace).split('\n')).toEqual([
      '    1500.3 four > 224.0.0.251:5353 Q 31B | ? _t._tcp.local PTR QU',
      '86401500.3 six > [ff02::fb]:5353 R 92B | an _t._tcp.local PTR 4500 I._t._tcp.local, I._t._tcp.local SRV 120! 0 0 80 h.local, I._t._tcp.local TXT 4500! , h.local A 120! 192.0.2.1',
      '86401500.3 four > 192.0.2.7:5353 R 35B | an h.local A 120! 192.0.2.1',
      '86401500.3 four > 224.0.0.251:5353 ? 3B | faults bad-size',
    ]);
  });

  it('is a capture file, with times, addresses, lengths and checksums where they belong', () => {
    const file = Buffer.from(traced().toPcap());
    expect([file.readUInt32BE(0), file.readUInt32BE(20)]).toEqual([0xa1b2c3d4, 101]);
    const packets: Buffer[] = [];
    const times: number[] = [];
    for (let at = 24; at < file.length; ) {
      const length = file.readUInt32BE(at + 8);
      expect(file.readUInt32BE(at + 12)).toBe(length);
      times.push(file.readUInt32BE(at) * 1_000 + file.readUInt32BE(at + 4) / 1_000);
      packets.push(file.subarray(at + 16, at + 16 + length));
      at += 16 + length;
    }
    expect(times).toEqual([1_500.25, 86_401_500.25, 86_401_500.25, 86_401_500.25]);
    for (const packet of packets) expectSound(packet);
  });

  it('is readable by tcpdump, where there is one', () => {
    const { stdout, error } = spawnSync('tcpdump', ['-nn', '-vv', '-r', '-'], { input: traced().toPcap() });
    if (error !== undefined) return;
    const text = stdout.toString();
    expect(text).toContain('192.0.2.9.5353 > 224.0.0.251.5353: [udp sum ok]');
    expect(text).toContain('fe80::9.5353 > ff02::fb.5353: [udp sum ok]');
    expect(text).toContain('PTR (QU)? _t._tcp.local.');
    expect(text).not.toMatch(/bad|truncated-ip/);
  });
});

describe('settle', () => {
  it('lets time pass deadline by deadline until a promise is kept', async () => {
    const clock = new VirtualClock();
    const wait = (ms: number) => new Promise<void>((resolve) => clock.setTimeout(resolve, ms));
    const steps = async () => {
      await wait(10);
      await wait(86_000);
      return clock.now();
    };
    expect(await clock.settle(steps())).toBe(86_010);
    await expect(clock.settle(Promise.reject(new Error('no')))).rejects.toThrow('no');
  });

  it('gives up at its limit, or when nothing is ahead', async () => {
    const clock = new VirtualClock();
    await expect(clock.settle(new Promise(() => {}))).rejects.toThrow('still pending after');
    const tick = (): void => void clock.setTimeout(tick, 100);
    tick();
    await expect(clock.settle(new Promise(() => {}), 1_000)).rejects.toThrow('1000 ms');
    expect(clock.now()).toBe(1_000);
  });
});

/** Lengths and checksums of IP (RFC 791, RFC 8200) and UDP (RFC 768), computed apart from what wrote them. */
function expectSound(packet: Buffer): void {
  const isFour = packet[0] === 0x45;
  const start = isFour ? 20 : 40;
  const length = packet.readUInt16BE(start + 4);
  expect(start + length).toBe(packet.length);
  expect(isFour ? packet.readUInt16BE(2) : packet.readUInt16BE(4) + 40).toBe(packet.length);
  expect(isFour ? packet[8] : packet[7]).toBe(255);
  if (isFour) expect(sumOf(packet.subarray(0, 20))).toBe(0xffff);
  const pseudo = Buffer.alloc(4);
  pseudo.writeUInt16BE(17, 0);
  pseudo.writeUInt16BE(length, 2);
  expect(sumOf(Buffer.concat([packet.subarray(isFour ? 12 : 8, start), pseudo, packet.subarray(start)]))).toBe(0xffff);
}

function sumOf(bytes: Buffer): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) {
    sum += bytes.readUInt8(at) * 256 + (at + 1 < bytes.length ? bytes.readUInt8(at + 1) : 0);
    if (sum > 0xffff) sum -= 0xffff;
  }
  return sum;
}
