/** How long it takes to find services, and what they take. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Measure } from './measure.js';
import { Stage } from './stage.js';
import type { Row } from './table.js';

const DEADLINE = 30_000;
const WITH_MANY: readonly Row[] = [
  { what: 'memory, 1,000 found', unit: 'MiB', goal: { ratio: 1.15, of: 'bonjour-service' } },
  { what: '1,000 found: loop delay', unit: 'ms' },
];

export const found: readonly Measure[] = [find(1), find(100), find(1_000, 0.7)];

function find(count: number, ratio?: number): Measure {
  const time: Row = {
    what: `${count.toLocaleString('en')} found`,
    unit: 's',
    ...(ratio === undefined ? {} : { goal: { ratio, of: 'bonjour-service' } }),
  };
  return {
    section: 'found',
    rows: count === 1_000 ? [time, ...WITH_MANY] : [time],
    needs: 'find',
    run: (contender) =>
      Stage.with(contender, 'browse', count, async (stage) => {
        const seconds = await stage.contender.found(DEADLINE);
        await sleep(1_000);
        const { delay } = await stage.state();
        return [seconds, stage.memory(), delay];
      }),
  };
}
