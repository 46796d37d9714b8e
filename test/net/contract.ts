/** What every `Network` must do, whatever it is made of. The real one and the simulated one run the same suite. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type {
  Datagram,
  Link,
  LinkFault,
  LinkHandlers,
  LinkOpened,
  LinkOptions,
  Network,
} from '../../src/net/network.js';

/** A network to be tested on its loopback interface, over IPv4. */
export interface Subject {
  readonly network: Network;
  /** Another process on the same host. */
  readonly other: Network;
  /** A port that nobody else uses. */
  freePort(): Promise<number>;
  /** Lets time pass until the condition holds, or long enough to be sure that it never will. */
  until(condition: () => boolean): Promise<void>;
  /** Lets as much time pass as anything needs that is on its way. */
  settle(): Promise<void>;
  /** Calls `before`, and then the process of `network` stands still for so long. */
  standStill(ms: number, before: () => void): Promise<void>;
}

const GROUP = '224.0.0.254';
const OTHER_GROUP = '224.0.0.253';
const ADDRESS = '127.0.0.1';

/** A link, and all that its handlers were told. */
interface Tap {
  readonly link: Link;
  readonly events: string[];
  readonly opened: LinkOpened[];
  readonly received: Datagram[];
  readonly failed: LinkFault[];
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (datagram: Datagram | undefined): string => new TextDecoder().decode(datagram?.bytes);
const textsOf = (tap: Tap): string[] => tap.received.map(textOf);

/** Opens links, keeps what they say, and closes them after each test. */
class Bench {
  readonly subject: Subject;
  readonly taps = new Set<Tap>();

  constructor(subject: Subject) {
    this.subject = subject;
  }

  options(port: number, overrides: Partial<LinkOptions> = {}): LinkOptions {
    const loopback = this.subject.network.interfaces().find((found) => found.loopback);
    if (loopback === undefined) throw new Error('This suite needs a loopback interface.');
    return { interface: loopback, family: 'ipv4', group: GROUP, port, ...overrides };
  }

  tap(options: LinkOptions, network = this.subject.network, on: Partial<LinkHandlers> = {}): Tap {
    const seen = {
      events: [] as string[],
      opened: [] as LinkOpened[],
      received: [] as Datagram[],
      failed: [] as LinkFault[],
    };
    const link = network.openLink(options, {
      opened: (info) => {
        seen.events.push('opened');
        seen.opened.push(info);
        on.opened?.(info);
      },
      received: (datagram) => {
        seen.events.push('received');
        seen.received.push(datagram);
        on.received?.(datagram);
      },
      failed: (fault) => {
        seen.events.push('failed');
        seen.failed.push(fault);
        on.failed?.(fault);
      },
    });
    const tap = { link, ...seen };
    this.taps.add(tap);
    return tap;
  }

  async open(options: LinkOptions, network = this.subject.network): Promise<Tap> {
    const tap = this.tap(options, network);
    await this.subject.until(() => tap.events.length > 0);
    expect(tap.failed).toEqual([]);
    expect(tap.events[0]).toBe('opened');
    return tap;
  }

  /** What `send` tells. */
  async send(tap: Tap, text: string, to: Parameters<Link['send']>[1] = 'group'): Promise<LinkFault | undefined> {
    const told: (LinkFault | undefined)[] = [];
    tap.link.send(bytesOf(text), to, (fault) => told.push(fault));
    await this.subject.until(() => told.length > 0);
    expect(told).toHaveLength(1);
    return told[0];
  }

  async close(tap: Tap): Promise<void> {
    let closed = 0;
    this.taps.delete(tap);
    tap.link.close(() => {
      closed += 1;
    });
    await this.subject.until(() => closed > 0);
    expect(closed).toBe(1);
  }

  async closeAll(): Promise<void> {
    for (const tap of [...this.taps]) await this.close(tap);
  }
}

export function networkContract(name: string, makeSubject: () => Subject): void {
  describe(`${name}: what every network does`, () => {
    let subject: Subject;
    let bench: Bench;
    let port: number;

    beforeEach(async () => {
      subject = makeSubject();
      bench = new Bench(subject);
      port = await subject.freePort();
    });
    afterEach(() => bench.closeAll());

    itTellsAboutTheHost(() => subject);
    itOpensAndFails(() => ({ subject, bench, port }));
    itCarriesDatagrams(() => ({ subject, bench, port }));
    itSharesPorts(() => ({ subject, bench, port }));
    itCloses(() => ({ subject, bench, port }));
  });
}

type Context = () => { readonly subject: Subject; readonly bench: Bench; readonly port: number };

function itTellsAboutTheHost(subject: () => Subject): void {
  it('has a monotonic clock whose timers fire once, not early, in order, and not within the call', async () => {
    const { clock } = subject().network;
    const fired: string[] = [];
    const start = clock.now();
    let waited = 0;
    clock.setTimeout(() => {
      waited = clock.now() - start;
      fired.push('later');
    }, 5.5);
    clock.setTimeout(() => fired.push('at once'), 0);
    clock.clearTimeout(clock.setTimeout(() => fired.push('cleared'), 1));
    clock.setTimeout(() => fired.push('never'), Number.POSITIVE_INFINITY);
    clock.setTimeout(() => fired.push('in a month'), 2 ** 31);
    expect(fired).toEqual([]);
    await subject().until(() => fired.includes('later'));
    await subject().settle();
    expect(fired).toEqual(['at once', 'later']);
    expect(waited).toBeGreaterThanOrEqual(5.5);
    expect(waited).toBeLessThan(1_000);
  });

  it('has chance in [0, 1) and a host name of one label', () => {
    const { network } = subject();
    const numbers = Array.from({ length: 100 }, () => network.random());
    expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
    expect(new Set(numbers).size).toBeGreaterThan(90);
    expect(network.hostname()).toMatch(/^[^.]+$/);
  });

  it('lists interfaces by name with sorted addresses, a loopback among them', () => {
    const interfaces = subject().network.interfaces();
    const names = interfaces.map((found) => found.name);
    expect(names).toEqual([...names].sort());
    const loopback = interfaces.find((found) => found.loopback);
    expect(loopback).toMatchObject({ pointToPoint: false });
    expect(loopback?.mtu).toBeGreaterThanOrEqual(1_500);
    expect(loopback?.addresses[0]).toEqual({ family: 'ipv4', address: ADDRESS, prefixLength: 8 });
    for (const { addresses } of interfaces) {
      const texts = addresses.map((own) => `${own.family} ${own.address}`);
      expect(texts).toEqual([...texts].sort());
    }
  });
}

function itOpensAndFails(context: Context): void {
  it('opens in a later turn, before anything is received', async () => {
    const { subject, bench, port } = context();
    const noisy = await bench.open(bench.options(port), subject.other);
    const tap = bench.tap(bench.options(port));
    expect(tap.events).toEqual([]);
    for (let turn = 0; turn < 20; turn += 1) await bench.send(noisy, 'noise');
    await subject.until(() => tap.opened.length > 0);
    await bench.send(noisy, 'noise');
    await subject.until(() => tap.received.length > 0);
    expect(tap.events[0]).toBe('opened');
    expect(tap.opened).toHaveLength(1);
    expect(textsOf(tap)).toContain('noise');
  });

  it('fails a link on an interface that is not there, with a reason that people can read', async () => {
    const { subject, bench, port } = context();
    const options = bench.options(port);
    for (const gone of [
      { ...options.interface, name: 'gone0' },
      { ...options.interface, index: options.interface.index + 4_000 },
    ]) {
      const tap = bench.tap({ ...options, interface: gone });
      expect(tap.events).toEqual([]);
      await subject.until(() => tap.events.length > 0);
      expect(tap.events).toEqual(['failed']);
      expect(tap.failed[0]?.code).toBe('ENODEV');
      expect(tap.failed[0]?.message).toMatch(new RegExp(`^${gone.name}/ipv4: ENODEV: .*gone.*\\.$`));
    }
  });

  it('fails in a later turn also when everything about the port is known', async () => {
    const { subject, bench, port } = context();
    await bench.open(bench.options(port));
    const options = bench.options(port);
    const tap = bench.tap({ ...options, interface: { ...options.interface, name: 'gone0' } });
    for (let microtask = 0; microtask < 20; microtask += 1) await Promise.resolve();
    expect(tap.events).toEqual([]);
    await subject.until(() => tap.events.length > 0);
    expect(tap.events).toEqual(['failed']);
  });

  it('fails a link without an address of its family, and one whose address is gone', async () => {
    const { subject, bench, port } = context();
    const options = bench.options(port);
    for (const addresses of [[], [{ family: 'ipv4', address: '198.18.77.1', prefixLength: 24 }] as const]) {
      const tap = bench.tap({ ...options, interface: { ...options.interface, addresses } });
      await subject.until(() => tap.events.length > 0);
      expect(tap.events).toEqual(['failed']);
      expect(tap.failed[0]?.code).toBe('EADDRNOTAVAIL');
    }
  });

  it('refuses to send before `opened` and after `close`, in a later turn, without an exception', async () => {
    const { bench, port } = context();
    const tap = bench.tap(bench.options(port));
    expect((await bench.send(tap, 'too early'))?.code).toBe('ENOTCONN');
    const open = await bench.open(bench.options(port));
    await bench.close(open);
    expect((await bench.send(open, 'too late'))?.code).toBe('EBADF');
  });
}

function itCarriesDatagrams(context: Context): void {
  it('SMH-01 hands what is sent to the group to every link on it, the sender and other processes too', async () => {
    const { subject, bench, port } = context();
    const sender = await bench.open(bench.options(port));
    const twin = await bench.open(bench.options(port));
    const stranger = await bench.open(bench.options(port), subject.other);
    expect(await bench.send(sender, 'hello')).toBeUndefined();
    await subject.until(() => [sender, twin, stranger].every((tap) => tap.received.length > 0));
    await subject.settle();
    for (const tap of [sender, twin, stranger]) {
      expect(tap.received.map(({ address, port: from, to }) => ({ address, from, to }))).toEqual([
        { address: ADDRESS, from: port, to: 'group' },
      ]);
      expect(textsOf(tap)).toEqual(['hello']);
    }
  });

  it('keeps groups and ports apart', async () => {
    const { subject, bench, port } = context();
    const sender = await bench.open(bench.options(port));
    const otherGroup = await bench.open(bench.options(port, { group: OTHER_GROUP }));
    const otherPort = await bench.open(bench.options(await subject.freePort()));
    await bench.send(sender, 'for the group');
    await subject.until(() => sender.received.length > 0);
    await subject.settle();
    expect(otherGroup.received).toEqual([]);
    expect(otherPort.received).toEqual([]);
  });

  it('keeps order and bytes, also of a datagram of 9,000 bytes', async () => {
    const { subject, bench, port } = context();
    const tap = await bench.open(bench.options(port));
    const sent = ['a', 'b'.repeat(9_000), '', 'c'];
    for (const text of sent) tap.link.send(bytesOf(text), 'group', () => {});
    await subject.until(() => tap.received.length === sent.length);
    expect(textsOf(tap)).toEqual(sent);
  });

  it('A-69 what came while the process stood still is heard before a timer that fell due meanwhile fires', async () => {
    const { subject, bench, port } = context();
    const tap = await bench.open(bench.options(port));
    const { clock } = subject.network;
    const order: string[] = [];
    const late = (text: string, ms: number) => clock.setTimeout(() => order.push(`${text} ${textsOf(tap).length}`), ms);
    await subject.standStill(600, () => {
      late('third', 90);
      late('first', 30);
      const cleared = late('cleared', 50);
      clock.setTimeout(() => clock.clearTimeout(cleared), 40);
      late('second', 60);
      for (let i = 0; i < 100; i++) tap.link.send(bytesOf(`${i}`), 'group', () => {});
    });
    await subject.until(() => order.length === 3);
    expect(order).toEqual(['first 100', 'second 100', 'third 100']);
    await subject.settle();
    expect(order).toHaveLength(3);
  });

  it('gives every receiver bytes of its own', async () => {
    const { subject, bench, port } = context();
    const first = await bench.open(bench.options(port));
    const second = await bench.open(bench.options(port));
    const bytes = bytesOf('mine');
    first.link.send(bytes, 'group', () => bytes.fill(0));
    await subject.until(() => first.received.length > 0 && second.received.length > 0);
    first.received[0]?.bytes.fill(0);
    expect(textOf(second.received[0])).toBe('mine');
  });

  it('SMH-02 tells unicast from group traffic, and carries a unicast reply to where a query came from', async () => {
    const { subject, bench, port } = context();
    const responder = await bench.open(bench.options(port));
    const querier = await bench.open(bench.options(await subject.freePort()));
    expect(responder.opened).toEqual([{ portShared: false }]);
    await bench.send(querier, 'question', { address: ADDRESS, port });
    await subject.until(() => responder.received.length > 0);
    const [question] = responder.received;
    expect(question).toMatchObject({ address: ADDRESS, to: 'unicast' });
    await bench.send(responder, 'answer', { address: question?.address ?? '', port: question?.port ?? 0 });
    await subject.until(() => querier.received.length > 0);
    await subject.settle();
    expect(querier.received.map((datagram) => [textOf(datagram), datagram.port, datagram.to])).toEqual([
      ['answer', port, 'unicast'],
    ]);
    expect(responder.received).toHaveLength(1);
  });

  it('tells the fault of a destination that cannot be, and goes on working', async () => {
    const { subject, bench, port } = context();
    const tap = await bench.open(bench.options(port));
    expect((await bench.send(tap, 'x', { address: ADDRESS, port: 0 }))?.code).toBe('ERR_SOCKET_BAD_PORT');
    expect((await bench.send(tap, 'x', { address: '::1', port }))?.code).toBe('EINVAL');
    expect((await bench.send(tap, 'x', { address: 'example', port }))?.code).toBe('EINVAL');
    expect((await bench.send(tap, 'x'.repeat(70_000)))?.code).toBe('EMSGSIZE');
    expect(await bench.send(tap, 'still here')).toBeUndefined();
    await subject.until(() => tap.received.length > 0);
    expect(tap.events).toEqual(['opened', 'received']);
  });
}

function itSharesPorts(context: Context): void {
  it('SMH-02 A-66 tells that another process holds the port, and that it does not when it is our own', async () => {
    const { subject, bench, port } = context();
    const first = await bench.open(bench.options(port));
    const second = await bench.open(bench.options(port, { group: OTHER_GROUP }));
    const foreign = await bench.open(bench.options(port), subject.other);
    const foreignToo = await bench.open(bench.options(port), subject.other);
    const third = await bench.open(bench.options(port));
    const shared = [first, second, foreign, foreignToo, third].map((tap) => tap.opened[0]?.portShared);
    expect(shared).toEqual([false, false, true, true, false]);
  });

  it('SMH-02 links that open at the same time agree', async () => {
    const { subject, bench, port } = context();
    const taps = [1, 2, 3].map(() => bench.tap(bench.options(port)));
    await subject.until(() => taps.every((tap) => tap.events.length > 0));
    expect(taps.map((tap) => tap.opened)).toEqual([1, 2, 3].map(() => [{ portShared: false }]));
  });

  it('A-65 leaves unicast to the process that was first', async () => {
    const { subject, bench, port } = context();
    const first = await bench.open(bench.options(port), subject.other);
    const second = await bench.open(bench.options(port));
    expect(second.opened).toEqual([{ portShared: true }]);
    await bench.send(second, 'to the first', { address: ADDRESS, port });
    await subject.until(() => first.received.length > 0);
    await subject.settle();
    expect(first.received.map((datagram) => [textOf(datagram), datagram.port, datagram.to])).toEqual([
      ['to the first', port, 'unicast'],
    ]);
    expect(second.received).toEqual([]);
  });

  it('forgets the other process once it is gone', async () => {
    const { subject, bench, port } = context();
    const foreign = await bench.open(bench.options(port), subject.other);
    const before = await bench.open(bench.options(port));
    await bench.close(foreign);
    await bench.close(before);
    const after = await bench.open(bench.options(port));
    expect([before, after].map((tap) => tap.opened[0]?.portShared)).toEqual([true, false]);
  });
}

function itCloses(context: Context): void {
  it('A-73 lets leave what was sent, tells so, closes in a later turn, and is silent from then on', async () => {
    const { subject, bench, port } = context();
    const witness = await bench.open(bench.options(port), subject.other);
    const tap = await bench.open(bench.options(port));
    const order: string[] = [];
    for (const text of ['goodbye 1', 'goodbye 2']) {
      tap.link.send(bytesOf(text), 'group', (fault) => order.push(`sent ${fault?.code ?? 'well'}`));
    }
    bench.taps.delete(tap);
    tap.link.close(() => order.push('closed'));
    expect(order).toEqual([]);
    await subject.until(() => order.includes('closed'));
    expect(order).toEqual(['sent well', 'sent well', 'closed']);
    const heard = tap.events.length;
    await subject.until(() => witness.received.length === 2);
    await bench.send(witness, 'anybody?');
    await subject.until(() => witness.received.length === 3);
    await subject.settle();
    expect(textsOf(witness)).toEqual(['goodbye 1', 'goodbye 2', 'anybody?']);
    expect(tap.events).toHaveLength(heard);
  });

  it('frees the port', async () => {
    const { subject, bench, port } = context();
    await bench.close(await bench.open(bench.options(port)));
    const next = await bench.open(bench.options(port), subject.other);
    expect(next.opened).toEqual([{ portShared: false }]);
  });

  it('can be closed while it opens, and is never opened then', async () => {
    const { subject, bench, port } = context();
    const tap = bench.tap(bench.options(port));
    await bench.close(tap);
    await subject.settle();
    expect(tap.events).toEqual([]);
    const next = await bench.open(bench.options(port), subject.other);
    expect(next.opened).toEqual([{ portShared: false }]);
  });

  it('can be closed after it failed, twice, and from its own handlers', async () => {
    const { subject, bench, port } = context();
    const options = bench.options(port);
    const failed = bench.tap({ ...options, interface: { ...options.interface, name: 'gone0' } });
    await subject.until(() => failed.events.length > 0);
    await bench.close(failed);
    await bench.close(failed);
    let closed = false;
    const hasty: Tap = bench.tap(options, subject.network, {
      received: () =>
        hasty.link.close(() => {
          closed = true;
        }),
    });
    await subject.until(() => hasty.opened.length > 0);
    for (let turn = 0; turn < 3; turn += 1) hasty.link.send(bytesOf('x'), 'group', () => {});
    await subject.until(() => closed);
    await subject.settle();
    expect(hasty.events).toEqual(['opened', 'received']);
  });
}
