/** A run: moves are made in a world of their own, and whatever is wrong is told in words. */

import { nothingLeft } from './checkers/closed.js';
import { CALMING_TIME, silentSince } from './checkers/idle.js';
import { noErrors } from './checkers/log.js';
import { memoryAsAtStart } from './checkers/memory.js';
import { oneHolder } from './checkers/one-holder.js';
import { ownAddresses } from './checkers/own-addresses.js';
import { packetRules } from './checkers/packet-rules.js';
import { inOrder, oneUpForEachArrival } from './checkers/ups-and-downs.js';
import { watchersEqualWorld } from './checkers/watchers-equal-world.js';
import type { Move, Setting } from './moves.js';
import type { SimHost } from './sim-host.js';
import { CLOSING_TIME, SimWorld } from './sim-world.js';
import type { Tables } from './tables.js';

/** Milliseconds: names claimed, conflicts and tie-breaks over, goodbyes believed, on a calm LAN. */
const SETTLING_TIME = 8_000;
/** Milliseconds between the questions of a watcher at most (RFC 6762 section 5.2). */
const LONGEST_GAP = 3_600_000;
/** Milliseconds for which a settled world has to stay as it is. */
const STABLE_TIME = 100_000;
/**
 * The part of a lifetime at whose end a record may be beyond its last refresh, which leaves at 95 % of it or joins a query not
 * long before (RFC 6762 section 5.2).
 */
const LAST_PART = 0.1;

export interface Result {
  readonly setting: Setting;
  readonly violations: readonly string[];
  /** Of every packet: equal runs have equal hashes. */
  readonly hash: string;
  readonly packets: number;
  readonly bytes: number;
  /** Milliseconds of virtual time. */
  readonly duration: number;
  /** Milliseconds that each time of settling took. */
  readonly settlingTimes: readonly number[];
  /** What was sent, as text, at most the last hundred lines. */
  readonly trace: () => string;
}

/** Makes the moves, then lets everything end. The same setting and moves give the same result. */
export function run(setting: Setting, moves: readonly Move[]): Result {
  const { console } = globalThis;
  const violations: string[] = [];
  const world = new SimWorld(setting);
  const settlingTimes: number[] = [];
  // XState prints when an event is sent to an actor that has ended: a bug of ours.
  const print = (...what: unknown[]) => void violations.push(`printed: ${what.map(String).join(' ')}`);
  globalThis.console = { ...console, warn: print, error: print };
  try {
    for (const move of moves) {
      if (move.do !== 'settle') {
        world.make(move);
        continue;
      }
      const from = world.now;
      violations.push(...settle(world));
      settlingTimes.push(world.now - from);
      if (violations.length > 0) break;
    }
    if (violations.length === 0) violations.push(...end(world));
    violations.push(
      ...[inOrder, oneUpForEachArrival, ownAddresses, packetRules, noErrors].flatMap((check) => check(world)),
    );
  } catch (error) {
    violations.push(`thrown: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  } finally {
    globalThis.console = console;
  }
  const { packets } = world.log;
  return {
    setting,
    violations,
    hash: world.hash(),
    packets: packets.length,
    bytes: packets.reduce((sum, { bytes }) => sum + bytes.length, 0),
    duration: world.now,
    settlingTimes,
    trace: () => world.log.render(),
  };
}

/** Mends the world, waits until it is as it should be, at most as long as that may take, and sees whether it stays so. */
function settle(world: SimWorld): string[] {
  world.mend();
  // Two who took one name while they could not hear each other find out when somebody asks (RFC 6762 section 9).
  if (!world.alive.some((host) => host.watch)) world.alive[0]?.openWatch();
  const { climate, ttl } = world.setting;
  const ghosts = ttl.other * 1_000 + SETTLING_TIME;
  if (climate === 'calm') {
    world.clock.advance(SETTLING_TIME);
    const late = [...oneHolder(world), ...watchersEqualWorld(world).filter((what) => !isOfGhost(world, what, ghosts))];
    if (late.length > 0) return late.map((what) => `${SETTLING_TIME} ms after the last move, ${what}`);
  }
  const limit = world.now + (climate === 'calm' ? ghosts : ghosts + LONGEST_GAP);
  // What could not be refreshed before the mending runs out now, and the next query for it may leave an hour later: until then
  // watchers see what they will not see for long, and the world only looks settled.
  if (climate === 'rough') world.clock.advance(ttl.other * 1_000 * LAST_PART);
  for (let step = 1_000; wrongs(world).length > 0 && world.now < limit; step = Math.min(step * 2, 60_000)) {
    // No watcher asks for the name of a host without services.
    if (oneHolder(world).length > 0) world.askForHosts();
    world.clock.advance(Math.min(step, limit - world.now));
  }
  const unsettled = wrongs(world);
  if (unsettled.length > 0) return unsettled.map((what) => `at ${world.now} ms, long after all was mended, ${what}`);
  world.clock.advance(STABLE_TIME);
  return wrongs(world).map((what) => `${STABLE_TIME} ms after the world had settled, ${what}`);
}

function wrongs(world: SimWorld): string[] {
  return [...oneHolder(world), ...watchersEqualWorld(world)];
}

/** Whether a complaint is about what a host said that has crashed not long ago. */
function isOfGhost(world: SimWorld, complaint: string, ghostTime: number): boolean {
  return world.presence.stays.some(
    ({ name, end, to }) => end === 'crash' && world.now - to < ghostTime && complaint.endsWith(`still sees "${name}"`),
  );
}

/** Everything is withdrawn, forgotten, and closed in the end. */
function end(world: SimWorld): string[] {
  const { ttl } = world.setting;
  for (const host of world.alive) {
    host.closeWatch();
    for (const slot of [...host.slots.keys()]) host.withdraw(slot);
  }
  world.clock.advance(CALMING_TIME);
  const quietSince = world.now;
  world.clock.advance(ttl.other * 1_000);
  const start = new Map(world.alive.map((host) => [host.label, freshTables(world, host)]));
  const violations = [...silentSince(quietSince)(world), ...memoryAsAtStart((label) => start.get(label))(world)];
  for (const host of world.alive) host.close();
  world.clock.advance(CLOSING_TIME);
  return [...violations, ...nothingLeft(world)];
}

/** The tables of a host like this one that has just started, alone in the world. */
function freshTables(world: SimWorld, like: SimHost): Tables {
  const alone = new SimWorld({ ...world.setting, twins: false });
  alone.make({ do: 'start', host: like.index });
  alone.clock.advance(CALMING_TIME);
  const [host] = alone.alive;
  return host?.tables ?? {};
}
