/**
 * What a datagram costs, in counts that do not depend on the machine: events between actors, steps of machines, calls of functions,
 * and bytes of the heap over a stretch without garbage collection, for code that V8 does not optimise, so that each run is like the other.
 */
import { Session } from 'node:inspector';
import { getHeapSpaceStatistics } from 'node:v8';
import { asked, responseOf } from '../../bench/packets.ts';
import { service, UNBROWSED } from '../../bench/peers/services.ts';
import { StubNetwork } from '../../bench/stub-network.ts';
import { createMdns } from '../../src/index.ts';
import { encodeMessage } from '../../src/protocol/wire/encode.ts';

const SERVICES = 100;
/** A second later nothing counts as just heard. */
const ROUND_MS = 1_100;

function packet(i, type, variant) {
  const { pointer, own, further, host } = service(i, type, variant);
  return packetOf([pointer, ...further, ...own, ...host]);
}

/** Ten pointers that lead nowhere, others in each packet. */
function invented(i) {
  return packetOf(Array.from({ length: 10 }, (_, k) => service(10_000 + 10 * i + k).pointer));
}

function packetOf(records) {
  return Buffer.from(encodeMessage(responseOf(records)));
}

const QUESTION = 'a question, answered at once';
const REPLY = 'a question, answered at once by unicast';
/** A replaced record stays for one more second (RFC 6762 section 10.2). */
const REPLACED = 'known, other TXT data, until the old ones are gone';
/** Its last round follows so soon that no name may replace another, and while no questions are due. */
const INVENTED = 'ten names without services, of a host with too many';
const SOON_MS = 250;
/** The packets of each round. */
const kinds = {
  'known, byte for byte': () => (i) => packet(i),
  'known, other TTLs': (round) => (i) => packet(i, undefined, { ttl: 4_000 - round, hostTtl: 110 - round }),
  'known, other TXT data': (round) => (i) => packet(i, undefined, { state: round + 1 }),
  [REPLACED]: (round) => (i) => packet(i, undefined, { state: round + 1 }),
  'not browsed': () => (i) => packet(i, UNBROWSED),
  'not browsed, other TTLs': (round) => (i) => packet(i, UNBROWSED, { ttl: 4_000 - round, hostTtl: 110 - round }),
  [QUESTION]: () => (i) => Buffer.from(asked(`Own ${i}._own._tcp.local`, 'SRV')),
  [REPLY]: () => (i) => Buffer.from(asked(`Own ${i}._own._tcp.local`, 'SRV', true)),
  'new, of the browsed type': (round) => (i) => packet(1_000 + SERVICES * round + i),
  [INVENTED]: (round) => (i) => invented(SERVICES * round + i),
};
const WARM_ROUNDS = 6;

class System {
  network = new StubNetwork();

  constructor(publishes, inspect) {
    const mdns = createMdns({ network: this.network, ipv6: false, announceHost: false, ...(inspect && { inspect }) });
    this.network.clock.advance(1_000);
    mdns.browse('http').subscribe();
    if (publishes) for (let i = 0; i < SERVICES; i++) mdns.publish({ name: `Own ${i}`, type: 'own', port: 1 });
    this.network.clock.advance(5_000);
    this.hear(Array.from({ length: SERVICES }, (_, i) => packet(i)));
    this.network.clock.advance(5_000);
  }

  hear(packets) {
    for (const bytes of packets) {
      this.network.hear(bytes);
      this.network.clock.advance(1);
    }
  }
}

/**
 * Hears the rounds of a kind, the last `gap` ms after the one before, and waits `ms` after it. @returns what `count` says of it, for
 * each packet
 */
function costOf(system, packetsOf, count, ms, gap) {
  const rounds = Array.from({ length: WARM_ROUNDS + 1 }, (_, round) =>
    Array.from({ length: SERVICES }, (_, i) => packetsOf(round)(i)),
  );
  const last = rounds.pop();
  for (const [round, packets] of rounds.entries()) {
    system.hear(packets);
    system.network.clock.advance((round === WARM_ROUNDS - 1 ? gap : ROUND_MS) - SERVICES);
  }
  globalThis.gc();
  const before = count();
  system.hear(last);
  system.network.clock.advance(ms);
  return (count() - before) / SERVICES;
}

const session = new Session();
session.connect();

let called = 0;
/** How often functions of ours and of XState were called so far, without those of the simulated clock. */
function calls() {
  session.post('Profiler.takePreciseCoverage', (_, { result }) => {
    for (const { url, functions } of result) {
      if (!/\/(src|xstate)\//.test(url) || url.includes('/simulated/')) continue;
      for (const { ranges } of functions) called += ranges[0].count;
    }
  });
  return called;
}

/** What is allocated is young. The size of the whole heap changes, too, when V8 sweeps the old spaces, now and then within a stretch. */
const heap = () =>
  getHeapSpaceStatistics()
    .filter(({ space_name: name }) => name === 'new_space' || name === 'new_large_object_space')
    .reduce((bytes, { space_used_size: used }) => bytes + used, 0);

const costs = [];
for (const [kind, packetsOf] of Object.entries(kinds)) {
  let events = 0;
  let steps = 0;
  const inspect = ({ type, sourceRef, actorRef }) => {
    if (type === '@xstate.event' && sourceRef !== actorRef) events++;
    if (type === '@xstate.microstep') steps++;
  };
  const publishes = kind === QUESTION || kind === REPLY;
  const ms = kind === REPLACED ? ROUND_MS : 0;
  const gap = kind === INVENTED ? SOON_MS : ROUND_MS;
  const cost = {
    kind,
    events: costOf(new System(publishes, inspect), packetsOf, () => events, ms, gap),
    steps: costOf(new System(publishes, inspect), packetsOf, () => steps, ms, gap),
    bytes: Math.round(costOf(new System(publishes), packetsOf, heap, ms, gap)),
  };
  costs.push(cost);
}

// Last, because counting changes what is allocated.
session.post('Profiler.enable');
session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
for (const cost of costs) {
  const { kind } = cost;
  cost.calls = costOf(
    new System(kind === QUESTION || kind === REPLY),
    kinds[kind],
    calls,
    kind === REPLACED ? ROUND_MS : 0,
  );
  process.stdout.write(`${JSON.stringify(cost)}\n`);
}
