/** A2 and A3: work and memory follow what changed, and what is asked for is let go. */
import type { Grown } from './growing.js';
import type { Scenario } from './line.js';
import { runChild } from './process.js';

const INSTANCES = 2_400;
const EXPIRING = 5_000;
const TYPES = 10_000;
const TURN = { unit: 'ms', bound: 50 } as const;
const MEMORY = { unit: 'MiB', bound: 10 } as const;
/** Twice as many may cost twice as much, and what garbage collection varies by. */
const LINEAR = { unit: 'x', bound: 2.6 } as const;

const grow = (what: string, count: number) => runChild<Grown>('growing.ts', [what, Math.round(count)]);

export const manyAddresses: Scenario = async function* (scale) {
  const count = INSTANCES * scale;
  const once = await grow('addresses', count);
  const what = `${count} instances at a host of ${count} addresses`;
  yield { item: 'A2', what: `${what}: longest turn`, value: once?.longestTurn ?? Number.NaN, ...TURN };
  const alone = await grow('instances', count);
  const more = (once?.memory ?? Number.NaN) - (alone?.memory ?? Number.NaN);
  const note = `as many at a host of one address: ${alone?.memory.toFixed(1)} MiB`;
  yield { item: 'A2', what: `${what}: memory for addresses`, value: more, ...MEMORY, note };
  const twice = await grow('addresses', 2 * count);
  yield { item: 'A2', what: 'twice as many of both: longest turn', value: twice?.longestTurn ?? Number.NaN, ...TURN };
  const ratio = (twice?.cpu ?? Number.NaN) / (once?.cpu ?? Number.NaN);
  yield { item: 'A2', what: 'twice as many of both: CPU', value: ratio, ...LINEAR };
};

export const expiry: Scenario = async function* (scale) {
  const count = EXPIRING * scale;
  const result = await grow('expiry', count);
  yield {
    item: 'A2',
    what: `${count} SRV records expire together: longest turn`,
    value: result?.longestTurn ?? Number.NaN,
    ...TURN,
  };
};

export const types: Scenario = async function* (scale) {
  const count = TYPES * scale;
  const result = await grow('types', count);
  yield {
    item: 'A3',
    what: `${count} types come and go: memory kept`,
    value: result?.memory ?? Number.NaN,
    unit: 'MiB',
    bound: 2,
  };
  yield {
    item: 'A3',
    what: `${count} types come and go: longest turn`,
    value: result?.longestTurn ?? Number.NaN,
    ...TURN,
  };
};
