/** What joins LANs: a bridge, which carries packets as they are, and a reflector, which repeats them in its own name. */

import { isMulticast } from '../../ip/address.js';
import { familyOf } from '../../ip/family.js';
import type { SimulatedLan } from './lan.js';
import type { Packet } from './packet.js';
import type { Station } from './wire.js';

/** Milliseconds that a packet takes through a bridge or a reflector, where nothing is said. */
const DEFAULT_DELAY = 1;
/** From where Multicast DNS is spoken (RFC 6762 section 5.2). */
const MDNS_PORT = 5353;

export interface BridgeOptions {
  /** Milliseconds; default 1. */
  readonly delayMs?: number;
  /** What traces call it; default `bridge`, or `reflector`. */
  readonly name?: string;
}

/**
 * Makes two LANs one: whatever is sent on either is heard on the other, from whom it came. The returned function ends it. Two
 * bridges between the same LANs are a loop, in which packets go round for ever, as on real ones.
 */
export function bridge(one: SimulatedLan, other: SimulatedLan, options: BridgeOptions = {}): () => void {
  const { delayMs = DEFAULT_DELAY, name = 'bridge' } = options;
  return join(name, delayMs, [one, other], (packet, to, station) => {
    to.transmit(station, packet.source, packet.destination, packet.bytes);
  });
}

/** One foot of a reflector. */
export interface ReflectorFoot {
  readonly lan: SimulatedLan;
  /** What it speaks from on that LAN; its family is the one that is reflected. */
  readonly address: string;
}

/**
 * Repeats what is multicast on either LAN on the other one, as access points and Avahi's reflector do: from its own address,
 * port 5353. What comes from other ports is not repeated. The returned function ends it.
 */
export function reflector(one: ReflectorFoot, other: ReflectorFoot, options: BridgeOptions = {}): () => void {
  const { delayMs = DEFAULT_DELAY, name = 'reflector' } = options;
  const addressOn = (lan: SimulatedLan): string => (lan === one.lan ? one : other).address;
  return join(name, delayMs, [one.lan, other.lan], ({ source, destination, bytes }, to, station) => {
    const address = addressOn(to);
    const isForGroup = isMulticast(destination.address) && familyOf(destination.address) === familyOf(address);
    if (isForGroup && source.port === MDNS_PORT) to.transmit(station, { address, port: MDNS_PORT }, destination, bytes);
  });
}

type Carry = (packet: Packet, to: SimulatedLan, station: Station) => void;

/** Puts a station on each of two LANs; what one receives is carried to the other. */
function join(
  label: string,
  delayMs: number,
  [one, other]: readonly [SimulatedLan, SimulatedLan],
  carry: Carry,
): () => void {
  let isOver = false;
  const foot = (to: SimulatedLan, there: () => Station): Station => ({
    label,
    owns: () => false,
    hearsAll: true,
    receive: (packet) => {
      to.clock.setTimeout(() => {
        if (!isOver) carry(packet, to, there());
      }, delayMs);
    },
  });
  const near: Station = foot(other, () => far);
  const far: Station = foot(one, () => near);
  one.attach(near);
  other.attach(far);
  return () => {
    isOver = true;
    one.detach(near);
    other.detach(far);
  };
}
