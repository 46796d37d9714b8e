import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BURST,
  MAX_REFLECTORS,
  MAX_SOURCES,
  PER_SECOND,
  RANKS,
  REFLECTOR_MEMORY,
  Sources,
  SPEAKS_FOR,
} from '../../../src/protocol/intake/sources.js';

const HOST = '192.0.2.1';
/** Bytes of a datagram. */
const SMALL = 100;

/** Lets a source send so many datagrams a second; returns how many were let in, and the last rank. */
function send(
  sources: Sources,
  address: string,
  from: number,
  seconds: number,
  perSecond: number,
  isFromHere = false,
  bytes = SMALL,
) {
  let admitted = 0;
  let last: number | undefined;
  for (let i = 0; i < seconds * perSecond; i++) {
    last = sources.admit(address, from + (1_000 * i) / perSecond, isFromHere, bytes);
    if (last !== undefined) admitted++;
  }
  return { admitted, last: last ?? Number.NaN };
}

/** Datagrams from ever new addresses. */
function invent(sources: Sources, from: number, seconds: number, perSecond: number, each = 1): number {
  let last = Number.NaN;
  for (let i = 0; i < seconds * perSecond; i++) {
    const host = Math.floor(i / each);
    const address = `10.${host >> 16}.${(host >> 8) & 255}.${host & 255}`;
    last = sources.admit(address, from + (1_000 * i) / perSecond, false, SMALL) ?? Number.NaN;
  }
  return last;
}

describe('SEC-02 the budget of a source', () => {
  it('SEC-02 a host that announces a thousand services in a second, ten packets each, is let in whole', () => {
    expect(send(new Sources(), HOST, 0, 1, 10_000).admitted).toBe(10_000);
  });

  it('SEC-02 a host that says a thousand packets a second is let in whole for ever, however large they are', () => {
    expect(send(new Sources(), HOST, 0, 60, 1_000).admitted).toBe(60_000);
    expect(send(new Sources(), HOST, 0, 60, 1_000, false, 9_000).admitted).toBe(60_000);
  });

  it('SEC-02 more than that is let in up to the burst, and then a thousand a second', () => {
    const { admitted } = send(new Sources(), HOST, 0, 20, 5_000);
    expect(admitted).toBeGreaterThanOrEqual(BURST + 19 * PER_SECOND);
    expect(admitted).toBeLessThanOrEqual(BURST + 20 * PER_SECOND + 1);
  });

  it('SEC-02 what one source sends takes nothing from another', () => {
    const sources = new Sources();
    send(sources, HOST, 0, 10, 5_000);
    expect(sources.admit('192.0.2.2', 10_000, false, SMALL)).toBeDefined();
    expect(send(sources, '192.0.2.3', 10_000, 1, 10_000).admitted).toBe(10_000);
  });

  it('SEC-02 this machine and a reflector have eight times as much, since they speak for several hosts', () => {
    for (const isFromHere of [true, false]) {
      const sources = new Sources();
      if (!isFromHere) sources.repeatsOurs(HOST, 0);
      expect(send(sources, HOST, 0, 20, SPEAKS_FOR * PER_SECOND, isFromHere).admitted).toBe(160_000);
    }
  });

  it('SEC-02 takes few for reflectors, the first ones, for as long as they repeat what is ours', () => {
    const sources = new Sources();
    for (let i = 0; i < 100; i++) sources.repeatsOurs(`192.0.2.${i}`, i);
    sources.repeatsOurs('192.0.2.1', REFLECTOR_MEMORY);
    expect(sources.toJSON().reflectors).toBe(MAX_REFLECTORS);
    sources.repeatsOurs('192.0.2.77', REFLECTOR_MEMORY + 50);
    expect(sources.toJSON().reflectors).toBe(2);
    expect(send(sources, '192.0.2.77', REFLECTOR_MEMORY + 60, 20, 8_000).admitted).toBe(160_000);
    expect(send(sources, '192.0.2.2', REFLECTOR_MEMORY + 60, 20, 8_000).admitted).toBeLessThan(40_000);
  });

  it('SEC-02 whatever comes, no source gets more than its burst and its rate, and ranks are in bounds', () => {
    const step = fc.record({
      pause: fc.oneof(fc.constant(0), fc.nat(50), fc.nat(20_000)),
      source: fc.nat(3),
      here: fc.boolean(),
      bytes: fc.nat(9_000),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const sources = new Sources();
        const admitted = new Map<string, number>();
        let now = 0;
        for (const { pause, source, here, bytes } of steps) {
          now += pause;
          const address = `${source} ${here}`;
          // A thousand at once, so that bursts are used up.
          for (let i = 0; i < 1_000; i++) {
            const rank = sources.admit(address, now, here, bytes);
            if (rank === undefined) continue;
            if (rank < 0 || rank >= RANKS) throw new Error(`rank ${rank}`);
            admitted.set(address, (admitted.get(address) ?? 0) + 1);
          }
          const most = (BURST + (now * PER_SECOND) / 1_000) * (here ? SPEAKS_FOR : 1) + 1;
          expect(admitted.get(address) ?? 0).toBeLessThanOrEqual(most);
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('SEC-02 the rank of a source', () => {
  it('SEC-02 is the better the less it sends', () => {
    const ranks = [1, 5, 20, 25, 100, 5_000].map((perSecond) => send(new Sources(), HOST, 0, 2, perSecond).last);
    expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
    expect(new Set(ranks).size).toBe(ranks.length);
  });

  it('SEC-02 of one that sends large datagrams is that of one which sends as much in more of them', () => {
    const large = send(new Sources(), HOST, 0, 12, 10, false, 9_000).last;
    expect(large).toBe(send(new Sources(), HOST, 0, 12, 60, false, 1_500).last);
    expect(large).toBeGreaterThan(send(new Sources(), HOST, 0, 12, 10).last + 20);
  });

  it('SEC-02 of a source that has been quiet for ten seconds is better than that of a new one', () => {
    const sources = new Sources();
    const known = send(sources, HOST, 0, 12, 5).last;
    expect(known).toBeLessThan(send(sources, '192.0.2.2', 12_000, 1, 2).last);
  });

  it('SEC-02 of a known source that begins to flood is that of any flood', () => {
    const sources = new Sources();
    send(sources, HOST, 0, 12, 5);
    const turned = send(sources, HOST, 12_000, 10, 500).last;
    expect(turned).toBe(send(new Sources(), HOST, 0, 10, 500).last);
  });

  it('SEC-02 gets better with time', () => {
    const sources = new Sources();
    const flood = send(sources, HOST, 0, 5, 500).last;
    const [later = Number.NaN, then = Number.NaN] = [60_000, 60_001].map((now) =>
      sources.admit(HOST, now, false, SMALL),
    );
    expect(later).toBeLessThan(flood - 20);
    expect(then).toBeLessThan(flood - 20);
  });

  it('SEC-02 of who is heard once only is that of all of these together', () => {
    const sources = new Sources();
    const flood = invent(sources, 0, 3, 5_000);
    expect(send(sources, HOST, 3_000, 3, 10).last).toBeLessThan(flood - 15);
    // Alone it is one of few.
    expect(invent(new Sources(), 0, 1, 2)).toBeLessThan(flood - 30);
  });
});

describe('SEC-02 what is remembered', () => {
  it('SEC-02 is bounded, however many addresses are invented, and keeps who was known before', () => {
    for (const each of [1, 2, 3]) {
      const sources = new Sources();
      const known = send(sources, HOST, 0, 12, 5).last;
      invent(sources, 12_000, 10, 5_000, each);
      const { newcomers, known: count } = sources.toJSON();
      expect(newcomers).toBeLessThanOrEqual(MAX_SOURCES);
      expect(count).toBe(1);
      expect(sources.admit(HOST, 22_200, false, SMALL)).toBeLessThanOrEqual(known);
    }
  });

  it('SEC-02 is bounded for those that stay, too', () => {
    const sources = new Sources();
    for (let second = 0; second < 20; second++) {
      for (let i = 0; i < 1.5 * MAX_SOURCES; i++)
        sources.admit(`10.0.${i >> 8}.${i & 255}`, 1_000 * second, false, SMALL);
    }
    const { newcomers, known } = sources.toJSON();
    expect(newcomers).toBeLessThanOrEqual(MAX_SOURCES);
    expect(known).toBeLessThanOrEqual(MAX_SOURCES);
  });
});
