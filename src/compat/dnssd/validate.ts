/** The checks of dnssd, with its messages. */
import { format } from 'node:util';
import {
  ADVISED_TXT_BYTES,
  ADVISED_TXT_KEY_BYTES,
  MAX_LABEL_BYTES,
  MAX_SERVICE_NAME_BYTES,
  MAX_TXT_STRING_BYTES,
} from '../../protocol/constants.js';

/** What a caller has got wrong. */
export class ValidationError extends Error {
  override readonly name = 'ValidationError';

  constructor(message: string, ...values: readonly unknown[]) {
    super(format(message, ...values));
  }
}

/** TXT attributes: `true` is a key without a value, `false` leaves the key out. */
export type Txt = Readonly<Record<string, string | number | boolean | Buffer>>;

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for.
const CONTROL_CHARACTERS = /[\x00-\x1F]|\x7F/;

function protocol(text: unknown): void {
  refuseUnless(typeof text === 'string', 'Protocol must be a string, got %s', typeof text);
  refuseUnless(text === '_tcp' || text === '_udp', "Protocol must be _tcp or _udp, got '%s'", text);
}

function serviceName(name: unknown): void {
  refuseUnless(typeof name === 'string', 'Service name must be a string, got %s', typeof name);
  const text = name as string;
  refuseUnless(text !== '', "Service name can't be an empty string");
  refuseUnless(text.startsWith('_'), "Service '%s' must start with '_'", text);
  refuseUnless(Buffer.byteLength(text) <= MAX_SERVICE_NAME_BYTES + 1, "Service '%s' is > 15 bytes", text);
  refuseUnless(/^_[A-Za-z0-9]/.test(text), "Service '%s' must start and end with a letter or digit", text);
  refuseUnless(/^_[A-Za-z0-9-]+$/.test(text), "Service '%s' should be only letters, digits, and hyphens", text);
  refuseUnless(!text.includes('--'), "Service '%s' must not have consecutive hyphens", text);
  refuseUnless(/[A-Za-z]/.test(text), "Service '%s' must have at least 1 letter", text);
}

function label(text: unknown, name = 'label'): void {
  refuseUnless(typeof text === 'string', '%s name must be a string, got %s', name, typeof text);
  const given = text as string;
  refuseUnless(given !== '', "%s name can't be an empty string", name);
  refuseUnless(!CONTROL_CHARACTERS.test(given), "%s name '%s' can't contain control chars", name, given);
  const bytes = Buffer.byteLength(given);
  refuseUnless(bytes <= MAX_LABEL_BYTES, '%s must be <= 63 bytes. %s is %d', name, given, bytes);
}

function port(number: unknown): void {
  const isPort = Number.isInteger(number) && (number as number) > 0 && (number as number) <= 0xffff;
  refuseUnless(isPort, 'Port must be an integer between 0 and 65535, got %s', number);
}

function txt(given: unknown): void {
  refuseUnless(typeof given === 'object', 'TXT must be an object');
  const keys = new Set<string>();
  let total = 0;
  for (const [key, value] of Object.entries(given ?? {})) {
    txtKey(key);
    refuseUnless(!keys.has(key.toLowerCase()), "Key '%s' in TXT occurs more than once. (case insensitive)", key);
    keys.add(key.toLowerCase());
    const size = Buffer.byteLength(key) + valueBytes(value);
    total += size;
    refuseUnless(size <= MAX_TXT_STRING_BYTES, 'Each key/value in TXT must be < 255 bytes');
    refuseUnless(total <= ADVISED_TXT_BYTES, 'TXT record is > 1300 bytes.');
  }
}

function txtKey(key: string): void {
  refuseUnless(Buffer.byteLength(key) <= ADVISED_TXT_KEY_BYTES, "Key '%s' in TXT is > 9 chars", key);
  refuseUnless(!key.includes('='), "Key '%s' in TXT contains a '='", key);
  refuseUnless(/^[ -~]*$/.test(key), "Key '%s' in TXT is not printable ascii", key);
}

/** With the equals sign and the byte of the length. */
function valueBytes(value: unknown): number {
  if (typeof value === 'boolean') return 0;
  if (Buffer.isBuffer(value)) return value.length + 2;
  const isFine = typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value));
  refuseUnless(isFine, 'TXT values must be a string, buffer, number, or boolean. got %s', typeof value);
  return Buffer.byteLength(String(value)) + 2;
}

function refuseUnless(isFine: boolean, message: string, ...values: readonly unknown[]): void {
  if (!isFine) throw new ValidationError(message, ...values);
}

export const validate = { protocol, serviceName, label, port, txt };
