import { describe, expect, it } from 'vitest';
import { MAX_ALIASES } from '../../../src/protocol/aliases.js';
import { ANSWER_WAIT_MS } from '../../../src/protocol/view/completeness.js';
import { ALIAS_WAIT_MS } from '../../../src/protocol/view/host-names.js';
import {
  type LookupEvent,
  LookupView,
  type LookupViewSpec,
  OTHER_FAMILY_WAIT_MS,
} from '../../../src/protocol/view/lookup-view.js';
import { address, cname } from '../../support/records.js';
import { ViewBench } from './view-bench.js';

const eth4 = 'eth0/ipv4';
const eth6 = 'eth0/ipv6';
const wlan4 = 'wlan0/ipv4';

function bench(spec: Partial<LookupViewSpec>, ...links: string[]): ViewBench<LookupEvent> {
  return new ViewBench(new LookupView({ host: 'h.local', once: true, ...spec }), ...links);
}

function addresses(events: readonly LookupEvent[]): string[] {
  const last = events.at(-1);
  if (last?.event !== 'found') throw new Error('nothing was found');
  return last.addresses.map((found) => (found.scopeId ? `${found.address}%${found.scopeId}` : found.address));
}

describe('LookupView', () => {
  it('asks for both families and tells them together, best first, with the lowest TTL', () => {
    const b = bench({}, eth4);
    expect(b.asked()).toEqual([`${eth4} A h.local`, `${eth4} AAAA h.local`]);
    b.hear(eth4, address('H.local', 'fe80::1', { ttl: 75 }), address('H.local', '192.0.2.1', { ttl: 120 }));
    expect(b.take()).toEqual([
      {
        event: 'found',
        host: 'H.local',
        addresses: [
          { address: '192.0.2.1', family: 'ipv4', interface: 'eth0' },
          { address: 'fe80::1', family: 'ipv6', interface: 'eth0', scopeId: 'eth0' },
        ],
        ttlSeconds: 75,
      },
    ]);
    expect(b.done).toBe(true);
  });

  it('waits 100 ms for other links and families', () => {
    const b = bench({}, eth4, eth6, wlan4).hear(eth4, address('h.local', '192.0.2.1'));
    b.wait(50).hear(wlan4, address('h.local', 'fe80::1'));
    expect(b.take()).toEqual([]);
    b.wait(ANSWER_WAIT_MS - 50);
    expect(addresses(b.take())).toEqual(['192.0.2.1', 'fe80::1%wlan0']);
    expect(b.done).toBe(true);
  });

  it('tells what there is when a family is not answered, and stays open for it for half a second', () => {
    const b = bench({}, eth4).hear(eth4, address('h.local', '192.0.2.1')).wait(ANSWER_WAIT_MS);
    expect(addresses(b.take())).toEqual(['192.0.2.1']);
    expect(b.wait(OTHER_FAMILY_WAIT_MS - ANSWER_WAIT_MS - 1).done).toBe(false);
    expect(b.wait(1).done).toBe(true);
    expect(b.take()).toEqual([]);
  });

  it('is done when the other family comes late', () => {
    const b = bench({}, eth4).hear(eth4, address('h.local', '192.0.2.1')).wait(300);
    b.hear(eth4, address('h.local', '2001:db8::1'));
    expect(b.done).toBe(false);
    b.wait(ANSWER_WAIT_MS);
    expect(addresses(b.take())).toEqual(['192.0.2.1', '2001:db8::1']);
    expect(b.done).toBe(true);
  });

  it('is never done unless asked for once', () => {
    const b = bench({ once: false }, eth4).hear(eth4, address('h.local', '192.0.2.1')).wait(10_000);
    expect(b.done).toBe(false);
  });

  it('NEG-09 does not wait for a family that is denied', () => {
    const b = bench({}, eth4).deny(eth4, 'h.local', 'AAAA');
    expect(b.done).toBe(false);
    b.hear(eth4, address('h.local', '192.0.2.1'));
    expect(addresses(b.take())).toEqual(['192.0.2.1']);
    expect(b.done).toBe(true);
  });

  it('NEG-09 ends at once when both are denied', () => {
    const b = bench({}, eth4).deny(eth4, 'h.local', 'A', 'AAAA');
    b.settle();
    expect(b.take()).toEqual([{ event: 'denied' }]);
    expect(b.done).toBe(true);
  });

  it('asks for one family if so told', () => {
    const b = bench({ types: ['AAAA'] }, eth4);
    expect(b.asked()).toEqual([`${eth4} AAAA h.local`]);
    expect(b.hear(eth4, address('h.local', '::1')).done).toBe(true);
  });

  it('ADR-04 takes one address over both families of an interface for one, and on two interfaces for two', () => {
    const b = bench({}, eth4, eth6, wlan4);
    for (const link of [eth4, eth6, wlan4]) b.hear(link, address('h.local', 'fe80::1'));
    expect(addresses(b.wait(ANSWER_WAIT_MS).take())).toEqual(['fe80::1%eth0', 'fe80::1%wlan0']);
  });

  it('goes on with changes, each told with all that is known', () => {
    const b = bench({ once: false }, eth4, wlan4);
    b.hear(eth4, address('h.local', '192.0.2.1')).wait(ANSWER_WAIT_MS).take();
    b.hear(eth4, address('h.local', '192.0.2.2')).wait(10).hear(wlan4, address('h.local', '192.0.2.3'));
    expect(b.take()).toEqual([]);
    expect(addresses(b.wait(ANSWER_WAIT_MS).take())).toEqual(['192.0.2.2', '192.0.2.1', '192.0.2.3']);
    b.close(wlan4).wait(ANSWER_WAIT_MS);
    b.lose(eth4, 'flushed', address('h.local', '192.0.2.1')).wait(ANSWER_WAIT_MS);
    expect(addresses(b.take())).toEqual(['192.0.2.2']);
    b.lose(eth4, 'expired', address('h.local', '192.0.2.2'));
    expect(b.take()).toEqual([{ event: 'lost', host: 'h.local', reason: 'expired' }]);
    expect(b.hear(eth4, address('h.local', '192.0.2.2')).wait(ANSWER_WAIT_MS).take()).toMatchObject([
      { event: 'found' },
    ]);
    expect(b.done).toBe(false);
  });

  it('TOP-01 loses a host with the last interface that knew it', () => {
    const b = bench({}, eth4).hear(eth4, address('h.local', '192.0.2.1')).wait(ANSWER_WAIT_MS);
    b.take();
    expect(b.close(eth4).take()).toEqual([{ event: 'lost', host: 'h.local', reason: 'interface-gone' }]);
  });

  it('says nothing of an address that comes and goes meanwhile', () => {
    const b = bench({ once: false }, eth4).hear(eth4, address('h.local', '192.0.2.1')).wait(ANSWER_WAIT_MS);
    b.take();
    b.hear(eth4, address('h.local', '192.0.2.2')).lose(eth4, 'goodbye', address('h.local', '192.0.2.2'));
    expect(b.deadline).toBe(Infinity);
    expect(b.wait(1000).take()).toEqual([]);
  });

  describe('of another name of a host (CNAME)', () => {
    const heardOf = (...names: string[]) =>
      names.flatMap((name) => ['A', 'AAAA'].map((type) => `${eth4} ${type} ${name}`)).sort();

    it('is followed at once when it answers a question for addresses, and is not asked for', () => {
      const b = bench({}, eth4).hear(eth4, cname('h.local', 'Real.local'), address('real.local', '192.0.2.1'));
      expect(b.asked()).toEqual(heardOf('Real.local', 'h.local'));
      b.deny(eth4, 'real.local', 'AAAA');
      expect(b.take()).toMatchObject([{ event: 'found', host: 'real.local' }]);
      expect(b.done).toBe(true);
      expect(b.wait(10_000).opened.filter((question) => question.includes('CNAME'))).toEqual([]);
    });

    it('is asked for when no host has answered for a while: not every owner answers with it', () => {
      const b = bench({}, eth4).wait(ALIAS_WAIT_MS - 1);
      expect(b.asked()).toEqual(heardOf('h.local'));
      b.wait(1);
      expect(b.asked()).toEqual([...heardOf('h.local'), `${eth4} CNAME h.local`]);
    });

    it('is not asked for where the host has answered, nor twice', () => {
      const b = bench({ once: false }, eth4).hear(eth4, address('h.local', '192.0.2.1'));
      b.wait(10_000).lose(eth4, 'goodbye', address('h.local', '192.0.2.1')).wait(10_000);
      expect(b.opened).toEqual([`${eth4} A h.local`, `${eth4} AAAA h.local`]);
    });

    it('is asked for on a link that opens later', () => {
      const b = bench({}, eth4).wait(ALIAS_WAIT_MS).open(wlan4);
      expect(b.asked()).toContain(`${wlan4} CNAME h.local`);
    });

    it('may lead to another one, and to where it came from', () => {
      const chain = [cname('h.local', 'a.local'), cname('a.local', 'b.local'), cname('b.local', 'H.local')];
      const b = bench({}, eth4)
        .hear(eth4, ...chain, address('b.local', '192.0.2.1'))
        .wait(ALIAS_WAIT_MS + ANSWER_WAIT_MS);
      expect(addresses(b.take())).toEqual(['192.0.2.1']);
      expect(b.asked()).toEqual(heardOf('a.local', 'b.local', 'h.local'));
    });

    it(`is followed ${MAX_ALIASES} times at most`, () => {
      const chain = Array.from({ length: 50 }, (_, i) => cname(i === 0 ? 'h.local' : `a${i}.local`, `a${i + 1}.local`));
      const b = bench({}, eth4)
        .hear(eth4, ...chain)
        .wait(10_000);
      expect(b.asked()).toHaveLength(3 * (MAX_ALIASES + 1));
    });

    it('leads elsewhere when it changes', () => {
      const b = bench({ once: false }, eth4).hear(eth4, cname('h.local', 'a.local'), address('a.local', '192.0.2.1'));
      expect(addresses(b.wait(1_000).take())).toEqual(['192.0.2.1']);
      b.lose(eth4, 'flushed', cname('h.local', 'a.local'));
      expect(b.take()).toEqual([{ event: 'lost', host: 'a.local', reason: 'flushed' }]);
      expect(b.asked()).toEqual(heardOf('h.local'));
      b.hear(eth4, cname('h.local', 'b.local'), address('b.local', '192.0.2.2'));
      expect(addresses(b.wait(1_000).take())).toEqual(['192.0.2.2']);
    });
  });

  it('forgets a wait for what went before it was told', () => {
    const one = address('h.local', '192.0.2.1');
    const b = bench({}, eth4).hear(eth4, one).wait(50).lose(eth4, 'goodbye', one);
    expect(b.deadline).toBe(Infinity);
    b.wait(1000)
      .hear(eth4, one)
      .wait(ANSWER_WAIT_MS - 1);
    expect(b.take()).toEqual([]);
    expect(addresses(b.wait(1).take())).toEqual(['192.0.2.1']);
  });
});
