/** A single peer by unicast instead of a group: for tests that talk to themselves, and links without multicast. */
import { createSocket } from 'node:dgram';
import { describe, expect, it } from 'vitest';
import { createMdns } from '../../src/index.js';
import { SimulatedLan } from '../../src/testing.js';

/** A port that no other program uses. */
async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return port;
}

describe('ipv4 with the address of a peer', () => {
  it('that is ours: a program talks to itself on a private port, over real sockets', async () => {
    const port = await freePort();
    const mdns = createMdns({ ipv4: `127.0.0.1:${port}`, hostname: 'self' });
    const web = mdns.publish({ name: 'Web', type: 'http', port: 80 });
    await web.whenAnnounced({ timeout: 5_000 });
    await expect(mdns.resolve('Web', 'http')).resolves.toMatchObject({ host: 'self.local', from: '127.0.0.1' });
    const used = mdns.status.links.filter(({ state }) => state !== 'unused');
    expect(used).toMatchObject([{ interface: expect.any(String), family: 'ipv4', state: 'up' }]);
    const back = new Promise<string>((resolve) => {
      mdns.packets$.subscribe(({ direction, from, to }) => {
        if (direction === 'received') resolve(`${from.address}:${from.port} to the ${to}`);
      });
    });
    await mdns.send({ questions: [{ name: 'self.local', type: 'A', class: 1, unicastResponse: false }] });
    expect(await back).toBe(`127.0.0.1:${port} to the group`);
    await mdns.close();
  });

  it('that is another host: the two find each other, and no other host hears of it', async () => {
    const lan = new SimulatedLan({ seed: 1 });
    const make = (name: string, own: string, ipv4?: string) => {
      const network = lan.host(name, [`198.18.0.${own}/24`]);
      network.plug('eth1', new SimulatedLan({ seed: 2, clock: lan.clock }), { addresses: ['198.19.0.1/24'] });
      return createMdns({ network, hostname: name, ...(ipv4 !== undefined && { ipv4 }) });
    };
    const one = make('one', '1', '198.18.0.2:5353');
    const two = make('two', '2', '198.18.0.1:5353');
    const other = make('other', '3');
    const heard: string[] = [];
    other.packets$.subscribe(({ from }) => heard.push(from.address));
    const events: string[] = [];
    two
      .browse('http')
      .subscribe(({ event, instance }) => events.push(`${event} ${instance.name} ${instance.hostPort}`));
    const web = one.publish({ name: 'Web', type: 'http', port: 80 });
    lan.clock.advance(5_000);
    expect(events).toEqual(['up Web 198.18.0.1:80']);
    expect(one.status.links.filter(({ state }) => state === 'up').map((link) => link.interface)).toEqual(['eth0']);
    expect(heard.filter((from) => from !== '198.18.0.3' && from !== '198.19.0.1')).toEqual([]);
    void web.withdraw();
    lan.clock.advance(3_000);
    expect(events.at(-1)).toBe('down Web 198.18.0.1:80');
    for (const mdns of [one, two, other]) void mdns.close();
    lan.clock.advance(3_000);
  });

  it.each(['0.0.0.0:5353', '127.0.0.1', '255.255.255.255:5353', '[fd00::1]:5353', '127.0.0.1:0'])(
    'is refused if it is %s',
    (ipv4) => expect(() => createMdns({ ipv4 })).toThrow(/multicast group or address/),
  );
});
