/** The page of the running system in Chromium, that of the operating system: `npm run test:web`. */
import { defineConfig } from '@playwright/test';
import { CHROMIUM } from './chromium.js';

export default defineConfig({
  testDir: '.',
  outputDir: '/tmp/mdns-actors-web',
  // Real time only ends a test that hangs, on a machine however busy.
  timeout: 120_000,
  expect: { timeout: 30_000 },
  workers: 1,
  reporter: [['list']],
  use: {
    viewport: { width: 1280, height: 860 },
    launchOptions: {
      executablePath: CHROMIUM,
      // Chromium has no sandbox for root, as which containers run.
      args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    },
  },
});
