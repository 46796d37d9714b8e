import { describe, expect, it } from 'vitest';
import { createActor } from 'xstate';
import {
  browseCommand,
  publishCommand,
  type SupervisorCommand,
  type SupervisorEmitted,
  supervisor,
  supervisorOptions,
} from '../../src/index.js';
import { SimulatedLan } from '../../src/testing.js';

/** The supervisor as a program built on XState has it: no face in between refuses anything. */
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

describe('what cannot be meant is refused, and the supervisor goes on', () => {
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
  ])('%s', (_what, bad) => {
    const { lan, actor, about } = startSupervisor();
    actor.send(bad);
    expect(about('bad')).toEqual([
      { type: 'publication.failed', id: 'bad', code: 'invalid', name: '' },
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

  it('a new name that is too long leaves the old one', () => {
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

  it('a browse for a subtype that is no label ends at once', () => {
    const { actor, about } = startSupervisor();
    const command = browseCommand('watch', 'http');
    if (command.type !== 'watch.open' || command.request.kind !== 'browse') throw new Error('not a browse');
    actor.send({ ...command, request: { ...command.request, subtype: 'x'.repeat(64) } });
    expect(about('watch')).toEqual([{ type: 'watch.ended', id: 'watch', reason: 'failed' }]);
    expect(actor.getSnapshot().status).toBe('active');
  });
});
