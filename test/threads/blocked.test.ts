/** A main thread that is blocked costs no answer and no name if the system is in a worker. */
import { expect, it } from 'vitest';
import { delaysOf, median, PATIENCE } from './blocked.js';
import { onLoopback, runProgram } from './loopback.js';
import { LoopbackPeer } from './loopback-peer.js';

it('answers and defends in time while the main thread is blocked, in a fifth of the time that it takes in process', async () => {
  const inWorker = await delaysOf(true, 4);
  for (const delay of [...inWorker.answers, ...inWorker.defences]) expect(delay).toBeLessThan(PATIENCE);
  const inProcess = await delaysOf(false, 2);
  expect(5 * median(inWorker.answers)).toBeLessThan(median(inProcess.answers));
  expect(5 * median(inWorker.defences)).toBeLessThan(median(inProcess.defences));
});

it('publishes while the main thread is blocked from the start', async () => {
  const { ipv4 } = onLoopback();
  let answered: () => void = () => {};
  const announced = new Promise<void>((resolve) => {
    answered = resolve;
  });
  const peer = await LoopbackPeer.open(Number(ipv4.split(':')[1]), ({ answers }) => {
    if (answers.some(({ type, name }) => type === 'SRV' && name.startsWith('Early.'))) answered();
  });
  const options = JSON.stringify({ interfaces: 'loopback', ipv4, ipv6: false, worker: true });
  const ran = runProgram(
    `const mdns = createMdns(${options});
     const web = mdns.publish({ name: 'Early', type: 'http', port: 80 });
     mdns.publish({ name: 'Withdrawn', type: 'http', port: 81 }).withdraw();
     web.update({ port: 82 });
     Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 6_000);
     say('awake');
     await web.withdraw();
     say('withdrawn');`,
  );
  // `ran` settles at the end of the program.
  expect(await Promise.race([announced.then(() => 'announced'), ran.then(() => 'it has ended')])).toBe('announced');
  expect(await ran).toEqual({ lines: ['awake', 'withdrawn'], code: 0 });
  await peer.close();
});
