/**
 * Transaction signatures (RFC 8945): signs requests, and verifies replies to them. The key stays behind `hmac`, and the
 * time is an argument.
 */
import { CLASS_ANY, TSIG_ERRORS, TSIG_FUDGE_SECONDS } from '../constants.js';
import { type Name, nameKey } from '../name.js';
import { typeNumber } from '../types.js';
import { RECORD_BYTES, uint16 } from '../wire/format.js';
import { COUNTS_AT } from '../wire/header.js';
import { Reader } from '../wire/reader.js';
import { lastRecord } from './last-record.js';
import { bytesOf, nameBytes, uint16Bytes, uint48, uint48Bytes } from './tsig-bytes.js';

/** The algorithms that are offered: those that RFC 8945 section 6 makes mandatory to implement, and the longest. */
export type TsigAlgorithm = 'hmac-sha256' | 'hmac-sha512';

/** What signs with a key, and does not show it. */
export interface TsigSigner {
  /** The name of the key, the same on both sides. */
  readonly name: Name;
  readonly algorithm: TsigAlgorithm;
  readonly hmac: (bytes: Uint8Array) => Uint8Array;
}

type TsigError = keyof typeof TSIG_ERRORS;
const errorNames = new Map(Object.entries(TSIG_ERRORS).map(([name, code]) => [code as number, name as TsigError]));

/** A signed message, and its MAC, with which the reply to it is verified (RFC 8945 section 4.3.1). */
export interface Signed {
  readonly bytes: Uint8Array;
  readonly mac: Uint8Array;
}

/**
 * `good`: from the holder of the key, and meant for this request. `error`: the server reports an error of our
 * signature; `certain` if that report is signed itself, `serverSeconds` the server's time if that is why. `unsigned`,
 * `forged`, `stale`: not to be used (RFC 8945 section 5.4.1).
 */
export type Verdict =
  | { readonly kind: 'good' }
  | { readonly kind: 'error'; readonly error: TsigError; readonly certain: boolean; readonly serverSeconds?: number }
  | { readonly kind: 'unsigned' | 'forged' | 'stale' };

/**
 * Appends a TSIG record to a message (RFC 8945 section 5.1).
 *
 * @param epochSeconds the time of signing, since 1970
 * @param requestMac of the request, when the message is the reply to it
 */
export function sign(
  message: Uint8Array,
  signer: TsigSigner,
  epochSeconds: number,
  requestMac?: Uint8Array,
  failure: { readonly error: number; readonly other: Uint8Array } = { error: 0, other: new Uint8Array() },
): Signed {
  const variables = { ...failure, time: epochSeconds, fudge: TSIG_FUDGE_SECONDS };
  const mac = signer.hmac(digestInput(message, signer, variables, requestMac));
  const rdata = bytesOf(
    nameBytes(signer.algorithm),
    uint48Bytes(epochSeconds),
    uint16Bytes(TSIG_FUDGE_SECONDS, mac.length),
    mac,
    uint16Bytes(uint16(message, 0), failure.error, failure.other.length),
    failure.other,
  );
  const head = uint16Bytes(typeNumber('TSIG'), CLASS_ANY, 0, 0, rdata.length);
  const bytes = bytesOf(message, nameBytes(signer.name), head, rdata);
  bytes.set(uint16Bytes(uint16(message, ADDITIONALS_AT) + 1), ADDITIONALS_AT);
  return { bytes, mac };
}

/** Verifies the reply to a signed request (RFC 8945 section 5.3 and 5.4). */
export function verify(
  reply: Uint8Array,
  signer: TsigSigner,
  epochSeconds: number,
  requestMac: Uint8Array | undefined,
): Verdict {
  const tsig = readTsig(reply);
  if (tsig === undefined) return { kind: 'unsigned' };
  const error = errorNames.get(tsig.error);
  const isOurKey = nameKey(tsig.name) === nameKey(signer.name) && nameKey(tsig.algorithm) === signer.algorithm;
  if (tsig.mac.length === 0) return error ? { kind: 'error', error, certain: false } : { kind: 'unsigned' };
  if (!isOurKey) return { kind: 'forged' };
  const expected = signer.hmac(digestInput(tsig.message, signer, tsig, requestMac));
  if (!areEqual(expected, tsig.mac)) return { kind: 'forged' };
  // Its time is that of our request, which we know to be right.
  if (error === 'BADTIME' && tsig.other.length === UINT48_BYTES) {
    return { kind: 'error', error, certain: true, serverSeconds: uint48(tsig.other, 0) };
  }
  if (error) return { kind: 'error', error, certain: true };
  return Math.abs(epochSeconds - tsig.time) > tsig.fudge ? { kind: 'stale' } : { kind: 'good' };
}

const ADDITIONALS_AT = COUNTS_AT + 6;
const UINT48_BYTES = 6;

interface Variables {
  readonly time: number;
  readonly fudge: number;
  readonly error: number;
  readonly other: Uint8Array;
}

/** What the MAC is made of (RFC 8945 section 4.3). */
function digestInput(
  message: Uint8Array,
  { name, algorithm }: TsigSigner,
  { time, fudge, error, other }: Variables,
  requestMac: Uint8Array | undefined,
): Uint8Array {
  return bytesOf(
    requestMac ? bytesOf(uint16Bytes(requestMac.length), requestMac) : new Uint8Array(),
    message,
    nameBytes(nameKey(name)),
    uint16Bytes(CLASS_ANY, 0, 0),
    nameBytes(algorithm),
    uint48Bytes(time),
    uint16Bytes(fudge, error, other.length),
    other,
  );
}

interface ReadTsig extends Variables {
  readonly name: Name;
  readonly algorithm: Name;
  readonly mac: Uint8Array;
  /** The message as it was before it was signed. */
  readonly message: Uint8Array;
}

/** The bytes of rdata besides the algorithm's name, the MAC and other data. */
const FIXED_BYTES = 16;

/** The TSIG record, which is the last of the message (RFC 8945 section 5.1). */
export function readTsig(bytes: Uint8Array): ReadTsig | undefined {
  const start = lastRecord(bytes);
  if (start === undefined) return undefined;
  const reader = new Reader(bytes);
  const name = reader.name(start, bytes.length);
  const head = reader.end;
  const isTsig = reader.uint16(head) === typeNumber('TSIG') && reader.uint16(head + 2) === CLASS_ANY;
  if (name === undefined || !isTsig || reader.uint32(head + 4) !== 0) return undefined;
  const algorithm = reader.name(head + RECORD_BYTES, bytes.length);
  const at = reader.end;
  if (algorithm === undefined || at + FIXED_BYTES > bytes.length) return undefined;
  const macEnd = at + 10 + reader.uint16(at + 8);
  const otherEnd = macEnd + 6 + reader.uint16(macEnd + 4);
  if (otherEnd !== bytes.length) return undefined;
  const message = bytes.slice(0, start);
  message.set(uint16Bytes(reader.uint16(ADDITIONALS_AT) - 1), ADDITIONALS_AT);
  // A server that forwards a request may have changed its id.
  message.set(uint16Bytes(reader.uint16(macEnd)), 0);
  return {
    name,
    algorithm,
    time: uint48(bytes, at),
    fudge: reader.uint16(at + 6),
    mac: bytes.slice(at + 10, macEnd),
    error: reader.uint16(macEnd + 2),
    other: bytes.slice(macEnd + 6, otherEnd),
    message,
  };
}

/** Takes the same time wherever the first difference is, so that it does not help to guess a MAC byte by byte. */
function areEqual(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false;
  let difference = 0;
  for (let i = 0; i < one.length; i++) difference |= (one[i] ?? 0) ^ (other[i] ?? 0);
  return difference === 0;
}
