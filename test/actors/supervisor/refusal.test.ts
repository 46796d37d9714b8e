import { describe, expect, it } from 'vitest';
import { createActor } from 'xstate';
import { SimulatedLan } from '../../../src/testing.js';
import {
  browseCommand,
  publishCommand,
  type SupervisorCommand,
  type SupervisorEmitted,
  supervisor,
  supervisorOptions,
} from '../../../src/xstate.js';

/** The supervisor as an XState program uses it: without the option checks of `src/api`. */
function startSupervisor() {
  const lan = new SimulatedLan();
  const input = supervisorOptions({ network: lan.host('h1', ['198.18.0.1/24']) });
  const actor = createActor(supervisor, { input, clock: lan.clock });
  const emitted: SupervisorEmitted[] = [];
  actor.on('*', (event) => emitted.push(event));
  actor.start();
  lan.clock.advance(1_000);
  const about = (id: string) => emitted.filter((event) => 'id' in event && event.id === id);
  return { lan, actor, emitted, about };
}

const good = publishCommand('good', { name: 'Web', type: 'http', port: 80 });
const request = good.type === 'publication.publish' && good.request.kind === 'service' ? good.request : undefined;

describe('invalid commands are refused, and the supervisor goes on', () => {
  it.each<[string, SupervisorCommand]>([
    [
      'a name of 64 bytes',
      { ...good, id: 'bad', request: { ...request, instance: 'x'.repeat(64) } } as SupervisorCommand,
    ],
    [
      'a subtype that is no label',
      { ...good, id: 'bad', request: { ...request, subtypes: [''] } } as SupervisorCommand,
    ],
    [
      'an address that is none',
      { ...good, id: 'bad', request: { ...request, host: 'h.local', addresses: ['x'] } } as SupervisorCommand,
    ],
    [
      'an address that no host can have',
      { ...good, id: 'bad', request: { ...request, host: 'h.local', addresses: ['0.0.0.0'] } } as SupervisorCommand,
    ],
    [
      'a loopback address for all interfaces',
      { ...good, id: 'bad', request: { ...request, host: 'h.local', addresses: ['127.0.0.1'] } } as SupervisorCommand,
    ],
    [
      'more addresses than a packet holds',
      {
        ...good,
        id: 'bad',
        request: { ...request, host: 'h.local', addresses: Array.from({ length: 41 }, (_, i) => `fd00::${i}`) },
      } as SupervisorCommand,
    ],
    [
      'an address filter of none',
      { ...good, id: 'bad', request: { ...request, host: 'h.local', addressFilter: [] } } as SupervisorCommand,
    ],
    [
      'an address filter that is neither a list nor a function',
      {
        ...good,
        id: 'bad',
        request: { ...request, host: 'h.local', addressFilter: 7 },
      } as unknown as SupervisorCommand,
    ],
  ])('%s', (_what, bad) => {
    const { lan, actor, about } = startSupervisor();
    actor.send(bad);
    expect(about('bad')).toEqual([
      { type: 'publication.failed', id: 'bad', code: 'invalid', name: '', message: expect.stringMatching(/\w/) },
      { type: 'publication.withdrawn', id: 'bad' },
    ]);
    actor.send(good);
    lan.clock.advance(5_000);
    expect(about('good')).toContainEqual({
      type: 'publication.announced',
      id: 'good',
      name: 'Web',
      host: 'h1-node.local',
    });
    expect(actor.getSnapshot().status).toBe('active');
  });

  const oops = (): never => {
    throw new TypeError('a trap');
  };
  const trap = new Proxy({}, { get: oops, ownKeys: oops, has: oops });
  const wrong: readonly (readonly [string, unknown])[] = [
    ['null', null],
    ['a number', -0.5],
    ['a function', () => true],
    ['an array of objects', [{}]],
    ['an object with traps', trap],
    ['a text of 300 characters', 'x'.repeat(300)],
  ];
  const publish = (over: object) => ({ ...good, id: 'bad', request: { ...request, ...over } });
  const open = (over: object) => ({ ...browseCommand('bad', 'http'), ...over });
  const commands: Readonly<Record<string, (value: unknown) => object>> = {
    request: (value) => ({ ...good, id: 'bad', request: value }),
    ...Object.fromEntries(
      ['kind', 'instance', 'typeName', 'port', 'priority', 'weight', 'txt', 'extra', 'ttls', 'onConflict'].map(
        (key) => [key, (value: unknown) => publish({ [key]: value })],
      ),
    ),
    subtypes: (value) => publish({ subtypes: [value] }),
    ownHost: (value) => publish({ host: 'h.local', ownHost: value ?? 'x' }),
    unprobed: (value) => publish({ unprobed: value ?? 'x' }),
    addresses: (value) => publish({ host: 'h.local', addresses: [value] }),
    'interfaces of a publication': (value) => publish({ interfaces: typeof value === 'string' ? value : [value] }),
    changes: (value) => ({ type: 'publication.update', id: 'good', changes: value }),
    'changes.txt': (value) => ({ type: 'publication.update', id: 'good', changes: { txt: value } }),
    'changes.port': (value) => ({ type: 'publication.update', id: 'good', changes: { port: value ?? 'x' } }),
    label: (value) => ({ type: 'publication.rename', id: 'good', label: value }),
    'a watch request': (value) => open({ request: value }),
    'a watch type': (value) => open({ request: { kind: 'browse', typeName: value } }),
    'watch options': (value) => open({ options: value }),
    'interfaces of a watch': (value) => open({ options: { once: false, interfaces: value } }),
    records: (value) => ({ type: 'records.doubt', records: value }),
    record: (value) => ({ type: 'records.doubt', records: [value] }),
    'name of a record': (value) => ({ type: 'records.doubt', records: [{ name: value, type: 'SRV' }] }),
    'type of a record': (value) => ({ type: 'records.doubt', records: [{ name: 'a.local', type: value }] }),
  };
  it.each(Object.entries(commands))('%s of the wrong kind', (_what, command) => {
    const { lan, actor, emitted, about } = startSupervisor();
    actor.send(good);
    lan.clock.advance(5_000);
    for (const [what, value] of wrong) {
      const before = emitted.length;
      actor.send(command(value) as SupervisorCommand);
      lan.clock.advance(100);
      const refusals = emitted.slice(before).filter((event) => event.type === 'log' && event.level === 'error');
      expect(refusals, what).toHaveLength(1);
    }
    expect(actor.getSnapshot().status).toBe('active');
    expect(about('good').map(({ type }) => type)).toEqual([
      'publication.probing',
      'publication.probed',
      'publication.announced',
    ]);
  });

  it('an id that is in use, and its publication or watch goes on', () => {
    const { lan, actor, about, emitted } = startSupervisor();
    actor.send(good);
    actor.send(browseCommand('watch', 'http'));
    lan.clock.advance(5_000);
    const before = [about('good'), about('watch')];
    actor.send(good);
    actor.send({ ...good, id: 'host' } as SupervisorCommand);
    actor.send(browseCommand('watch', 'http'));
    lan.clock.advance(5_000);
    expect([about('good'), about('watch')]).toEqual(before);
    expect(emitted.filter((event) => event.type === 'log' && event.level === 'error')).toHaveLength(3);
  });

  it('with a new name that is too long, the old name stays', () => {
    const { lan, actor, about, emitted } = startSupervisor();
    actor.send(good);
    lan.clock.advance(5_000);
    const before = about('good').length;
    actor.send({ type: 'publication.update', id: 'good', changes: { instance: 'x'.repeat(64) } });
    actor.send({ type: 'publication.rename', id: 'good', label: '' });
    lan.clock.advance(5_000);
    expect(about('good')).toHaveLength(before);
    expect(emitted.filter((event) => event.type === 'log' && event.level === 'error')).toHaveLength(2);
    expect(actor.getSnapshot().status).toBe('active');
  });

  it('a browse for a subtype that is not a label ends at once', () => {
    const { actor, about } = startSupervisor();
    const command = browseCommand('watch', 'http');
    if (command.type !== 'watch.open' || command.request.kind !== 'browse') throw new Error('not a browse');
    actor.send({ ...command, request: { ...command.request, subtype: 'x'.repeat(64) } });
    expect(about('watch')).toEqual([
      { type: 'watch.ended', id: 'watch', reason: 'failed', message: expect.stringMatching(/63/) },
    ]);
    expect(actor.getSnapshot().status).toBe('active');
  });
});
