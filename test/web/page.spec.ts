/** The page in a browser: what happens in the system is seen on it. */
import type { Page } from '@playwright/test';
import { DnsZone } from '../../dist/testing.js';
import { withoutChromium } from './chromium.js';
import { expect, test } from './world.js';

test.skip(...withoutChromium);

/** The marked states of the chart, without those around them. */
const innermost = (page: Page) =>
  page.locator('.chart .innermost').evaluateAll((groups) => groups.map((group) => group.getAttribute('data-state')));

const chooseActor = (page: Page, name: string) =>
  page
    .locator('.tree')
    .getByRole('option', { name: new RegExp(`^\\s*${name} `) })
    .click();

test('a service with a hostile name is text, and a packet shows it', async ({ world, open }) => {
  const name = '<img src=x onerror=alert(1)> \u202e"&';
  const page = await open();
  world.another().publish({ name, type: 'http', port: 80, txt: { path: '<script>alert(2)</script>' } });
  world.mdns.browse('http').subscribe();
  world.advance(5_000);
  await page.keyboard.press('2');
  const row = page.getByRole('option', { name: '<img src=x onerror=alert(1)> \\u202e"&' });
  await row.click();
  await expect(page.getByText('path=<script>alert(2)</script>')).toBeVisible();
  await expect(page.getByText('198.18.0.2 on eth0/ipv4')).toBeVisible();
  expect(await page.locator('img, body script').count()).toBe(0);
  await page.getByRole('tab', { name: 'Packets' }).click();
  await page.getByRole('tabpanel', { name: 'Packets' }).getByLabel('Filter by text').fill('<script>');
  await page
    .getByRole('option', { name: /response/ })
    .first()
    .click();
  const contents = page.getByRole('region', { name: 'Contents of the packet' });
  await expect(contents.getByText(/TXT, TTL 4500 s, unique: "path=<script>/)).toBeVisible();
  await expect(contents.getByText(/^0000 {2}/)).toBeVisible();
});

test('probing, holding, a conflict and the new name light up on the chart', async ({ world, open }) => {
  const rival = world.another();
  rival.publish({ name: 'Web', type: 'http', port: 80 });
  world.advance(5_000);
  const page = await open();
  world.mdns.publish({ name: 'Web', type: 'http', port: 80 });
  world.advance(100);
  await chooseActor(page, 'publication-1');
  const seen = new Set<string>();
  for (let step = 0; step < 40; step++) {
    world.advance(100);
    await expect(page.locator('.states')).not.toHaveText('');
    await page.waitForTimeout(20);
    for (const state of await innermost(page)) seen.add(state ?? '');
  }
  expect(seen).toContain('announcer.probing');
  world.advance(5_000);
  await expect
    .poll(async () => (await innermost(page)).sort())
    .toEqual(['announcer.held.news.told', 'announcer.held.series.established']);
  await page.getByLabel('Filter by text').first().fill('name.lost');
  await expect(page.getByRole('listbox', { name: 'Messages' }).getByText('name.lost').first()).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('3');
  await expect(page.getByRole('option', { name: /^Web \(2\)/ })).toContainText('yes');
});

test('the past can be looked at, and now again', async ({ world, open }) => {
  const page = await open();
  world.mdns.publish({ name: 'Web', type: 'http', port: 80 });
  world.advance(10_000);
  await chooseActor(page, 'publication-1');
  await expect.poll(() => innermost(page)).toContain('announcer.held.series.established');
  await page.getByLabel('only the chosen actor').check();
  await page.getByLabel('Kind').selectOption('states');
  const messages = page.getByRole('listbox', { name: 'Messages' });
  await messages.focus();
  await messages.press('Home');
  await expect(page.getByText(/^as of \d/)).toBeVisible();
  await expect.poll(() => innermost(page)).toEqual(['announcer.waiting']);
  await messages.press('ArrowDown');
  await expect.poll(() => innermost(page)).toEqual(['announcer.probing']);
  await expect(page.locator('.tree').getByRole('option', { name: /publication-1/ })).toContainText('probing');
  await messages.press('ArrowDown');
  await expect.poll(() => innermost(page)).toContain('announcer.held.series.announcing');
  expect(await page.locator('.chart .taken').count()).toBeGreaterThan(0);
  world.mdns.publish({ name: 'Later', type: 'http', port: 81 });
  world.advance(2_000);
  await expect(page.getByText(/later entries not kept/)).toBeVisible();
  await page.keyboard.press('Escape');
  await expect.poll(() => innermost(page)).toContain('announcer.held.series.established');
  await expect(page.locator('.tree').getByRole('option', { name: /publication-2/ })).toBeVisible();
});

test('a cable that is pulled is seen, and a goodbye', async ({ world, open }) => {
  const page = await open();
  const printer = world.another().publish({ name: 'Printer', type: 'ipp', port: 631 });
  world.mdns.browse('ipp').subscribe();
  world.advance(3_000);
  await page.keyboard.press('2');
  await expect(page.getByRole('option', { name: /^Printer/ })).toContainText('fresh');
  void printer.withdraw();
  world.advance(500);
  await expect(page.getByRole('option', { name: /^Printer/ })).toContainText('goodbye');
  world.advance(3_000);
  await expect(page.getByText('No service is known.', { exact: false })).toBeVisible();
  world.host.failWith('eth0', 'ENETDOWN');
  world.advance(2_000);
  await page.keyboard.press('6');
  await expect(page.getByRole('option', { name: /^eth0 ipv4/ })).toContainText('retrying');
  await page.keyboard.press('1');
  await expect(page.locator('.tree').getByRole('option', { name: /link\.eth0/ })).toContainText('retrying');
  world.host.heal('eth0');
  world.advance(20_000);
  await expect(page.locator('.tree').getByRole('option', { name: /link\.eth0/ })).toContainText('up');
});

test('the cache has bars, plots have values, a capture file can be saved', async ({ world, open }) => {
  const page = await open();
  world.another().publish({ name: 'Printer', type: 'ipp', port: 631 });
  world.mdns.browse('ipp').subscribe();
  world.advance(5_000);
  await page.keyboard.press('4');
  const panel = page.getByRole('tabpanel', { name: 'Cache' });
  await panel.getByLabel('Filter by text').fill('printer');
  await expect(panel.getByRole('option', { name: /SRV/ })).toContainText('host-2.local');
  await expect(panel.locator('meter').first()).toBeVisible();
  await page.getByRole('tab', { name: 'Plots' }).click();
  await expect(page.getByRole('figure', { name: /Packets in/ })).toContainText(/now \d+, at most [1-9]/);
  await page.getByRole('tab', { name: 'Packets' }).click();
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save as pcap' }).click();
  expect((await saved).suggestedFilename()).toBe('mdns.pcap');
});

test('a thousand services: all are there, and one is found', async ({ world, open }) => {
  const peers = Array.from({ length: 20 }, () => world.another());
  for (let index = 0; index < 1_000; index++)
    peers[index % 20]?.publish({ name: `Device ${index}`, type: 'http', port: 1 + index });
  world.mdns.browse('http').subscribe();
  world.advance(20_000);
  const page = await open();
  await page.keyboard.press('2');
  await expect(page.getByText('1000 shown')).toBeVisible();
  await page.keyboard.press('/');
  await page.keyboard.type('device 777');
  await expect(page.getByText('1 shown')).toBeVisible();
  await expect(page.getByRole('option', { name: /^Device 777/ })).toBeVisible();
});

test.describe('with a domain', () => {
  test.use({ domains: [{ name: 'office.example', server: '198.18.0.53' }] });

  test('a domain is shown beside the links, with its counters', async ({ world, open }) => {
    const zone = new DnsZone({ name: 'office.example', key: { name: 'office-key', secret: 'c2VjcmV0' } });
    zone.publish({ name: 'Printer', type: 'ipp', port: 631, host: 'prn', addresses: ['198.18.0.9'] });
    world.lan.dnsServer({ address: '198.18.0.53', answer: zone.answer });
    const page = await open();
    world.mdns.browse('ipp', { domain: 'office.example' }).subscribe();
    await page.keyboard.press('6');
    const row = page.getByRole('option', { name: /^office\.example/ });
    await expect(async () => {
      world.advance(1_000);
      await expect(row).toContainText('up', { timeout: 100 });
    }).toPass();
    await row.click();
    const details = page.getByRole('tabpanel', { name: 'Interfaces' }).getByRole('region', { name: 'Details' });
    await expect(details).toContainText('198.18.0.53');
    await expect(details).toContainText(/asked: [1-9]/);
    await expect(details).toContainText('over tcp: 0');
    await expect(details).toContainText(/cached records[1-9]/);
    await page.getByRole('option', { name: /^eth0 ipv4/ }).click();
    await expect(details).toContainText(/held back: \d/);
    world.mdns.publish({ name: 'Web', type: 'http', port: 80, domains: ['local', 'office.example'] });
    await page.keyboard.press('3');
    const web = page.getByRole('option', { name: /^Web/ });
    await expect(async () => {
      world.advance(1_000);
      await expect(web).toContainText('office.example refused', { timeout: 100 });
    }).toPass();
    await web.click();
    await expect(page.getByRole('tabpanel', { name: 'Publications' })).toContainText(
      /office\.example: The server does not let updates without a key change/,
    );
    await page.keyboard.press('4');
    await expect(page.getByLabel('Link').getByRole('option')).toHaveText(['all links', 'eth0/ipv4']);
  });
});
