/** A system in a real worker, on real sockets. */
import { setTimeout as sleep } from 'node:timers/promises';
import { MessageChannel } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import type { Mdns, MdnsOptions } from '../../src/index.js';
import { DIST, onLoopback, threadOf, until, watchWorkers } from './loopback.js';

const { createMdns } = (await import(new URL('index.js', DIST).href)) as typeof import('../../src/index.js');

const workers = watchWorkers();
const opened: Mdns[] = [];
const open = (options: MdnsOptions = {}) => {
  const mdns = createMdns({ ...onLoopback(), worker: true, ...options });
  opened.push(mdns);
  return mdns;
};
afterEach(async () => {
  await Promise.all(opened.splice(0).map((mdns) => mdns.close()));
});

const WEB = { name: 'Web', type: 'http', port: 80 };

describe('a system in a worker', () => {
  it('publishes, finds, and closes', async () => {
    const mdns = open({ hostname: 'in-a-worker' });
    const web = mdns.publish({ ...WEB, txt: { path: '/' } });
    await web.announced;
    const found = await mdns.resolve('Web', 'http');
    expect(found).toMatchObject({ port: 80, host: 'in-a-worker.local', txt: { path: '/' } });
    expect(mdns.lastSeen(found)).toBeGreaterThanOrEqual(0);
    expect(mdns.metrics()).toMatchObject({ 'lo/ipv4': { cache: expect.anything() } });
    await expect(mdns.query('in-a-worker.local', 'A')).resolves.toHaveLength(1);
    await mdns.scanInterfaces();
    await mdns.close();
    expect(mdns.status.state).toBe('closed');
  });

  it('asks a function about each interface', async () => {
    const asked: string[] = [];
    const mdns = open({
      ipv4: '224.0.0.254:49299',
      interfaces: ({ name }) => {
        asked.push(name);
        if (name !== 'lo') throw new Error('not this one');
        return true;
      },
    });
    await until('the loopback interface', () => mdns.status.state === 'up' || mdns.status.state === 'degraded');
    expect(asked).toContain('lo');
    const links = mdns.status.links.filter(({ family }) => family === 'ipv4');
    for (const { interface: on, state, reason } of links) {
      expect([state, reason]).toEqual(
        on === 'lo' ? ['up', undefined] : ['unused', 'the interfaces option threw: Error: not this one'],
      );
    }
  });

  it.each([
    ['network', { network: {} }],
    ['inspect', { inspect: () => {} }],
    ['addressFilter', { addressFilter: () => true }],
  ])('refuses %s with a sentence', (name, options) => {
    const real = name === 'network' ? { network: new (createNetwork())() } : options;
    expect(() => open(real as MdnsOptions)).toThrow(
      expect.objectContaining({
        code: 'invalid-option',
        message: expect.stringMatching(`"${name}" .*does not go with`),
      }),
    );
  });

  it('can be looked at, also once its thread has ended and another runs', async () => {
    const mdns = open();
    await until('the system', () => mdns.status.state === 'up');
    const { url } = await mdns.serveInspector();
    const { origin, hash } = new URL(url);
    const headers = { authorization: `Bearer ${hash.slice('#t='.length)}` };
    const aborting = new AbortController();
    const { body } = await fetch(`${origin}/stream`, { headers, signal: aborting.signal });
    let text = '';
    const reading = (async () => {
      for await (const part of body ?? []) text += Buffer.from(part).toString();
    })().catch(() => {});
    const isWhole = () => text.includes('"whole":[{') && text.includes('"name":"link.lo/ipv4"');
    await until('the tree of actors', isWhole);
    const links = await (await fetch(`${origin}/view?kind=links`, { headers })).json();
    expect(JSON.stringify(links)).toContain('"lo/ipv4"');
    text = '';
    const before = workers.length;
    await workers.at(-1)?.terminate();
    await until('another worker', () => workers.length > before && mdns.status.state === 'up');
    await until('the tree of the new one', isWhole);
    aborting.abort();
    await reading;
    await mdns.close();
    await expect(fetch(url)).rejects.toThrow();
  });

  it('shows its packets and sends others, also once its thread has ended and another runs', async () => {
    const mdns = open();
    await expect(mdns.send({ questions: [] })).rejects.toMatchObject({ code: 'no-network' });
    await until('the system', () => mdns.status.state === 'up');
    const seen: string[] = [];
    mdns.packets$.subscribe(({ direction, message, interface: on }) => {
      for (const { name } of message?.questions ?? []) seen.push(`${direction} ${name} ${on}`);
    });
    const asked = { name: 'nobody.local', type: 'A', class: 1, unicastResponse: false } as const;
    const wasSeen = () => ['sent', 'received'].every((way) => seen.includes(`${way} nobody.local lo`));
    // What is sent before the worker watches is not seen.
    const sendUntilSeen = async () => {
      for (const end = performance.now() + 20_000; !wasSeen() && performance.now() < end; await sleep(50))
        await mdns.send({ questions: [asked] });
      expect(wasSeen()).toBe(true);
    };
    await sendUntilSeen();
    seen.length = 0;
    const before = workers.length;
    await workers.at(-1)?.terminate();
    await until('another worker', () => workers.length > before && mdns.status.state === 'up');
    await sendUntilSeen();
    await expect(mdns.send({ questions: [asked] }, { interfaces: ['eth9'] })).rejects.toMatchObject({
      code: 'no-network',
    });
    const completed = new Promise<void>((complete) => mdns.packets$.subscribe({ complete }));
    await mdns.close();
    await completed;
  });

  it('refuses a function that a publication gives', () => {
    const host = { name: 'alias', addressFilter: () => true };
    expect(() => open().publishHost(host)).toThrow(
      /"addressFilter" is a function, and the system runs in another thread/,
    );
  });

  it('goes on when its thread ends', async () => {
    const mdns = open();
    const events: string[] = [];
    mdns.browse('http').subscribe(({ event, instance }) => events.push(`${event} ${instance.name}`));
    const web = mdns.publish(WEB);
    const own: string[] = [];
    web.changes$.subscribe(({ event }) => own.push(event));
    await web.announced;
    await until('the service', () => events.length > 0);
    const waiting = mdns.resolve('Later', 'http', { timeout: 30_000 });
    await workers.at(-1)?.terminate();
    await until('the pause', () => mdns.status.state === 'starting');
    expect(mdns.status.reason).toMatch(/The worker has ended/);
    mdns.publish({ ...WEB, name: 'Later' });
    await expect(waiting).resolves.toMatchObject({ name: 'Later' });
    await until('the announcement', () => own.filter((event) => event === 'announced').length === 2);
    expect(events.sort()).toEqual(['up Later', 'up Web']);
  });
});

describe.each([
  ['in a worker', true],
  ['in this thread', undefined],
])('a system %s that other threads use', (_, worker) => {
  const owner = () => open(worker ? {} : { worker: undefined as never });

  it('finds and publishes for them, until they end', async () => {
    const mdns = owner();
    const events: string[] = [];
    mdns.browse('http').subscribe(({ event, instance }) => events.push(`${event} ${instance.name}`));
    const port = mdns.connect();
    const thread = threadOf(
      `const mdns = createMdns({ port: workerData });
       await mdns.publish({ name: 'Of a thread', type: 'http', port: 81 }).announced;
       const { port } = await mdns.resolve('Web', 'http');
       parentPort.postMessage({ port, host: mdns.hostname, state: mdns.status.state, links: Object.keys(mdns.metrics()) });
       setInterval(() => {}, 1_000);`,
      { workerData: port, transferList: [port] },
    );
    const web = mdns.publish(WEB);
    await web.announced;
    const said = await new Promise((resolve) => thread.once('message', resolve));
    expect(said).toEqual({ port: 80, host: mdns.hostname, state: 'up', links: ['lo/ipv4'] });
    await until('both services', () => events.length >= 2);
    expect(events.sort()).toEqual(['up Of a thread', 'up Web']);
    await thread.terminate();
    await until('its end', () => events.length >= 3);
    expect(events[2]).toBe('down Of a thread');
  });

  it('serves twenty threads with the questions of one', async () => {
    const mdns = owner();
    await until('up', () => mdns.status.state === 'up');
    const asked = () => mdns.metrics()['lo/ipv4']?.sent ?? 0;
    const found: number[] = [];
    const threads = Array.from({ length: 20 }, (_, i) => {
      const port = mdns.connect();
      const thread = threadOf(
        `const mdns = createMdns({ port: workerData });
         mdns.browse('http').subscribe(({ instance }) => parentPort.postMessage(instance.name));
         mdns.status$.subscribe(({ state }) => state === 'up' && parentPort.postMessage('up'));`,
        { workerData: port, transferList: [port] },
      );
      thread.on('message', (what) => {
        if (what === 'up') ready++;
        else found.push(i);
      });
      return thread;
    });
    let ready = 0;
    await until('the threads', () => ready === threads.length, 60_000);
    const before = asked();
    mdns.publish(WEB);
    await until('the service, in each', () => new Set(found).size === threads.length);
    expect(found).toHaveLength(threads.length);
    // Three probes, two announcements, and what is asked again while the machine is busy: not a packet for each thread.
    expect(asked() - before).toBeLessThan(20);
    await Promise.all(threads.map((thread) => thread.terminate()));
    expect(mdns.status.state).toBe('up');
  });

  it('serves the others while a thread sleeps, which then knows what they know', async () => {
    const mdns = owner();
    const sleeping = new Int32Array(new SharedArrayBuffer(4));
    const port = mdns.connect();
    const thread = threadOf(
      `const mdns = createMdns({ port: workerData.port });
       const known = new Set();
       mdns.browse('http').subscribe(({ event, instance }) => {
         if (event === 'down') known.delete(instance.name);
         else known.add(instance.name);
         if (known.has('First') && workerData.sleeping[0] === 0) {
           workerData.sleeping[0] = 1;
           Atomics.wait(workerData.sleeping, 0, 1);
         }
         parentPort.postMessage([...known].sort().join());
       });`,
      { workerData: { port, sleeping }, transferList: [port] },
    );
    let known = '';
    thread.on('message', (names) => {
      known = names;
    });
    const first = mdns.publish({ ...WEB, name: 'First' });
    await until('the thread to sleep', () => Atomics.load(sleeping, 0) === 1);
    const client = createMdns({ port: mdns.connect() });
    opened.push(client);
    const names = Array.from({ length: 10 }, (_, i) => `Web ${i}`);
    const webs = names.map((name) => client.publish({ ...WEB, name }));
    await Promise.all(webs.map(({ announced }) => announced));
    for (const name of names) await expect(client.resolve(name, 'http')).resolves.toMatchObject({ port: 80 });
    await Promise.all([first, ...webs.slice(5)].map((each) => each.withdraw()));
    await client.publish({ ...WEB, name: 'Last' }).announced;
    expect(Atomics.load(sleeping, 0), 'it still sleeps').toBe(1);
    Atomics.store(sleeping, 0, 2);
    Atomics.notify(sleeping, 0);
    await until('what the others know', () => known === ['Last', ...names.slice(0, 5)].join());
    await thread.terminate();
  });

  it('shows them its packets, and sends theirs', async () => {
    const mdns = owner();
    const port = mdns.connect();
    const thread = threadOf(
      `const mdns = createMdns({ port: workerData });
       mdns.packets$.subscribe(({ message }) => {
         if (message?.answers.some(({ type }) => type === 'SRV')) parentPort.postMessage('seen');
       });
       const questions = [{ name: 'of-a-thread.local', type: 'A', class: 1, unicastResponse: false }];
       mdns.status$.subscribe(({ state }) => {
         if (state === 'up') mdns.send({ questions }).then(() => parentPort.postMessage('sent'));
       });
       setInterval(() => {}, 1_000);`,
      { workerData: port, transferList: [port] },
    );
    const said = new Set<string>();
    thread.on('message', (what) => said.add(what));
    const names = new Set<string>();
    mdns.packets$.subscribe(({ message }) => {
      for (const { name } of message?.questions ?? []) names.add(name);
    });
    await until('its packet', () => said.has('sent') && names.has('of-a-thread.local'));
    await mdns.publish(WEB).announced;
    await until('the announcement', () => said.has('seen'));
    await thread.terminate();
  });

  it('ignores what is no message, and ends its clients with itself', async () => {
    const mdns = owner();
    const port = mdns.connect();
    for (const rubbish of [
      undefined,
      7,
      {},
      { type: 'command' },
      { type: 'command', command: { type: 'watch.open', id: {} } },
    ])
      port.postMessage(rubbish);
    const client = createMdns({ port: mdns.connect() });
    await until('the client', () => client.status.state === 'up');
    const refused = expect(client.lookup('nobody', { timeout: 60_000 })).rejects.toMatchObject({ code: 'closed' });
    await mdns.close();
    await refused;
    expect(() => client.browse('http')).toThrow(expect.objectContaining({ code: 'closed' }));
    await until('the end of the client', () => client.status.state === 'closed');
    port.close();
  });
});

it('a port of something else is a system that never starts', async () => {
  const { port1, port2 } = new MessageChannel();
  for (const rubbish of [undefined, {}, { type: 'batch' }, { type: 'batch', events: [7] }]) port2.postMessage(rubbish);
  const mdns = createMdns({ port: port1 });
  await expect(mdns.lookup('nobody', { timeout: 100 })).rejects.toMatchObject({ code: 'no-network' });
  await mdns.close();
  port2.close();
});

function createNetwork(): new () => object {
  return class {
    clock = { now: () => 0, setTimeout: () => {}, clearTimeout: () => {} };
    random = () => 0;
    hostname = () => 'h';
    interfaces = () => [];
    openLink = () => {};
    onWake = () => () => {};
    keepAlive = () => () => {};
  };
}
