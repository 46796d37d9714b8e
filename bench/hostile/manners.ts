/** B14: good manners when many things fall due, after the process stood still, and where packets are lost. */
import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { createMdns } from '../../dist/index.js';
import { type ScriptedPeer, SimulatedLan, seededRandom } from '../../dist/testing.js';
import type { Program } from '../../test/interop/program.js';
import { LAN, World } from '../../test/interop/world.js';
import type { Line, Scenario } from './line.js';
import { command } from './process.js';
import { quantile } from './scene.js';
import { SmallResponders, services } from './small-responder.js';

const CROWD = 100;
const LOSS = 0.3;
const SEEDS = 100;
const RUNS = 5;
/** ms: nothing is waited for longer. */
const PATIENCE = 120_000;
const FOUND = { unit: 'ms', bound: 40_000 } as const;
const TTL = 120;

export const refreshes: Scenario = async function* () {
  const { lan, peers, responder } = simulated(1, services(CROWD, TTL, TTL));
  const host = lan.host('victim', ['198.18.0.1/24', 'fe80::1/64']);
  createMdns({ network: host, announceHost: false }).browse('http').subscribe();
  // The series of the browse itself has become slow by then.
  lan.clock.advance(1_200_000);
  for (const peer of peers) for (const bytes of responder.announcements()) peer.multicast(bytes);
  const heard = lan.clock.now();
  const asked = { ipv4: 0, ipv6: 0 };
  lan.onPacket(({ bytes, source, time }) => {
    const isQuery = ((bytes[2] ?? 0) & 0x80) === 0;
    if (isQuery && time > heard + 0.7 * TTL * 1_000) asked[source.address.includes(':') ? 'ipv6' : 'ipv4']++;
  });
  lan.clock.advance(TTL * 1_000);
  const what = `${CROWD} services heard at once are refreshed, packets of`;
  yield { item: 'B14', what: `${what} IPv4`, value: asked.ipv4, unit: '', bound: 15 };
  yield { item: 'B14', what: `${what} IPv6`, value: asked.ipv6, unit: '', bound: 15 };
};

export const lossInSeeds: Scenario = async function* (scale) {
  const seeds = Math.max(3, Math.round(SEEDS * scale));
  const times = Array.from({ length: seeds }, (_, i) => findWithLoss(i + 1));
  const note = `median ${(quantile(times, 0.5) / 1_000).toFixed(1)} s, ${times.filter((ms) => ms > FOUND.bound).length} too late`;
  const what = `${CROWD} services, 30 % loss: found in the slowest of ${seeds} seeds`;
  yield { item: 'B14', what, value: Math.max(...times), ...FOUND, note };
};

/** ms until all are complete. */
function findWithLoss(seed: number): number {
  const { lan } = simulated(seed, services(CROWD));
  const random = seededRandom(`${seed}/loss`);
  lan.addReceiverRule(({ from }, receiver) => (from !== receiver && random() < LOSS ? 'drop' : undefined));
  const mdns = createMdns({ network: lan.host('victim', ['198.18.0.1/24', 'fe80::1/64']), announceHost: false });
  const complete = new Set<string>();
  mdns.browse('http').subscribe(({ event, instance }) => {
    if (event !== 'down' && instance.addresses.length > 0 && 'n' in instance.txt) complete.add(instance.name);
  });
  while (complete.size < CROWD && lan.clock.now() < PATIENCE) lan.clock.advance(100);
  return complete.size < CROWD ? Infinity : lan.clock.now();
}

/** A LAN with one small responder, by both families. */
function simulated(seed: number, records: ReturnType<typeof services>) {
  const lan = new SimulatedLan({ seed });
  const responder = new SmallResponders(records);
  const peers = ['198.18.0.2', 'fe80::2'].map((address) => lan.peer({ address, name: 'device' }));
  for (const peer of peers) answering(lan, peer, responder);
  return { lan, peers, responder };
}

function answering(lan: SimulatedLan, peer: ScriptedPeer, responder: SmallResponders): void {
  peer.onReceived(({ bytes, source }) => {
    for (const { bytes: response, byUnicast } of responder.answers(bytes)) {
      const say = () => (byUnicast ? peer.unicast(response, source) : peer.multicast(response));
      lan.clock.setTimeout(say, 20 + 100 * lan.random());
    }
  });
}

export const lossInNamespaces: Scenario = async function* () {
  const times = await Promise.all(Array.from({ length: RUNS }, realLoss));
  const note = times.map((ms) => `${(ms / 1_000).toFixed(1)} s`).join(', ');
  const what = `${CROWD} services, 30 % loss, sockets: found, median of ${RUNS}`;
  yield { item: 'B14', what, value: quantile(times, 0.5), ...FOUND, note };
};

async function realLoss(): Promise<number> {
  const world = new World({ hosts: ['finder', 'device'] });
  try {
    for (const { namespace } of [world.host('finder'), world.host('device')]) loseInput(namespace);
    await startDevice(world, CROWD, 4_500, 0);
    const finder = world.host('finder').start(command('finder.ts', []), 'finder');
    const last = new RegExp(`^complete ${CROWD} (\\d+)$`);
    const found = finder.until('all of them', () => numberIn(finder, last), PATIENCE);
    return await found.catch(() => Infinity);
  } finally {
    await world.close();
  }
}

/** Drops a share of the mDNS packets that come in. */
function loseInput(namespace: string): void {
  const rules = [
    'add table inet loss',
    'add chain inet loss input { type filter hook input priority 0; }',
    `add rule inet loss input udp dport 5353 numgen random mod 100 < ${100 * LOSS} drop`,
  ];
  for (const rule of rules) execFileSync('ip', ['netns', 'exec', namespace, 'nft', rule]);
}

export const stoppedProcess: Scenario = async function* () {
  for (const seconds of [5, 12, 30]) yield await stopped(seconds);
};

/** A service with a TTL of 8 s is announced every 2 s; the process that browses stands still. */
async function stopped(seconds: number): Promise<Line> {
  const world = new World({ hosts: ['finder', 'device'] });
  try {
    await startDevice(world, 1, 8, 2_000);
    const finder = world.host('finder').start(command('finder.ts', []), 'finder');
    await finder.until('up', () => finder.lines.find((line) => line.startsWith('complete 1')), 30_000);
    await sleep(3_000);
    finder.signal('SIGSTOP');
    await sleep(seconds * 1_000);
    finder.signal('SIGCONT');
    await sleep(6_000);
    const downs = finder.lines.filter((line) => line.startsWith('down')).length;
    return {
      item: 'B14',
      what: `a process that stood still for ${seconds} s: false downs`,
      value: downs,
      unit: '',
      bound: 0,
    };
  } finally {
    await world.close();
  }
}

async function startDevice(world: World, count: number, ttl: number, every: number): Promise<Program> {
  const host = world.host('device');
  const program = host.start(command('device.ts', [count, ttl, every, host.ipv4 ?? '', LAN]), 'device');
  await program.until('open', () => program.lines.find((line) => line === 'open'), 30_000);
  return program;
}

function numberIn({ lines }: Program, pattern: RegExp): number | undefined {
  for (const line of lines) {
    const found = pattern.exec(line)?.[1];
    if (found !== undefined) return Number(found);
  }
  return undefined;
}
