/** Packets on a simulated LAN, and rules for what happens to them on the way. */
export interface Endpoint {
  /** Canonical text without a zone. */
  readonly address: string;
  readonly port: number;
}

/** A datagram as a packet capture at its sender shows it. */
export interface Packet {
  /** When it was sent, in milliseconds of the LAN's clock. */
  readonly time: number;
  /** The station that sent it: host and interface, `kitchen/eth0`, or the name of a peer. */
  readonly from: string;
  readonly source: Endpoint;
  readonly destination: Endpoint;
  readonly bytes: Uint8Array;
}

/** What a rule does with a packet; undefined leaves it unchanged. */
export type RuleEffect =
  | undefined
  | 'drop'
  | 'duplicate'
  | {
      /** Milliseconds on top of the LAN's own delay. */
      readonly delayMs?: number;
      /** How often it arrives. Default: 1. */
      readonly copies?: number;
      /** The bytes that arrive instead. */
      readonly bytes?: Uint8Array;
    };

/** Called once for each packet; not for the copy that the system loops back to the sender, which is not on the wire. */
export type Rule = (packet: Packet) => RuleEffect;

/** Called for each packet and each station that it reaches, looped copies included. */
export type ReceiverRule = (packet: Packet, receiver: string) => RuleEffect;

/** A packet after the rules. */
export interface Outcome {
  readonly packet: Packet;
  readonly delayMs: number;
  readonly copies: number;
}

/** Copies of one packet at most, however many rules duplicate it. */
const MAX_COPIES = 16;

/** Applies the rules in turn, each to the result of the one before; undefined if one drops the packet. */
export function judge(packet: Packet, rules: Iterable<Rule>): Outcome | undefined {
  let outcome: Outcome = { packet, delayMs: 0, copies: 1 };
  for (const rule of rules) {
    const effect = rule(outcome.packet);
    if (effect === 'drop') return undefined;
    if (effect === undefined) continue;
    const { delayMs = 0, copies = 1, bytes } = effect === 'duplicate' ? { copies: 2 } : effect;
    outcome = {
      packet: bytes === undefined ? outcome.packet : { ...outcome.packet, bytes },
      delayMs: outcome.delayMs + delayMs,
      copies: Math.min(outcome.copies * copies, MAX_COPIES),
    };
  }
  return outcome;
}
