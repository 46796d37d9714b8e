/** Callbacks of users that throw, and listeners that never listen: a mistake there costs whoever made it, and nobody else. */
import { config, type Subscriber } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Browse, createMdns, type MdnsOptions } from '../../src/index.js';
import { SimulatedLan } from '../../src/testing.js';
import { response, service } from '../support/records.js';

const oops = (): never => {
  throw new Error('oops');
};

/** What RxJS hands to the process as an uncaught exception: subscribers that throw without an error handler. */
const uncaught: unknown[] = [];

beforeEach(() => {
  uncaught.length = 0;
  config.onUnhandledError = (error) => uncaught.push(error);
});
afterEach(() => {
  config.onUnhandledError = null;
});

function host(options: MdnsOptions = {}) {
  const lan = new SimulatedLan();
  const network = lan.host('h', ['198.18.0.1/24']);
  const peer = lan.peer({ address: '198.18.0.9' });
  return { lan, network, peer, mdns: createMdns({ network, hostname: 'h', ...options }) };
}

/** Closes, and finds nothing left. */
function ends({ lan, network, mdns }: ReturnType<typeof host>): void {
  void mdns.close();
  lan.clock.advance(3_000);
  expect([mdns.status.state, network.openLinks, network.pendingTimers]).toEqual(['closed', 0, 0]);
}

describe('callbacks that throw', () => {
  it('subscribers: the others hear everything, and the process is told as RxJS does', async () => {
    const at = host();
    const { mdns, lan } = at;
    const heard: string[] = [];
    mdns.browse('t').subscribe(oops);
    mdns.status$.subscribe(oops);
    mdns.hostname$.subscribe(oops);
    mdns.browse('t').subscribe(({ event }) => heard.push(event));
    const published = mdns.publish({ name: 'I', type: 't', port: 1 });
    published.changes$.subscribe(oops);
    lan.clock.advance(3_000);
    void published.withdraw();
    lan.clock.advance(3_000);
    expect(heard).toEqual(['up', 'down']);
    ends(at);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(uncaught.length).toBeGreaterThanOrEqual(4);
  });

  it('logger, inspector and the choice of interfaces', () => {
    const logger = { debug: oops, info: oops, warn: oops, error: oops };
    for (const options of [
      { logger },
      { inspect: oops },
      { logger, inspect: { next: oops } },
    ] satisfies MdnsOptions[]) {
      const at = host(options);
      at.mdns.publish({ name: 'I', type: 't', port: 1 });
      const heard: string[] = [];
      at.mdns.browse('t').subscribe(({ event }) => heard.push(event));
      at.lan.clock.advance(3_000);
      expect(heard).toEqual(['up']);
      ends(at);
    }
    const at = host({ interfaces: oops });
    at.lan.clock.advance(3_000);
    expect(at.mdns.status).toMatchObject({ state: 'down' });
    expect(JSON.stringify(at.mdns.status)).toContain('oops');
    ends(at);
  });

  it('the choice of a name: the publication fails, and says so', async () => {
    for (const onConflict of [oops, () => '', () => 'x'.repeat(64), () => 5 as unknown as string]) {
      const at = host();
      const { mdns, peer, lan } = at;
      const published = mdns.publish({ name: 'I', type: 't', port: 1, onConflict });
      const changes: string[] = [];
      published.changes$.subscribe(({ event }) => changes.push(event));
      peer.onReceived(() => peer.multicast(response({ answers: service('I', '_t._tcp.local', 'peer.local', 2) })));
      await expect(lan.clock.settle(published.announced, 60_000)).rejects.toMatchObject({ name: 'MdnsError' });
      expect(changes).toContain('failed');
      expect(mdns.status.state).toBe('up');
      ends(at);
    }
  });
});

describe('a name that is sought again and again', () => {
  it('is probed for at a bearable pace, until it is free', async () => {
    const at = host();
    const { mdns, peer, lan } = at;
    const published = mdns.publish({ name: 'I', type: 't', port: 1, onConflict: 'keep-trying' });
    const end = peer.onReceived(() => {
      peer.multicast(response({ answers: service('I', '_t._tcp.local', 'peer.local', 2) }));
    });
    lan.clock.advance(600_000);
    expect(lan.trace.filter(({ from }) => from === 'h/eth0').length).toBeLessThan(200);
    end();
    lan.clock.advance(20_000);
    await lan.clock.settle(published.announced);
    expect(published.name).toBe('I');
    ends(at);
  });
});

describe('listeners that never listen', () => {
  it('a loop that does not come back for its events is ended before they fill the memory', async () => {
    let tell: Subscriber<number> | undefined;
    let watches = 0;
    const browse = new Browse<number>((subscriber) => {
      tell = subscriber;
      watches++;
      return () => watches--;
    });
    const reader = browse[Symbol.asyncIterator]();
    const first = reader.next();
    for (let n = 0; n < 20_000; n++) tell?.next(n);
    expect(await first).toMatchObject({ value: 0 });
    expect(watches).toBe(0);
    const read: number[] = [];
    const readAll = async () => {
      for (let next = await reader.next(); next.done !== true; next = await reader.next()) read.push(next.value);
    };
    await expect(readAll()).rejects.toMatchObject({ name: 'MdnsError', code: 'overflow' });
    expect([read.length, read[0], read.at(-1)]).toEqual([9_999, 1, 9_999]);
  });

  it('a loop that has ended leaves no watch behind', async () => {
    const at = host();
    at.mdns.publish({ name: 'I', type: 't', port: 1 });
    const loop = (async () => {
      for await (const { event } of at.mdns.browse('t')) return event;
      return undefined;
    })();
    expect(await at.lan.clock.settle(loop)).toBe('up');
    at.lan.clock.advance(10_000);
    const sent = at.lan.trace.length;
    at.lan.clock.advance(3_600_000);
    expect(at.lan.trace.length).toBe(sent);
    ends(at);
  });
});
