/** Hosts on a simulated network whose time passes when a test says so, and the page that shows the first of them. */
import { type BrowserContextOptions, test as base, expect, type Page } from '@playwright/test';
import axe, { type AxeResults } from 'axe-core';
import { createMdns, type Mdns, type MdnsOptions } from '../../dist/index.js';
import { type SimulatedHost, SimulatedLan } from '../../dist/testing.js';

/** Time that passes in one step, ms: as long as a frame. */
const STEP_MS = 100;

export class World {
  readonly lan = new SimulatedLan({ seed: 1 });
  readonly host: SimulatedHost = this.lan.host('one', ['198.18.0.1/24']);
  readonly mdns: Mdns;
  url = '';
  #timer: NodeJS.Timeout | undefined;
  #count = 1;

  /** @param domains those that the first host knows */
  constructor(domains: MdnsOptions['domains'] = []) {
    this.mdns = this.start(this.host, 'one', domains);
  }

  start(network: SimulatedHost, hostname: string, domains: MdnsOptions['domains'] = []): Mdns {
    return createMdns({ network, hostname, ipv6: false, domains });
  }

  /** Another host. */
  another(): Mdns {
    const number = ++this.#count;
    return this.start(this.lan.host(`host ${number}`, [`198.18.0.${number}/24`]), `host-${number}`);
  }

  async serve(): Promise<void> {
    this.advance(5_000);
    this.url = (await this.mdns.serveInspector()).url;
  }

  advance(ms: number): void {
    for (let passed = 0; passed < ms; passed += STEP_MS) this.lan.clock.advance(STEP_MS);
  }

  /** From now on time passes by itself. */
  run(): void {
    this.#timer ??= setInterval(() => this.lan.clock.advance(STEP_MS), STEP_MS);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    const closed = this.mdns.close();
    this.advance(5_000);
    await closed;
  }
}

/** What a page must never say. */
interface Complaints {
  readonly texts: string[];
}

export const test = base.extend<{
  domains: MdnsOptions['domains'];
  world: World;
  complaints: Complaints;
  open: (options?: BrowserContextOptions) => Promise<Page>;
}>({
  domains: [[], { option: true }],
  world: async ({ domains }, use) => {
    const world = new World(domains);
    await world.serve();
    await use(world);
    await world.close();
  },
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from this pattern.
  complaints: async ({}, use) => {
    const complaints = { texts: [] };
    await use(complaints);
    expect(complaints.texts).toEqual([]);
  },
  open: async ({ browser, world, complaints }, use) => {
    const contexts: { close(): Promise<void> }[] = [];
    await use(async (options = {}) => {
      const context = await browser.newContext(options);
      contexts.push(context);
      const page = await context.newPage();
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.texts.push(message.text());
      });
      page.on('pageerror', (error) => complaints.texts.push(error.message));
      page.on('dialog', (dialog) => {
        complaints.texts.push(`a dialog: ${dialog.message()}`);
        void dialog.dismiss();
      });
      await page.goto(world.url);
      await expect(page.getByText('● live')).toBeVisible();
      world.advance(STEP_MS);
      await expect(page.getByRole('option', { name: /^mdns/ })).toBeVisible();
      return page;
    });
    for (const context of contexts) await context.close();
  },
});

/** What axe finds wrong with the page as it is. */
export async function violations(page: Page): Promise<unknown[]> {
  // As a script of the debugger, to which the page's policy does not apply.
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { axe: there } = globalThis as unknown as { axe: { run(): Promise<AxeResults> } };
    const found = await there.run();
    return found.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
  });
}

export { expect };
