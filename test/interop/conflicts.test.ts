/** Two hosts want one name: who was there first keeps it, whichever side we are on (RFC 6762 sections 8.1 and 9). */
import { expect, it } from 'vitest';
import { Avahi } from './avahi.js';
import { events, Ours } from './ours.js';
import { kinds, others } from './stacks.js';
import { describeInterop, useWorld } from './suite.js';
import { Zeroconf } from './zeroconf.js';

describeInterop('conflicts', () => {
  const { host } = useWorld({ hosts: ['alpha', 'beta', 'gamma'] });
  const service = { name: 'Printer', type: '_ipp._tcp', port: 1 } as const;

  for (const kind of others) {
    it(`a name that ${kind} has is left to it, and ours gets the next one`, async () => {
      const other = await kinds[kind](host('beta'));
      await other.publish(service);
      const publication = await new Ours(host('alpha')).publish({ ...service, port: 2 });
      expect(publication.name).toBe('Printer (2)');
      expect(events(publication.program, 'renamed').at(-1)).toMatchObject({ name: 'Printer (2)' });
      const browser = new Zeroconf(host('gamma')).browse(service.type);
      expect(await browser.sees('Printer')).toMatchObject({ port: 1 });
      expect(await browser.sees('Printer (2)')).toMatchObject({ port: 2 });
      await publication.withdraw();
      await browser.loses('Printer (2)');
      expect(browser.names()).toEqual(['Printer']);
    });

    it(`a name that ours has is left to it by ${kind}`, async () => {
      const ours = await new Ours(host('alpha')).publish(service);
      const other = await kinds[kind](host('beta'));
      const publication = await other.publish({ ...service, port: 2 });
      expect(publication.name).not.toBe('Printer');
      const browser = new Zeroconf(host('gamma')).browse(service.type);
      expect(await browser.sees('Printer')).toMatchObject({ port: 1 });
      expect(await browser.sees(publication.name)).toMatchObject({ port: 2 });
      expect(events(ours.program, 'renamed')).toEqual([]);
    });
  }

  it('with --no-rename a name in use ends the command with a reason', async () => {
    const avahi = await Avahi.start(host('beta'));
    await avahi.publish(service);
    const program = new Ours(host('alpha')).startPublishing(service, '--no-rename');
    expect((await program.ended()).code).not.toBe(0);
    expect(events(program, 'announced')).toEqual([]);
    expect(program.errors.join('\n')).toContain('Printer');
    expect(program.errors.join('\n')).not.toMatch(/^\s+at /m);
  });

  it('a host name that Avahi has is left to it', async () => {
    const avahi = await Avahi.start(host('beta'), { hostName: 'office' });
    await new Ours(host('alpha'), { hostName: 'office' }).publish(service);
    const zeroconf = new Zeroconf(host('gamma'));
    const sighting = await zeroconf.browse(service.type).sees(service.name);
    expect(sighting.host).not.toBe('office.local');
    expect(await zeroconf.lookup(sighting.host, 'ipv4')).toBe(host('alpha').ipv4);
    expect(await zeroconf.lookup('office.local', 'ipv4')).toBe(host('beta').ipv4);
    expect(await avahi.hostName()).toBe('office.local');
  });

  it('a host name that ours has is left to it by Avahi', async () => {
    await new Ours(host('alpha'), { hostName: 'office' }).publish(service);
    const avahi = await Avahi.start(host('beta'), { hostName: 'office' });
    expect(await avahi.hostName()).toBe('office-2.local');
    const zeroconf = new Zeroconf(host('gamma'));
    expect(await zeroconf.lookup('office.local', 'ipv4')).toBe(host('alpha').ipv4);
    expect(await zeroconf.lookup('office-2.local', 'ipv4')).toBe(host('beta').ipv4);
  });
});
