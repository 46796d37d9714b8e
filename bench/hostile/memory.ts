/** A1: what peers send does not become memory; our own service is answered, and what is wanted is found meanwhile. */
import type { Flooded } from './flooded.js';
import type { Line, Scenario } from './line.js';
import { cpuOf, datagramsOf, forgetPeak, memoryOf, runChild } from './process.js';
import { quantile, Scene } from './scene.js';
import { KINDS } from './worst.js';

/** Packets of 8.9 kB that are 60 MB. */
const PACKETS = 6_700;
const PER_SECOND = 300;
const RUNS = 3;
/**
 * As long as the flood: hosts that change their TXT data as often, in packets as large. V8's young generation doubles under any such
 * rate of garbage, and RSS goes up and down with each collection, so the baseline is what it takes at the end of honest traffic.
 */
const WARM_SECONDS = 22;
const MEMORY = { unit: 'MiB', bound: 40 } as const;
const CPU = { unit: 'ms', bound: 1 } as const;
const ANSWERED = { unit: '%', bound: 95, atLeast: true } as const;
const STAYED = { unit: '%', bound: 100, atLeast: true } as const;
const SMALL_HEAP_ROW = 'mixed, 50 sources, a heap of 96 MiB';
const SMALL_HEAP = ['--expose-gc', '--max-old-space-size=96'];

/** Each kind alone, on virtual time. */
export const simulatedFloods: Scenario = async function* (scale, isWanted) {
  const packets = Math.round(PACKETS * scale);
  for (const kind of ['honest', ...KINDS, 'mixed'] as const) {
    for (const sources of [1, 50]) {
      const what = `${kind}, ${sources} source${sources === 1 ? '' : 's'}`;
      if (isWanted(what)) yield* flood(what, kind, packets, sources);
    }
  }
  if (!isWanted(SMALL_HEAP_ROW)) return;
  const small = await runChild<Flooded>('flooded.ts', ['mixed', packets, 50], { nodeOptions: SMALL_HEAP });
  yield {
    item: 'A1',
    what: `${SMALL_HEAP_ROW}: lives`,
    value: small ? 1 : 0,
    unit: '',
    bound: 1,
    atLeast: true,
  };
};

async function* flood(what: string, kind: string, packets: number, sources: number): AsyncIterable<Line> {
  const result = await runChild<Flooded>('flooded.ts', [kind, packets, sources]);
  yield { item: 'A1', what: `${what}: memory kept`, value: result?.memory ?? Number.NaN, ...MEMORY };
  yield { item: 'A1', what: `${what}: CPU a packet`, value: result?.cpu ?? Number.NaN, ...CPU };
  yield {
    item: 'A1',
    what: `${what}: own service answered`,
    value: 100 * (result?.answered ?? Number.NaN),
    ...ANSWERED,
  };
  yield { item: 'A1', what: `${what}: genuine ones stay up`, value: 100 * (result?.stayed ?? Number.NaN), ...STAYED };
  yield {
    item: 'A1',
    what: `${what}: large TXT resolved after`,
    value: result?.resolved ?? Number.NaN,
    unit: 'ms',
    bound: 3_000,
  };
}

/** All kinds in turn, on real sockets. When the collector runs is chance, and RSS with it: each line is the median of its runs. */
export const mixedFlood: Scenario = async function* (scale, isWanted) {
  const seconds = Math.max(3, Math.round((PACKETS / PER_SECOND) * scale));
  for (const sources of [1, 50]) {
    for (const nodeOptions of [[], ['--max-old-space-size=96']]) {
      const heap = nodeOptions.length === 0 ? '' : ', 96 MiB heap';
      const what = `sockets, mixed, ${sources} source${sources === 1 ? '' : 's'}${heap}`;
      if (!isWanted(what)) continue;
      const runs: Line[][] = [];
      for (let run = 0; run < RUNS; run++) runs.push(await linesOf(realFlood(what, seconds, sources, nodeOptions)));
      yield* medians(runs);
    }
  }
};

async function linesOf(scenario: AsyncIterable<Line>): Promise<Line[]> {
  const lines: Line[] = [];
  for await (const line of scenario) lines.push(line);
  return lines;
}

/** Of runs with the same lines; of what has to be there at least, such as life, the least. */
function medians(runs: readonly (readonly Line[])[]): Line[] {
  return (runs[0] ?? []).map((first, i) => {
    const worst = first.atLeast ? -Infinity : Infinity;
    const measured = runs.map((lines) => lines[i]?.value ?? Number.NaN);
    const values = measured.map((value) => (Number.isNaN(value) ? worst : value)).toSorted((a, b) => a - b);
    const value = values[first.atLeast ? 0 : Math.floor(values.length / 2)] ?? Number.NaN;
    const range = values.map((each) => Number(each.toPrecision(3))).join(', ');
    return { ...first, value, note: first.note === undefined ? range : `${range}; ${first.note}` };
  });
}

async function* realFlood(
  what: string,
  seconds: number,
  sources: number,
  nodeOptions: readonly string[],
): AsyncIterable<Line> {
  const scene = new Scene(sources);
  try {
    const victim = await scene.victim(nodeOptions);
    await scene.publishLarge();
    const idle = memoryOf(victim.pid).now;
    await scene.flood('large', 'busy', PER_SECOND, WARM_SECONDS).ended(90_000);
    const [warmed, cpu, received] = [memoryOf(victim.pid), cpuOf(victim.pid), datagramsOf(victim.pid)];
    forgetPeak(victim.pid);
    const asker = scene.ask(5, seconds);
    const flood = scene.flood('large', 'mixed', PER_SECOND, seconds);
    const large = scene.resolveAfter((seconds * 1_000) / 2);
    await flood.ended(seconds * 1_000 + 30_000);
    const lives = victim.program.exit === undefined;
    yield { item: 'A1', what: `${what}: lives`, value: lives ? 1 : 0, unit: '', bound: 1, atLeast: true };
    const peak = lives ? memoryOf(victim.pid).peak : Number.NaN;
    const above = `${Math.round(peak - warmed.peak)} above its most in honest traffic, ${Math.round(peak - idle)} above none`;
    yield { item: 'A1', what: `${what}: RSS`, value: peak - warmed.now, ...MEMORY, note: above };
    const packets = lives ? datagramsOf(victim.pid) - received : Number.NaN;
    const used = lives ? cpuOf(victim.pid) - cpu : Number.NaN;
    const note = `${packets} of ${PER_SECOND * seconds} packets read`;
    yield { item: 'A1', what: `${what}: CPU a packet`, value: used / packets, ...CPU, note };
    const delays = await asker;
    yield {
      item: 'A1',
      what: `${what}: own service answered, p95`,
      value: quantile(delays, 0.95),
      unit: 'ms',
      bound: 100,
    };
    yield { item: 'A1', what: `${what}: large TXT resolved after`, value: await large, unit: 'ms', bound: 3_000 };
  } finally {
    await scene.close();
  }
}
