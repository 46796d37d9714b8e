/** One kind of packet on virtual time: KIND PACKETS SOURCES. Writes what it took as JSON. */
import { createMdns } from '../../dist/index.js';
import { Draft, labels, port, TYPES, UNIQUE } from './draft.js';
import { QuietNetwork } from './quiet-network.js';
import { genuineInstance, honestPacket, type Kind, knownInstance, OWN, worstPacket } from './worst.js';

const PER_SECOND = 300;
/** ms between questions for our own service, and how long an answer may take. */
const ASK_EVERY = 250;
const IN_TIME = 100;
const HONEST_SECONDS = 10;
/** How often what is kept is looked at. */
const LOOKS = 4;
const GENUINE = 20;
const MADE_AT_ONCE = 25;

export interface Flooded {
  /**
   * MiB that were kept at the most, of the heap and outside of it, above what a link of honest hosts took. On virtual time
   * nothing ever rests, and RSS tells more of when the collector runs than of what is kept.
   */
  readonly memory: number;
  /** ms of CPU for each packet. */
  readonly cpu: number;
  /** Share of the questions that were answered in time. */
  readonly answered: number;
  /** ms of virtual time until the large TXT record was there; NaN when it was not. */
  readonly resolved: number;
  /** Share of the genuine instances of the browsed type that are up in the end. */
  readonly stayed: number;
}

const [kind = '', packets = '', sources = ''] = process.argv.slice(2);
const network = new QuietNetwork();
const { time } = network;
const mdns = createMdns({ network, ipv6: false, hostname: 'victim' });
/** Of the genuine instances that are up when the flood begins. */
const up = new Set<string>();
mdns.browse('http').subscribe(({ event, instance: { name } }) => {
  if (event === 'up') up.add(name);
  if (event === 'down') up.delete(name);
});
mdns.publish({ name: OWN.instance, type: 'own', port: 1, ttl: 4_500 });
let largeIsAsked = false;
network.onSent = ({ bytes, toGroup }) => {
  const isResponse = ((bytes[2] ?? 0) & 0x80) !== 0;
  if (!toGroup && isResponse) answeredAt = Math.min(answeredAt, time.now());
  // Its owner is asked about the service, or about its host alone where the cache had no room for what nobody had asked for.
  if (!isResponse && /large/i.test(Buffer.from(bytes).toString('latin1'))) largeIsAsked = true;
};

let number = 0;
let askedAt = time.now();
let answeredAt = Infinity;
let asked = 0;
let answered = 0;

/** One packet and the time until the next; in between, those who are honest. */
function step(bytes: Uint8Array, source: string): void {
  network.hear(bytes, source);
  if (largeIsAsked) {
    largeIsAsked = false;
    network.hear(large(), '198.18.200.1');
  }
  if (time.now() - askedAt >= ASK_EVERY) ask();
  time.advance(1_000 / PER_SECOND);
}

function ask(): void {
  asked++;
  if (answeredAt - askedAt <= IN_TIME) answered++;
  askedAt = time.now();
  answeredAt = Infinity;
  const own = [OWN.instance, ...labels(OWN.type)];
  network.hear(new Draft(0, ++number).question(own, TYPES.SRV, UNIQUE).done(), '198.18.201.1');
}

function kept(): number {
  // Memory outside of the heap is given back behind the collector's back.
  for (let i = 0; i < 2; i++) globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** An instance whose TXT record is as large as can be, and not empty. */
function large(): Uint8Array {
  const name = labels('Large._large._tcp.local');
  const strings = Buffer.alloc(8_600, 0x78);
  for (let i = 0; i < strings.length; i += 200)
    strings.set([199, 0x61 + ((i / 200) % 26), 0x61 + Math.floor(i / 5_200), 0x3d], i);
  return new Draft()
    .record(name, { type: TYPES.SRV, ttl: 120 }, [port(80), labels('large.local')])
    .record(name, { type: TYPES.TXT }, [strings])
    .record(labels('large.local'), { type: TYPES.A, ttl: 120 }, [Uint8Array.of(198, 18, 200, 1)])
    .done();
}

time.advance(5_000);
for (let i = 0; i < HONEST_SECONDS * PER_SECOND; i++) {
  step(honestPacket(i), `198.18.202.${1 + (i % 10)}`);
}
network.hear(knownInstance(), '198.18.203.1');
for (let i = 0; i < GENUINE; i++) network.hear(genuineInstance(i), `198.18.205.${1 + i}`);
time.advance(1_000);
asked = 0;
answered = 0;
const before = kept();
let most = before;
const count = Number(packets);
let resolved = Number.NaN;
const own = process.cpuUsage();
/** What is not the victim's: making packets, and looking at memory. */
let making = 0;
let made: readonly Uint8Array[] = [];
for (let i = 0; i < count; i++) {
  if (i === Math.floor(count / 2)) {
    const began = time.now();
    void mdns.resolve('Large', 'large').then(
      ({ txt }) => {
        if (Object.keys(txt).length === 43) resolved = time.now() - began;
      },
      () => {},
    );
  }
  // What the attacker's work takes is not the victim's. To ask for the time takes 100 us, so some packets are made at once.
  if (i % MADE_AT_ONCE === 0) {
    const began = process.cpuUsage();
    made = Array.from({ length: MADE_AT_ONCE }, (_, more) => worstPacket(kind as Kind | 'mixed', i + more));
    const { user, system } = process.cpuUsage(began);
    making += user + system;
  }
  if (i % Math.ceil(count / LOOKS) === 0) {
    const looked = process.cpuUsage();
    most = Math.max(most, kept());
    const used = process.cpuUsage(looked);
    making += used.user + used.system;
  }
  step(made[i % MADE_AT_ONCE] ?? new Uint8Array(), `198.18.204.${1 + (i % Number(sources))}`);
  // Promises have their turn as they do between datagrams.
  await undefined;
}
most = Math.max(most, kept());
const { user, system } = process.cpuUsage(own);
const result: Flooded = {
  memory: (most - before) / 2 ** 20,
  cpu: (user + system - making) / 1_000 / count,
  answered: answered / asked,
  resolved,
  stayed: [...up].filter((name) => name.startsWith('Genuine')).length / GENUINE,
};
process.stdout.write(JSON.stringify(result), () => process.exit());
