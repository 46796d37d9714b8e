import { afterAll, describe, expect, it } from 'vitest';
import type { AnnouncerInput } from '../../../src/actors/link/announcer.js';
import { announcerGroupMachine } from '../../../src/actors/link/announcer-group.js';
import type { AnnouncerReport, ResponderEvent } from '../../../src/actors/messages.js';
import { Bench, Coverage, expectSilence } from '../../support/actors.js';
import { address } from '../../support/records.js';
import { wakingQuerier } from './announcer-bench.js';

const coverage = new Coverage(announcerGroupMachine);

function setup(...ids: readonly string[]) {
  const bench = new Bench();
  const querier = wakingQuerier(bench);
  const responder = bench.recorder<ResponderEvent>();
  const link = bench.recorder<AnnouncerReport>();
  const starting = ids.map((id): AnnouncerInput => {
    return {
      set: { id, claims: [`${id}.local`], records: [address(`${id}.local`, '198.18.0.5')] },
      clock: bench.clock,
      hostIsHeld: true,
      startAt: 100,
      announcements: 2,
      reannounceMs: undefined,
      isOwn: () => false,
      querier: querier.port,
      responder: responder.port,
      link: link.port,
    };
  });
  const actor = bench.start(announcerGroupMachine, { input: { starting }, inspect: coverage.inspect });
  return { bench, querier, link, actor };
}

describe('a group of announcers', () => {
  expectSilence();

  it('starts all of them, and says where they are', () => {
    const { bench, querier, actor } = setup('a', 'b');
    bench.clock.advance(100);
    const { announcers } = actor.getSnapshot().context;
    expect([...announcers.keys()]).toEqual(['a', 'b']);
    const probing = querier.take().flatMap((event) => (event.type === 'probe.due' ? [event.announcer] : []));
    expect(probing).toEqual([...announcers.values()]);
  });

  it('stops one, and the others go on', () => {
    const { bench, actor, link } = setup('a', 'b');
    actor.getSnapshot().context.announcers.get('a')?.send({ type: 'set.withdraw' });
    expect(link.take()).toEqual([{ type: 'set.withdrawn', id: 'a' }]);
    actor.send({ type: 'announcer.stop', id: 'a' });
    expect(Object.keys(actor.getSnapshot().children)).toEqual(['b']);
    expect([...actor.getSnapshot().context.announcers.keys()]).toEqual(['b']);
    expect(bench.clock.pending).toBe(1);
  });

  it('takes its announcers with it when it is stopped', () => {
    const { actor } = setup('a', 'b');
    const announcers = [...actor.getSnapshot().context.announcers.values()];
    actor.stop();
    expect(announcers.map((each) => each.getSnapshot().status)).toEqual(['stopped', 'stopped']);
  });

  afterAll(() => {
    expect(coverage.missingStates).toEqual([]);
    expect(coverage.missingTransitions).toEqual([]);
  });
});
