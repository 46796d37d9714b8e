/** Rules for what happens to packets. Each takes the random generator as an argument, such as `lan.random`. */
import type { ReceiverRule, Rule } from './packet.js';
import type { Random } from './random.js';

/** Bits that `corruption` flips in one packet at most. */
const MAX_FLIPS = 8;

/**
 * A rule that drops packets; `rate` 0.3 means 30 %.
 *
 * @example lan.addRule(loss(0.3, lan.random));
 */
export function loss(rate: number, random: Random): Rule & ReceiverRule {
  return () => (random() < rate ? 'drop' : undefined);
}

/**
 * A rule that duplicates packets; `rate` 0.3 means 30 %.
 *
 * @example lan.addRule(duplication(0.1, lan.random));
 */
export function duplication(rate: number, random: Random): Rule & ReceiverRule {
  return () => (random() < rate ? 'duplicate' : undefined);
}

/**
 * A rule that delays each packet by up to `maxMs` milliseconds more, so that packets overtake one another.
 *
 * @example lan.addReceiverRule(jitter(200, lan.random));
 */
export function jitter(maxMs: number, random: Random): Rule & ReceiverRule {
  return () => ({ delayMs: random() * maxMs });
}

/**
 * A rule that delays a share `rate` of the packets by `ms` milliseconds, so that later ones overtake them.
 *
 * @example lan.addRule(reordering(0.1, 50, lan.random));
 */
export function reordering(rate: number, ms: number, random: Random): Rule & ReceiverRule {
  return () => (random() < rate ? { delayMs: ms } : undefined);
}

/**
 * A rule that flips one to eight bits in a share `rate` of the packets, as if checksums did not detect it.
 *
 * @example lan.addRule(corruption(0.01, lan.random));
 */
export function corruption(rate: number, random: Random): Rule & ReceiverRule {
  return ({ bytes }) => {
    if (bytes.length === 0 || random() >= rate) return undefined;
    const damaged = new Uint8Array(bytes);
    for (let flips = Math.ceil(random() * MAX_FLIPS); flips > 0; flips -= 1) {
      const at = Math.floor(random() * damaged.length);
      damaged[at] = (damaged[at] ?? 0) ^ (1 << Math.floor(random() * 8));
    }
    return { bytes: damaged };
  };
}

/**
 * A receiver rule that splits the LAN in two: the hosts (or peers) named here, and all others.
 *
 * @example const mend = lan.addReceiverRule(partition('kitchen'));
 */
export function partition(...hosts: readonly string[]): ReceiverRule {
  const side = among(hosts);
  return (packet, receiver) => (side(packet.from) === side(receiver) ? undefined : 'drop');
}

/**
 * A rule for hosts (or peers) that receive, but whose packets reach no other host.
 *
 * @example lan.addRule(mute('office'));
 */
export function mute(...hosts: readonly string[]): Rule {
  const isMute = among(hosts);
  return ({ from }) => (isMute(from) ? 'drop' : undefined);
}

/**
 * A receiver rule for hosts (or peers) that send, but receive only their own packets.
 *
 * @example lan.addReceiverRule(deaf('office'));
 */
export function deaf(...hosts: readonly string[]): ReceiverRule {
  const isDeaf = among(hosts);
  return ({ from }, receiver) => (isDeaf(receiver) && from !== receiver ? 'drop' : undefined);
}

/** Whether a station, `kitchen/eth0`, belongs to one of these hosts. */
function among(hosts: readonly string[]): (station: string) => boolean {
  return (station) => hosts.some((host) => station === host || station.startsWith(`${host}/`));
}
