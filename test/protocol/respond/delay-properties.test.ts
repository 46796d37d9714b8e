import { expect, it } from 'vitest';
import { seededRandom } from '../../../src/net/simulated/random.js';
import { question } from '../../support/records.js';
import { Bench, HOST, host, printer, query, TYPE } from './responder-bench.js';

function expectUniform(samples: readonly number[], min: number, max: number): void {
  const quarters = [0, 0, 0, 0];
  for (const sample of samples) {
    expect(sample).toBeGreaterThanOrEqual(min);
    expect(sample).toBeLessThanOrEqual(max);
    const quarter = Math.min(3, Math.floor((4 * (sample - min)) / (max - min)));
    quarters[quarter] = (quarters[quarter] ?? 0) + 1;
  }
  for (const count of quarters) {
    expect(count / samples.length).toBeGreaterThan(0.2);
    expect(count / samples.length).toBeLessThan(0.3);
  }
}

it.each([
  ['RSP-06 shared answers', query(question(TYPE, 'PTR')), 20, 120],
  ['RSP-08 several questions', query([question(HOST, 'A'), question('x.local', 'A')]), 20, 120],
  ['RSP-07 truncated queries', query(question(HOST, 'A'), { truncated: true }), 400, 500],
])('%s are delayed uniformly', (_title, message, min, max) => {
  const random = seededRandom(1);
  const samples = Array.from({ length: 1000 }, () => {
    const bench = new Bench([host, printer], random);
    bench.ask(0, message);
    return bench.run(1000)[0]?.at ?? Number.NaN;
  });
  expectUniform(samples, min, max);
});
