/** The worst packets that a peer can make, by kind; the number makes each one new. */
import { Draft, labels, port, SHARED, TYPES } from './draft.js';

/** What the process under test browses, and an instance and a host of it that are known. */
export const BROWSED = '_http._tcp.local';
const KNOWN = { instance: 'Known', host: 'known.local' } as const;

/** What it publishes. */
export const OWN = { instance: 'Own', type: '_own._tcp.local' } as const;

const TRUNCATED = 0x0200;
const AUTHORITY = 2;

/** Bytes that take four characters each where a name is text. */
const escapes = (count: number, seed: number): Uint8Array =>
  Uint8Array.from({ length: count }, (_, i) => 0x80 + ((i + seed) % 0x40));
/** Leaves room for one short label more in the 255 bytes of a name. */
const longName = (seed: number): Uint8Array[] => [63, 63, 63, 40].map((count, i) => escapes(count, seed + i));
const ALL_BLOCKS = Buffer.concat(
  Array.from({ length: 255 }, (_, block) => Buffer.concat([Uint8Array.of(block, 32), Buffer.alloc(32, 0xff)])),
);
/** Bytes of rdata that fill a packet with one record. */
const FULL = 8_800;

/** One record after another, as many as there is room for. */
function filled(most: number, write: (draft: Draft, k: number) => void): Uint8Array {
  const draft = new Draft();
  for (let k = 0; draft.room > most; k++) write(draft, k);
  return draft.done();
}

/** Records that share one long name, each below it by a label of its own. */
function underOneName(i: number, most: number, write: (draft: Draft, below: number, k: number) => void): Uint8Array {
  const draft = new Draft();
  const below = draft.place;
  draft.record(longName(i), { type: TYPES.TXT }, [Uint8Array.of(0)]);
  for (let k = 0; draft.room > most; k++) write(draft, below, k);
  return draft.done();
}

const instance = (label: string) => [label, ...labels(BROWSED)];
const ownInstance = [OWN.instance, ...labels(OWN.type)];

/** Hundreds of questions about our service, each of another type. */
function questions(flags: number, i: number): Uint8Array {
  const draft = new Draft(flags);
  const at = draft.place;
  draft.question(ownInstance, TYPES.SRV);
  for (let k = 0; draft.room > 10; k++) draft.question([at], 300 + k + (i % 100));
  return draft.done();
}

const worst = {
  'TXT of empty strings': (i) =>
    new Draft().record([`m${i}`, 'local'], { type: TYPES.TXT }, [Buffer.alloc(FULL)]).done(),
  'NSEC of 255 blocks': (i) =>
    new Draft().record([`m${i}`, 'local'], { type: TYPES.NSEC }, [[`m${i}`, 'local'], ALL_BLOCKS]).done(),
  'SRV with long names': (i) =>
    underOneName(i, 60, (draft, below, k) =>
      draft.record([`${k}`, below], { type: TYPES.SRV, ttl: 120 }, [port(k), [`t${k}`, below]]),
    ),
  'PTR with long names': (i) =>
    underOneName(i, 60, (draft, below, k) =>
      draft.record([`${k}`, below], { type: TYPES.PTR, class: SHARED }, [[`t${k}`, below]]),
    ),
  'PTR, one name, many targets': (i) =>
    underOneName(i, 60, (draft, below, k) =>
      draft.record([below], { type: TYPES.PTR, class: SHARED }, [[`t${k}`, below]]),
    ),
  'names of 255 bytes, not compressed': (i) =>
    filled(300, (draft, k) => draft.record([...longName(i), `${k}`, 'local'], { type: 65_280 }, [])),
  'unknown types, empty': (i) => {
    const draft = new Draft();
    const at = draft.place;
    draft.record([`m${i}`, 'local'], { type: 65_280 }, []);
    for (let k = 1; draft.room > 20; k++) draft.record([at], { type: 60_000 + k }, []);
    return draft.done();
  },
  'unknown type, large': (i) =>
    new Draft().record([`m${i}`, 'local'], { type: 65_280 }, [Buffer.alloc(FULL, i)]).done(),
  'TXT, small': (i) =>
    filled(60, (draft, k) => draft.record([`m${i}-${k}`, 'local'], { type: TYPES.TXT }, [Uint8Array.of(0)])),
  'goodbyes of unknown names': (i) =>
    filled(60, (draft, k) =>
      draft.record([`m${i}-${k}`, 'local'], { type: TYPES.A, ttl: 0 }, [Uint8Array.of(10, 0, 0, 1)]),
    ),
  'PTR of the browsed type': (i) => {
    const draft = new Draft();
    const at = draft.place;
    draft.record(labels(BROWSED), { type: TYPES.PTR, class: SHARED }, [[`i${i}`, at]]);
    for (let k = 0; draft.room > 60; k++) draft.record([at], { type: TYPES.PTR, class: SHARED }, [[`i${i}-${k}`, at]]);
    return draft.done();
  },
  'complete instances of the browsed type': (i) => {
    const draft = new Draft();
    const at = draft.place;
    draft.record(labels(BROWSED), { type: TYPES.PTR, class: SHARED }, [[`i${i}`, at]]);
    for (let k = 0; draft.room > 140; k++) {
      const name = [`i${i}-${k}`, at];
      draft.record([at], { type: TYPES.PTR, class: SHARED }, [name]);
      draft.record(name, { type: TYPES.SRV, ttl: 120 }, [port(80), labels(KNOWN.host)]);
      draft.record(name, { type: TYPES.TXT }, [Uint8Array.of(0)]);
    }
    return draft.done();
  },
  'TXT of empty strings, a browsed instance': (i) => {
    const rdata = Buffer.alloc(FULL);
    // Each is another record: a string of two bytes that tell the number.
    rdata.set([2, i >> 8, i & 0xff]);
    return new Draft().record(instance(KNOWN.instance), { type: TYPES.TXT, class: SHARED }, [rdata]).done();
  },
  'NSEC of 255 blocks, a browsed instance': (i) =>
    new Draft()
      .record(instance(KNOWN.instance), { type: TYPES.NSEC, class: SHARED, ttl: 4_500 + i }, [
        instance(KNOWN.instance),
        ALL_BLOCKS,
      ])
      .done(),
  'SRV of a browsed instance': (i) => {
    const draft = new Draft();
    const at = draft.place;
    const shared = { type: TYPES.SRV, class: SHARED, ttl: 120 };
    draft.record(instance(KNOWN.instance), shared, [port(1), ['a', 'local']]);
    for (let k = 0; draft.room > 60; k++) draft.record([at], shared, [port(k), [`h${i}-${k}`, 'local']]);
    return draft.done();
  },
  'addresses of a browsed host': (i) => {
    const draft = new Draft();
    const at = draft.place;
    const shared = { type: TYPES.A, class: SHARED, ttl: 120 };
    draft.record(labels(KNOWN.host), shared, [Uint8Array.of(10, i >> 8, i & 0xff, 0)]);
    for (let k = 0; draft.room > 60; k++)
      draft.record([at], shared, [Uint8Array.of(10 + (k >> 8), i >> 8, i & 0xff, k & 0xff)]);
    return draft.done();
  },
  'TXT of 2,200 keys, a browsed instance': (i) => {
    const strings = Buffer.concat(
      Array.from({ length: 2_200 }, (_, k) => Buffer.from(`\x03${(1_000 + k + i).toString(36)}`)),
    );
    return new Draft().record(instance(KNOWN.instance), { type: TYPES.TXT }, [strings]).done();
  },
  'questions about our service': (i) => questions(0, i),
  'questions about our service, truncated': (i) => questions(TRUNCATED, i),
  'known answers about our service': (i) => {
    const draft = new Draft(0);
    const at = draft.place;
    draft.question(labels(OWN.type), TYPES.PTR);
    for (let k = 0; draft.room > 60; k++) draft.record([at], { type: TYPES.PTR, class: SHARED }, [[`k${i}-${k}`, at]]);
    return draft.done();
  },
  'proposals for the name of our service': (i) => {
    const draft = new Draft(0);
    const at = draft.place;
    draft.question(ownInstance, TYPES.ANY);
    const proposed = { type: TYPES.SRV, class: SHARED, ttl: 120 };
    for (let k = 0; draft.room > 60; k++) draft.record([at], proposed, [port(k), [`r${i}`, 'local']], AUTHORITY);
    return draft.done();
  },
} satisfies Readonly<Record<string, (i: number) => Uint8Array>>;

export type Kind = keyof typeof worst;
export const KINDS = Object.keys(worst) as Kind[];

/**
 * Packet `i` of a kind; of `mixed`, one kind after the other; of `honest`, as large and harmless, for comparison; of `busy`, the
 * same of the browsed type with TXT data that change each time.
 */
export function worstPacket(kind: Kind | 'mixed' | 'honest' | 'busy', i: number): Uint8Array {
  if (kind === 'honest') return honestPacket(i);
  if (kind === 'busy') return honestPacket(i, `n=${i}`, BROWSED);
  return kind === 'mixed' ? worst[KINDS[i % KINDS.length] ?? 'TXT, small'](i) : worst[kind](i);
}

/** A known instance of the browsed type, complete. */
export function knownInstance(): Uint8Array {
  const name = instance(KNOWN.instance);
  return new Draft()
    .record(labels(BROWSED), { type: TYPES.PTR, class: SHARED }, [name])
    .record(name, { type: TYPES.SRV, ttl: 120 }, [port(80), labels(KNOWN.host)])
    .record(name, { type: TYPES.TXT }, [Uint8Array.of(0)])
    .record(labels(KNOWN.host), { type: TYPES.A, ttl: 120 }, [Uint8Array.of(198, 18, 0, 9)])
    .done();
}

/** One of many others of that type, each of another host. */
export function genuineInstance(i: number): Uint8Array {
  const name = instance(`Genuine ${i}`);
  const host = [`genuine-${i}`, 'local'];
  return new Draft()
    .record(labels(BROWSED), { type: TYPES.PTR, class: SHARED }, [name])
    .record(name, { type: TYPES.SRV }, [port(80), host])
    .record(name, { type: TYPES.TXT }, [Uint8Array.of(0)])
    .record(host, { type: TYPES.A }, [Uint8Array.of(198, 18, 205, 1 + i)])
    .done();
}

/** As large, from one of ten honest hosts that repeat what they have said: 300 services, of another type unless given. */
export function honestPacket(i: number, state = 'a=1', of = '_honest._tcp.local'): Uint8Array {
  const host = i % 10;
  const type = labels(of);
  return filled(250, (draft, k) => {
    const name = [`Service ${host} ${k}`, ...type];
    draft.record(type, { type: TYPES.PTR, class: SHARED }, [name]);
    draft.record(name, { type: TYPES.SRV, ttl: 120 }, [port(80), [`host-${host}-${k}`, 'local']]);
    draft.record(name, { type: TYPES.TXT }, [Buffer.concat([Uint8Array.of(state.length), Buffer.from(state)])]);
    draft.record([`host-${host}-${k}`, 'local'], { type: TYPES.A, ttl: 120 }, [Uint8Array.of(198, 18, 0, 10 + host)]);
  });
}
