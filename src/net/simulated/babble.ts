/** Makes a peer send nonsense without end, as broken devices and attackers do. */
import type { Clock } from '../network.js';
import type { ScriptedPeer } from './peer.js';
import type { Random } from './random.js';

/** Bytes of the largest packet: the payload of an Ethernet frame over IPv4. */
const MAX_BYTES = 1_472;
/** Headers of a query and of a response that announce more records than follow. */
const HEADERS = [
  [0, 0, 0x00, 0, 0, 3, 0, 2, 0, 1, 0, 1],
  [0, 0, 0x84, 0, 0, 0, 0, 5, 0, 0, 0, 2],
] as const;

export interface BabbleOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Milliseconds between packets. Default: 10. */
  readonly everyMs?: number;
  /** Makes the next packet. Default: random bytes, half of them after a valid header. */
  readonly next?: () => Uint8Array;
}

/**
 * Makes a peer multicast until the returned function is called.
 *
 * @example const stop = babble(lan.peer({ address: '192.0.2.99' }), { clock: lan.clock, random: lan.random });
 */
export function babble(peer: ScriptedPeer, options: BabbleOptions): () => void {
  const { clock, random, everyMs = 10, next = () => noise(random) } = options;
  let timer: unknown;
  const say = (): void => {
    peer.multicast(next());
    timer = clock.setTimeout(say, everyMs);
  };
  timer = clock.setTimeout(say, 0);
  return () => clock.clearTimeout(timer);
}

function noise(random: Random): Uint8Array {
  const bytes = Uint8Array.from({ length: Math.floor(random() * MAX_BYTES) }, () => Math.floor(random() * 256));
  const header = HEADERS[Math.floor(random() * HEADERS.length * 2)];
  if (header !== undefined && bytes.length >= header.length) bytes.set(header);
  return bytes;
}
