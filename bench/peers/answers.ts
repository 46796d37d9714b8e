/** How long the answers to questions about services take that come from one asker. */
import { setTimeout as sleep } from 'node:timers/promises';
import { quantile } from '../hostile/scene.js';
import type { Measure } from './measure.js';
import { Stage } from './stage.js';

/** Each is asked about less than once a second, which is as often as the group may be told (RFC 6762 section 6). */
const SERVICES = 20;
const PER_SECOND = 15;
const SECONDS = 10;
/** ms after which what is announced has been announced again. */
const SETTLED = 3_000;

export const answers: readonly Measure[] = [
  {
    section: 'answers',
    rows: [
      { what: 'SRV answer, p50', unit: 'ms', goal: { ratio: 1, of: 'Avahi' } },
      { what: 'SRV answer, p99', unit: 'ms' },
      { what: 'SRV answer: loop delay', unit: 'ms' },
    ],
    needs: 'answer',
    run: (contender) =>
      Stage.with(contender, 'answer', SERVICES, async (stage) => {
        await sleep(SETTLED);
        await stage.state();
        const program = stage.start('../hostile/asker.ts', PER_SECOND, SECONDS, SERVICES);
        await program.ended(SECONDS * 1_000 + 30_000);
        const delays: (number | null)[] = JSON.parse(program.lines[0] ?? '[]');
        const all = delays.map((delay) => delay ?? Infinity);
        const { delay } = await stage.state();
        return [quantile(all, 0.5), quantile(all, 0.99), delay];
      }),
  },
];
