/** A5: no source can mute us: another host's questions are answered while packets pour in. */
import type { Line, Scenario } from './line.js';
import { cpuOf, datagramsOf } from './process.js';
import { quantile, Scene } from './scene.js';
import { SMALL_KINDS } from './small.js';

const PER_SECOND = 5_000;
const SECONDS = 15;
const ASKED_PER_SECOND = 20;

export const mute: Scenario = async function* (scale, isWanted) {
  const seconds = Math.max(3, SECONDS * scale);
  for (const sources of [1, 200]) {
    for (const kind of ['all kinds', ...SMALL_KINDS]) {
      const what = `${kind}, ${PER_SECOND}/s, ${sources} source${sources === 1 ? '' : 's'}`;
      if (isWanted(what)) yield* poured(what, kind, sources, seconds);
    }
  }
};

async function* poured(what: string, kind: string, sources: number, seconds: number): AsyncIterable<Line> {
  const scene = new Scene(sources);
  try {
    const { pid } = await scene.victim();
    const [cpu, received] = [cpuOf(pid), datagramsOf(pid)];
    const flood = scene.flood('small', kind, PER_SECOND, seconds + 1);
    const delays = await scene.ask(ASKED_PER_SECOND, seconds);
    const share = (cpuOf(pid) - cpu) / (10 * seconds);
    const read = (datagramsOf(pid) - received) / seconds;
    await flood.ended(seconds * 1_000 + 30_000);
    const answered = (100 * delays.filter(Number.isFinite).length) / delays.length;
    yield { item: 'A5', what: `${what}: answered`, value: answered, unit: '%', bound: 95, atLeast: true };
    const note = `CPU ${share.toFixed(0)} %, ${read.toFixed(0)} datagrams read a second`;
    yield { item: 'A5', what: `${what}: p99`, value: quantile(delays, 0.99), unit: 'ms', bound: 150, note };
  } finally {
    await scene.close();
  }
}
