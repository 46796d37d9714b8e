/**
 * Keys of transaction signatures (RFC 8945). A secret becomes a `KeyObject` as soon as it is read: that signs, passes
 * to another thread, and shows nothing when it is printed, logged or written as JSON.
 */
import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { MdnsError } from '../protocol/errors.js';
import type { TsigAlgorithm } from '../protocol/unicast/tsig.js';

/** The algorithms that are offered (RFC 8945 section 6), by their names in DNS. */
const TSIG_ALGORITHMS = ['hmac-sha256', 'hmac-sha512'] as const satisfies readonly TsigAlgorithm[];

export interface TsigKey {
  /** The same on both sides. */
  readonly name: string;
  readonly algorithm: TsigAlgorithm;
  readonly secret: KeyObject;
}

/** @throws MdnsError `invalid-option` for a secret that is not Base64; the message does not have it */
export function tsigKey(name: string, secret: string, algorithm: TsigAlgorithm = 'hmac-sha256'): TsigKey {
  const text = secret.replace(/\s+/g, '');
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text) || text === '') {
    const advice = 'give it as "tsig-keygen" and the server\'s configuration have it';
    throw new MdnsError('invalid-option', `The secret of the key "${name}" is not Base64: ${advice}.`);
  }
  return { name, algorithm, secret: createSecretKey(text, 'base64') };
}

/** Computes the HMAC of bytes with the key. */
export function hmacWith({ algorithm, secret }: Pick<TsigKey, 'algorithm' | 'secret'>) {
  const hash = algorithm.slice('hmac-'.length);
  return (bytes: Uint8Array): Uint8Array => createHmac(hash, secret).update(bytes).digest();
}

/** A key is a few lines long. */
const MAX_FILE_BYTES = 65_536;
/** Access for users other than the owner and the group. */
const OTHERS = 0o007;

/**
 * Reads a key file as `tsig-keygen` of BIND writes it: `key "name" { algorithm hmac-sha256; secret "..."; };`
 *
 * @throws MdnsError `invalid-option` for a file that cannot be read, that every user can read, or that has no such key
 */
export function readKeyFile(path: string): TsigKey {
  const fail = (why: string): never => {
    throw new MdnsError('invalid-option', `The key file ${JSON.stringify(path)} ${why}.`);
  };
  const text = contentOf(path, fail);
  const plain = text.replace(/\/\*[\s\S]*?\*\/|(?:\/\/|#)[^\n]*/g, ' ');
  const [, quoted, bare, body = ''] = /\bkey\s+(?:"([^"]+)"|([^\s{"]+))\s*\{([^}]*)\}/.exec(plain) ?? [];
  const name = quoted ?? bare;
  const algorithm = /\balgorithm\s+"?([\w-]+)"?\s*;/.exec(body)?.[1]?.toLowerCase();
  const secret = /\bsecret\s+"?([^";]+)"?\s*;/.exec(body)?.[1];
  if (name === undefined || algorithm === undefined || secret === undefined) {
    return fail('has no key: make one with "tsig-keygen -a hmac-sha256 NAME"');
  }
  const known = TSIG_ALGORITHMS.find((each) => each === algorithm);
  if (known === undefined) return fail(`has a key for ${algorithm}: use ${TSIG_ALGORITHMS.join(' or ')}`);
  return tsigKey(name, secret, known);
}

function contentOf(path: string, fail: (why: string) => never): string {
  try {
    const found = statSync(path);
    if (found.isDirectory()) fail('is not a file: give the path of the file in it');
    const { mode, size } = found;
    // Windows has other permissions, and reports none of these.
    if ((mode & OTHERS) !== 0 && process.platform !== 'win32') fail(`can be used by every user: chmod 600 ${path}`);
    if (size > MAX_FILE_BYTES) fail('is too long for a key');
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof MdnsError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    return fail(`cannot be read (${code}): check its path, and that this user can read it`);
  }
}
