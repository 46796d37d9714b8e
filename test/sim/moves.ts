/** What can happen in a simulated world, as plain data: a run is a list of moves, and a failed run a short one. */
import { type Random, seededRandom } from '../../src/testing.js';

/** A move that makes no sense when its turn comes, such as waking a host that is awake, does nothing: any part of a list can be left out. */
export type Move =
  | { readonly do: 'start'; readonly host: number }
  | {
      readonly do: 'publish';
      readonly host: number;
      readonly slot: number;
      readonly name: string;
      readonly onConflict: Policy;
    }
  | { readonly do: 'rename'; readonly host: number; readonly slot: number; readonly name: string }
  | { readonly do: 'update'; readonly host: number; readonly slot: number; readonly version: number }
  | { readonly do: 'withdraw'; readonly host: number; readonly slot: number }
  | { readonly do: 'watch'; readonly host: number }
  | { readonly do: 'unwatch'; readonly host: number }
  /** A client of the watcher could not connect to one that is seen. */
  | { readonly do: 'reconfirm'; readonly host: number; readonly which: number }
  | { readonly do: 'crash'; readonly host: number }
  | { readonly do: 'close'; readonly host: number }
  | { readonly do: 'unplug'; readonly host: number }
  | { readonly do: 'plug'; readonly host: number }
  | { readonly do: 'renumber'; readonly host: number }
  /** The first interface gets a second address, or the system thinks otherwise of it. */
  | { readonly do: 'extend'; readonly host: number; readonly flag: AddressFlag }
  | { readonly do: 'bounce'; readonly host: number }
  /** The first interface fails, or all that is sent there does. */
  | { readonly do: 'fail'; readonly host: number; readonly code: string; readonly scope: 'link' | 'send' }
  | { readonly do: 'heal'; readonly host: number }
  | { readonly do: 'sleep'; readonly host: number }
  | { readonly do: 'wake'; readonly host: number }
  | { readonly do: 'partition'; readonly hosts: readonly number[] }
  | { readonly do: 'join' }
  | { readonly do: 'weather'; readonly loss: number; readonly duplication: number; readonly jitterMs: number }
  | { readonly do: 'wait'; readonly ms: number }
  /** Everything is mended, the sky clears; then the world has to settle, and is compared with the model. */
  | { readonly do: 'settle' };

/** What users want when another host holds the name; `ask` chooses a name of its own. */
export type Policy = 'rename' | 'fail' | 'ask';

/** What the system says of an address; one that is none of the first three is published. */
export type AddressFlag = 'deprecated' | 'tentative' | 'duplicate' | 'temporary' | '';
const ADDRESS_FLAGS: readonly AddressFlag[] = ['deprecated', 'tentative', 'duplicate', 'temporary', '', ''];

/**
 * `calm`: no packet is lost and no cable pulled, so that every single arrival and departure can be counted and timed.
 * `rough`: everything happens, and only what is left in the end is compared.
 */
type Climate = 'calm' | 'rough';

/** What a run is made of besides its moves; all of it follows from the seed. */
export interface Setting {
  readonly seed: number;
  readonly climate: Climate;
  readonly hosts: number;
  /** The number of moves, waits aside. */
  readonly moves: number;
  readonly families: 'ipv4' | 'both';
  readonly mtu: number;
  /** Seconds. */
  readonly ttl: { readonly host: number; readonly other: number };
  /** Whether the first two hosts want the same name. */
  readonly twins: boolean;
  /** What clocks gain or lose at most. */
  readonly drift: number;
  readonly scanIntervalMs: number;
}

/** Contested on purpose. */
const NAMES = ['Alpha', 'Beta', 'Gamma', 'Ömega. \\4'];
const SLOTS = 3;
const FAULTS = ['ENETUNREACH', 'EADDRINUSE', 'EADDRNOTAVAIL', 'EPERM', 'ENODEV', 'EMFILE'];
/** How many moves are bursts of updates. */
const BURST_SHARE = 0.15;
/** Moves between two times of settling. */
const PHASE = 12;

/** The setting of a seed; `over` overrides what chance has chosen. */
export function settingOf(seed: number, over: Partial<Setting> = {}): Setting {
  const random = seededRandom(`${seed}/setting`);
  const ttls = [
    { host: 120, other: 4_500 },
    { host: 120, other: 300 },
    { host: 30, other: 75 },
  ] as const;
  return {
    seed,
    climate: random() < 0.5 ? 'calm' : 'rough',
    hosts: 2 + Math.floor(random() * 4),
    moves: pick([24, 24, 60], random),
    families: random() < 0.25 ? 'both' : 'ipv4',
    mtu: pick([1_500, 1_500, 576], random),
    ttl: pick(ttls, random),
    twins: random() < 0.3,
    drift: pick([0, 0, 0.0005], random),
    scanIntervalMs: 5_000,
    ...over,
  };
}

/** The moves of a setting: every host is started, then anything goes; the last is to settle. */
export function movesOf(setting: Setting): Move[] {
  const random = seededRandom(`${setting.seed}/moves`);
  const moves: Move[] = [];
  for (let host = 0; host < setting.hosts; host++) {
    moves.push({ do: 'start', host });
    if (random() < 0.7) moves.push({ do: 'watch', host });
    if (random() < 0.5) moves.push({ do: 'wait', ms: Math.floor(random() * 3_000) });
  }
  for (let count = 1; count <= setting.moves; count++) {
    moves.push(...randomMoves(setting, random), { do: 'wait', ms: randomWait(random) });
    if (count % PHASE === 0 && count < setting.moves) moves.push({ do: 'settle' });
  }
  moves.push({ do: 'settle' });
  return moves;
}

/** One move, or at times a burst of updates: more than may be announced, with something else in the middle of it. */
function randomMoves(setting: Setting, random: Random): Move[] {
  if (random() >= BURST_SHARE) return [randomMove(setting, random)];
  const host = Math.floor(random() * setting.hosts);
  const slot = Math.floor(random() * SLOTS);
  const longest = pick([100, 1_000, 4_000], random);
  const burst = Array.from({ length: 2 + Math.floor(random() * 13) }, (): Move[] => [
    { do: 'update', host, slot, version: Math.floor(random() * 100) },
    { do: 'wait', ms: Math.floor(random() * longest) },
  ]);
  const disturbances: (() => Move)[] = [
    () => randomMove(setting, random),
    () => ({ do: 'rename', host, slot, name: pick(NAMES, random) }),
    ...(setting.climate === 'rough' ? repeated<() => Move>(2, () => ({ do: 'bounce', host })) : []),
  ];
  burst.splice(Math.floor(random() * burst.length), 0, [pick(disturbances, random)()]);
  return burst.flat();
}

function randomMove(setting: Setting, random: Random): Move {
  const host = Math.floor(random() * setting.hosts);
  const slot = Math.floor(random() * SLOTS);
  const policy = () => pick<Policy>(['rename', 'rename', 'fail', 'ask'], random);
  const ordinary: (() => Move)[] = [
    () => ({ do: 'start', host }),
    ...repeated<() => Move>(5, () => {
      const name = randomName(host, slot, random);
      return { do: 'publish', host, slot, name, onConflict: policy() };
    }),
    () => ({ do: 'rename', host, slot, name: randomName(host, slot, random) }),
    ...repeated<() => Move>(2, () => ({ do: 'update', host, slot, version: Math.floor(random() * 100) })),
    ...repeated<() => Move>(2, () => ({ do: 'withdraw', host, slot })),
    () => ({ do: 'watch', host }),
    () => ({ do: 'unwatch', host }),
    () => ({ do: 'reconfirm', host, which: Math.floor(random() * 10) }),
    () => ({ do: 'crash', host }),
    () => ({ do: 'close', host }),
  ];
  const rough: (() => Move)[] = [
    () => ({ do: 'unplug', host }),
    () => ({ do: 'plug', host }),
    () => ({ do: 'renumber', host }),
    () => ({ do: 'extend', host, flag: pick(ADDRESS_FLAGS, random) }),
    () => ({ do: 'bounce', host }),
    () => ({ do: 'fail', host, code: pick(FAULTS, random), scope: pick(['link', 'send'] as const, random) }),
    () => ({ do: 'heal', host }),
    () => ({ do: 'sleep', host }),
    () => ({ do: 'wake', host }),
    () => ({ do: 'join' }),
    () => ({ do: 'partition', hosts: Array.from({ length: setting.hosts }, (_, n) => n).filter(() => random() < 0.5) }),
    () => ({ do: 'weather', loss: random() * 0.3, duplication: random() * 0.2, jitterMs: random() * 200 }),
  ];
  return pick(setting.climate === 'calm' ? ordinary : [...ordinary, ...rough], random)();
}

function randomName(host: number, slot: number, random: Random): string {
  return random() < 0.5 ? pick(NAMES, random) : `Service ${slot} of ${host}`;
}

/** Often too short for anything to be over, at times longer than a TTL. */
function randomWait(random: Random): number {
  const longest = pick([300, 3_000, 3_000, 20_000, 150_000], random);
  return Math.floor(random() * longest);
}

function pick<T>(from: readonly T[], random: Random): T {
  return from[Math.floor(random() * from.length)] as T;
}

function repeated<T>(times: number, value: T): T[] {
  return new Array<T>(times).fill(value);
}
