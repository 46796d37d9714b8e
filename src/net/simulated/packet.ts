/** What travels on a simulated LAN, and what may happen to it on the way. */
export interface Endpoint {
  /** Canonical text without a zone. */
  readonly address: string;
  readonly port: number;
}

/** A datagram as a sniffer at its sender would see it. */
export interface Packet {
  /** Milliseconds of the LAN's clock when it was sent. */
  readonly time: number;
  /** The station that sent it: host and interface, `kitchen/eth0`, or the name of a peer. */
  readonly from: string;
  readonly source: Endpoint;
  readonly destination: Endpoint;
  readonly bytes: Uint8Array;
}

/** What a rule makes of a packet: undefined leaves it as it is. */
export type Verdict =
  | undefined
  | 'drop'
  | 'duplicate'
  | {
      /** Milliseconds on top of the LAN's own delay. */
      readonly delayMs?: number;
      /** How often it arrives; default 1. */
      readonly copies?: number;
      /** What arrives instead. */
      readonly bytes?: Uint8Array;
    };

/** Asked once for each packet. The copy that the system loops back to the sender is not on the wire, and not asked about. */
export type Rule = (packet: Packet) => Verdict;

/** Asked for each packet and each station that it reaches, own copies included. */
export type ReceiverRule = (packet: Packet, receiver: string) => Verdict;

/** A packet after the rules. */
export interface Outcome {
  readonly packet: Packet;
  readonly delayMs: number;
  readonly copies: number;
}

/** However many rules duplicate, one packet becomes no more than this. */
const MAX_COPIES = 16;

/** Asks the rules in turn, each about what the one before left; undefined when one drops the packet. */
export function judge(packet: Packet, rules: Iterable<Rule>): Outcome | undefined {
  let outcome: Outcome = { packet, delayMs: 0, copies: 1 };
  for (const rule of rules) {
    const verdict = rule(outcome.packet);
    if (verdict === 'drop') return undefined;
    if (verdict === undefined) continue;
    const { delayMs = 0, copies = 1, bytes } = verdict === 'duplicate' ? { copies: 2 } : verdict;
    outcome = {
      packet: bytes === undefined ? outcome.packet : { ...outcome.packet, bytes },
      delayMs: outcome.delayMs + delayMs,
      copies: Math.min(outcome.copies * copies, MAX_COPIES),
    };
  }
  return outcome;
}
