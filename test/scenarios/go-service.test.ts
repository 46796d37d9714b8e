/**
 * The story of the Go service's own test: two systems on the loopback interface of one machine, on a group and port of their
 * own. It is told on simulated and on real sockets. IPv6 multicast works on few loopback interfaces; without it the systems
 * do with IPv4.
 */
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { InstanceEvent, Mdns, ServiceInstance } from '../../src/index.js';
import { realStage, type Stage, simulatedStage } from '../support/stage.js';

const TYPE = 'veyronns';

const systems = [
  { name: 'system1', port: 666, txt: [''] },
  { name: 'system2', port: 667, txt: ['hoo haa', 'haa hoo'] },
] as const;

/** Above the ports that systems hand out, and different for tests that run at the same time. */
const realPort = 10_000 + 2 * (process.pid % 10_000);

const stages: Record<string, () => Stage> = {
  'simulated sockets': () => simulatedStage({ ipv4: '224.0.0.254:9999', ipv6: '[ff02::ff]:9998' }),
  'real sockets': () => realStage({ ipv4: `224.0.0.254:${realPort}`, ipv6: `[ff02::ff]:${realPort + 1}` }),
};

describe.each(Object.entries(stages))('two systems on the loopback interface, on %s', (_, newStage) => {
  let stage: Stage | undefined;
  const printed = vi.spyOn(console, 'warn').mockImplementation(() => {});

  afterEach(async () => {
    expect(await stage?.end()).toEqual([]);
    expect(printed.mock.calls).toEqual([]);
  });

  it('find each other, resolve each other, and notice when a service goes', async () => {
    stage = newStage();
    const [one, two] = systems.map(({ name }) => start(stage as Stage, name)) as [Mdns, Mdns];
    const watcher = new Watcher(one);

    // A watcher sees its own system, then the other.
    publish(one, 0);
    await stage.until('its own system', () => watcher.has('system1'));
    expect(watcher.names()).toEqual(['system1']);
    const second = publish(two, 1);
    await stage.until('the other system', () => watcher.has('system2'));
    await stage.settle(second.announced);
    expect(watcher.ups).toEqual(['system1', 'system2']);
    // A TXT record of one empty string has no attributes, and no strings to tell of (RFC 6763 section 6.1).
    for (const { name, port, txt } of systems) {
      const found = watcher.found.get(name);
      expect(found).toMatchObject({ name, type: '_veyronns._tcp', host: `${name}.local`, port });
      expect(found?.txtStrings.map((bytes) => Buffer.from(bytes).toString())).toEqual(txt.filter(Boolean));
      expect(found?.addresses).toContainEqual({ address: '127.0.0.1', family: 'ipv4', interface: expect.any(String) });
    }

    // Discovery on both returns both.
    const names = async (mdns: Mdns) => {
      const found = await (stage as Stage).settle(
        mdns.discover(TYPE, { timeout: (stage as Stage).wait(500), resolve: false }),
      );
      return found.map(({ name }) => name).sort();
    };
    const both = await Promise.all([names(one), names(two)]);
    expect(both).toEqual([
      ['system1', 'system2'],
      ['system1', 'system2'],
    ]);

    // Addresses resolve both ways, instances too.
    const [there, here] = await Promise.all([
      stage.settle(one.lookup('system2', { timeout: stage.patienceMs })),
      stage.settle(two.lookup('system1', { timeout: stage.patienceMs })),
    ]);
    expect([there.host, here.host]).toEqual(['system2.local', 'system1.local']);
    for (const { addresses } of [there, here]) expect(addresses.map(({ address }) => address)).toContain('127.0.0.1');
    expect(await stage.settle(two.resolve('system1', TYPE, { timeout: stage.patienceMs }))).toMatchObject({
      host: 'system1.local',
      port: 666,
    });

    // A second watcher of the same service sees all.
    const late = new Watcher(one);
    await stage.until('all systems, again', () => late.has('system1') && late.has('system2'));
    expect(watcher.ups).toEqual(['system1', 'system2']);

    // A stopped watcher is closed.
    late.stop();
    await stage.settle(late.closed);

    // A removed service is reported to watchers and gone from discovery.
    await stage.settle(second.withdraw());
    await stage.until('the end of the other system', () => !watcher.has('system2'));
    expect(watcher.names()).toEqual(['system1']);
    expect(late.names()).toEqual(['system1', 'system2']);
    expect(await Promise.all([names(one), names(two)])).toEqual([['system1'], ['system1']]);

    // Stopping ends all that is open.
    await stage.settle(one.close());
    await stage.settle(watcher.closed);
    expect(one.status.state).toBe('closed');
  });
});

function start(stage: Stage, hostname: string): Mdns {
  return stage.system({ hostname, ...stage.groups, interfaces: 'loopback' });
}

function publish(mdns: Mdns, index: 0 | 1) {
  const { name, port, txt } = systems[index];
  return mdns.publish({ name, type: TYPE, port, txt });
}

/** Watches a service in a loop, as a program would. */
class Watcher {
  readonly found = new Map<string, ServiceInstance>();
  readonly ups: string[] = [];
  readonly closed: Promise<void>;
  readonly #stop = new AbortController();

  constructor(mdns: Mdns) {
    this.closed = this.#watch(mdns.browse(TYPE, { signal: this.#stop.signal }));
  }

  has(name: string): boolean {
    return this.found.has(name);
  }

  names(): string[] {
    return [...this.found.keys()].sort();
  }

  stop(): void {
    this.#stop.abort();
  }

  async #watch(events: AsyncIterable<InstanceEvent>): Promise<void> {
    for await (const { event, instance } of events) {
      if (event === 'up') this.ups.push(instance.name);
      if (event === 'down') this.found.delete(instance.name);
      else this.found.set(instance.name, instance);
    }
  }
}
