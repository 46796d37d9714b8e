/** multicast-dns on a network: what holds for both, and what the original gets wrong and the replacement does not. */
import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { Avahi } from '../../test/interop/avahi.js';
import { describeInterop, useWorld } from '../../test/interop/suite.js';
import { type Host, LAN } from '../../test/interop/world.js';
import { filesOfBoth } from './both.js';
import { allSaid, routeMulticast, said, startUser } from './program.js';

const [[, original], [, ours]] = filesOfBoth('multicast-dns') as [[string, string], [string, string]];

describeInterop('multicast-dns on a network', () => {
  const { host, world } = useWorld({ hosts: ['device', 'peer'] });
  let avahi: Avahi;
  beforeAll(async () => {
    for (const name of ['device', 'peer']) routeMulticast(host(name));
    avahi = await Avahi.start(host('peer'));
  });

  describe.each(filesOfBoth('multicast-dns'))('%s', (_, file) => {
    it('asks the network, and answers it with what its program says', async () => {
      const user = startUser(
        host('device'),
        file,
        `const mdns = original();
         mdns.on('response', ({ answers }, { address, port, family }) => {
           const found = answers.find(({ name, type }) => name === 'peer.local' && type === 'A');
           if (found) say('found', found.data, address, port, family);
         });
         mdns.on('query', ({ questions }) => {
           if (questions.some(({ name }) => name === 'app.local'))
             mdns.respond([{ name: 'app.local', type: 'A', ttl: 120, flush: true, data: '192.0.2.7' }]);
         });
         mdns.query('peer.local', 'A', (error) => say('sent', error));`,
      );
      const { ipv4 } = host('peer');
      expect(await said(user, 'sent')).toEqual([null]);
      expect(await said(user, 'found')).toEqual([ipv4, ipv4, 5353, 'IPv4']);
      expect(await avahi.lookup('app.local', 'ipv4')).toBe('192.0.2.7');
    });
  });

  it.each([
    ['the original', false, original],
    ['the replacement', true, ours],
  ])(
    'when its interface is taken out and put in again, like a USB adapter, %s goes on: %s',
    async (_who, hears, file) => {
      const device = host('device');
      const user = startUser(
        device,
        file,
        `const mdns = original();
       mdns.on('warning', () => {});
       mdns.on('response', ({ answers }) => {
         for (const { type, data } of answers) if (type === 'PTR') say('heard', data);
       });
       mdns.on('ready', () => say('ready'));`,
      );
      await said(user, 'ready');
      const heard = (name: string) => allSaid(user, 'heard').some(([data]) => data === `${name}._http._tcp.local`);
      await avahi.publish({ name: 'Before', type: '_http._tcp', port: 1 });
      await expect.poll(() => heard('Before'), { timeout: 5_000 }).toBe(true);
      takeOutAndIn(device, world().bridge);
      // The original looks for interfaces every five seconds.
      await sleep(6_000);
      await avahi.publish({ name: 'After', type: '_http._tcp', port: 1 });
      await expect
        .poll(() => heard('After'), { timeout: hears ? 5_000 : 2_000 })
        .toBe(true)
        .then(
          () => expect(hears).toBe(true),
          () => expect(hears).toBe(false),
        );
    },
  );

  it('the replacement neither asks nor answers by itself', async () => {
    const user = startUser(
      host('device'),
      ours,
      `original().on('ready', () => say('ready')); say('pid', process.pid);`,
    );
    await said(user, 'ready');
    const before = datagramsSent(host('device'));
    await avahi.publish({ name: 'Web', type: '_http._tcp', port: 80 });
    expect(await avahi.lookup('device.local', 'ipv4')).toBeUndefined();
    expect(datagramsSent(host('device'))).toBe(before);
  });

  it('the replacement hears its own question once, on however many interfaces it was sent', async () => {
    const user = startUser(
      host('device'),
      ours,
      `const mdns = original({ interface: ['${host('device').ipv4}', '127.0.0.1'] });
       mdns.on('query', ({ questions }) => say('heard', questions[0].name));
       mdns.on('networkInterface', () => mdns.query('once.local', 'A'));
       setTimeout(() => say('over'), 2500);`,
    );
    await said(user, 'over');
    const times = allSaid(user, 'heard').filter(([name]) => name === 'once.local').length;
    // One question for each interface that came up.
    expect(times).toBe(2);
  });

  it('the replacement hears nothing of itself with loopback: false', async () => {
    const user = startUser(
      host('device'),
      ours,
      `const mdns = original({ loopback: false });
       mdns.on('packet', ({ type, questions }) => say(type, questions[0]?.name));
       mdns.query('peer.local', 'A');`,
    );
    await said(user, 'response');
    expect(allSaid(user, 'query')).toEqual([]);
  });

  it('the replacement speaks IPv6', async () => {
    const user = startUser(
      host('device'),
      ours,
      `const mdns = original({ type: 'udp6', ip: 'ff02::fb', interface: '::%${LAN}' });
       mdns.on('response', ({ answers }, { address, family }) => {
         const found = answers.find(({ name, type }) => name === 'peer.local' && type === 'AAAA');
         if (found) say('found', family, address);
       });
       mdns.query('peer.local', 'AAAA');`,
    );
    const [family, address] = await said(user, 'found');
    expect(family).toBe('IPv6');
    expect(address).toMatch(new RegExp(`^fe80::.*%${LAN}$|^fd00:`));
  });
});

/** Removes the interface of the first host, and makes it anew with the same addresses. */
function takeOutAndIn(host: Host, bridge: string): void {
  const ip = (args: string) => execFileSync('ip', args.split(' '));
  ip(`-n ${host.namespace} link del ${LAN}`);
  ip(`-n ${bridge} link add port1 type veth peer name ${LAN} address 02:00:00:00:00:01 netns ${host.namespace}`);
  ip(`-n ${bridge} link set port1 master br0 up`);
  host.up();
  routeMulticast(host);
}

/** Over UDP, by both families. */
function datagramsSent({ namespace }: Host): number {
  const read = (file: string) =>
    execFileSync('ip', ['netns', 'exec', namespace, 'cat', `/proc/net/${file}`], { encoding: 'utf8' });
  const [names = [], values = []] = read('snmp')
    .split('\n')
    .filter((line) => line.startsWith('Udp:'))
    .map((line) => line.split(' '));
  const ipv6 = /^Udp6OutDatagrams\s+(\d+)/m.exec(read('snmp6'))?.[1] ?? 0;
  return Number(values[names.indexOf('OutDatagrams')]) + Number(ipv6);
}
