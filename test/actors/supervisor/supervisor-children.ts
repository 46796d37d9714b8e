/** Actors of the supervisor that break, as tests of `supervisor.test.ts`: that file counts which transitions were taken. */
import { expect, it, vi } from 'vitest';
import { assign, fromCallback } from 'xstate';
import { SetIndex } from '../../../src/actors/link/set-index.js';
import { KeepAlive } from '../../../src/actors/supervisor/keep-alive.js';
import { guardedSupervisor, supervisorMachine } from '../../../src/actors/supervisor/supervisor.js';
import { watcherGroupMachine } from '../../../src/actors/watcher/watcher-group.js';
import { breakBook } from '../../support/broken-book.js';
import { BROWSE, breakablePlace, REQUEST, setup, withLink } from './supervisor-bench.js';

export function whenAChildBreaks(): void {
  it('reports a link, replaces it with growing pauses, and publishes on it again', () => {
    let broken = true;
    const opened: number[] = [];
    const { bench, actor, take, messages, status } = setup({
      spoil: (network) => ({
        openLink: (options, handlers) => {
          opened.push(network.clock.now());
          if (broken) throw new Error('a bug');
          return network.openLink(options, handlers);
        },
      }),
    });
    actor.send({ type: 'publication.publish', id: 'p', request: REQUEST });
    bench.clock.advance(20_000);
    expect(opened).toEqual([0, 1_000, 3_000, 7_000, 15_000]);
    const errors = take('log').filter(({ level }) => level === 'error');
    expect(errors).toHaveLength(5);
    expect(errors[0]).toMatchObject({ message: expect.stringMatching(/eth0\/ipv4 broke .* a bug/) });
    expect(status()).toMatchObject({ state: 'down', reason: expect.stringMatching(/^eth0\/ipv4 broke/) });
    expect(messages()).toEqual([]);
    broken = false;
    bench.clock.advance(20_000);
    expect(take('publication.announced')).toMatchObject([{ id: 'p' }]);
    expect(status()).toMatchObject({ state: 'up' });
  });

  it('leaves nothing open of a link that broke while it was up', () => {
    const { bench, host, actor, take } = setup();
    bench.clock.advance(1_000);
    const spy = vi.spyOn(SetIndex.prototype, 'put').mockImplementationOnce(() => {
      throw new Error('a bug');
    });
    actor.send({ type: 'publication.publish', id: 'p', request: REQUEST });
    bench.clock.advance(1);
    spy.mockRestore();
    expect(take('log').filter(({ level }) => level === 'error')).toHaveLength(1);
    expect(host.openLinks).toBe(0);
    bench.clock.advance(10_000);
    expect(host.openLinks).toBe(1);
    expect(take('publication.announced')).toMatchObject([{ id: 'p' }]);
  });

  it('leaves the other links alone', () => {
    const { bench, lan, host, actor, take } = setup({
      spoil: (network) => ({
        openLink: (options, handlers) => {
          if (options.interface.name === 'eth1') throw new Error('a bug');
          return network.openLink(options, handlers);
        },
      }),
    });
    host.plug('eth1', lan, { addresses: ['198.18.0.2/24'] });
    actor.send({ type: 'publication.publish', id: 'p', request: REQUEST });
    bench.clock.advance(10_000);
    expect(take('publication.announced')).toMatchObject([{ id: 'p' }]);
    expect(take('log').filter(({ level }) => level === 'error').length).toBeGreaterThan(1);
  });

  it('does not replace a link that is no longer wanted', () => {
    let opened = 0;
    const { bench, host, actor, status } = setup({
      spoil: () => ({
        openLink: () => {
          opened++;
          throw new Error('a bug');
        },
      }),
      scanIntervalMs: 100,
    });
    bench.clock.advance(100);
    host.setAddresses('eth0', ['fe80::1/64']);
    bench.clock.advance(60_000);
    expect(opened).toBe(1);
    expect(actor.getSnapshot().context.links.size).toBe(0);
    expect(status()?.links[0]).toMatchObject({ state: 'unused', reason: 'it has no IPv4 address' });
  });

  const broken = fromCallback(({ receive }) =>
    receive(() => {
      throw new Error('a bug');
    }),
  );

  it('ends all watches of a group as failed, and goes on', () => {
    const { bench, actor, take } = setup({
      logic: supervisorMachine.provide({ actors: { watcherGroup: broken as never } }),
    });
    bench.clock.advance(10);
    const options = { once: false, timeoutMs: undefined, interfaces: undefined };
    for (const id of ['v', 'w']) actor.send({ type: 'watch.open', id, request: BROWSE, options });
    bench.clock.advance(10_000);
    expect(take('watch.ended').map(({ id, reason }) => [id, reason])).toEqual([
      ['v', 'failed'],
      ['w', 'failed'],
    ]);
    expect(actor.getSnapshot().status).toBe('active');
    expect(actor.getSnapshot().context.groups.size).toBe(0);
  });

  it('ends a watch as failed, and goes on', () => {
    const watcherGroup = watcherGroupMachine.provide({ actors: { watcher: broken as never } });
    const { bench, actor, take } = setup({ logic: supervisorMachine.provide({ actors: { watcherGroup } }) });
    bench.clock.advance(10);
    const options = { once: false, timeoutMs: undefined, interfaces: undefined };
    actor.send({ type: 'watch.open', id: 'w', request: BROWSE, options });
    bench.clock.advance(10_000);
    expect(take('watch.ended')).toEqual([{ type: 'watch.ended', id: 'w', reason: 'failed' }]);
    expect(take('log').filter(({ level }) => level === 'error')).toHaveLength(1);
    expect(actor.getSnapshot().status).toBe('active');
    expect(actor.getSnapshot().context.watchers.size).toBe(0);
  });

  it('replaces the scanner, which then notices interfaces that vanished meanwhile', () => {
    let broken = false;
    const { bench, lan, host, actor, take, status } = setup({
      spoil: (network) => ({
        interfaces: () => {
          if (broken) throw new Error('a bug');
          return network.interfaces();
        },
      }),
    });
    host.plug('eth1', lan, { addresses: ['198.18.0.2/24'] });
    bench.clock.advance(2_000);
    broken = true;
    bench.clock.advance(1_500);
    host.unplug('eth1');
    // Who asks for a scan now has to wait for it.
    actor.send({ type: 'interfaces.scan', request: 'now' });
    bench.clock.advance(400);
    broken = false;
    expect(take('interfaces.scanned')).toEqual([]);
    bench.clock.advance(10_000);
    expect(take('interfaces.scanned')).toEqual([{ type: 'interfaces.scanned', request: 'now' }]);
    expect(take('log').filter(({ level }) => level === 'error')).toHaveLength(1);
    expect(status()?.links.map((link) => link.interface)).toEqual(['eth0', 'eth0']);
    expect(actor.getSnapshot().context.links.size).toBe(1);
  });

  it('opens a link again that ended while its interface exists', () => {
    const ending = fromCallback(() => {});
    const { bench, actor } = setup({ logic: withLink(ending) });
    bench.clock.advance(10);
    const before = actor.getSnapshot().context.links.get('eth0/ipv4')?.ref;
    // What a link reports that closed by itself while its interface came back.
    const place = actor.getSnapshot().children['place.eth0/ipv4'];
    place?.send({ type: 'xstate.done.actor.link.eth0/ipv4' });
    const after = actor.getSnapshot().context.links.get('eth0/ipv4')?.ref;
    expect(after).toBeDefined();
    expect(after).not.toBe(before);
  });

  it('reports a place, replaces it with growing pauses, and forgets the pauses once its link is up', () => {
    let broken = true;
    const breakable = breakablePlace({
      noteLink: assign(({ context }, { state, fault }) => {
        if (broken) throw new Error('a bug');
        return { link: context.link && { ...context.link, state, fault } };
      }),
    });
    const { bench, actor, take, status } = setup({
      logic: supervisorMachine.provide({ actors: { place: breakable } }),
    });
    actor.send({ type: 'publication.publish', id: 'p', request: REQUEST });
    const brokeAt: number[] = [];
    for (let ms = 0; ms < 8_000; ms += 500) {
      for (const { level } of take('log')) if (level === 'error') brokeAt.push(bench.clock.now());
      bench.clock.advance(500);
    }
    expect(brokeAt).toEqual([0, 1_000, 3_000, 7_000]);
    expect(actor.getSnapshot().context.links.size).toBe(0);
    broken = false;
    bench.clock.advance(20_000);
    expect(take('publication.announced')).toMatchObject([{ id: 'p' }]);
    expect(status()).toMatchObject({ state: 'up' });
    expect(actor.getSnapshot().context.breakdowns.size).toBe(0);
  });

  it('closes when a place breaks meanwhile', () => {
    const breakable = breakablePlace({
      closeLink: () => {
        throw new Error('a bug');
      },
    });
    const { bench, actor, take } = setup({ logic: supervisorMachine.provide({ actors: { place: breakable } }) });
    actor.send({ type: 'publication.publish', id: 'p', request: REQUEST });
    bench.clock.advance(10_000);
    actor.send({ type: 'mdns.close' });
    expect(actor.getSnapshot()).toMatchObject({ value: 'closed', status: 'done' });
    expect(take('publication.withdrawn')).toMatchObject([{ id: 'p' }]);
    expect(take('log').filter(({ level }) => level === 'error')).toHaveLength(1);
  });

  it('refuses a command that makes it throw, and goes on', () => {
    const { bench, actor, take } = setup({ logic: guardedSupervisor });
    actor.send({ type: 'publication.publish', id: 'p', request: REQUEST });
    bench.clock.advance(5_000);
    const spy = breakBook('publication.publish');
    actor.send({ type: 'publication.publish', id: 'q', request: { ...REQUEST, instance: 'J' } });
    spy.mockRestore();
    expect(take('publication.failed')).toEqual([
      { type: 'publication.failed', id: 'q', code: 'invalid', name: '', message: 'a bug' },
    ]);
    actor.send({ type: 'publication.publish', id: 'q', request: { ...REQUEST, instance: 'J' } });
    bench.clock.advance(5_000);
    expect(take('publication.announced')).toMatchObject([{ id: 'p' }, { id: 'q' }]);
  });

  it('withdraws what a command that threw had begun to publish', () => {
    const { bench, actor, take, messages } = setup({ logic: guardedSupervisor });
    bench.clock.advance(1);
    const spy = vi.spyOn(KeepAlive.prototype, 'note').mockImplementationOnce(() => {
      throw new Error('a bug');
    });
    actor.send({ type: 'publication.publish', id: 'q', request: REQUEST });
    spy.mockRestore();
    expect(take('publication.failed')).toMatchObject([{ id: 'q', code: 'invalid', message: 'a bug' }]);
    bench.clock.advance(5_000);
    expect(messages().flatMap(({ answers }) => answers.map(({ name }) => name))).not.toContain('I._t._tcp.local');
    actor.send({ type: 'publication.publish', id: 'q', request: REQUEST });
    bench.clock.advance(5_000);
    expect(take('publication.announced')).toMatchObject([{ id: 'q', name: 'I' }]);
  });

  it('ends with a reason when an internal event makes it throw, and leaves nothing behind', () => {
    const { bench, host, actor, take } = setup({ logic: guardedSupervisor });
    actor.send({ type: 'publication.publish', id: 'p', request: REQUEST });
    bench.clock.advance(5_000);
    const spy = breakBook('place.changed');
    host.failWith('eth0', 'ENETUNREACH');
    bench.clock.advance(100);
    spy.mockRestore();
    expect(take('system.broke')).toMatchObject([{ message: expect.stringMatching(/a bug.*create another/) }]);
    expect(take('status.changed').at(-1)?.status).toMatchObject({
      state: 'closed',
      reason: expect.stringMatching(/a bug/),
    });
    expect(actor.getSnapshot()).toMatchObject({ value: 'broken', status: 'done' });
    expect([host.openLinks, bench.clock.pending]).toEqual([0, 0]);
  });

  it('still closes', () => {
    let broken = false;
    const { bench, host, actor } = setup({
      spoil: (network) => ({
        openLink: (options, handlers) => {
          const link = network.openLink(options, handlers);
          return {
            send: link.send.bind(link),
            close: (closed) => {
              if (broken) throw new Error('a bug');
              link.close(closed);
            },
          };
        },
      }),
    });
    bench.clock.advance(10_000);
    broken = true;
    actor.send({ type: 'mdns.close' });
    bench.clock.advance(1_500);
    expect(actor.getSnapshot().value).toBe('closed');
    expect(host.openLinks).toBe(1);
  });
}
