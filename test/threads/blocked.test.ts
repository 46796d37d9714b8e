/** A main thread that is blocked costs no answer and no name if the system is in a worker. */
import { expect, it } from 'vitest';
import { delaysOf, median, PATIENCE } from './blocked.js';

it('answers and defends in time while the main thread is blocked, in a fifth of the time that it takes in process', async () => {
  const inWorker = await delaysOf(true, 4);
  for (const delay of [...inWorker.answers, ...inWorker.defences]) expect(delay).toBeLessThan(PATIENCE);
  const inProcess = await delaysOf(false, 2);
  expect(5 * median(inWorker.answers)).toBeLessThan(median(inProcess.answers));
  expect(5 * median(inWorker.defences)).toBeLessThan(median(inProcess.defences));
});
