/**
 * Captures what Avahi and python-zeroconf really send, and writes a varied selection to test/protocol/wire/golden/.
 * Run as root: `npx tsx test/interop/capture-golden.ts`.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decode, type Packet } from 'dns-packet';
import { Avahi } from './avahi.js';
import { Capture, type CapturedDatagram } from './capture.js';
import type { Stack } from './stack.js';
import { type Host, World } from './world.js';
import { Zeroconf } from './zeroconf.js';

const DIRECTORY = fileURLToPath(new URL('../protocol/wire/golden', import.meta.url));
const ANY = 255;

interface Golden {
  readonly name: string;
  readonly from: string;
  readonly what: string;
  readonly hex: string;
}

interface Subject {
  /** Begins the file names. */
  readonly prefix: string;
  readonly from: string;
  /** python-zeroconf cannot publish dots within a label. */
  readonly pageName: string;
  start(host: Host): Promise<Stack>;
}

const subjects: readonly Subject[] = [
  { prefix: 'avahi', from: 'avahi 0.8', pageName: 'v1.0 \\ page', start: (host) => Avahi.start(host) },
  {
    prefix: 'zeroconf',
    from: 'python-zeroconf 0.47.3',
    pageName: 'v1 \\ page',
    start: async (host) => new Zeroconf(host),
  },
];

const txt = { txtvers: '1', note: 'Küche', empty: '', flag: true, rp: 'printers/1' } as const;

/** Lets one stack do everything on one host while another asks it, and captures what leaves that host. */
async function perform(subject: Subject): Promise<readonly Golden[]> {
  const world = new World({ hosts: ['alpha', 'beta'] });
  try {
    const [host, other] = [world.host('alpha'), world.host('beta')];
    const capture = await Capture.start(host);
    const phases: Phase[] = [];
    const phase = (name: string): void => void phases.push({ name, from: Date.now() });

    phase('start');
    const stack = await subject.start(host);
    const peer = subject.prefix === 'avahi' ? new Zeroconf(other) : await Avahi.start(other);
    await pause(1_500);
    phase('publish');
    const subtypes = subject.prefix === 'avahi' ? { subtypes: ['_universal'] } : {};
    const printer = await stack.publish({ name: 'Büro Printer (2)', type: '_ipp._tcp', port: 631, txt, ...subtypes });
    const page = await stack.publish({ name: subject.pageName, type: '_http._tcp', port: 80 });
    await pause(2_500);
    phase('answer');
    const asked = peer.browse('_ipp._tcp');
    await asked.sees(printer.name);
    await peer.lookup('alpha.local', 'ipv4');
    await peer.lookup('alpha.local', 'ipv6');
    await new Zeroconf(other).askOnce('Büro Printer (2)._ipp._tcp.local', ANY, 'ipv4');
    await pause(1_500);
    await peer.publish({ name: 'Far', type: '_ipp._tcp', port: 1, txt });
    phase('ask');
    await stack.browse('_ipp._tcp').sees('Far');
    await stack.lookup('beta.local', 'ipv6');
    await stack.lookup('nobody.local', 'ipv4');
    await pause(3_000);
    phase('conflict');
    await peer.publish({ name: 'Far', type: '_ssh._tcp', port: 22 });
    await stack.publish({ name: 'Far', type: '_ssh._tcp', port: 23 });
    phase('goodbye');
    await Promise.all([printer.withdraw(), page.withdraw()]);
    await pause(1_500);
    // All but tcpdump.
    await world.stop(1);
    await pause(500);
    const sent = (await capture.stop()).filter(({ source }) => host.addresses.includes(source));
    return choose(subject, phases, sent);
  } finally {
    await world.close();
  }
}

interface Phase {
  readonly name: string;
  readonly from: number;
}

/** Keeps the longest datagram of each sort, and no payload twice. */
function choose(subject: Subject, phases: readonly Phase[], sent: readonly CapturedDatagram[]): readonly Golden[] {
  const best = new Map<string, CapturedDatagram>();
  for (const datagram of sent) {
    const phase = phases.findLast(({ from }) => from <= datagram.at)?.name ?? 'start';
    const key = [subject.prefix, phase, sortOf(decode(datagram.payload), datagram), datagram.family].join('-');
    if (datagram.payload.length > (best.get(key)?.payload.length ?? 0)) best.set(key, datagram);
  }
  const chosen = new Map<string, Golden>();
  for (const [name, { payload }] of best) {
    const hex = payload.toString('hex');
    const same = sent.filter((datagram) => datagram.payload.equals(payload));
    const families = ['ipv4', 'ipv6'].filter((family) => same.some((datagram) => datagram.family === family));
    const what = `${contentsOf(decode(payload))}; over ${families.join(' and ')}`;
    if (!chosen.has(hex)) chosen.set(hex, { name, from: subject.from, what, hex });
  }
  return [...chosen.values()];
}

function sortOf(packet: Packet, datagram: CapturedDatagram): string {
  const { answers = [], authorities = [] } = packet;
  if (packet.type === 'query') {
    return authorities.length > 0 ? 'probe' : answers.length > 0 ? 'query-with-known-answers' : 'query';
  }
  if (datagram.destinationPort !== 5353) return 'legacy-reply';
  if (answers.some((record) => 'ttl' in record && record.ttl === 0)) return 'goodbye';
  return datagram.destination.startsWith('ff02:') || datagram.destination.startsWith('224.')
    ? 'response'
    : 'unicast-response';
}

/** `response with answers PTR TXT SRV, additionals A` */
function contentsOf(packet: Packet): string {
  const sections = (['questions', 'answers', 'authorities', 'additionals'] as const)
    .map((section) => ({ section, types: (packet[section] ?? []).map(({ type }) => type) }))
    .filter(({ types }) => types.length > 0)
    .map(({ section, types }) => `${section} ${types.join(' ')}`);
  return `${packet.type} with ${sections.join(', ')}`;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

const goldens = (await Promise.all(subjects.map(perform))).flat();
mkdirSync(DIRECTORY, { recursive: true });
for (const file of readdirSync(DIRECTORY)) rmSync(join(DIRECTORY, file));
for (const golden of goldens) {
  writeFileSync(join(DIRECTORY, `${golden.name}.json`), `${JSON.stringify(golden, undefined, 2)}\n`);
  process.stdout.write(`${golden.name}: ${golden.hex.length / 2} bytes, ${golden.what}\n`);
}
