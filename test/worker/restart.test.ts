/** A worker that ends without a word is replaced, and what the program asked for goes on. */
import { describe, expect, it } from 'vitest';
import { Threads } from '../support/crashing.js';
import { World } from '../support/world.js';

function setup(options: Parameters<Threads['mdns']>[0] = {}) {
  const world = new World();
  const host = world.lan.host('h1', ['198.18.0.1/24']);
  const threads = new Threads(host);
  const mdns = threads.mdns({ hostname: 'h1', ...options });
  return { world, host, threads, mdns, other: world.host('h2') };
}

/** What a browse told, as `up A`. */
function told(world: World, mdns: ReturnType<typeof setup>['mdns']): string[] {
  const seen: string[] = [];
  mdns.browse('http').subscribe(({ event, instance }) => seen.push(`${event} ${instance.name} ${instance.port}`));
  world.advance(0);
  return seen;
}

const SERVICE = { type: 'http', port: 80 };

describe('a worker that crashes', () => {
  it('is replaced after a pause, and status$ and the log say why', async () => {
    const { world, threads, mdns } = setup();
    const states: string[] = [];
    mdns.status$.subscribe(({ state, reason }) => states.push(reason === undefined ? state : `${state}: ${reason}`));
    world.advance(5_000);
    threads.crash();
    world.advance(999);
    expect(threads.all).toHaveLength(1);
    world.advance(5_000);
    expect(threads.all).toHaveLength(2);
    const reason = 'The worker has ended (Error: a bug); it is started again in 1000 ms.';
    expect(states.filter((state, i) => state !== states[i - 1])).toEqual([
      'starting',
      'up',
      `starting: ${reason}`,
      'starting',
      'up',
    ]);
    expect(threads.lines).toContain(`error ${reason}`);
    await world.settle(mdns.close());
    expect(mdns.status.state).toBe('closed');
  });

  it('is replaced after pauses that grow, and that begin anew after a minute', () => {
    const { world, threads } = setup();
    const pauses = () => threads.lines.flatMap((line) => /again in (\d+) ms/.exec(line)?.[1] ?? []);
    for (let i = 0; i < 3; i++) {
      world.advance(10_000);
      threads.crash();
    }
    world.advance(4_000 + 300 + 60_000);
    threads.crash();
    expect(pauses()).toEqual(['1000', '2000', '4000', '1000']);
  });

  it('costs a browse no event, except for what has changed meanwhile', () => {
    const { world, threads, mdns, other } = setup();
    const services = ['A', 'B', 'C'].map((name) => other.mdns.publish({ ...SERVICE, name }));
    const seen = told(world, mdns);
    world.advance(5_000);
    expect(seen.splice(0).sort()).toEqual(['up A 80', 'up B 80', 'up C 80']);
    threads.crash();
    void services[0]?.withdraw();
    services[1]?.update({ port: 81 });
    world.advance(1_300);
    expect(seen).toEqual([]);
    world.advance(2_900);
    expect(seen.splice(0)).toEqual(['changed B 81']);
    world.advance(800);
    expect(seen.splice(0)).toEqual(['down A 80']);
    world.advance(60_000);
    void services[2]?.withdraw();
    world.advance(2_000);
    expect(seen).toEqual(['down C 80']);
  });

  it('announces what was published anew, with the name and the data that it had', () => {
    const { world, threads, mdns, other } = setup();
    other.mdns.publish({ ...SERVICE, name: 'Web' });
    world.advance(5_000);
    const web = mdns.publish({ ...SERVICE, name: 'Web', txt: { a: '1' } });
    const events: string[] = [];
    web.changes$.subscribe(({ event, name }) => events.push(`${event} ${name}`));
    world.advance(5_000);
    web.update({ port: 8080 });
    world.advance(10_000);
    events.length = 0;
    threads.crash();
    world.advance(10_000);
    expect(events).toEqual(['probing Web (2)', 'announced Web (2)']);
    const seen: unknown[] = [];
    other.mdns.browse('http').subscribe(({ instance: { name, port, txt } }) => seen.push({ name, port, txt }));
    world.advance(2_000);
    expect(seen).toContainEqual({ name: 'Web (2)', port: 8080, txt: { a: '1' } });
  });

  it('leaves a wait the time that is left', async () => {
    const { world, threads, mdns, other } = setup();
    world.advance(2_000);
    const began = world.now;
    const late = mdns.resolve('Late', 'http', { timeout: 6_000 });
    const never = mdns.resolve('Never', 'http', { timeout: 6_000 });
    world.advance(1_000);
    threads.crash();
    other.mdns.publish({ ...SERVICE, name: 'Late' });
    await expect(world.settle(late)).resolves.toMatchObject({ port: 80 });
    await expect(world.settle(never)).rejects.toMatchObject({ code: 'timeout' });
    expect(world.now - began).toBeGreaterThan(5_990);
    expect(world.now - began).toBeLessThan(6_050);
  });

  it('lets a wait end in time, in the pause as well', async () => {
    const { world, threads, mdns } = setup();
    world.advance(2_000);
    threads.areBroken = true;
    threads.crash();
    const began = world.now;
    const never = mdns.resolve('Never', 'http', { timeout: 5_000 });
    await expect(world.settle(never)).rejects.toMatchObject({
      code: 'no-network',
      message: expect.stringMatching(/The worker has ended \(it cannot start\)/),
    });
    expect(world.now - began).toBeLessThan(5_050);
  });

  it('ends what was about to end', async () => {
    const { world, threads, mdns } = setup();
    const [one, two] = ['A', 'B'].map((name) => mdns.publish({ ...SERVICE, name }));
    const scanned = mdns.scanInterfaces();
    world.advance(5_000);
    const withdrawn = one?.withdraw();
    threads.crash();
    await withdrawn;
    await world.settle(scanned);
    threads.crash();
    await two?.withdraw();
    const watch = mdns.browse('http').subscribe();
    watch.unsubscribe();
    world.advance(20_000);
    expect(mdns.status.state).toBe('up');
  });

  it.each([
    ['in the pause', 500],
    ['while it starts', 1_100],
    ['once it is ready', 1_400],
  ])('can be closed %s, and leaves nothing behind', async (_, ms) => {
    const { world, host, threads, mdns, other } = setup();
    mdns.publish({ ...SERVICE, name: 'Web' });
    const waiting = expect(mdns.lookup('nobody', { timeout: 60_000 })).rejects.toMatchObject({ code: 'closed' });
    world.advance(5_000);
    threads.crash();
    world.advance(ms);
    await world.settle(mdns.close());
    await waiting;
    await world.settle(other.mdns.close());
    world.advance(3_000);
    expect([host.openLinks, host.pendingTimers, world.clock.pending]).toEqual([0, 0, 0]);
  });

  it('publishes before its client has read that it is ready, and says goodbye', async () => {
    const { world, threads, mdns, other } = setup();
    threads.stall();
    const web = mdns.publish({ ...SERVICE, name: 'Web' });
    const seen = told(world, other.mdns);
    world.advance(3_000);
    web.update({ port: 81 });
    world.advance(9_000);
    expect(seen.splice(0)).toEqual(['up Web 80', 'changed Web 81']);
    expect(mdns.status.state).toBe('starting');
    await world.settle(mdns.close());
    world.advance(2_000);
    expect(seen).toEqual(['down Web 81']);
  });

  it('before it was ready is not replaced, and everything ends with the reason', async () => {
    const world = new World();
    const threads = new Threads(world.lan.host('h1', ['198.18.0.1/24']));
    threads.areBroken = true;
    const mdns = threads.mdns();
    const web = mdns.publish({ ...SERVICE, name: 'Web' });
    const browsing: unknown[] = [];
    mdns.browse('http').subscribe({ error: (error) => browsing.push(error) });
    world.advance(10_000);
    const error = { code: 'internal', message: 'It could not start: it cannot start' };
    await expect(web.announced).rejects.toMatchObject(error);
    expect(browsing).toEqual([expect.objectContaining(error)]);
    expect(() => mdns.browse('http')).toThrow(expect.objectContaining(error));
    expect(mdns.status).toMatchObject({ state: 'closed', reason: error.message });
    expect([threads.all.length, world.clock.pending]).toEqual([1, 0]);
  });

  it('keeps on trying when it was ready once', () => {
    const { world, threads, mdns } = setup();
    world.advance(5_000);
    threads.areBroken = true;
    threads.crash();
    world.advance(20_000);
    expect(threads.all.length).toBeGreaterThan(3);
    threads.areBroken = false;
    world.advance(20_000);
    expect(mdns.status.state).toBe('up');
  });

  it('does not answer readings in the meantime', () => {
    const { world, threads, mdns } = setup();
    expect(mdns.metrics()).toEqual({});
    world.advance(5_000);
    expect(Object.keys(mdns.metrics())).toEqual(['eth0/ipv4']);
    threads.crash();
    expect(Object.keys(mdns.metrics())).toEqual(['eth0/ipv4']);
  });

  it('keeps the process alive as long as something is published, in the pause as well', async () => {
    const { world, threads, mdns } = setup();
    const web = mdns.publish({ ...SERVICE, name: 'Web' });
    expect(threads.holds).toBeGreaterThan(0);
    world.advance(5_000);
    threads.crash();
    expect(threads.holds).toBeGreaterThan(0);
    await world.settle(web.withdraw());
    await world.pass(2_000);
    expect(threads.holds).toBe(0);
  });
});
