/**
 * A flood on a machine on which each packet costs so many milliseconds. The clock is ours: work makes time pass, and so does
 * waiting for what comes next. No real time is read.
 */
import { describe, expect, it } from 'vitest';
import { type Inlet, Intake } from '../../../src/actors/link/intake.js';
import { letGoOfDatagram } from '../../../src/actors/link/let-go.js';
import type { Clock, Datagram } from '../../../src/net/network.js';
import { Sources } from '../../../src/protocol/intake/sources.js';

interface Arrival {
  readonly at: number;
  readonly from: string;
  readonly bytes?: number;
}

/** A process with one socket. */
class Machine {
  readonly waits = new Map<string, number[]>();
  readonly dropped = new Map<string, number>();
  readonly intake: Intake;
  readonly #sources = new Sources();
  readonly #sentAt = new Map<Datagram, number>();
  readonly #cost: number;
  #now = 0;
  #timer: { readonly at: number; readonly run: () => void } | undefined;
  isOpen = true;
  worked = 0;
  longestTurn = 0;

  constructor(cost: number) {
    this.#cost = cost;
    const clock: Clock = {
      now: () => this.#now,
      setTimeout: (run, ms) => {
        expect(this.#timer, 'one timer').toBeUndefined();
        this.#timer = { at: this.#now + ms, run };
      },
      clearTimeout: () => {},
    };
    this.intake = new Intake(clock);
  }

  readonly inlet: Inlet = {
    id: 'eth0',
    sources: this.#sources,
    isOpen: () => this.isOpen,
    handle: (datagram) => {
      this.#now += this.#cost;
      this.worked += this.#cost;
      const waits = this.waits.get(datagram.address) ?? [];
      waits.push(this.#now - (this.#sentAt.get(datagram) ?? 0));
      this.waits.set(datagram.address, waits);
      // As sockets do.
      letGoOfDatagram(datagram);
    },
    dropped: ({ address }) => this.dropped.set(address, (this.dropped.get(address) ?? 0) + 1),
  };

  run(arrivals: readonly Arrival[], until: number): void {
    const coming = [...arrivals].sort((a, b) => a.at - b.at);
    for (let next = 0; ; ) {
      const arrival = coming[next];
      const timer = this.#timer;
      const at = Math.min(arrival?.at ?? Infinity, timer?.at ?? Infinity);
      if (at > until) return;
      const began = Math.max(this.#now, at);
      this.#now = began;
      if (timer !== undefined && timer.at <= (arrival?.at ?? Infinity)) {
        this.#timer = undefined;
        timer.run();
      } else if (arrival !== undefined) {
        next++;
        const bytes = new Uint8Array(arrival.bytes ?? 100);
        const datagram: Datagram = { bytes, address: arrival.from, port: 5353, to: 'group' };
        this.#sentAt.set(datagram, arrival.at);
        this.intake.receive(this.inlet, datagram, false, false);
      }
      this.longestTurn = Math.max(this.longestTurn, this.#now - began);
    }
  }

  /** The wait that one in a hundred exceeds. */
  p99(address: string): number {
    const sorted = (this.waits.get(address) ?? []).sort((a, b) => a - b);
    return sorted[Math.floor(0.99 * (sorted.length - 1))] ?? Number.NaN;
  }
}

function every(ms: number, seconds: number, from: (i: number) => string, start = 0): Arrival[] {
  return Array.from({ length: (1_000 * seconds) / ms }, (_, i) => ({ at: start + i * ms, from: from(i) }));
}

const SECONDS = 20;
/** Heard for some time before the flood begins, and come with it. */
const FLOOD_AT = 15_000;
const peers = [
  ...every(100, SECONDS + FLOOD_AT / 1_000, () => 'known', 0.01),
  ...every(100, SECONDS, () => 'new', FLOOD_AT + 50.01),
];

describe('SEC-02 while packets pour in', () => {
  for (const [what, from, newOnesWait] of [
    ['one source', () => 'flood', 20],
    ['200 sources', (i: number) => `flood ${i % 200}`, 20],
    // Each of these looks like a peer who has just come.
    ['a source of its own for each packet', (i: number) => `flood ${i}`, 1_000],
  ] as const) {
    it(`SEC-02 from ${what}, another's are dealt with in time, and a good part of the time is left`, () => {
      const machine = new Machine(0.4);
      machine.run([...peers, ...every(0.2, SECONDS, from, FLOOD_AT)], FLOOD_AT + SECONDS * 1_000);
      expect(machine.p99('known')).toBeLessThan(20);
      expect(machine.p99('new')).toBeLessThan(newOnesWait);
      const most = 10 * (SECONDS + FLOOD_AT / 1_000) + 10 * SECONDS;
      const dealtWith = ['known', 'new'].map((name) => machine.waits.get(name)?.length ?? 0);
      expect((dealtWith[0] ?? 0) + (dealtWith[1] ?? 0)).toBeGreaterThanOrEqual(0.99 * most);
      expect(machine.worked).toBeLessThan(SECONDS * 400);
      expect(machine.longestTurn).toBeLessThan(5);
    });
  }

  it('SEC-02 long-known sources of a few large packets each do not keep a new source waiting', () => {
    const machine = new Machine(2);
    const large = every(1_000 / 300, SECONDS + FLOOD_AT / 1_000, (i) => `large ${i % 50}`);
    const asking = every(200, SECONDS, () => 'new', FLOOD_AT + 50.01);
    machine.run([...large.map((arrival) => ({ ...arrival, bytes: 8_900 })), ...asking], FLOOD_AT + SECONDS * 1_000);
    expect(machine.waits.get('new')).toHaveLength(5 * SECONDS);
    expect(machine.p99('new')).toBeLessThan(30);
  });

  it('SEC-02 a datagram for which there is time is processed at once, without a timer', () => {
    const machine = new Machine(0.1);
    machine.run(
      every(1, SECONDS, () => 'busy'),
      SECONDS * 1_000,
    );
    expect(machine.p99('busy')).toBeCloseTo(0.1, 6);
    expect(machine.dropped.size).toBe(0);
  });

  it('SEC-02 a host that announces a thousand services at once waits, and nothing is lost', () => {
    const machine = new Machine(0.4);
    machine.run(
      every(0.25, 1, () => 'crowded'),
      30_000,
    );
    expect(machine.waits.get('crowded')).toHaveLength(4_000);
    expect(machine.dropped.size).toBe(0);
  });

  it('SEC-02 a thousand services that answer at once after a quiet time are taken in at once, in short turns', () => {
    const machine = new Machine(3);
    const answers = Array.from({ length: 150 }, (_, i) => ({ at: 10_000 + 0.7 * i, from: 'publisher', bytes: 1_400 }));
    machine.run(answers, 10_000 + 500);
    expect(machine.waits.get('publisher')).toHaveLength(150);
    expect(machine.longestTurn).toBeLessThan(7);
  });

  it('SEC-02 a large datagram takes more of what a quiet time has saved than it takes of time', () => {
    const worked = [1_400, 8_900].map((bytes) => {
      const machine = new Machine(1);
      machine.run(
        every(0.5, 3, () => 'a').map((arrival) => ({ ...arrival, bytes })),
        3_000,
      );
      return machine.worked;
    });
    expect(worked[0]).toBeGreaterThan(1_900);
    expect(worked[1]).toBeLessThan(1_300);
  });

  it('SEC-02 one slow datagram does not delay the others by as long again', () => {
    const machine = new Machine(200);
    machine.run(
      [
        { at: 0, from: 'a' },
        { at: 1, from: 'b' },
      ],
      1_000,
    );
    expect(machine.waits.get('b')?.[0]).toBeLessThan(425);
  });

  it('waiting datagrams of a socket that closes are not processed', () => {
    const machine = new Machine(10);
    machine.run(
      every(0.1, 0.01, () => 'a'),
      5,
    );
    machine.isOpen = false;
    machine.run([], 10_000);
    expect(machine.waits.get('a')).toHaveLength(1);
    expect(machine.intake.toJSON()).toEqual({ datagrams: 0, bytes: 0, sources: 0 });
  });

  it('an error does not stop the rest', () => {
    const machine = new Machine(20);
    let calls = 0;
    const breaking: Inlet = {
      ...machine.inlet,
      handle: (...given) => {
        machine.inlet.handle(...given);
        calls++;
        if (calls % 2 === 0) throw new Error('a mistake');
      },
    };
    const datagram = (address: string): Datagram => ({ bytes: new Uint8Array(1), address, port: 5353, to: 'group' });
    for (const address of ['a', 'b', 'c', 'd', 'e']) machine.intake.receive(breaking, datagram(address), false, false);
    expect(() => machine.run([], 10_000)).toThrow('a mistake');
    expect(() => machine.run([], 10_000)).toThrow('a mistake');
    machine.run([], 10_000);
    expect(calls).toBe(5);
  });
});
