/** How a link closes, as tests of `multicast-interface.test.ts`: that file counts which transitions were taken. */
import { expect, it } from 'vitest';
import { recordKey } from '../../../src/protocol/record.js';
import { address } from '../../support/records.js';
import { answers, HOST, serviceOf, setup } from './multicast-interface-bench.js';

export function whenItIsClosed(): void {
  for (const [state, reach] of [
    ['opening', () => {}],
    ['up', ({ bench }) => bench.clock.advance(1)],
    ['probing', ({ bench }) => bench.clock.advance(300)],
    ['announced', ({ bench }) => bench.clock.advance(10_000)],
    [
      'retrying',
      ({ bench, host }) => {
        host.failWith('eth0', 'EIO');
        bench.clock.advance(1);
      },
    ],
    [
      'settling',
      ({ bench, host, changed }) => {
        bench.clock.advance(1);
        host.setAddresses('eth0', ['198.18.0.7/24']);
        changed();
        bench.clock.advance(1);
      },
    ],
    [
      'absent',
      ({ bench, actor }) => {
        bench.clock.advance(1);
        actor.send({ type: 'interface.vanished' });
        bench.clock.advance(1);
      },
    ],
  ] as const satisfies readonly (readonly [string, (of: ReturnType<typeof setup>) => void])[]) {
    it(`closes while ${state}, and leaves nothing behind`, () => {
      const one = setup([HOST, serviceOf('I')]);
      reach(one);
      one.actor.send({ type: 'link.close' });
      one.bench.clock.advance(500);
      expect(one.value()).toBe('closed');
      expect(one.actor.getSnapshot().status).toBe('done');
      expect(one.told().at(-1)).toMatch(/^closed/);
      one.bench.clock.advance(1_000);
      expect([one.host.openLinks, one.bench.clock.pending]).toEqual([0, 0]);
      expect(one.own.has(address('h.local', '198.18.0.1'))).toBe(false);
      const goodbyes = answers(one.messages()).filter(({ ttl }) => ttl === 0);
      expect(goodbyes.length).toBe(state === 'announced' ? 6 : 0);
      expect(new Set(goodbyes.map(recordKey)).size).toBe(goodbyes.length);
    });
  }

  for (const [state, reach] of [
    ['absent', ({ actor }) => actor.send({ type: 'interface.vanished' })],
    ['retrying', ({ bench, host }) => [host.failWith('eth0', 'EIO'), bench.clock.advance(1)]],
    [
      'settling',
      ({ host, changed }) => {
        host.setAddresses('eth0', ['198.18.0.7/24']);
        changed();
      },
    ],
    [
      'up',
      ({ bench, host, changed }) => {
        host.setAddresses('eth0', ['198.18.0.1/24', '198.18.0.7/24']);
        changed();
        bench.clock.advance(1_010);
      },
    ],
  ] as const satisfies readonly (readonly [string, (of: ReturnType<typeof setup>) => void])[]) {
    it(`is closed when all its sockets are, while ${state}`, () => {
      const one = setup([HOST], (host) => ({
        clock: host.clock,
        random: () => 0.5,
        hostname: () => 'h',
        interfaces: () => host.interfaces(),
        onWake: (woke) => host.onWake(woke),
        keepAlive: () => host.keepAlive(),
        openLink: (options, handlers) => {
          const link = host.openLink(options, handlers);
          const close = (closed: () => void) => void host.clock.setTimeout(() => link.close(closed), 100);
          return { send: link.send.bind(link), close };
        },
      }));
      one.bench.clock.advance(10_000);
      reach(one);
      expect(one.value()).toBe(state);
      one.actor.send({ type: 'link.close' });
      expect(one.value()).toEqual({ closing: 'freeing' });
      one.bench.clock.runUntil(one.bench.clock.nextDeadline ?? 0);
      while (one.value() !== 'closed') one.bench.clock.runUntil(one.bench.clock.nextDeadline ?? Number.NaN);
      expect([one.host.openLinks, one.told().at(-1)]).toEqual([0, expect.stringMatching(/^closed/)]);
    });
  }

  it('closes with hundreds of publications, a few at a time', () => {
    const { bench, actor, value, host } = setup(Array.from({ length: 300 }, (_, i) => serviceOf(`I ${i}`)));
    bench.clock.advance(10_000);
    actor.send({ type: 'link.close' });
    bench.clock.advance(500);
    expect(value()).toBe('closed');
    expect([host.openLinks, bench.clock.pending]).toEqual([0, 0]);
  });

  it('closes in half a second, even when its socket never does', () => {
    const { bench, actor, value, told, messages } = setup([HOST], (host) => ({
      clock: host.clock,
      random: () => 0.5,
      hostname: () => 'h',
      interfaces: () => host.interfaces(),
      onWake: (woke) => host.onWake(woke),
      keepAlive: () => host.keepAlive(),
      openLink: (options, handlers) => {
        const link = host.openLink(options, handlers);
        return { send: link.send.bind(link), close: () => link.close(() => {}) };
      },
    }));
    bench.clock.advance(10_000);
    told();
    actor.send({ type: 'publication.added', publication: serviceOf('I') });
    actor.send({ type: 'link.close' });
    expect(value()).toEqual({ closing: 'freeing' });
    // Whatever is still wanted of it is in vain.
    actor.send({ type: 'link.close' });
    actor.send({ type: 'publication.added', publication: serviceOf('J') });
    actor.send({ type: 'publication.removed', id: 'host' });
    bench.clock.advance(499);
    expect(told()).toEqual(['closing']);
    expect(messages(10_000)).toHaveLength(1);
    expect(value()).toEqual({ closing: 'freeing' });
    bench.clock.advance(1);
    expect(value()).toBe('closed');
  });
}
