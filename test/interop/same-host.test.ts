/** Ours and Avahi on one machine, sharing the port, the addresses and perhaps the name (RFC 6762 section 15). */
import { expect, it } from 'vitest';
import { Avahi } from './avahi.js';
import { Ours } from './ours.js';
import { describeInterop, useWorld } from './suite.js';
import { Zeroconf } from './zeroconf.js';

const theirs = { name: 'Theirs', type: '_ipp._tcp', port: 1 } as const;
const mine = { name: 'Ours', type: '_ipp._tcp', port: 2 } as const;

describeInterop('ours beside Avahi on one host', () => {
  const { host } = useWorld({ hosts: ['alpha', 'beta'] });

  /** Starts both in either order; what is true then does not depend on it. */
  const start = {
    'Avahi first': async () => {
      const avahi = await Avahi.start(host('alpha'));
      await avahi.publish(theirs);
      return { avahi, publication: await new Ours(host('alpha')).publish(mine) };
    },
    'ours first': async () => {
      const publication = await new Ours(host('alpha')).publish(mine);
      const avahi = await Avahi.start(host('alpha'));
      await avahi.publish(theirs);
      return { avahi, publication };
    },
  };

  for (const [order, both] of Object.entries(start)) {
    it(`${order}: both are found, Avahi keeps its host name, and ours leaves without harm to it`, async () => {
      const { avahi, publication } = await both();
      expect(await avahi.hostName()).toBe('alpha.local');
      const remote = new Zeroconf(host('beta')).browse('_ipp._tcp');
      expect(await remote.sees('Theirs')).toMatchObject({ host: 'alpha.local', port: 1 });
      expect(await remote.sees('Ours')).toMatchObject({ port: 2 });
      const [local, asAvahiSeesIt] = [new Ours(host('alpha')).browse('_ipp._tcp'), avahi.browse('_ipp._tcp')];
      for (const browser of [local, asAvahiSeesIt]) {
        expect(await browser.sees('Theirs')).toMatchObject({ port: 1 });
        expect(await browser.sees('Ours')).toMatchObject({ port: 2 });
      }

      expect(await publication.withdraw()).toMatchObject({ code: 0 });
      for (const browser of [remote, local, asAvahiSeesIt]) {
        await browser.loses('Ours');
        expect(browser.names()).toEqual(['Theirs']);
      }
      expect(await new Zeroconf(host('beta')).lookup('alpha.local', 'ipv4')).toBe(host('alpha').ipv4);
      expect(await avahi.hostName()).toBe('alpha.local');
      expect(avahi.daemon.errors.filter((line) => /conflict|withdraw/i.test(line))).toEqual([]);
    });
  }

  it('both hear a newcomer, and answer it', async () => {
    const { avahi } = await start['Avahi first']();
    const local = new Ours(host('alpha')).browse('_http._tcp');
    const asAvahiSeesIt = avahi.browse('_http._tcp');
    const publication = await new Zeroconf(host('beta')).publish({ name: 'New', type: '_http._tcp', port: 3 });
    await Promise.all([local.sees('New'), asAvahiSeesIt.sees('New')]);
    await publication.withdraw();
    await Promise.all([local.loses('New'), asAvahiSeesIt.loses('New')]);
  });

  it('two of ours on one host do not disturb each other', async () => {
    const first = await new Ours(host('alpha')).publish(theirs);
    const second = await new Ours(host('alpha')).publish(mine);
    const avahi = await Avahi.start(host('beta'));
    const browser = avahi.browse('_ipp._tcp');
    await Promise.all([browser.sees('Theirs'), browser.sees('Ours')]);
    await first.withdraw();
    await browser.loses('Theirs');
    const { host: hostName } = await new Zeroconf(host('beta')).browse('_ipp._tcp').sees('Ours');
    expect(await avahi.lookup(hostName, 'ipv4')).toBe(host('alpha').ipv4);
    await second.withdraw();
    await browser.loses('Ours');
  });
});
