/** What our command publishes, as Avahi and python-zeroconf see it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Avahi } from './avahi.js';
import { expectLookups, expectMeeting, expectSighting } from './meeting.js';
import { events, Ours } from './ours.js';
import { jsonLine } from './stack.js';
import { kinds, networks, others } from './stacks.js';
import { describeInterop, useWorld } from './suite.js';
import { Zeroconf } from './zeroconf.js';

const txt = { path: '/x', empty: '', flag: true, odd: 'a=b;"\\ü' } as const;

for (const { families, ipv4, ipv6 } of networks) {
  describeInterop(`ours, published over ${families}`, () => {
    const { host } = useWorld({ hosts: ['alpha', 'beta'], ipv4, ipv6 });

    for (const kind of others) {
      it(`is found, resolved and seen to leave by ${kind}`, async () => {
        const watcher = await kinds[kind](host('beta'));
        await expectMeeting(new Ours(host('alpha')), watcher, { name: 'Büro 1', type: '_ipp._tcp', port: 631, txt });
      });
    }

    it('answers those who come after the announcements', async () => {
      const ours = new Ours(host('alpha'));
      const service = { name: 'Early', type: '_http._tcp', port: 8080, txt };
      await ours.publish(service);
      const zeroconf = new Zeroconf(host('beta'));
      expectSighting(await zeroconf.browse(service.type).sees(service.name), service, ours);
      const avahi = await Avahi.start(host('beta'));
      const sighting = await avahi.browse(service.type).sees(service.name);
      expectSighting(sighting, service, ours);
      await expectLookups(avahi, ours, sighting.host);
    });
  });
}

describeInterop('the publish command', () => {
  const { host, world } = useWorld({ hosts: ['alpha', 'beta'] });
  const service = { name: 'Shop', type: '_http._tcp', port: 80 } as const;

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`tells each step in JSON, and ends within 2 s of ${signal}, with goodbyes and code 0`, async () => {
      const browser = new Zeroconf(host('beta')).browse(service.type);
      const { program } = await new Ours(host('alpha')).publish(service);
      await browser.sees(service.name);
      const exit = await program.stop(signal);
      expect(exit).toMatchObject({ code: 0, signal: null });
      expect(exit.tookMs).toBeLessThan(2_000);
      await browser.loses(service.name);
      const told = program.lines.map(jsonLine);
      expect(told).not.toContain(undefined);
      expect(new Set(told.map((event) => event?.event))).toEqual(new Set(['probing', 'announced', 'withdrawn']));
      expect(told.at(0)?.event).toBe('probing');
      expect(told.at(-1)?.event).toBe('withdrawn');
      for (const event of told) expect(event).toMatchObject({ name: service.name, type: service.type });
      expect(program.errors).toEqual([]);
    });
  }

  it('takes the host name it is given', async () => {
    await new Ours(host('alpha'), { hostName: 'till' }).publish(service);
    const zeroconf = new Zeroconf(host('beta'));
    expect((await zeroconf.browse(service.type).sees(service.name)).host).toBe('till.local');
    expect(await zeroconf.lookup('till.local', 'ipv4')).toBe(host('alpha').ipv4);
  });

  it('publishes several services from a file', async () => {
    const ours = new Ours(host('alpha'));
    const services = [
      { name: 'One', type: '_ipp._tcp', port: 1, txt },
      { name: 'Two', type: '_ipp._tcp', port: 2 },
      { name: 'Three', type: '_http._tcp', port: 3, subtypes: ['_printer'] },
    ];
    const path = join(world().directory, 'services.json');
    writeFileSync(path, JSON.stringify(services));
    const program = await ours.publishFile(path, ['One', 'Two', 'Three']);
    const avahi = await Avahi.start(host('beta'));
    const [printers, subtype] = [avahi.browse('_ipp._tcp'), avahi.browse('_http._tcp', '_printer')];
    for (const each of services) {
      expectSighting(await (each.name === 'Three' ? subtype : printers).sees(each.name), each, ours);
    }
    expect(await program.stop('SIGINT')).toMatchObject({ code: 0 });
    for (const each of services) await (each.name === 'Three' ? subtype : printers).loses(each.name);
    expect(events(program, 'withdrawn').map((event) => event.name)).toHaveLength(3);
  });

  it('its types can be enumerated (RFC 6763 section 9)', async () => {
    await new Ours(host('alpha')).publish({ name: 'Rare', type: '_rare-type._udp', port: 9 });
    const types = new Zeroconf(host('beta')).browse();
    await types.sees('_rare-type._udp.local');
    const avahi = await Avahi.start(host('beta'));
    expect(await avahi.browse().sees('Rare')).toMatchObject({ type: '_rare-type._udp' });
  });

  for (const [option, family] of [
    ['--no-ipv6', 'IPv4'],
    ['--no-ipv4', 'IPv6'],
  ] as const) {
    it(`${option} speaks ${family} only`, async () => {
      const avahi = await Avahi.start(host('beta'));
      const browser = avahi.browse(service.type);
      const publication = await new Ours(host('alpha'), { options: [option] }).publish(service);
      await browser.sees(service.name);
      await publication.withdraw();
      await browser.loses(service.name);
      const links = browser.program.lines.map((line) => line.split(';')[2]);
      expect(new Set(links)).toEqual(new Set([family]));
    });
  }
});
