/** Many services at once, and what becomes of them, as events of ours in the right order. */
import { expect, it } from 'vitest';
import { events, Ours } from './ours.js';
import type { JsonEvent } from './stack.js';
import { describeInterop, useWorld } from './suite.js';
import { Zeroconf } from './zeroconf.js';

const TYPE = '_crowd._tcp';
const CROWD = 500;

describeInterop('a crowd of services', () => {
  const { host } = useWorld({ hosts: ['alpha', 'beta'], ipv6: false });

  it('all 500 are found and resolved, once each; a change and 500 goodbyes are told once each', {
    timeout: 120_000,
  }, async () => {
    const browser = new Ours(host('alpha')).browse(TYPE);
    const crowd = await new Zeroconf(host('beta')).publishCrowd(TYPE, CROWD, 4_500);
    await browser.settles('all of the crowd', (seen) => seen.length === CROWD, 30_000);
    const up = events(browser.program, 'up');
    expect(up.map((event) => event.name).sort()).toEqual(members().sort());
    for (const { port, txt, addresses } of up as readonly Required<JsonEvent>[]) {
      expect({ port, txt }).toEqual({ port: 10_000 + Number(txt.number), txt: { number: txt.number } });
      expect(addresses.map(({ address }) => address)).toEqual([host('beta').ipv4]);
    }

    crowd.signal('SIGUSR1');
    await browser.sees('Member 0', ({ txt }) => txt.updated === '1');
    expect(events(browser.program, 'changed')).toMatchObject([{ name: 'Member 0', changes: ['txt'] }]);

    await crowd.stop('SIGTERM', 60_000);
    await browser.settles('nobody', (seen) => seen.length === 0, 30_000);
    const down = events(browser.program, 'down') as readonly (JsonEvent & { readonly reason?: string })[];
    expect(down.map((event) => event.name).sort()).toEqual(members().sort());
    expect(new Set(down.map((event) => event.reason))).toEqual(new Set(['goodbye']));
    expect(events(browser.program, 'up')).toHaveLength(CROWD);
  });

  it('discover finds all 500 of those who were there before', { timeout: 120_000 }, async () => {
    const crowd = await new Zeroconf(host('beta')).publishCrowd(TYPE, CROWD, 4_500);
    const discover = new Ours(host('alpha')).run('discover', TYPE, '--timeout', '6000');
    expect((await discover.ended(30_000)).code).toBe(0);
    expect(
      events(discover, 'up')
        .map((event) => event.name)
        .sort(),
    ).toEqual(members().sort());
    await crowd.stop('SIGTERM', 60_000);
  });

  it('a host that dies without a word expires, by the lifetimes that it gave', { timeout: 60_000 }, async () => {
    const browser = new Ours(host('alpha')).browse(TYPE);
    const crowd = await new Zeroconf(host('beta')).publishCrowd(TYPE, 3, 10);
    await browser.settles('all three', (seen) => seen.length === 3);
    crowd.kill();
    await browser.settles('nobody', (seen) => seen.length === 0, 20_000);
    const down = events(browser.program, 'down') as readonly (JsonEvent & { readonly reason?: string })[];
    expect(down.map((event) => event.reason)).toEqual(['expired', 'expired', 'expired']);
    expect(events(browser.program, 'up')).toHaveLength(3);
  });
});

function members(): string[] {
  return Array.from({ length: CROWD }, (_, number) => `Member ${number}`);
}
