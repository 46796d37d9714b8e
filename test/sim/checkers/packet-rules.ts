import { recordKey } from '../../../src/protocol/record.js';
import { globalViolations } from '../../support/global-asserts.js';
import { isProbe, type SentPacket } from '../../support/packet-log.js';
import type { Checker } from './checker.js';

/** Milliseconds of silence after which nothing that was sent before matters for what is sent then. */
const SILENCE = 3_500;

/**
 * What holds for every packet: among others nothing above the MTU, and no record multicast twice within a second, defence,
 * announcements and goodbyes aside (RFC 6762 sections 6, 8.3, 10.1 and 17).
 */
export const packetRules: Checker = (world) =>
  stretches(world.log.packets, 1 + world.setting.drift).flatMap((packets) =>
    globalViolations(startingAnew(packets), () => true),
  );

/**
 * Who probes again for what it has just multicast, on waking for example, starts anew: its announcement (section 8.3) may come
 * less than a second after that, and look like an answer to a query that comes between. So it is told apart from what it was.
 */
function startingAnew(packets: readonly SentPacket[]): SentPacket[] {
  const lives = new Map<string, { count: number; readonly multicast: Set<string> }>();
  return packets.map((packet) => {
    const { from, family, toGroup, message } = packet;
    const life = lives.get(`${from} ${family}`) ?? { count: 0, multicast: new Set() };
    lives.set(`${from} ${family}`, life);
    if (isProbe(message) && message.authorities.some((record) => life.multicast.has(recordKey(record)))) {
      life.count++;
      life.multicast.clear();
    }
    if (toGroup && message.response) for (const record of message.answers) life.multicast.add(recordKey(record));
    return life.count === 0 ? packet : { ...packet, from: `${from}, life ${life.count + 1}` };
  });
}

/**
 * The packets between times of silence: the rules look back at all that they are given. Times are those of the fastest `clock`: a
 * host that keeps a second by its own, fast, clock keeps less than one by ours.
 */
function stretches(packets: readonly SentPacket[], clock: number): SentPacket[][] {
  const found: SentPacket[][] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (const packet of packets) {
    if (packet.time - last > SILENCE) found.push([]);
    found.at(-1)?.push(clock === 1 ? packet : { ...packet, time: packet.time * clock });
    last = packet.time;
  }
  return found;
}
