/** hap-nodejs, and with it Homebridge, unchanged, on the replacements of the packages with which it advertises. */
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { Avahi } from '../../test/interop/avahi.js';
import type { Program } from '../../test/interop/program.js';
import type { Sighting } from '../../test/interop/stack.js';
import { describeInterop, useWorld } from '../../test/interop/suite.js';
import { startRedirected } from './program.js';

/** Milliseconds for what loads slowly. */
const PATIENCE = 30_000;

describeInterop('hap-nodejs', () => {
  const { host, world } = useWorld({ hosts: ['device', 'client'] });
  let avahi: Avahi;
  beforeAll(async () => {
    avahi = await Avahi.start(host('client'));
  });

  function start(advertiser: string): Program {
    const folder = join(world().directory, `${advertiser}-${world().programs.length}`);
    return startRedirected(host('device'), 'hap.cjs', advertiser, folder);
  }

  /** What Avahi resolves now: its browser prints a service once. */
  async function look(name: string): Promise<Sighting> {
    const browser = avahi.browse('_hap._tcp');
    const seen = await browser.sees(name, ({ addresses }) => addresses.length > 0, PATIENCE);
    await browser.program.stop();
    return seen;
  }

  it.each(['bonjour-hap', 'ciao'])(
    'advertises with %s: an accessory, its next configuration, its end',
    async (advertiser) => {
      const device = start(advertiser);
      const first = await look('Desk Lamp');
      expect(first).toMatchObject({ port: 47_129, txt: { id: '17:51:07:F4:BC:8A', ci: '5', pv: '1.1', sf: '1' } });
      const before = Number(first.txt['c#']);
      device.signal('SIGUSR2');
      const configuration = async () => Number((await look('Desk Lamp')).txt['c#']);
      await expect.poll(configuration, { timeout: PATIENCE, interval: 500 }).toBe(before + 1);
      const browser = avahi.browse('_hap._tcp');
      await browser.sees('Desk Lamp');
      await device.stop();
      await browser.loses('Desk Lamp');
      expect(device.errors).toEqual([]);
    },
  );

  it('with ciao has another name beside a rival', async () => {
    await avahi.publish({ name: 'Desk Lamp', type: '_hap._tcp', port: 1 });
    const device = start('ciao');
    const renamed = await look('Desk Lamp (2)');
    // Avahi escapes the parentheses of a host's name.
    expect(renamed).toMatchObject({ port: 47_129, host: 'Desk-Lamp-\\0402\\041.local' });
    const browser = avahi.browse('_hap._tcp');
    await browser.sees('Desk Lamp (2)');
    await device.stop();
    await browser.loses('Desk Lamp (2)');
    expect(browser.names()).toEqual(['Desk Lamp']);
    expect(device.errors).toEqual([]);
  });
});
