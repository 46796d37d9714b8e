/** What a process said is heard though it ends at once: real sockets on the loopback interface, in a group of their own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { filter, firstValueFrom, ReplaySubject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { createMdns, type InstanceEvent, type MdnsOptions } from '../../src/index.js';
import { PATIENCE_MS } from '../support/patience.js';

const SOURCE = fileURLToPath(new URL('../../src/index.js', import.meta.url));

/** A browser here, and a program in a process of its own that publishes `Web` and then does `rest`. */
async function heardOf(port: number, rest: string): Promise<InstanceEvent[]> {
  const options: MdnsOptions = { interfaces: 'loopback', ipv4: `224.0.0.254:${port}`, ipv6: false };
  const heard: InstanceEvent[] = [];
  const events = new ReplaySubject<InstanceEvent>();
  await using mdns = createMdns(options);
  mdns.browse('last-words').subscribe(events);
  events.subscribe((event) => heard.push(event));
  await firstValueFrom(mdns.status$.pipe(filter(({ state }) => state === 'up')));

  const program = `
    const { createMdns } = await import(${JSON.stringify(SOURCE)});
    const mdns = createMdns(${JSON.stringify({ ...options, hostname: 'speaker' })});
    const web = mdns.publish({ name: 'Web', type: 'last-words', port: 80, txt: { v: '1' } });
    ${rest}
    process.exit(7);`;
  const argv = ['--import', 'tsx', '--input-type=module', '--eval', program];
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'inherit', 'inherit'] });
  const [code] = (await once(child, 'exit')) as [number | null];
  expect(code, 'the program came to its end').toBe(7);
  const isLast = ({ event }: InstanceEvent) => event === (rest.includes('withdraw') ? 'down' : 'up');
  await firstValueFrom(events.pipe(filter(isLast)));
  return heard;
}

/** Test runs at the same time have other process ids. */
const PORT = 49_000 + (process.pid % 500) * 2;

describe('last words', () => {
  it('ANN-01 a process that ends as soon as it is announced has been heard', { timeout: PATIENCE_MS }, async () => {
    const heard = await heardOf(PORT, 'await web.announced;');
    expect(heard[0]).toMatchObject({ event: 'up', instance: { name: 'Web', port: 80, txt: { v: '1' } } });
    expect(heard[0]?.instance.addresses.map(({ address }) => address)).toEqual(['127.0.0.1']);
  });

  it('GBY-01 A-73 a process that ends as soon as it has withdrawn has said goodbye', {
    timeout: PATIENCE_MS,
  }, async () => {
    const heard = await heardOf(PORT + 1, 'await web.announced; await web.withdraw();');
    expect(heard.at(-1)).toMatchObject({ event: 'down', reason: 'goodbye' });
  });
});
