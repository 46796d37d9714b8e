/**
 * Reads numbers, bytes and names out of one message.
 *
 * Compressed names can be hostile (RFC 1035 section 4.1.4). A pointer must lead to before the labels that it continues,
 * so every chain ends; and the result at a pointer's target, good or bad, is cached, so every target is read once,
 * however many pointers lead to it. Reading all names of a message therefore takes linear time.
 */
import { MAX_LABEL_BYTES, MAX_NAME_BYTES } from '../constants.js';
import { labelText, type Name } from '../name.js';
import { HEADER_BYTES, POINTER, POINTER_BYTES, pointerTarget } from './format.js';
import { MAX_POINTERS } from './limits.js';

interface NameFound {
  readonly text: Name;
  /** Bytes on the wire when uncompressed, without the root's zero byte. */
  readonly size: number;
}
const root: NameFound = { text: '.', size: 0 };

/** 1 for bytes that are the same character in the presentation form and in Latin-1. */
const plain = new Uint8Array(256).fill(1, 0x20, 0x7f);
plain['.'.charCodeAt(0)] = 0;
plain['\\'.charCodeAt(0)] = 0;

/** The plain labels of the name being read, a dot after each. */
const scratch = Buffer.alloc(MAX_NAME_BYTES);
const DOT = 0x2e;
/** Up to this number of bytes a loop is faster than a view and a copy of it. */
const SHORT = 64;

export class Reader {
  readonly bytes: Uint8Array;
  /** Where the name read last ends in place, not following its pointers; -1 if that cannot be determined. */
  end = 0;
  /** Labels and pointers read so far: a measure of work, for tests. */
  steps = 0;
  /** Whether what was read last had a fault, but is still usable. */
  blemish = false;
  readonly #found = new Map<number, NameFound | undefined>();

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  uint8(at: number): number {
    return this.bytes[at] ?? 0;
  }

  uint16(at: number): number {
    return ((this.bytes[at] ?? 0) << 8) | (this.bytes[at + 1] ?? 0);
  }

  uint32(at: number): number {
    return this.uint16(at) * 0x10000 + this.uint16(at + 2);
  }

  /** A copy with a buffer of its own, so that it can be kept and cloned without the rest of the message. */
  copy(start: number, end: number): Uint8Array {
    const copy = new Uint8Array(end - start);
    if (copy.length > SHORT) copy.set(this.bytes.subarray(start, end));
    else for (let i = 0; i < copy.length; i++) copy[i] = this.bytes[start + i] ?? 0;
    return copy;
  }

  /** The name at `start`, which must end at `limit` or before. Undefined if it is invalid; `end` says where it ends. */
  name(start: number, limit: number): Name | undefined {
    return this.#labels(start, limit, 0)?.text;
  }

  /**
   * The labels from `start` on, and what the pointer after them leads to. Sets `end` for the name itself, not for parts
   * reached by `depth` pointers.
   */
  #labels(start: number, limit: number, depth: number): NameFound | undefined {
    let at = start;
    let put = 0;
    let allPlain = 1;
    if (depth === 0) this.end = -1;
    for (;;) {
      this.steps++;
      if (at >= limit) return undefined;
      const length = this.bytes[at] ?? 0;
      if (length === 0 || length >= POINTER) break;
      const next = at + 1 + length;
      // Neither a length nor a pointer: a label type that is not in use (RFC 6891 section 5).
      if (length > MAX_LABEL_BYTES || next > limit) return undefined;
      if (put + length < MAX_NAME_BYTES) {
        while (++at < next) {
          const byte = this.bytes[at] ?? 0;
          allPlain &= plain[byte] ?? 0;
          scratch[put++] = byte;
        }
        scratch[put++] = DOT;
      } else if (depth === 0) {
        put = MAX_NAME_BYTES + 1; // too long, but its end still matters
      } else {
        return undefined;
      }
      at = next;
    }
    const pointer = (this.bytes[at] ?? 0) >= POINTER;
    const end = at + (pointer ? POINTER_BYTES : 1);
    if (end > limit) return undefined;
    if (depth === 0) this.end = end;
    if (put > MAX_NAME_BYTES) return undefined;
    if (put === 0) return pointer ? this.#target(at, start, depth) : root;
    const text = allPlain === 1 ? scratch.toString('latin1', 0, put - 1) : this.#escapedLabels(start, at);
    const found = joined(text, put, pointer ? this.#target(at, start, depth) : root);
    if (depth === 0) this.#found.set(start, found);
    return found;
  }

  /** What the pointer at `at` leads to; it continues the labels from `start` on. */
  #target(at: number, start: number, depth: number): NameFound | undefined {
    const target = pointerTarget(this.uint8(at), this.uint8(at + 1));
    if (target < HEADER_BYTES || target >= start) return undefined;
    const known = this.#found.get(target);
    if (known !== undefined || this.#found.has(target)) return known;
    const found = depth < MAX_POINTERS ? this.#labels(target, this.bytes.length, depth + 1) : undefined;
    this.#found.set(target, found);
    return found;
  }

  /** Labels with bytes that must be escaped. */
  #escapedLabels(start: number, end: number): string {
    const labels: string[] = [];
    for (let at = start; at < end; at += 1 + (this.bytes[at] ?? 0)) {
      labels.push(labelText(this.bytes, at + 1, at + 1 + (this.bytes[at] ?? 0)));
    }
    return labels.join('.');
  }
}

function joined(text: string, size: number, rest: NameFound | undefined): NameFound | undefined {
  if (rest === undefined || size + rest.size > MAX_NAME_BYTES) return undefined;
  return { text: rest.size === 0 ? text : `${text}.${rest.text}`, size: size + rest.size };
}
