/** `update(changes, { announce: false })`: answers change, and nothing is announced. */
import { describe, expect } from 'vitest';
import { startService } from '../support/actions.js';
import { recordsOf } from '../support/packet-log.js';
import { ptr, question, txt } from '../support/records.js';
import { scenario } from '../support/scenario.js';
import { QUIET } from '../support/world.js';

const INSTANCE = 'I._t._tcp.local';

describe('a silent update', () => {
  scenario('changes answers, and sends nothing', async (world) => {
    const h1 = world.host('h1');
    const peer = world.peer();
    const service = startService(h1);
    const { events } = world.record(service.changes$);
    world.advance(QUIET);
    const at = world.now;
    service.update({ txt: ['a=2'] }, { announce: false });
    world.advance(QUIET);
    expect(h1.sent({ since: at })).toEqual([]);
    expect(events.slice(-2)).toMatchObject([{ event: 'updating' }, { event: 'updated' }]);
    peer.ask({ questions: [question(INSTANCE, 'TXT')] });
    world.advance(2_000);
    expect(h1.sent({ since: at }).flatMap(({ message }) => message.answers)).toEqual([txt(INSTANCE, ['a=2'])]);
  });

  scenario('is part of the next announcement of the same records', (world) => {
    const h1 = world.host('h1');
    const service = startService(h1);
    world.advance(QUIET);
    service.update({ port: 1 });
    service.update({ txt: ['a=2'] }, { announce: false });
    service.update({ port: 2 }, { announce: false });
    const at = world.now;
    world.advance(QUIET);
    const said = h1.sent({ since: at }).flatMap(({ message }) => recordsOf(message));
    expect(said.map(({ type }) => type)).toEqual(['SRV', 'SRV', 'SRV']);
    expect(said.every((record) => record.type === 'SRV' && record.port === 2)).toBe(true);
  });

  scenario('does not hold back the announcements that are on their way', (world) => {
    const h1 = world.host('h1');
    const service = startService(h1);
    world.advance(1_000);
    service.update({ txt: ['a=2'] }, { announce: false });
    world.advance(QUIET);
    const said = h1.sent({ kind: 'response' }).flatMap(({ message }) => recordsOf(message));
    expect(said.filter(({ type }) => type === 'TXT')).toEqual([txt(INSTANCE, ['a=1']), txt(INSTANCE, ['a=2'])]);
  });

  scenario('says no goodbye for a subtype that goes', (world) => {
    const h1 = world.host('h1');
    const service = startService(h1, { subtypes: ['_s'] });
    world.advance(QUIET);
    const at = world.now;
    service.update({ subtypes: [] }, { announce: false });
    world.advance(QUIET);
    expect(h1.sent({ since: at })).toEqual([]);
    service.update({ subtypes: ['_s'] });
    world.advance(10);
    expect(h1.sent({ since: at }).flatMap(({ message }) => recordsOf(message))).toEqual([
      ptr('_s._sub._t._tcp.local', INSTANCE),
    ]);
  });
});
