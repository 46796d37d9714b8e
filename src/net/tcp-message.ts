/**
 * The message that arrives over a TCP connection, put together from its pieces (RFC 1035 section 4.2.2). There is one:
 * each connection carries one question.
 */
import { DNS_HEADER_BYTES, mayAnswer } from './dns-match.js';

const LENGTH_BYTES = 2;

export class TcpMessage {
  readonly #sent: Uint8Array;
  #pieces: Buffer[] = [];
  #received = 0;
  #isJudged = false;

  /** @param sent what is to be answered */
  constructor(sent: Uint8Array) {
    this.#sent = sent;
  }

  /**
   * @returns the message once it is there, or its beginning if that shows that it does not answer; undefined as long as
   *   more is to come
   */
  add(piece: Buffer): Uint8Array | undefined {
    this.#pieces.push(piece);
    this.#received += piece.length;
    if (this.#received < LENGTH_BYTES) return undefined;
    const length = this.#first(LENGTH_BYTES).readUInt16BE();
    if (length < DNS_HEADER_BYTES) return new Uint8Array();
    if (this.#received < LENGTH_BYTES + DNS_HEADER_BYTES) return undefined;
    if (!this.#isJudged) {
      this.#isJudged = true;
      const header = this.#first(LENGTH_BYTES + DNS_HEADER_BYTES).subarray(LENGTH_BYTES);
      if (!mayAnswer(this.#sent, header)) return Uint8Array.from(header);
    }
    if (this.#received < LENGTH_BYTES + length) return undefined;
    return Uint8Array.from(this.#first(LENGTH_BYTES + length).subarray(LENGTH_BYTES));
  }

  /** The pieces are joined only if the first of them is too short. */
  #first(count: number): Buffer {
    const [first] = this.#pieces;
    if (first && first.length >= count) return first.subarray(0, count);
    const all = Buffer.concat(this.#pieces);
    this.#pieces = [all];
    return all.subarray(0, count);
  }
}
