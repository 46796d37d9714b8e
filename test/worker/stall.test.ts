/** A client that does not read: what waits for it does not grow with time, and in the end it knows the truth. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SupervisorEmitted } from '../../src/actors/commands.js';
import type { ServiceInstance } from '../../src/protocol/dns-sd/instance.js';
import { Backlog } from '../../src/worker/backlog.js';
import type { HostLine, Posted, ToClient } from '../../src/worker/messages.js';
import { Outlet } from '../../src/worker/outlet.js';

type Saw = Extract<SupervisorEmitted, { type: 'watch.saw' }>;

const instance = (name: string, port: number): ServiceInstance => ({
  name,
  type: '_http._tcp',
  domain: 'local',
  fullName: `${name}._http._tcp.local`,
  host: 'h.local',
  port,
  txt: {},
  txtStrings: [],
  url: undefined,
  hostPort: undefined,
  from: '',
  ttlSeconds: 120,
  addresses: [],
});

/** A network of which each call of `change` makes something else, as a watch would tell it. */
class Truth {
  readonly present = new Map<string, ServiceInstance>();

  change(name: string, port: number): Saw {
    const before = this.present.get(name);
    const now = instance(name, port);
    const saw = (event: unknown) => ({ type: 'watch.saw', id: 'w', kind: 'browse', events: [event] }) as Saw;
    if (port === 0 && before) {
      this.present.delete(name);
      return saw({ event: 'down', instance: before, reason: 'goodbye' });
    }
    this.present.set(name, now);
    if (!before) return saw({ event: 'up', instance: now });
    return saw({ event: 'changed', instance: now, changes: ['port'], previous: before });
  }
}

/** What a reader makes of the events; each has to follow from what it knew. */
class Reader {
  readonly present = new Map<string, ServiceInstance>();

  read(event: Posted): void {
    if (event.type !== 'watch.saw') return;
    for (const seen of (event as Extract<Saw, { kind: 'browse' }>).events) {
      const { name } = seen.instance;
      expect(this.present.has(name), `${seen.event} ${name}`).toBe(seen.event !== 'up');
      if (seen.event === 'changed') expect(seen.previous).toEqual(this.present.get(name));
      if (seen.event === 'down') this.present.delete(name);
      else this.present.set(name, seen.instance);
    }
  }
}

const NAMES = ['a', 'b', 'c'];
const step = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(fc.constantFrom(...NAMES), fc.nat(2)) },
  { weight: 1, arbitrary: fc.constant('read' as const) },
);

describe('a backlog', () => {
  it('tells any reader what is true when it reads, in as many events as there are subjects', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const [truth, reader, backlog] = [new Truth(), new Reader(), new Backlog()];
        for (const each of steps) {
          if (each !== 'read') backlog.add(truth.change(...each));
          else for (const event of backlog.take(2)) reader.read(event);
          expect(backlog.size).toBeLessThanOrEqual(NAMES.length);
        }
        for (const event of backlog.take(NAMES.length)) reader.read(event);
        expect(reader.present).toEqual(truth.present);
      }),
      { numRuns: 500 },
    );
  });

  it('keeps the latest of each kind of event of a publication, and the latest status', () => {
    const backlog = new Backlog();
    for (let i = 0; i < 1_000; i++) {
      backlog.add({ type: 'publication.renamed', id: 'p', from: `a${i}`, name: `a${i + 1}` });
      backlog.add({ type: 'publication.updated', id: 'p', name: 'a', host: 'h.local' });
      backlog.add({ type: 'status.changed', status: { state: 'up', reason: String(i), links: [] } });
    }
    expect(backlog.takeMerged()).toBe(2_997);
    expect(backlog.take(10)).toMatchObject([
      { type: 'publication.renamed', name: 'a1000' },
      { type: 'publication.updated' },
      { type: 'status.changed', status: { reason: '999' } },
    ]);
  });

  it('keeps a hundred lines of the log', () => {
    const backlog = new Backlog();
    const line = { type: 'log', level: 'info', message: 'x', details: {} } as const;
    for (let i = 0; i < 1_000; i++) backlog.add(line);
    expect([backlog.size, backlog.takeMerged()]).toEqual([100, 900]);
    backlog.take(60);
    for (let i = 0; i < 1_000; i++) backlog.add(line);
    expect(backlog.size).toBe(100);
  });

  it('takes lists of records apart, and what was found and lost unread is no event', () => {
    const backlog = new Backlog();
    const found = (n: number) => ({
      record: { name: 'a.local', type: 'A', address: `198.18.0.${n}` },
      interface: 'eth0',
    });
    const saw = (event: object) => ({ type: 'watch.saw', id: 'w', kind: 'records', events: [event] }) as unknown as Saw;
    backlog.add(saw({ event: 'found', records: [found(1), found(2)] }));
    backlog.add(saw({ event: 'lost', records: [{ ...found(1), reason: 'goodbye' }] }));
    // The reason is no part of what a record is.
    expect(backlog.take(10)).toMatchObject([saw({ event: 'found', records: [found(2)] })]);
  });
});

describe('an outlet', () => {
  function setup() {
    const posted: Extract<ToClient, { type: 'batch' }>[] = [];
    const line: HostLine = { post: (message) => message.type === 'batch' && posted.push(message), close: () => {} };
    const turn: (() => void)[] = [];
    const outlet = new Outlet(line, (run) => turn.push(run));
    const endTurn = () => {
      for (const run of turn.splice(0)) run();
    };
    return { posted, outlet, endTurn };
  }

  it('posts what happens in one turn as one batch', () => {
    const { posted, outlet, endTurn } = setup();
    const truth = new Truth();
    for (const port of [1, 2, 0]) outlet.post(truth.change('a', port));
    expect(posted).toHaveLength(0);
    endTurn();
    expect(posted.map(({ events }) => events.length)).toEqual([3]);
  });

  it('posts eight batches that are not read, and the rest merged, once they are', () => {
    const { posted, outlet, endTurn } = setup();
    const [truth, reader] = [new Truth(), new Reader()];
    for (let i = 0; i < 60_000; i++) {
      outlet.post(truth.change(`s${i % 100}`, 1 + (i % 7)));
      endTurn();
    }
    expect(posted).toHaveLength(8);
    for (let read = 0; read < posted.length; read++) {
      for (const event of posted[read]?.events ?? []) reader.read(event);
      outlet.noteRead();
      endTurn();
    }
    expect(reader.present).toEqual(truth.present);
    const events = posted.flatMap((batch) => batch.events);
    expect(events.length).toBeLessThan(250);
    expect(events.at(-1)).toMatchObject({
      type: 'log',
      message: expect.stringMatching(/blocked: \d+ events were merged/),
    });
  });
});
