/**
 * Who sends how much on one link: a budget for each source, and its place in the queue. Bounded, and a look at it costs the same
 * however many sources there are. Times are monotonic milliseconds.
 */

/** Datagrams that a source may send at once, and in a second for ever: a host with a thousand services sends less. */
export const BURST = 10_000;
export const PER_SECOND = 1_000;
/** What this machine and a reflector may send, as they speak for several hosts: so many times as much. */
export const SPEAKS_FOR = 8;
/** Sources that are remembered, newcomers and known ones each; of more, those heard longest ago are forgotten. */
export const MAX_SOURCES = 512;
/** Reflectors of one link; of more, the others are taken for one host each. */
export const MAX_REFLECTORS = 4;
/** Milliseconds after which a reflector that repeats nothing of ours is taken for a host. */
export const REFLECTOR_MEMORY = 7_200_000;

/**
 * Bytes of a frame: a larger datagram ranks its source as so many datagrams would, since it holds so many more records. That
 * the budget counts it once is for those who say a lot in a good cause.
 */
const FRAME = 1_500;
/** Milliseconds in which what a source has sent counts for a third. */
const MEMORY = 2_000;
/** Milliseconds for which a quiet source has been heard when it is a known one: longer than most floods need to show. */
const KNOWN_AFTER = 10_000;
/** What a source has sent lately when it no longer counts as quiet: 16 frames a second. */
const QUIET = 32;
/** Ranks that lie between a source and one that has sent twice as much lately. */
export const PER_OCTAVE = 4;
const HIGHEST = 63;
/** Slots in which addresses that were heard once are noted, one each. */
const SLOTS = 4_096;
/** A source that is not both known and quiet ranks behind those that are and have sent eight times as much. */
const NEWCOMER = 3 * PER_OCTAVE;
/** From 0, for those who are let in first. */
export const RANKS = HIGHEST + NEWCOMER + 1;

/** What one source has sent. */
class Source {
  /** The burst that is left, as of `at`. */
  tokens = BURST;
  /** Frames lately, each counting less as time goes by, as of `at`. */
  lately = 0;

  constructor(
    public at: number,
    readonly since: number,
  ) {}

  /** One more datagram; false when that is too much. */
  send(now: number, share: number, bytes: number): boolean {
    const passed = Math.max(0, now - this.at);
    this.at = now;
    this.lately = this.lately * Math.exp(-passed / MEMORY) + share * Math.max(1, bytes / FRAME);
    this.tokens = Math.min(BURST, this.tokens + (passed * PER_SECOND) / 1_000);
    if (this.tokens < share) return false;
    this.tokens -= share;
    return true;
  }

  get rank(): number {
    return Math.min(HIGHEST, Math.floor(PER_OCTAVE * Math.log2(1 + this.lately)));
  }
}

export class Sources {
  /** Hashes of addresses that were heard once. */
  readonly #once = new Uint32Array(SLOTS);
  /** All sources that are heard for the first time, taken together: a flood may come from a new address for each datagram. */
  readonly #strangers = new Source(0, 0);
  readonly #newcomers = new Map<string, Source>();
  readonly #known = new Map<string, Source>();
  /** When each last repeated something of ours. */
  readonly #reflectors = new Map<string, number>();

  /**
   * A datagram came. Returns the rank of its source, from 0 for those who send little, or undefined when the source has used up
   * its budget.
   *
   * @param isFromHere whether it came from an address of this machine, where other responders may be
   */
  admit(address: string, now: number, isFromHere: boolean, bytes: number): number | undefined {
    const source = this.#find(address, now);
    const isFavoured = isFromHere || this.#reflectors.has(address);
    const isInBudget = source.send(now, isFavoured ? 1 / SPEAKS_FOR : 1, bytes);
    // All strangers together have a rank, but no budget: one of them may be a neighbour who has just come.
    if (source === this.#strangers) return source.rank + NEWCOMER;
    if (!isInBudget) return undefined;
    const isQuiet = source.lately <= QUIET;
    if (isQuiet && now - source.since >= KNOWN_AFTER) this.#know(address, source);
    return isQuiet && this.#known.has(address) ? source.rank : source.rank + NEWCOMER;
  }

  /** A source has repeated a record that is ours alone: it speaks for others (RFC 6762 section 6 knows of such reflectors). */
  repeatsOurs(address: string, now: number): void {
    for (const [known, at] of this.#reflectors) if (now - at > REFLECTOR_MEMORY) this.#reflectors.delete(known);
    if (this.#reflectors.has(address) || this.#reflectors.size < MAX_REFLECTORS) this.#reflectors.set(address, now);
  }

  toJSON(): { readonly newcomers: number; readonly known: number; readonly reflectors: number } {
    return { newcomers: this.#newcomers.size, known: this.#known.size, reflectors: this.#reflectors.size };
  }

  /** The source, as the one that was heard last. */
  #find(address: string, now: number): Source {
    const among = this.#known.has(address) ? this.#known : this.#newcomers;
    const source = among.get(address) ?? this.#meet(address, now);
    if (source !== this.#strangers) keep(among, address, source);
    return source;
  }

  /** Whoever is heard for the second time is a newcomer, unless too many others came in between. */
  #meet(address: string, now: number): Source {
    const hash = hashOf(address);
    const slot = hash % SLOTS;
    if (this.#once[slot] === hash) return new Source(now, now);
    this.#once[slot] = hash;
    return this.#strangers;
  }

  /** From now on it is not among those that a flood of new addresses makes us forget. */
  #know(address: string, source: Source): void {
    if (!this.#newcomers.delete(address)) return;
    keep(this.#known, address, source);
  }
}

function keep(sources: Map<string, Source>, address: string, source: Source): void {
  sources.delete(address);
  sources.set(address, source);
  if (sources.size <= MAX_SOURCES) return;
  const [oldest] = sources.keys();
  if (oldest !== undefined) sources.delete(oldest);
}

/** FNV-1a; never 0, which is an empty slot. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0 || 1;
}
