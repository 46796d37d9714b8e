/** Closing at every point of every phase: whatever is going on, it ends in time, and nothing stays behind. */
import { describe, expect, it } from 'vitest';
import { createMdns, type Mdns } from '../../src/index.js';
import { type SimulatedHost, SimulatedLan } from '../../src/testing.js';
import { address, response, service } from '../support/records.js';

/** Milliseconds: the bound of `close()`, and a timer's breath. */
const CLOSING_LIMIT = 1_501;
/** The moments of the plot at which anything happens are some hundred; every so manieth of them is tried. */
const STRIDE = Number(process.env.CLOSING_STRIDE ?? 5);

interface Plot {
  readonly lan: SimulatedLan;
  readonly host: SimulatedHost;
  readonly mdns: Mdns;
  readonly errors: string[];
  /** Promises of users who wait: each has to be settled when all is closed. */
  readonly waiting: Promise<unknown>[];
  /** Watches that have not been told that they are over. */
  open: number;
}

/** A host that goes through every phase there is: two links, conflicts, updates, waits of all kinds, a cable pulled. */
function plot(): Plot {
  const lan = new SimulatedLan({ seed: 'closing' });
  const host = lan.host('h', ['198.18.0.1/24', 'fe80::1/64']);
  const peer = lan.peer({ address: '198.18.0.9' });
  const errors: string[] = [];
  const silent = () => {};
  const logger = { debug: silent, info: silent, warn: silent, error: (message: string) => void errors.push(message) };
  const mdns = createMdns({ network: host, hostname: 'h', logger });
  const story: Plot = { lan, host, mdns, errors, waiting: [], open: 0 };
  const wait = (promise: Promise<unknown>) => story.waiting.push(promise.catch(() => {}));
  const watch = (type: string) => {
    story.open++;
    mdns.browse(type).subscribe({ complete: () => story.open-- });
  };
  const at = (ms: number, act: () => void) => {
    lan.clock.setTimeout(() => {
      if (mdns.status.state !== 'closed' && !isClosing.has(mdns)) act();
    }, ms);
  };
  watch('t');
  const first = mdns.publish({ name: 'First', type: 't', port: 1 });
  wait(first.announced);
  at(300, () => peer.multicast(response({ answers: service('First', '_t._tcp.local', 'peer.local', 2) })));
  at(350, () => wait(mdns.resolve('Nobody', 't', { timeout: 900 })));
  at(360, () => wait(mdns.lookup('peer', { timeout: 5_000 })));
  at(400, () => peer.multicast(response({ answers: [address('peer.local', '198.18.0.9')] })));
  at(1_500, () => {
    const second = mdns.publish({ name: 'Second', type: 't', port: 3, onConflict: 'fail' });
    wait(second.announced);
    at(400, () => peer.multicast(response({ answers: service('Second', '_t._tcp.local', 'peer.local', 2) })));
  });
  at(2_000, () => first.update({ txt: { a: '1' } }));
  at(2_700, () => host.unplug('eth0'));
  at(3_900, () => host.plug('eth0', lan, { addresses: ['198.18.0.1/24', 'fe80::1/64'] }));
  at(5_000, () => host.failWith('eth0', 'ENETUNREACH'));
  at(5_500, () => host.heal('eth0'));
  at(6_500, () => host.setAddresses('eth0', ['198.18.0.2/24']));
  at(7_500, () => wait(first.withdraw()));
  at(7_600, () => wait(mdns.discover('t', { timeout: 1_000 })));
  at(9_000, () => wait(mdns.scanInterfaces()));
  return story;
}

const isClosing = new WeakSet<Mdns>();

/** The moments of the plot at which something happens. */
function moments(): number[] {
  const { lan } = plot();
  const found = [0];
  while (lan.clock.now() < 10_000) {
    const next = lan.clock.nextDeadline ?? 10_000;
    lan.clock.runUntil(next);
    found.push(next);
  }
  return [...new Set(found)];
}

describe('closing', () => {
  it('at every moment of a plot with all phases ends in time, and leaves nothing behind', {
    timeout: 900_000,
  }, async () => {
    const all = moments();
    expect(all.length).toBeGreaterThan(80);
    for (let n = 0; n < all.length; n += STRIDE) {
      // Just after each moment, and half-way to the next one.
      const moment = all[n] ?? 0;
      for (const time of [moment, (moment + (all[n + 1] ?? moment)) / 2]) await closeAt(time);
    }
  });

  it('before anything has happened, twice, and from within a callback', async () => {
    const lan = new SimulatedLan();
    const mdns = createMdns({ network: lan.host('h', ['198.18.0.1/24']) });
    await lan.clock.settle(Promise.all([mdns.close(), mdns.close()]));
    await mdns.close();
    const other = createMdns({ network: lan.host('i', ['198.18.0.2/24']), hostname: 'i' });
    let closed: Promise<void> | undefined;
    other.browse('t').subscribe(() => {
      closed ??= other.close();
    });
    other.publish({ name: 'I', type: 't', port: 1 });
    lan.clock.advance(5_000);
    expect(closed).toBeDefined();
    await lan.clock.settle(closed ?? Promise.resolve());
    lan.clock.advance(5_000);
    expect(lan.clock.pending).toBe(0);
  });
});

async function closeAt(time: number): Promise<void> {
  const story = plot();
  const { lan, host, mdns, errors, waiting } = story;
  lan.clock.runUntil(time);
  isClosing.add(mdns);
  const closed = mdns.close();
  lan.clock.advance(CLOSING_LIMIT);
  const about = `closed at ${time} ms`;
  expect([mdns.status.state, host.openLinks, host.pendingTimers, story.open, errors], about).toEqual([
    'closed',
    0,
    0,
    0,
    [],
  ]);
  await Promise.all([closed, ...waiting]);
}
