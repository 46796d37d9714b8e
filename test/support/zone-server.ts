/** A server of one zone that takes signed updates (RFC 2136, RFC 8945), as `named` and `knotd` do. */
import { CLASS_IN, OPCODE_UPDATE, RCODE } from '../../src/protocol/constants.js';
import { isWithin } from '../../src/protocol/name.js';
import { answers, type Question, type ResourceRecord, type UnicastMessage } from '../../src/protocol/record.js';
import type { TsigSigner } from '../../src/protocol/unicast/tsig.js';
import { nameBytes } from '../../src/protocol/unicast/tsig-bytes.js';
import { encodeUnicast } from '../../src/protocol/wire/unicast.js';
import { replyTo, signedReply } from '../../src/testing/signed-reply.js';
import type { ZoneRecords } from '../../src/testing/zone-records.js';

const UDP_BYTES = 1232;

export class ZoneServer {
  readonly zone: ZoneRecords;
  /** The only key that may change the zone; undefined: everybody may. */
  key: TsigSigner | undefined;
  /** Whether replies are signed, as they have to be. */
  signsReplies = true;
  /** Whether it answers nothing. */
  isSilent = false;
  /** A response code for every update; undefined: as the update deserves. */
  refusal: number | undefined;
  /** Seconds since 1970, by the clock of the server. */
  readonly #now: () => number;
  readonly updates: UnicastMessage[] = [];

  constructor(zone: ZoneRecords, now: () => number, key?: TsigSigner) {
    this.zone = zone;
    this.key = key;
    this.#now = now;
  }

  readonly answer = (bytes: Uint8Array, over: 'udp' | 'tcp'): Uint8Array | undefined => {
    if (this.isSilent) return undefined;
    let unsigned: Uint8Array | undefined;
    const reply = signedReply(bytes, { key: this.key, now: this.#now() }, (message, mayUpdate) => {
      unsigned = encodeUnicast(this.#answer(message, over, mayUpdate));
      return unsigned;
    });
    return this.signsReplies ? reply : unsigned;
  };

  #answer(message: UnicastMessage, over: 'udp' | 'tcp', mayUpdate: boolean): UnicastMessage {
    const reply = replyTo(message);
    if (message.opcode === OPCODE_UPDATE) {
      this.updates.push(message);
      const rcode = this.refusal ?? (mayUpdate ? this.zone.update(message) : RCODE.REFUSED);
      return { ...reply, rcode };
    }
    const [question] = message.questions;
    if (!question || !isWithin(question.name, this.zone.apex)) return { ...reply, rcode: RCODE.REFUSED };
    const whole = { ...reply, ...this.#records(question) };
    const isLong = over === 'udp' && encodeUnicast(whole).length > UDP_BYTES;
    return isLong ? { ...reply, truncated: true } : whole;
  }

  #records(question: Question): Pick<UnicastMessage, 'answers' | 'authorities' | 'rcode'> {
    const all = [soa(this.zone.apex), ...this.zone.records(question.name)];
    const found = all.filter(
      ({ name, ...record }) => name.toLowerCase() === question.name.toLowerCase() && answers(question, record),
    );
    if (found.length > 0) return { answers: found, authorities: [], rcode: RCODE.NOERROR };
    const exists = all.length > 1 || this.zone.records().some(({ name }) => isWithin(name, question.name));
    return { answers: [], authorities: [soa(this.zone.apex)], rcode: exists ? RCODE.NOERROR : RCODE.NXDOMAIN };
  }
}

/** An SOA record with a negative TTL of 5 s; the primary is `ns`. */
function soa(name: string): ResourceRecord {
  const numbers = [1, 3600, 600, 86_400, 5].flatMap((number) => [number >>> 24, number >> 16, number >> 8, number]);
  const primary = [2, 0x6e, 0x73, ...nameBytes(name)];
  const rdata = Uint8Array.from([...primary, 0, ...numbers.map((byte) => byte & 0xff)]);
  return { name, class: CLASS_IN, cacheFlush: false, ttl: 5, type: 'SOA', rdata };
}
