/**
 * What a datagram costs, in counts that do not depend on the machine, so that a change that makes it dearer is noticed. When a limit is
 * no longer met for a good reason, or a change made something cheaper, write the new count here.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const probe = fileURLToPath(new URL('cost-probe.mjs', import.meta.url));
/** Nothing is compiled for good, nothing runs beside, and there is room for the whole stretch in the young generation. */
const flags = [
  '--expose-gc',
  '--no-opt',
  '--no-sparkplug',
  '--single-threaded',
  '--min-semi-space-size=64',
  '--max-semi-space-size=64',
];
/** The counts of bytes are those of Node 20; what V8 allocates differs from version to version. */
const [node] = process.versions.node.split('.');
const TOLERANCE = node === '20' ? 0.15 : 0.5;

interface Cost {
  readonly kind: string;
  readonly events: number;
  readonly steps: number;
  readonly bytes: number;
  /** Calls of functions. */
  readonly calls: number;
}

/**
 * For each response of ten records, or question: events between actors, steps of machines, bytes of the heap; and calls where one that
 * comes now and then is to be handled quickly, in a process with cold caches.
 */
const limits: Readonly<Record<string, Omit<Cost, 'kind' | 'calls'> & { readonly calls?: number }>> = {
  'known, byte for byte': { events: 1, steps: 0, bytes: 3_680 },
  'known, other TTLs': { events: 2, steps: 0, bytes: 16_800 },
  'known, other TXT data': { events: 4, steps: 0, bytes: 29_700 },
  'known, other TXT data, until the old ones are gone': { events: 5.1, steps: 0.1, bytes: 41_400 },
  'not browsed': { events: 0, steps: 0, bytes: 465 },
  'not browsed, other TTLs': { events: 0, steps: 0, bytes: 1_090 },
  'a question, answered at once': { events: 3, steps: 0, bytes: 20_400, calls: 295 },
  'a question, answered at once by unicast': { events: 3, steps: 0, bytes: 7_480, calls: 110 },
  'new, of the browsed type': { events: 9, steps: 0, bytes: 48_000 },
  'ten names without services, of a host with too many': { events: 1, steps: 0, bytes: 3_470 },
};

describe('a datagram costs', () => {
  const output = execFileSync(process.execPath, [...flags, '--import', 'tsx', probe], { encoding: 'utf8' });
  const costs = output
    .trim()
    .split('\n')
    .map((line): Cost => JSON.parse(line));

  it('what is measured', () => {
    expect(costs.map(({ kind }) => kind)).toEqual(Object.keys(limits));
  });

  it.each(costs)('no more than $kind is allowed', ({ kind, events, steps, bytes, calls }) => {
    const limit = limits[kind] ?? { events: 0, steps: 0, bytes: 0 };
    expect(events).toBeLessThanOrEqual(limit.events);
    expect(steps).toBeLessThanOrEqual(limit.steps);
    expect(calls).toBeLessThanOrEqual((limit.calls ?? Infinity) * (1 + TOLERANCE));
    expect(bytes).toBeLessThanOrEqual(limit.bytes * (1 + TOLERANCE));
    // Otherwise the limit is out of date, and guards nothing.
    expect(bytes).toBeGreaterThanOrEqual(limit.bytes * (1 - TOLERANCE));
  });
});
