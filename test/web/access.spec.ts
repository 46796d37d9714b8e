/** Who sees the page, and how it is used without a mouse, in small windows, and by those who do not see it. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { withoutChromium } from './chromium.js';
import { expect, test, violations } from './world.js';

test.skip(...withoutChromium);

const TABS = ['Actors', 'Services', 'Publications', 'Cache', 'Packets', 'Interfaces', 'Plots'];

test('a browser without the token is told what to do', async ({ world, browser }) => {
  const page = await browser.newPage();
  await page.goto(new URL(world.url).origin);
  await expect(page.getByRole('alert')).toContainText('open the address that the program has shown');
  await expect(page.getByText('○ refused')).toBeVisible();
  expect(await page.locator('.row').count()).toBe(0);
  await page.close();
});

test('a page of another site gets nothing, and cannot frame it', async ({ world, browser }) => {
  const { origin, hash } = new URL(world.url);
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/html').end(`<iframe src="${world.url}"></iframe>`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const got = await page.evaluate(
    async ([from, token]) => {
      const headers = { authorization: `Bearer ${token}` };
      const tried = [fetch(`${from}/stream`, { headers }), fetch(`${from}/view?kind=links`), fetch(`${from}/app.js`)];
      const results = await Promise.allSettled(tried);
      return results.map(({ status }) => status);
    },
    [origin, hash.slice('#t='.length)],
  );
  expect(got).toEqual(['rejected', 'rejected', 'rejected']);
  expect(await page.frames().at(1)?.locator('header').count()).toBe(0);
  await page.close();
  server.close();
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing in any view, ${colorScheme}`, async ({ world, open }) => {
    const page = await open({ colorScheme });
    world.another().publish({ name: 'Printer', type: 'ipp', port: 631, txt: { color: 'T' } });
    world.mdns.publish({ name: 'Web', type: 'http', port: 80 });
    world.mdns.browse('ipp').subscribe();
    world.advance(5_000);
    for (const name of TABS) {
      await page.getByRole('tab', { name }).click();
      const row = page.getByRole('tabpanel', { name }).locator('.row').first();
      if (name !== 'Plots') await row.click();
      expect(await violations(page), name).toEqual([]);
    }
    await page.keyboard.press('?');
    expect(await violations(page), 'keys').toEqual([]);
  });
}

test('everything can be reached by keys', async ({ world, open }) => {
  const page = await open();
  world.mdns.publish({ name: 'Web', type: 'http', port: 80 });
  world.advance(5_000);
  for (const [index, name] of TABS.entries()) {
    await page.keyboard.press(String(index + 1));
    await expect(page.getByRole('tab', { name })).toHaveAttribute('aria-selected', 'true');
    await expect(page.getByRole('tabpanel', { name })).toBeVisible();
  }
  await page.keyboard.press('1');
  await page.getByRole('tab', { name: 'Actors' }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('tab', { name: 'Services' })).toBeFocused();
  await page.keyboard.press('1');
  await page.getByRole('listbox', { name: 'Actors' }).focus();
  await page.keyboard.press('End');
  const last = page.locator('.tree').getByRole('option', { selected: true });
  await expect(last)
    .toContainText('place.eth0/ipv4', { timeout: 1_000 })
    .catch(() => {});
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('p');
  await expect(page.getByRole('button', { name: 'Go on' })).toBeVisible();
  await page.keyboard.press('p');
  await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible();
  await page.keyboard.press('/');
  await expect(page.getByLabel('Filter by text').first()).toBeFocused();
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
});

test('a small window needs no scrolling sideways', async ({ world, open }) => {
  const page = await open({ viewport: { width: 380, height: 640 } });
  world.mdns.publish({ name: 'Web', type: 'http', port: 80 });
  world.advance(5_000);
  for (const name of TABS) {
    await page.getByRole('tab', { name }).click();
    const excess = await page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      return scrollWidth - clientWidth;
    });
    expect(excess, name).toBeLessThanOrEqual(0);
  }
});

test('says what to do when the program ends', async ({ world, open, complaints }) => {
  const page = await open();
  const closed = world.mdns.close();
  world.advance(5_000);
  await closed;
  await expect(page.getByRole('alert')).toContainText(/closed the connection|still running/);
  // The browser itself reports connections that are refused.
  await page.close();
  complaints.texts.splice(0);
});
