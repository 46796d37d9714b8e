/**
 * Distributes the records of a response over packets (RFC 6762 section 17).
 *
 * A unique record set stays in one packet if possible (section 10.2). Additional records go last, where one packet has
 * room for everything. Otherwise those of a multicast response go with the answer that they belong to, as the SRV and
 * TXT records of an instance with its PTR record (RFC 6763 section 12): a client that reads each packet by itself then
 * finds all instances. They never have a packet of their own. In other replies they fill the last packet, since the
 * address that asked may be forged (RFC 6762 section 21). A record that does not fit into a packet of `maxBytes` goes
 * alone into a larger one, up to the 9000 bytes that section 17 allows.
 */
import { nameKey } from '../name.js';
import { type Question, type ResourceRecord, recordKey, setKey } from '../record.js';
import { MAX_PAYLOAD_BYTES } from './limits.js';
import { Packer } from './packer.js';

/**
 * Packets of a response that have additional records besides their answers, which bounds what a short question can
 * cause: 94 kB more than the answers, which is about what the receive buffer of a socket holds on Linux. A thousand
 * instances with short TXT records take less.
 */
export const MAX_PACKETS_WITH_ADDITIONALS = 64;

export interface ResponseParts {
  /** Default: 0, as required in multicast responses (RFC 6762 section 18.1). */
  readonly id?: number | undefined;
  /**
   * The questions of the query, for a legacy response (RFC 6762 section 6.7); others have none (section 6). Default:
   * none.
   */
  readonly questions?: readonly Question[] | undefined;
  readonly answers: readonly ResourceRecord[];
  readonly additionals: readonly ResourceRecord[];
  /**
   * For a legacy querier: one packet, with the TC bit if not all answers fit (RFC 6762 section 18.5), and SRV targets
   * uncompressed (section 18.14). The caller sets TTLs and cache-flush bits. Default: false.
   */
  readonly legacy?: boolean | undefined;
  /** Whether additional records may take more packets than the answers need. Default: false. */
  readonly addsPackets?: boolean | undefined;
  /** Bytes of UDP payload that fit the link. */
  readonly maxBytes: number;
}

export interface PackedResponse {
  /** None if there are no answers. */
  readonly packets: Uint8Array[];
  /** The answers in none of the packets: too large for any, or for the one packet of a legacy response. */
  readonly dropped: ResourceRecord[];
  /** The additional records that did not fit. */
  readonly leftOut: ResourceRecord[];
}

/** Packs a response, repeated records once. Throws `MdnsError` for a record that cannot be written. */
export function packResponse(parts: ResponseParts): PackedResponse {
  const seen = new Set<string>();
  const answers = once(parts.answers, seen);
  const additionals = once(parts.additionals, seen);
  if (answers.length === 0) return { packets: [], dropped: [], leftOut: additionals };
  const packer = new ResponsePacker(parts);
  return parts.legacy ? packer.legacy(answers, additionals) : packer.response(answers, additionals);
}

function once(records: readonly ResourceRecord[], seen: Set<string>): ResourceRecord[] {
  return records.filter((record) => {
    const key = recordKey(record);
    return !seen.has(key) && seen.add(key);
  });
}

/** The members of each unique set together; every shared record alone, since such a set may fill many packets. */
function sets(records: readonly ResourceRecord[]): ResourceRecord[][] {
  const sets: ResourceRecord[][] = [];
  const unique = new Map<string, ResourceRecord[]>();
  for (const record of records) {
    const known = record.cacheFlush ? unique.get(setKey(record)) : undefined;
    if (known !== undefined) {
      known.push(record);
      continue;
    }
    const set = [record];
    sets.push(set);
    if (record.cacheFlush) unique.set(setKey(record), set);
  }
  return sets;
}

/** Additional records by name, for the answers that lead to them. */
class Companions {
  readonly #sets = new Map<string, ResourceRecord[][]>();

  constructor(additionals: readonly ResourceRecord[]) {
    for (const set of sets(additionals)) {
      const key = nameKey(set[0]?.name ?? '');
      const others = this.#sets.get(key);
      if (others === undefined) this.#sets.set(key, [set]);
      else others.push(set);
    }
  }

  /** Takes what some answers lead to, directly or not: from a PTR to SRV and TXT records, from SRV to addresses. */
  take(answers: readonly ResourceRecord[]): ResourceRecord[][] {
    const taken: ResourceRecord[][] = [];
    const path = [...answers];
    for (const record of path) {
      if (!('target' in record)) continue;
      const key = nameKey(record.target);
      for (const set of this.#sets.get(key) ?? []) {
        taken.push(set);
        path.push(...set);
      }
      this.#sets.delete(key);
    }
    return taken;
  }

  /** Those that nothing has led to. */
  rest(): ResourceRecord[][] {
    return [...this.#sets.values()].flat();
  }
}

class ResponsePacker {
  readonly #parts: ResponseParts;
  readonly #packer: Packer;
  readonly #packets: Uint8Array[] = [];
  readonly #dropped: ResourceRecord[] = [];
  readonly #leftOut: ResourceRecord[] = [];

  constructor(parts: ResponseParts) {
    this.#parts = parts;
    this.#packer = new Packer({ compress: true, compressSrvTarget: !parts.legacy, cacheFlush: true });
    this.#packer.begin();
  }

  response(answers: readonly ResourceRecord[], additionals: readonly ResourceRecord[]): PackedResponse {
    const { addsPackets = false, maxBytes } = this.#parts;
    // Most responses are one packet, for which nothing has to be sorted.
    if (this.#packer.add({ answers, additionals }, maxBytes)) {
      this.#end();
      return this.#packed();
    }
    if (addsPackets && additionals.length > 0) {
      const companions = new Companions(additionals);
      for (const set of sets(answers)) this.#addWith(set, companions.take(set));
      this.#fill(companions.rest());
    } else {
      for (const set of sets(answers)) this.#addSet(set);
      this.#fill(sets(additionals));
    }
    this.#end();
    return this.#packed();
  }

  legacy(answers: readonly ResourceRecord[], additionals: readonly ResourceRecord[]): PackedResponse {
    const { questions = [], maxBytes } = this.#parts;
    for (const question of questions) this.#packer.add({ questions: [question] }, maxBytes);
    for (const record of answers) if (!this.#addAnswers([record])) this.#dropped.push(record);
    const truncated = this.#dropped.length > 0;
    if (truncated) this.#leftOut.push(...additionals);
    else for (const record of additionals) this.#addAdditionals([record]);
    this.#finish(truncated);
    return this.#packed();
  }

  /** Adds answers with their additional records, in one packet if possible. */
  #addWith(answers: readonly ResourceRecord[], companions: readonly ResourceRecord[][]): void {
    if (companions.length > 0 && this.#takesAdditionals) {
      const together = { answers, additionals: companions.flat() };
      if (this.#packer.add(together, this.#parts.maxBytes)) return;
      this.#end();
      if (this.#takesAdditionals && this.#packer.add(together, this.#parts.maxBytes)) return;
    }
    this.#addSet(answers);
    if (this.#takesAdditionals) this.#fill(companions);
    else this.#leftOut.push(...companions.flat());
  }

  get #takesAdditionals(): boolean {
    return this.#packets.length < MAX_PACKETS_WITH_ADDITIONALS;
  }

  #addSet(answers: readonly ResourceRecord[]): void {
    if (this.#addAnswers(answers)) return;
    this.#end();
    if (this.#addAnswers(answers)) return;
    for (const record of answers) this.#addAnswer(record);
  }

  /** Adds those sets that this packet has room for, if it has an answer. */
  #fill(additionals: readonly ResourceRecord[][]): void {
    for (const set of additionals) {
      if (this.#packer.isEmpty) this.#leftOut.push(...set);
      else this.#addAdditionals(set);
    }
  }

  /** Adds a record to this packet, to the next, or alone to a larger packet. */
  #addAnswer(record: ResourceRecord): void {
    if (this.#addAnswers([record])) return;
    this.#end();
    if (this.#addAnswers([record])) return;
    if (this.#addAnswers([record], MAX_PAYLOAD_BYTES)) this.#end();
    else this.#dropped.push(record);
  }

  #addAnswers(answers: readonly ResourceRecord[], maxBytes = this.#parts.maxBytes): boolean {
    return this.#packer.add({ answers }, maxBytes);
  }

  #addAdditionals(additionals: readonly ResourceRecord[]): void {
    if (!this.#packer.add({ additionals }, this.#parts.maxBytes)) this.#leftOut.push(...additionals);
  }

  #packed(): PackedResponse {
    return { packets: this.#packets, dropped: this.#dropped, leftOut: this.#leftOut };
  }

  /** Ends this packet if it is not empty, and begins the next. */
  #end(): void {
    if (!this.#packer.isEmpty) this.#finish();
    this.#packer.begin();
  }

  #finish(truncated = false): void {
    const head = { id: this.#parts.id ?? 0, response: true, authoritative: true, truncated };
    this.#packets.push(this.#packer.finish(head));
  }
}
