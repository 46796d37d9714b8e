/** How an announcer reports changes at awkward moments, and sets with more than one name. */
import { describe, expect, it } from 'vitest';
import type { RecordSet } from '../../../src/protocol/record-set.js';
import { expectSilence } from '../../support/actors.js';
import { address, ptr, txt } from '../../support/records.js';
import { MINE, probe, REVERSE, SET, setOf, setup, THEIRS } from './announcer-bench.js';

/** A pointer of which other hosts have their own. */
const SHARED = ptr('_t._tcp.local', 'h.local');
const BYE = { ...SHARED, ttl: 0 };

function revision(revision: number, ...records: Parameters<typeof setOf>[1][]): RecordSet {
  return { ...setOf('h.local', ...records), revision };
}

const version = (number: number) => revision(number, MINE, REVERSE, txt('h.local', [String(number)]));

/** Announced as revision 1, changed to 2 and announced so at 5 s, changed to 3, which has to wait for 6 s from then. */
function owing() {
  const one = setup({ set: version(1) });
  one.advance(5_000);
  for (const number of [2, 3]) {
    one.actor.send({ type: 'set.changed', set: version(number), hostIsHeld: true });
    one.advance(0);
  }
  expect(one.value()).toBe('announcing owed');
  one.responder.take();
  one.link.take();
  return one;
}

describe('announcer', () => {
  expectSilence();

  it('UPD-03 reports the revision of each announcement, and none before it has been sent', () => {
    const { advance, responder, link, value } = owing();
    advance(5_999);
    expect(value()).toBe('established owed');
    expect(responder.take()).toMatchObject([{ revision: 2 }, { revision: 2 }]);
    expect(link.take()).toEqual([]);
    advance(20_000);
    expect(responder.take()).toMatchObject([{ revision: 3 }, { revision: 3 }, { revision: 3 }]);
    expect(link.take()).toEqual([{ type: 'set.announced', id: 'set', revision: 3 }]);
  });

  it('GBY-01 an update that removes a shared record sends a goodbye for it, once', () => {
    const { advance, actor, responder } = setup({ set: revision(1, MINE, SHARED) });
    advance(5_000);
    responder.take();
    actor.send({ type: 'set.changed', set: revision(2, MINE), hostIsHeld: true });
    advance(60_000);
    expect(responder.take()).toMatchObject([
      { type: 'set.held' },
      { type: 'announcement.due', records: [], goodbyes: [BYE] },
      { type: 'announcement.due', records: [], goodbyes: [] },
      { type: 'announcement.due', records: [], goodbyes: [] },
    ]);
  });

  it('GBY-01 so does a name that is held again, in whichever state the change came', () => {
    const set = revision(1, MINE, SHARED);
    const changed = { type: 'set.changed', set: revision(2, MINE), hostIsHeld: false } as const;
    for (const state of ['probing', 'awaitingHost'] as const) {
      const { advance, actor, hear, responder, value } = setup({ set });
      advance(5_000);
      hear(THEIRS);
      actor.send({ type: 'host.lost' });
      if (state === 'awaitingHost') advance(1_000);
      expect(value()).toEqual(state);
      actor.send(changed);
      advance(1_000);
      responder.take();
      actor.send({ type: 'host.held' });
      expect(responder.take()).toMatchObject([{ type: 'set.held' }, { records: [MINE], goodbyes: [BYE] }]);
    }
  });

  it('gives up a reverse mapping in the middle of its announcements, and announces the rest', () => {
    const { advance, announced, hear } = setup();
    advance(900);
    expect(announced()).toEqual([SET.records]);
    hear(ptr(REVERSE.name, 'other.local', { flush: true }));
    advance(5_000);
    expect(announced()).toEqual([[MINE]]);
  });

  it('UPD-03 still owes an update after it has given up a reverse mapping', () => {
    const { advance, hear, link, responder } = owing();
    hear(ptr(REVERSE.name, 'other.local', { flush: true }));
    advance(5_999);
    expect(link.take()).toEqual([{ type: 'reverse.contested' }]);
    responder.take();
    advance(1);
    expect(responder.take()).toMatchObject([{ revision: 3, records: [txt('h.local', ['3'])] }]);
  });

  it('repeats announcements with the option for it, as repeats and without goodbyes', () => {
    const { advance, responder } = setup({ reannounceMs: 10_000 });
    advance(1_850);
    responder.take();
    advance(10_000);
    expect(responder.take()).toEqual([
      { type: 'announcement.due', id: 'set', revision: 0, records: SET.records, goodbyes: [], isRepeat: true },
    ]);
  });

  it('TIE-04 waits when one of its names loses a tie-break, even if another wins', () => {
    const [low, high] = [address('a.local', '198.18.0.5'), address('b.local', '198.18.0.5')];
    const { advance, actor, value } = setup({
      set: { id: 'set', claims: ['a.local', 'b.local'], records: [low, high] },
    });
    advance(100);
    actor.send(probe(address('a.local', '198.18.0.4'), address('b.local', '198.18.0.4')));
    expect(value()).toBe('probing');
    actor.send(probe(address('a.local', '198.18.0.4'), address('b.local', '198.18.0.9')));
    expect(value()).toBe('deferring');
  });
});
