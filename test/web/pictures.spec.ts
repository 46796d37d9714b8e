/** Pictures of each view for docs/inspector.md, to be looked at: `PICTURES=docs/images npm run test:web -- pictures`. */
import { join, resolve } from 'node:path';
import type { Page } from '@playwright/test';
import { withoutChromium } from './chromium.js';
import { expect, test, type World } from './world.js';

const folder = process.env.PICTURES ?? '';
const TABS = ['Actors', 'Services', 'Publications', 'Cache', 'Packets', 'Interfaces', 'Plots'];

test.skip(...withoutChromium);
test.skip(folder === '', 'Pictures are taken on request: PICTURES=docs/images.');

async function takeAll(page: Page, prefix: string): Promise<void> {
  for (const name of TABS) {
    await page.getByRole('tab', { name }).click();
    const panel = page.getByRole('tabpanel', { name });
    if (name !== 'Plots') await expect(panel.locator('.row').first()).toBeVisible();
    if (name === 'Actors')
      await panel
        .getByRole('option', { name: /publication-/ })
        .first()
        .click();
    else if (name !== 'Plots') await panel.locator('.row').first().click();
    await page.mouse.move(0, 0);
    await page.screenshot({ path: join(resolve(folder), `${prefix}-${name.toLowerCase()}.png`) });
  }
}

function publish(world: World, count: number): void {
  const peers = Array.from({ length: Math.min(20, count) }, () => world.another());
  const names = ['Office Printer', 'Living Room', 'Camera at the Gate'];
  for (let index = 0; index < count; index++) {
    const service = {
      name: names[index] ?? `Device ${index}`,
      type: 'http',
      port: 8_000 + index,
      txt: { path: '/', v: 2 },
    };
    peers[index % peers.length]?.publish(service);
  }
}

for (const count of [3, 1_000])
  for (const colorScheme of ['light', 'dark'] as const)
    test(`${count} services, ${colorScheme}`, async ({ world, open }) => {
      const page = await open({ colorScheme });
      publish(world, count);
      world.mdns.browse('http').subscribe();
      for (let step = 0; step < 40; step++) {
        world.advance(500);
        await page.waitForTimeout(20);
      }
      world.mdns.publish({ name: 'My Web', type: 'http', port: 3_000, txt: { path: '/' } });
      world.advance(600);
      await takeAll(page, `inspector-${count}-${colorScheme}`);
    });
