/** Workers that are opened, crash and are closed, over and over, leave no thread, port, timer or listener behind. */
import { expect, it } from 'vitest';
import { DIST, onLoopback, until, watchWorkers } from './loopback.js';

const { createMdns } = (await import(new URL('index.js', DIST).href)) as typeof import('../../src/index.js');

const CYCLES = 100;
const WEB = { name: 'Web', type: 'http', port: 80 };

const workers = watchWorkers();

/** What keeps a process alive, by kind. */
const resources = () => process.getActiveResourcesInfo().filter((what) => what !== 'Immediate').length;
const listeners = () => process.eventNames().map((name) => `${String(name)} ${process.listenerCount(name)}`);

async function cycle(n: number): Promise<void> {
  const mdns = createMdns({ ...onLoopback(), worker: true });
  const web = mdns.publish(WEB);
  mdns.browse('http').subscribe();
  const waiting = mdns.resolve('Nobody', 'http', { timeout: 60_000 }).catch(({ code }) => code);
  const client = createMdns({ port: mdns.connect() });
  const other = client.publish({ ...WEB, name: 'Of a client' });
  if (n % 2 === 0) await until('up', () => mdns.status.state === 'up');
  mdns.metrics();
  if (n % 3 === 0) await workers.at(-1)?.terminate();
  if (n % 5 === 0) await client.close();
  await mdns.close();
  expect(await waiting).toBe('closed');
  await Promise.all([web.withdraw(), other.withdraw()]);
  await until('the end of the client', () => client.status.state === 'closed');
}

it(`leave nothing behind (${CYCLES})`, { timeout: 300_000 }, async () => {
  await cycle(0);
  await until('the first thread to end', () => workers.every(({ threadId }) => threadId === -1));
  const [before, heard] = [resources(), listeners()];
  for (let n = 0; n < CYCLES; n++) await cycle(n);
  await until('the threads to end', () => workers.every(({ threadId }) => threadId === -1));
  await until('the rest to end', () => resources() <= before);
  expect(listeners()).toEqual(heard);
  expect(workers.length).toBeGreaterThanOrEqual(CYCLES);
});
