/** However a worker ends, it is started again, and the program goes on. */
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { onLoopback, runProgram } from './loopback.js';

const MORTAL = fileURLToPath(new URL('mortal.cjs', import.meta.url));

it.each([
  ['throw', 'Error: a bug'],
  ['reject', 'Error: a bug in a promise'],
  ['exit', 'it ended with exit code 7'],
  ['allocate', 'Error: Worker terminated due to reaching memory limit: JS heap out of memory'],
])('a worker that ends by %s is started again', async (end, reason) => {
  const options = JSON.stringify({ ...onLoopback(), worker: { url: MORTAL } });
  const program = `
    const mdns = createMdns(${options});
    const web = mdns.publish({ name: 'Web', type: 'http', port: 80 });
    mdns.browse('http').subscribe(({ event, instance }) => say(event + ' ' + instance.name));
    mdns.status$.subscribe(({ state, reason = '' }) => {
      if (reason.includes('has ended')) say(state + ': ' + reason);
    });
    await web.announced;
    await mdns.resolve('Web', 'http');
    const channel = new BroadcastChannel('mortal');
    channel.postMessage('${end}');
    channel.close();
    let announced = 0;
    web.changes$.subscribe(({ event }) => {
      if (event === 'announced' && ++announced === 2) void mdns.close();
    });`;
  // A limit of each thread.
  const { lines, code } = await runProgram(program, { nodeOptions: ['--max-old-space-size=64'] });
  expect(lines).toEqual(['up Web', `starting: The worker has ended (${reason}); it is started again in 1000 ms.`]);
  expect(code).toBe(0);
});
