/** What it takes to find a thousand services, with the system in a worker and in process, in turns. Root and Linux. */
import { fileURLToPath } from 'node:url';
import { World } from '../../test/interop/world.js';
import { median } from '../../test/threads/blocked.js';
import type { Line } from '../hostile/line.js';

const COUNT = 1_000;

interface Found {
  /** Milliseconds of processor time of the main thread. */
  readonly busy: number;
  /** Milliseconds of processor time of all threads. */
  readonly cpu: number;
  /** Milliseconds until half of them were up, and until all were. */
  readonly up: number;
  readonly last: number;
  readonly mebibytes: number;
}

/** @param runs of each, of which the median counts */
export async function* found(runs: number): AsyncIterable<Line> {
  const all: { readonly process: Found; readonly worker: Found }[] = [];
  for (let run = 0; run < runs; run++) all.push({ process: await find('process'), worker: await find('worker') });
  const of = (where: 'process' | 'worker', read: (found: Found) => number) =>
    median(all.map((each) => read(each[where])));
  const line = (what: string, unit: string, bound: number, read: (found: Found) => number, isRatio = true): Line => {
    const [alone, worker] = [of('process', read), of('worker', read)];
    const note = `${alone.toFixed(0)} and ${worker.toFixed(0)} ${unit}`;
    return {
      item: '',
      what,
      value: isRatio ? worker / alone : worker - alone,
      unit: isRatio ? 'x' : unit,
      bound,
      note,
    };
  };
  const what = `${COUNT.toLocaleString('en')} found`;
  yield line(`${what}: processor time of the main thread`, 'ms', 0.15, ({ busy }) => busy);
  yield line(`${what}: processor time of all threads`, 'ms', 1.15, ({ cpu }) => cpu);
  yield line(`${what}: half of them up`, 'ms', 1.3, ({ up }) => up);
  yield line(`${what}: the last one up`, 'ms', 1.3, ({ last }) => last);
  yield line(`${what}: memory, more`, 'MiB', 20, ({ mebibytes }) => mebibytes, false);
}

async function find(where: 'process' | 'worker'): Promise<Found> {
  const world = new World({ hosts: ['finder', 'publisher'], ipv6: false });
  try {
    const publisher = world.host('publisher');
    const path = fileURLToPath(new URL('../peers/publisher.ts', import.meta.url));
    const argv = [process.execPath, '--import', import.meta.resolve('tsx'), path, publisher.ipv4 ?? '', String(COUNT)];
    const program = publisher.start(argv, 'publisher.ts');
    await program.until('"ready"', () => program.lines[0], 60_000);
    const finder = fileURLToPath(new URL('finder.mjs', import.meta.url));
    const found = world.host('finder').start([process.execPath, finder, where, String(COUNT)], `finder.mjs ${where}`);
    await found.ended(60_000);
    return JSON.parse(found.lines[0] ?? '{}');
  } finally {
    await world.close();
  }
}
