/** Whether the device keeps silent when nobody asks. */
import { describe, expect } from 'vitest';
import { judgeSilence } from './silence.js';
import { bonjour, type StandOptions } from './stand.js';

const HOUR = 3_600_000;
const devices: readonly (readonly [what: string, hours: number, options: StandOptions])[] = [
  ['two announcements', 28, {}],
  ['eight announcements', 5, { mdns: { announcements: 8 } }],
];

describe('silence', () => {
  for (const [what, hours, options] of devices) {
    bonjour(
      `BCT III.4 ANN-02 ANN-03 ${what}, and nothing else in ${hours} hours`,
      async ({ tester, powerOn }) => {
        powerOn();
        await tester.wait(hours * HOUR);
        tester.note(...judgeSilence(tester.packets, tester.device, tester.now));
        // Apple's tester allows more than RFC 6762 section 8.3.
        expect(tester.packets.at(-1)?.time).toBeLessThan(130_000);
      },
      { ...options, seeds: 1 },
    );
  }
});
