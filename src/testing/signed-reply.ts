/** How a server answers a message that may be signed (RFC 8945 section 5.2). */
import { RCODE, TSIG_ERRORS } from '../protocol/constants.js';
import type { UnicastMessage } from '../protocol/record.js';
import { readTsig, sign, type TsigSigner, verify } from '../protocol/unicast/tsig.js';
import { uint48Bytes } from '../protocol/unicast/tsig-bytes.js';
import { decodeUnicast, encodeUnicast } from '../protocol/wire/unicast.js';

export interface SignedReplyOptions {
  /** Only what this key signs changes the zone; undefined: every update does. */
  readonly key: TsigSigner | undefined;
  /** Seconds since 1970, by the clock of the server; undefined: the time of a signature does not matter. */
  readonly now: number | undefined;
}

/** @returns undefined for what is neither a query nor an update, and therefore not answered */
export function signedReply(
  bytes: Uint8Array,
  { key, now }: SignedReplyOptions,
  answer: (message: UnicastMessage, mayUpdate: boolean) => Uint8Array,
): Uint8Array | undefined {
  const tsig = readTsig(bytes);
  const { message } = decodeUnicast(bytes);
  if (!message || message.response) return undefined;
  if (!tsig) return answer(message, key === undefined);
  const time = now ?? tsig.time;
  const failed = encodeUnicast({ ...replyTo(message), rcode: RCODE.NOTAUTH });
  const by = key && key.name === tsig.name && key.algorithm === tsig.algorithm ? key : undefined;
  // An error of the key or the signature is reported without a signature.
  const silent: TsigSigner = { name: tsig.name, algorithm: 'hmac-sha256', hmac: () => new Uint8Array() };
  const other = new Uint8Array();
  if (!by) return sign(failed, silent, 0, undefined, { error: TSIG_ERRORS.BADKEY, other }).bytes;
  const verdict = verify(bytes, by, time, undefined);
  if (verdict.kind === 'stale') {
    return sign(failed, by, tsig.time, tsig.mac, { error: TSIG_ERRORS.BADTIME, other: uint48Bytes(time) }).bytes;
  }
  if (verdict.kind !== 'good') {
    return sign(failed, silent, 0, undefined, { error: TSIG_ERRORS.BADSIG, other }).bytes;
  }
  return sign(answer(message, true), by, time, tsig.mac).bytes;
}

/** The reply with its sections empty. */
export function replyTo({ id, opcode, questions }: UnicastMessage): UnicastMessage {
  const head = { id, response: true, opcode, rcode: RCODE.NOERROR, authoritative: true, truncated: false };
  return { ...head, questions, answers: [], authorities: [], additionals: [] };
}
