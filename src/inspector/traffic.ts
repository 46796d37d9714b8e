/** Counts the packets of a system while it is looked at, and keeps some of them until the next frame. */
import type { TappedPacket } from '../actors/link/packet-tap.js';
import { isResponse, peekMessage } from '../protocol/wire/header.js';
import type { PacketSeen, Sample } from './frames.js';
import { type KeptPacket, packetSeen } from './packets.js';

/** Of one frame. More packets, or more bytes of them, are only counted. */
const MOST_PACKETS = 20;
const MOST_BYTES = 32_768;
/** The least bytes of a question and of a record: a header that claims more of them than fit is not believed. */
const LEAST_QUESTION = 5;
const LEAST_RECORD = 11;

type Counts = Pick<Sample, 'packetsIn' | 'packetsOut' | 'questions' | 'answers'>;

export class Traffic {
  #kept: KeptPacket[] = [];
  #bytes = 0;
  #unseen = 0;
  #counts = none();

  see(packet: TappedPacket, at: number): void {
    const { bytes, way } = packet;
    this.#count(bytes, way);
    if (this.#kept.length === MOST_PACKETS || this.#bytes + bytes.length > MOST_BYTES) {
      this.#unseen++;
      return;
    }
    this.#bytes += bytes.length;
    this.#kept.push({ ...packet, bytes: bytes.slice(), at });
  }

  /** The packets since the last frame. */
  takePackets(): { readonly packets: PacketSeen[]; readonly packetsUnseen: number } {
    const taken = { packets: this.#kept.map(packetSeen), packetsUnseen: this.#unseen };
    this.#kept = [];
    this.#bytes = 0;
    this.#unseen = 0;
    return taken;
  }

  /** What was counted since it was taken last. */
  takeCounts(): Counts {
    const taken = this.#counts;
    this.#counts = none();
    return taken;
  }

  #count(bytes: Uint8Array, way: TappedPacket['way']): void {
    // A copy of our own packet was counted when it was sent.
    if (way === 'own') return;
    if (way === 'in') this.#counts.packetsIn++;
    else this.#counts.packetsOut++;
    const header = peekMessage(bytes);
    if (!header) return;
    if (isResponse(bytes)) this.#counts.answers += Math.min(header.answers, Math.floor(bytes.length / LEAST_RECORD));
    else this.#counts.questions += Math.min(header.questions, Math.floor(bytes.length / LEAST_QUESTION));
  }
}

function none(): { -readonly [K in keyof Counts]: number } {
  return { packetsIn: 0, packetsOut: 0, questions: 0, answers: 0 };
}
