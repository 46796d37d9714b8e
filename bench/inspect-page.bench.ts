/** Whether the page keeps up with 5,000 events a second from 60 actors: pictures a second, the longest pause, and the filter. */
import { chromium, type Page } from '@playwright/test';
import type { ActorInfo, Entry, Frame, InspectionSource } from '../src/inspector/frames.js';
import { serve } from '../src/inspector/server.js';

const ACTORS = 60;
const SECONDS = 10;
const FRAME_MS = 100;
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';

const actors = Array.from({ length: ACTORS }, (_, i): ActorInfo => {
  const parent = i === 0 ? undefined : `x:${i < 6 ? 0 : (i % 5) + 1}`;
  return { id: `x:${i}`, parent, name: `publication-${i}`, chart: 'announcer', state: 'held.series.established' };
});

/** So many entries a second. */
function flowing(rate: number): { source: InspectionSource; stop: () => void } {
  let timer: NodeJS.Timeout | undefined;
  let count = 0;
  let whole: readonly ActorInfo[] | undefined = actors;
  const frame = (): Frame => {
    const at = performance.now();
    const log = Array.from({ length: (rate * FRAME_MS) / 1_000 }, (): Entry => {
      const [from, to] = [count++ % ACTORS, (count * 7) % ACTORS];
      if (count % 5 === 0)
        return { kind: 'state', at, id: `x:${to}`, state: 'probing.sending', by: 'announcer.probing:x:0' };
      return {
        kind: 'message',
        at,
        from: `x:${from}`,
        to: `x:${to}`,
        type: 'records.heard',
        data: `records: [${count}]`,
      };
    });
    const made = {
      at,
      log,
      packets: [],
      looked: 100,
      span: 100,
      packetsUnseen: 0,
      actorsUnseen: 0,
      ...(whole && { whole }),
    };
    whole = undefined;
    return made;
  };
  const source: InspectionSource = {
    watch(sink) {
      timer = setInterval(() => sink(frame()), FRAME_MS);
      return () => clearInterval(timer);
    },
    refresh() {
      whole = actors;
    },
    view: () => Promise.resolve({ at: 0, rows: [], more: 0 } as never),
  };
  return { source, stop: () => clearInterval(timer) };
}

/** Counts the pictures of some seconds. */
function pictures(page: Page): Promise<{ perSecond: number; longest: number }> {
  return page.evaluate(async (seconds) => {
    const times: number[] = [];
    const start = performance.now();
    while (performance.now() - start < seconds * 1_000)
      times.push(await new Promise((resolve) => requestAnimationFrame(resolve)));
    const pauses = times.slice(1).map((time, i) => time - (times[i] ?? time));
    return { perSecond: times.length / seconds, longest: Math.max(...pauses) };
  }, SECONDS);
}

const browser = await chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
for (const rate of [0, 500, 5_000]) {
  const { source, stop } = flowing(rate);
  const server = await serve(source, 0);
  const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
  await page.goto(server.url);
  await page.locator('.tree .row').nth(3).click();
  const { perSecond, longest } = await pictures(page);
  const asked = performance.now();
  await page.getByLabel('Filter by text').first().fill('records: [');
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
  const filtered = performance.now() - asked;
  const heap = await page.evaluate(
    () => (performance as unknown as { memory: { usedJSHeapSize: number } }).memory.usedJSHeapSize,
  );
  console.log(
    `${rate} events/s: ${perSecond.toFixed(0)} pictures/s, longest pause ${longest.toFixed(0)} ms, filter ${filtered.toFixed(0)} ms, heap ${(heap / 1e6).toFixed(0)} MB`,
  );
  await page.close();
  stop();
  await server.close();
}
await browser.close();
