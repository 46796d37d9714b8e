/** The browser of the operating system: Playwright's own would be downloaded. */
import { existsSync } from 'node:fs';

export const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
/** For `test.skip`: whether there is none, and what to do about it. */
export const withoutChromium = [
  !existsSync(CHROMIUM),
  `There is no ${CHROMIUM}: apt-get install chromium, or set CHROMIUM to the path of one.`,
] as const;
