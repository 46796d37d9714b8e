/** A datagram as an attacker writes it: compressed by hand, with anything in its names and data. */

/** Bytes of a datagram: the most that RFC 6762 section 17 allows, 9,000 with IP and UDP headers. */
const CAPACITY = 8_950;
const HEADER = 12;

export const TYPES = { A: 1, PTR: 12, TXT: 16, AAAA: 28, SRV: 33, NSEC: 47, ANY: 255 } as const;
/** Class IN with the cache-flush bit, or as a question with the QU bit. */
export const UNIQUE = 0x8001;
export const SHARED = 0x0001;

/** Labels, and at their end the place of a name written before, or the root. */
export type Name = readonly (string | Uint8Array | number)[];

export interface Fixed {
  readonly type: number;
  readonly class?: number;
  readonly ttl?: number;
}

/** All drafts are written here, one after the other: the attacker's garbage is not to be taken for the victim's. */
const scratch = Buffer.alloc(CAPACITY);

export class Draft {
  readonly #bytes = scratch;
  #at = HEADER;
  readonly #counts = [0, 0, 0, 0];

  /** `flags`: 0x8400 for a response, 0 for a query, 0x0200 for a truncated one. */
  constructor(flags = 0x8400, id = 0) {
    this.#bytes.writeUInt16BE(id, 0);
    this.#bytes.writeUInt16BE(flags, 2);
  }

  get room(): number {
    return CAPACITY - this.#at;
  }

  /** Where the next byte goes: what a later name can point to. */
  get place(): number {
    return this.#at;
  }

  question(name: Name, type: number, qclass = SHARED): this {
    this.#name(name);
    this.#uint16(type);
    this.#uint16(qclass);
    return this.#count(0);
  }

  /** `section`: 1 answers, 2 authorities, 3 additionals. */
  record(owner: Name, fixed: Fixed, data: readonly (Uint8Array | Name)[], section = 1): this {
    this.#name(owner);
    this.#uint16(fixed.type);
    this.#uint16(fixed.class ?? UNIQUE);
    this.#at = this.#bytes.writeUInt32BE(fixed.ttl ?? 4_500, this.#at);
    const length = this.#at;
    this.#at += 2;
    for (const part of data) {
      if (part instanceof Uint8Array) this.#raw(part);
      else this.#name(part);
    }
    this.#bytes.writeUInt16BE(this.#at - length - 2, length);
    return this.#count(section);
  }

  /** A copy with memory of its own, as a socket hands it over. */
  done(): Uint8Array {
    for (const [i, count] of this.#counts.entries()) this.#bytes.writeUInt16BE(count, 4 + 2 * i);
    return new Uint8Array(this.#bytes.subarray(0, this.#at));
  }

  #name(name: Name): void {
    for (const label of name) {
      if (typeof label === 'number') {
        this.#uint16(0xc000 | label);
        return;
      }
      const bytes = typeof label === 'string' ? Buffer.from(label) : label;
      this.#bytes[this.#at++] = bytes.length;
      this.#raw(bytes);
    }
    this.#bytes[this.#at++] = 0;
  }

  #raw(bytes: Uint8Array): void {
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  #uint16(value: number): void {
    this.#at = this.#bytes.writeUInt16BE(value, this.#at);
  }

  #count(section: number): this {
    this.#counts[section] = (this.#counts[section] ?? 0) + 1;
    return this;
  }
}

/** `a.b.local` as labels. */
export const labels = (text: string): string[] => text.split('.');

/** Priority, weight and port of an SRV record. */
export function port(number: number): Uint8Array {
  return Uint8Array.of(0, 0, 0, 0, number >> 8, number & 0xff);
}
