import { describe, expect, it } from 'vitest';
import type { EventObject } from 'xstate';
import { newCounters } from '../../../src/actors/counters.js';
import { OwnRecords } from '../../../src/actors/link/own-records.js';
import { type HearingPlace, hearDatagram, hearRecords, type Outbox } from '../../../src/actors/link/receive.js';
import { SetIndex } from '../../../src/actors/link/set-index.js';
import type { AnnouncerEvent, Port } from '../../../src/actors/messages.js';
import type { Datagram, NetworkInterface } from '../../../src/net/network.js';
import { VirtualClock } from '../../../src/net/simulated/index.js';
import { RecordCache } from '../../../src/protocol/cache/cache.js';
import { type Repeat, Repeats } from '../../../src/protocol/cache/repeats.js';
import { Sources } from '../../../src/protocol/intake/sources.js';
import { Relevance } from '../../../src/protocol/query/relevance.js';
import type { Message, ResourceRecord } from '../../../src/protocol/record.js';
import { address, ptr, query, question, response, service } from '../../support/records.js';

const TYPE = '_t._tcp.local';
const PEER = '198.18.0.9';
const ours = {
  host: [address('h.local', '198.18.0.1')],
  web: service('Web', TYPE, 'h.local', 1),
};

const eth0 = {
  name: 'eth0',
  loopback: false,
  addresses: [
    { family: 'ipv4', address: '198.18.0.1', prefixLength: 24 },
    { family: 'ipv6', address: '2001:db8::1', prefixLength: 64 },
  ],
} as unknown as NetworkInterface;

type Sent = { readonly type: string; readonly [detail: string]: unknown };
type Way = Partial<Datagram> & { readonly own?: boolean; readonly repeat?: Repeat | undefined };

/** A link that publishes a host and a service, with announcers for both unless they are `silent`. */
class Ear {
  readonly relevance = new Relevance();
  readonly clock = new VirtualClock();
  /** What was sent last. */
  last: Sent | undefined;
  readonly place: HearingPlace;
  readonly #sent: { readonly to: string; readonly event: Sent }[] = [];
  readonly #outbox: Outbox = {
    sendTo: (port: unknown, event: Sent) => this.#sent.push({ to: (port as { readonly name: string }).name, event }),
  };

  constructor({ silent = [] as readonly string[] } = {}) {
    const port = <E extends EventObject>(name: string) => ({ name }) as unknown as Port<E>;
    const sets = new SetIndex();
    const own = new OwnRecords();
    for (const [id, records] of Object.entries(ours)) {
      sets.put({ id, claims: [], records });
      own.add({ id, claims: [], records });
    }
    const announcers = new Map(
      ['host', 'web'].filter((id) => !silent.includes(id)).map((id) => [id, port<AnnouncerEvent>(id)] as const),
    );
    this.place = {
      interface: eth0,
      port: 5353,
      sets,
      own,
      announcers,
      counters: newCounters(),
      sources: new Sources(),
      clock: this.clock,
      relevance: this.relevance,
      cache: port('cache'),
      querier: port('querier'),
      responder: port('responder'),
    };
  }

  /** A datagram comes in. @returns who hears what */
  hear(bytes: Uint8Array, { own = false, repeat, ...over }: Way = {}): string[] {
    hearDatagram(this.place, { bytes, address: PEER, port: 5353, to: 'group', ...over }, own, this.#outbox, repeat);
    this.last = this.#sent.at(-1)?.event;
    return this.take().map(({ to, event }) => `${to}: ${event.type}`);
  }

  hearRecords(records: readonly ResourceRecord[], via: 'own' | 'multicast' | 'unicast') {
    hearRecords(this.place, records, PEER, via, this.#outbox);
    return this.take();
  }

  take() {
    return this.#sent.splice(0);
  }

  /** Those counters that are not 0. */
  get counted(): object {
    return Object.fromEntries(Object.entries(this.place.counters).filter(([, count]) => count > 0));
  }
}

const asks = (name: string, over: Partial<Message> = {}) => query({ questions: [question(name, 'ANY')], ...over });
const probe = (name: string) => asks(name, { authorities: [address(name, PEER)] });

describe('hearDatagram: headers', () => {
  it('counts what cannot be read', () => {
    const ear = new Ear();
    expect(ear.hear(new Uint8Array(11))).toEqual([]);
    expect(ear.counted).toEqual({ received: 1, malformed: 1 });
  });

  it.each([
    ['HDR-03', 'operation', { opcode: 1 }],
    ['HDR-07', 'error', { rcode: 3 }],
  ] as const)('%s ignores another %s, in queries and responses', (_, __, over) => {
    const ear = new Ear();
    expect([...ear.hear(asks('h.local', over)), ...ear.hear(response({ ...over, answers: ours.host }))]).toEqual([]);
    expect(ear.counted).toEqual({ received: 2, ignored: 2 });
  });

  it('SEC-03 hears the rest of a message of which a part cannot be read', () => {
    const ear = new Ear();
    const bytes = response({ answers: [address('x.local', PEER), address('y.local', PEER)] });
    expect(ear.hear(bytes.subarray(0, bytes.length - 2))).toEqual(['cache: records.heard']);
    expect(ear.counted).toEqual({ received: 1, malformed: 1 });
  });

  it('decodes only useful records while there is no room, unless we sent them', () => {
    const ear = new Ear();
    ear.relevance.acceptsUnasked = false;
    const bytes = () => response({ answers: [address('x.local', PEER)] });
    ear.hear(bytes());
    expect(ear.counted).toEqual({ received: 1, skipped: 1 });
    ear.hear(bytes(), { own: true });
    expect(ear.counted).toEqual({ received: 2, skipped: 1 });
  });

  it('lets the cache remember a response unless a record was skipped that counts when it comes again', () => {
    const ear = new Ear();
    const cache = new RecordCache({ random: () => 0, relevance: ear.relevance });
    const wanted = { ...address('x.local', PEER), cacheFlush: false };
    cache.want(question('x.local', 'A'), 0);
    cache.put([wanted], PEER, 0);
    ear.relevance.acceptsUnasked = false;
    const remembers = (ms: number, ...answers: ResourceRecord[]) => {
      ear.clock.advance(ms);
      const bytes = response({ answers });
      const repeat = new Repeats().hear(bytes, PEER, ear.clock.now());
      ear.hear(bytes, { repeat });
      return ear.last?.repeat !== undefined;
    };
    const other = { ...wanted, address: '198.18.0.10' };
    expect(remembers(500, other, address('idle.local', PEER))).toBe(true);
    expect(remembers(0, other, wanted), 'it was heard a moment ago').toBe(false);
    expect(remembers(0, other, { ...address('y.local', PEER), ttl: 0 }), 'it may be known then').toBe(false);
    expect(remembers(500, other, wanted)).toBe(true);
  });
});

describe('hearDatagram: queries', () => {
  it('go to the responder if they ask about a name of ours, and to the cache if all can receive the answers', () => {
    const ear = new Ear();
    expect(ear.hear(asks('H.local'))).toEqual(['responder: query.heard', 'cache: question.heard']);
    expect(ear.hear(asks('x.local')), 'no name of ours').toEqual(['cache: question.heard']);
    expect(ear.hear(asks('h.local', { truncated: true })), 'more known answers follow').toEqual([
      'responder: query.heard',
    ]);
    expect(ear.hear(asks('h.local'), { to: 'unicast' })).toEqual(['responder: query.heard']);
    expect(ear.hear(asks('h.local'), { port: 9_999 }), 'a simple resolver').toEqual(['responder: query.heard']);
  });

  it('are a separate message for each receiver, which empties it', () => {
    const ear = new Ear();
    const heard: Message[] = [];
    const outbox = { sendTo: (_: unknown, event: { readonly message: Message }) => heard.push(event.message) };
    const datagram: Datagram = { bytes: asks('h.local'), address: PEER, port: 5353, to: 'group' };
    hearDatagram(ear.place, datagram, false, outbox as unknown as Outbox);
    expect(heard).toHaveLength(2);
    expect(heard[0]).toEqual(heard[1]);
    expect(heard[0]).not.toBe(heard[1]);
  });

  it('without questions continue an earlier one', () => {
    expect(new Ear().hear(query({ answers: ours.web }))).toContain('responder: query.heard');
  });

  it.each([
    [PEER, 5353, 'group', { onLink: true, isLegacy: false }],
    ['198.18.1.9', 5353, 'group', { onLink: false, isLegacy: false }],
    [PEER, 9_999, 'unicast', { onLink: true, isLegacy: true }],
    ['fe80::9', 5353, 'unicast', { onLink: true, isLegacy: false }],
    ['2001:db8::9', 5353, 'unicast', { onLink: true, isLegacy: false }],
  ] as const)('come with what is known of the asker: %s, port %i, %s', (from, port, to, known) => {
    const ear = new Ear();
    const asked: unknown[] = [];
    const outbox = { sendTo: (_: unknown, event: { readonly from?: unknown }) => event.from && asked.push(event.from) };
    const datagram: Datagram = { bytes: asks('h.local'), address: from, port, to };
    hearDatagram(ear.place, datagram, false, outbox as unknown as Outbox);
    expect(asked).toEqual([{ address: from, port, to, ...known }]);
  });

  it('are ignored if they come by unicast from outside the link', () => {
    const ear = new Ear();
    for (const from of ['198.18.1.9', '2001:db8:1::9']) {
      expect(ear.hear(probe('h.local'), { address: from, to: 'unicast' })).toEqual([]);
    }
    expect(ear.counted).toEqual({ received: 2, ignored: 2 });
  });

  it('that probe for a name of ours go to its announcers first', () => {
    const ear = new Ear();
    expect(ear.hear(probe('H.local'))).toEqual([
      'host: probe.heard',
      'responder: query.heard',
      'cache: question.heard',
    ]);
    expect(ear.hear(probe('x.local'))).toEqual(['cache: question.heard']);
    const both = { questions: ['h.local', 'h.local', 'Web._t._tcp.local'].map((name) => question(name, 'ANY')) };
    const heard = ear.hear(query({ ...both, authorities: [address('h.local', PEER)] }));
    expect(
      heard.filter((each) => each.endsWith('probe.heard')),
      'each once',
    ).toEqual(['host: probe.heard', 'web: probe.heard']);
    expect(new Ear({ silent: ['host'] }).hear(probe('h.local')), 'nobody announces yet').toEqual([
      'responder: query.heard',
      'cache: question.heard',
    ]);
  });

  it('of our own are answered, but are not rivals or questions of another host', () => {
    const ear = new Ear();
    expect(ear.hear(asks('h.local'), { own: true })).toEqual(['responder: query.heard']);
    expect(ear.hear(probe('h.local'), { own: true }), 'nothing to defend the name against').toEqual([]);
  });
});

describe('hearDatagram: responses', () => {
  const answer = () => response({ answers: [ptr(TYPE, `I.${TYPE}`)] });

  it('have to come from the port of Multicast DNS', () => {
    const ear = new Ear();
    expect(ear.hear(answer(), { port: 9_999 })).toEqual([]);
    expect(ear.counted).toEqual({ received: 1, ignored: 1 });
  });

  it('SRC-02 are accepted from anywhere if they were multicast', () => {
    const ear = new Ear();
    for (const from of [PEER, '203.0.113.9', 'fe80::9']) {
      expect(ear.hear(answer(), { address: from }), from).toContain('cache: records.heard');
    }
  });

  it('SRC-03 go to the querier if they were unicast from the link', () => {
    const ear = new Ear();
    for (const from of [PEER, 'fe80::9', '2001:db8::9']) {
      expect(ear.hear(answer(), { address: from, to: 'unicast' }), from).toEqual(['querier: unicast.heard']);
    }
    for (const from of ['198.18.1.9', '2001:db8:1::9']) {
      expect(ear.hear(answer(), { address: from, to: 'unicast' }), from).toEqual([]);
    }
    expect(ear.counted).toEqual({ received: 5, ignored: 2 });
  });

  it('are processed with the records of all sections', () => {
    const ear = new Ear();
    const [a, b, c] = ['a', 'b', 'c'].map((name) => address(`${name}.local`, PEER)) as [
      ResourceRecord,
      ResourceRecord,
      ResourceRecord,
    ];
    const heard: unknown[] = [];
    const outbox = { sendTo: (_: unknown, event: unknown) => heard.push(event) } as unknown as Outbox;
    const bytes = response({ answers: [a], authorities: [b], additionals: [c] });
    hearDatagram(ear.place, { bytes, address: PEER, port: 5353, to: 'group' }, false, outbox);
    expect(heard).toEqual([{ type: 'records.heard', records: [a, b, c], source: PEER, announced: false }]);
  });

  it('QRY-04 are announcements when they have the SRV record among the answers, and came by multicast', () => {
    const told = service('Theirs', TYPE, 'theirs.local', 1);
    const [pointer] = told.filter(({ type }) => type === 'PTR');
    const heard = (bytes: Uint8Array, to: 'group' | 'unicast' = 'group') => {
      const events: { readonly announced?: boolean }[] = [];
      const outbox = { sendTo: (_: unknown, event: (typeof events)[0]) => events.push(event) } as unknown as Outbox;
      hearDatagram(new Ear().place, { bytes, address: PEER, port: 5353, to }, false, outbox);
      return events.some(({ announced }) => announced);
    };
    expect(heard(response({ answers: told }))).toBe(true);
    expect(heard(response({ answers: pointer ? [pointer] : [], additionals: told }))).toBe(false);
    expect(heard(response({ answers: told }), 'unicast')).toBe(false);
  });

  it('of our own go to the cache alone: a host finds its own services, too', () => {
    expect(new Ear().hear(response({ answers: ours.web }), { own: true })).toEqual(['cache: records.heard']);
  });
});

describe('hearRecords', () => {
  const theirs = { host: address('h.local', PEER), type: ptr(TYPE, `I.${TYPE}`), other: address('x.local', PEER) };
  const all = Object.values(theirs);

  it('passes all to the cache, those at our names to the responder, those at claimed names to announcers', () => {
    expect(new Ear().hearRecords(all, 'multicast')).toEqual([
      { to: 'cache', event: { type: 'records.heard', records: all, source: PEER, announced: false } },
      { to: 'responder', event: { type: 'records.heard', records: [theirs.host, theirs.type] } },
      { to: 'host', event: { type: 'records.heard', records: [theirs.host] } },
    ]);
    expect(new Ear({ silent: ['host'] }).hearRecords(all, 'multicast').map(({ to }) => to)).toEqual([
      'cache',
      'responder',
    ]);
  });

  it('does not pass unicast records to the responder, since no other host has received them', () => {
    expect(new Ear().hearRecords(all, 'unicast').map(({ to }) => to)).toEqual(['cache', 'host']);
  });

  it('passes records that are ours, or at no name of ours, to the cache only', () => {
    expect(new Ear().hearRecords(all, 'own').map(({ to }) => to)).toEqual(['cache']);
    expect(new Ear().hearRecords([theirs.other], 'multicast').map(({ to }) => to)).toEqual(['cache']);
  });

  it('ADR-05 keeps addresses that no host can have from the cache, but not from announcers', () => {
    const ear = new Ear();
    const rival = address('h.local', '127.0.0.1');
    expect(ear.hearRecords([rival, theirs.other], 'multicast')).toEqual([
      { to: 'cache', event: { type: 'records.heard', records: [theirs.other], source: PEER, announced: false } },
      { to: 'responder', event: { type: 'records.heard', records: [rival] } },
      { to: 'host', event: { type: 'records.heard', records: [rival] } },
    ]);
    expect(ear.counted).toEqual({ unusable: 1 });
    ear.hearRecords([rival], 'own');
    expect(ear.counted, 'our own loopback address').toEqual({ unusable: 1 });
  });

  it('notices a source that multicasts unique records of ours', () => {
    const reflectors = (records: readonly ResourceRecord[], via: 'own' | 'multicast' | 'unicast') => {
      const ear = new Ear();
      ear.hearRecords(records, via);
      return ear.place.sources.toJSON().reflectors;
    };
    expect(reflectors(ours.host, 'multicast')).toBe(1);
    expect(reflectors(ours.host, 'unicast')).toBe(0);
    expect(reflectors(ours.host, 'own')).toBe(0);
    expect(reflectors([theirs.host], 'multicast'), 'other data').toBe(0);
    expect(reflectors([ptr(TYPE, `Web.${TYPE}`)], 'multicast'), 'shared records have other holders').toBe(0);
  });
});
