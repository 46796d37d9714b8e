/** The running supervisor, as `src/api` uses it. */
import { describe, expect, it } from 'vitest';
import type { SupervisorEmitted } from '../../../src/actors/commands.js';
import { ActorSystem } from '../../../src/actors/supervisor/actor-system.js';
import type { SupervisorInput } from '../../../src/actors/supervisor/input.js';
import { SimulatedHost, VirtualClock } from '../../../src/testing.js';
import { supervisorOptions } from '../../../src/xstate.js';

function systemOf(over: Partial<SupervisorInput> = {}) {
  const clock = new VirtualClock();
  const network = new SimulatedHost({ clock });
  const emitted: SupervisorEmitted[] = [];
  const ends: string[] = [];
  const input = { ...supervisorOptions({ network }), ...over };
  const system = new ActorSystem(input, {
    emitted: (event) => emitted.push(event),
    ended: () => ends.push('ended'),
  });
  system.start();
  return { system, emitted, ends, clock };
}

describe('the actor system', () => {
  it('reports that it has ended, once everything is closed', () => {
    const { system, emitted, ends, clock } = systemOf();
    clock.advance(1_000);
    expect(emitted.at(-1)).toMatchObject({ type: 'status.changed', status: { state: 'down' } });
    system.send({ type: 'mdns.close' });
    clock.advance(2_000);
    expect(emitted.at(-1)).toMatchObject({ type: 'status.changed', status: { state: 'closed' } });
    expect(ends).toEqual(['ended']);
  });

  it('reports why it could not start, and metrics can still be read', () => {
    const { system, emitted, ends } = systemOf({ groups: null as never });
    expect(emitted.map(({ type }) => type)).toEqual(['log', 'system.broke', 'status.changed']);
    expect([system.metrics(), system.factsOf('a.local'), ends]).toEqual([{}, undefined, ['ended']]);
  });
});
