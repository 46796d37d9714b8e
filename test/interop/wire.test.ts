/** What leaves a host, as tcpdump sees it and `dns-packet` reads it: timing and IP headers that no peer tells about. */
import { decode, type Packet } from 'dns-packet';
import { expect, it } from 'vitest';
import { Avahi } from './avahi.js';
import { Capture, type CapturedDatagram } from './capture.js';
import { Ours } from './ours.js';
import { describeInterop, useWorld } from './suite.js';
import type { Host } from './world.js';

const GROUPS = { ipv4: '224.0.0.251', ipv6: 'ff02::fb' } as const;
/** How late one of two datagrams may leave because the machine was busy. */
const BUSY_MS = 30;
const service = { name: 'Shop', type: '_http._tcp', port: 80, txt: { a: '1' } } as const;

describeInterop('on the wire', () => {
  const { host } = useWorld({ hosts: ['alpha'] });

  it('a capture shows every datagram of Avahi with its IP header', async () => {
    const capture = await Capture.start(host('alpha'));
    const avahi = await Avahi.start(host('alpha'));
    await avahi.publish(service);
    const datagrams = from(host('alpha'), await capture.stop());
    expect(new Set(datagrams.map(({ family }) => family))).toEqual(new Set(['ipv4', 'ipv6']));
    for (const datagram of datagrams) expectMulticast(datagram);
    expect(datagrams.filter(isProbe).length).toBeGreaterThanOrEqual(6);
  });

  it('ours probes, announces and says goodbye on each family as RFC 6762 sections 8 and 10.1 time it', async () => {
    const capture = await Capture.start(host('alpha'));
    const publication = await new Ours(host('alpha')).publish(service);
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    await publication.withdraw();
    const datagrams = from(host('alpha'), await capture.stop());
    for (const datagram of datagrams) {
      expectMulticast(datagram);
      expect(read(datagram)).toMatchObject({ id: 0, rcode: 'NOERROR' });
    }
    for (const family of ['ipv4', 'ipv6'] as const) expectLife(datagrams.filter((each) => each.family === family));
  });
});

/** SRV stands for the service: it is in its probes, announcements and goodbyes. */
function expectLife(datagrams: readonly CapturedDatagram[]): void {
  const probes = datagrams.filter((each) => isProbe(each) && speaksOf(read(each).authorities, 'SRV'));
  expect(probes).toHaveLength(3);
  for (const gap of gaps(probes)) expect(gap).toBeGreaterThan(250 - BUSY_MS);
  for (const gap of gaps(probes)) expect(gap).toBeLessThan(250 + 5 * BUSY_MS);

  const announced = datagrams.filter((each) => read(each).type === 'response' && speaksOf(read(each).answers, 'SRV'));
  const alive = announced.filter((each) => ttlsOf(each).every((ttl) => ttl > 0));
  expect(alive.length).toBeGreaterThanOrEqual(2);
  const [first, second] = alive;
  expect((first?.at ?? 0) - (probes.at(-1)?.at ?? 0)).toBeGreaterThan(250 - BUSY_MS);
  expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThan(1000 - BUSY_MS);

  const goodbyes = announced.filter((each) => ttlsOf(each).every((ttl) => ttl === 0));
  expect(goodbyes.length).toBeGreaterThanOrEqual(1);
  expect(goodbyes[0]?.at ?? 0).toBeGreaterThan(alive.at(-1)?.at ?? Number.POSITIVE_INFINITY);
}

function expectMulticast({ family, ...datagram }: CapturedDatagram): void {
  expect(datagram).toMatchObject({ sourcePort: 5353, destinationPort: 5353, destination: GROUPS[family], ttl: 255 });
}

function from(sender: Host, datagrams: readonly CapturedDatagram[]): readonly CapturedDatagram[] {
  return datagrams.filter(({ source }) => sender.addresses.includes(source));
}

function isProbe(datagram: CapturedDatagram): boolean {
  const packet = read(datagram);
  return packet.type === 'query' && (packet.authorities ?? []).length > 0;
}

function speaksOf(records: Packet['answers'], type: string): boolean {
  return (records ?? []).some((record) => record.type === type);
}

function ttlsOf(datagram: CapturedDatagram): readonly number[] {
  const services = (read(datagram).answers ?? []).filter((record) => record.type === 'SRV');
  return services.map((record) => ('ttl' in record ? (record.ttl ?? 0) : 0));
}

function gaps(datagrams: readonly CapturedDatagram[]): readonly number[] {
  return datagrams.slice(1).map((each, index) => each.at - (datagrams[index]?.at ?? 0));
}

function read(datagram: CapturedDatagram): Packet {
  return decode(datagram.payload);
}
