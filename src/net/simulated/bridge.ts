/** Devices that connect LANs: a bridge forwards packets unchanged, a reflector repeats them from its own address. */

import { isMulticast } from '../../ip/address.js';
import { familyOf } from '../../ip/family.js';
import { MDNS_PORT } from '../../protocol/constants.js';
import type { SimulatedLan } from './lan.js';
import type { Packet } from './packet.js';
import type { Station } from './wire.js';

/** Milliseconds that a packet takes through a bridge or a reflector by default. */
const DEFAULT_DELAY = 1;

export interface BridgeOptions {
  /** Milliseconds that a packet takes. Default: 1. */
  readonly delayMs?: number;
  /** Its name in traces. Default: `bridge` or `reflector`. */
  readonly name?: string;
}

/**
 * Connects two LANs: what is sent on either is received on the other, from the original sender. The returned function
 * removes the bridge. Two bridges between the same LANs are a loop, in which packets circulate for ever, as on real
 * ones.
 *
 * @example const unplug = bridge(lan, other, { delayMs: 5 });
 */
export function bridge(one: SimulatedLan, other: SimulatedLan, options: BridgeOptions = {}): () => void {
  const { delayMs = DEFAULT_DELAY, name = 'bridge' } = options;
  return join(name, delayMs, [one, other], (packet, to, station) => {
    to.transmit(station, packet.source, packet.destination, packet.bytes);
  });
}

/** One side of a reflector. */
export interface ReflectorFoot {
  readonly lan: SimulatedLan;
  /** Its source address on that LAN; only this address's family is reflected. */
  readonly address: string;
}

/**
 * Repeats multicast packets of either LAN on the other one, as access points and Avahi's reflector do: from its own
 * address and port 5353. Packets from other ports are not repeated. The returned function removes it.
 *
 * @example reflector({ lan, address: '192.0.2.50' }, { lan: other, address: '198.18.0.50' });
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

/** Attaches a station to each of two LANs; what one receives is carried to the other. */
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
