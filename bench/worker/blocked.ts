/** How soon questions are answered and names defended, and how names are probed, while the main thread is blocked. On the loopback interface. */
import { type Delays, delaysOf, median, PATIENCE } from '../../test/threads/blocked.js';

const both = (delays: readonly number[]) => `${median(delays).toFixed(0)} / ${Math.max(...delays).toFixed(0)}`;

export async function* blocked(rounds: number): AsyncIterable<string> {
  yield `| main thread, system | answer: median / max, ms | later than ${PATIENCE} ms | defence | later | probes apart |`;
  yield '| --- | --- | --- | --- | --- | --- |';
  for (const ms of [0, 2_000]) {
    for (const worker of [false, true]) {
      const title = `${ms === 0 ? 'idle' : 'blocked'}, ${worker ? 'worker' : 'in process'}`;
      yield row(title, await delaysOf(worker, rounds, ms));
    }
  }
}

function row(title: string, { answers, defences, probes }: Delays): string {
  const cells = [answers, defences].flatMap((delays) => [
    both(delays),
    `${delays.filter((delay) => delay > PATIENCE).length} of ${delays.length}`,
  ]);
  return `| ${[title, ...cells, both(probes)].join(' | ')} |`;
}
