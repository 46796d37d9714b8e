/**
 * How much each source on a link sends: its budget and its rank in the queue. Bounded, and in constant time, however
 * many sources there are. Times are monotonic milliseconds.
 */
import { FNV_START, fnv } from '../fnv.js';

/**
 * Datagrams that a source may send at once, and per second in the long run: a host with a thousand services sends less.
 */
export const BURST = 10_000;
export const PER_SECOND = 1_000;
/** The factor by which this machine and reflectors may send more, since they send for several hosts. */
export const SPEAKS_FOR = 8;
/** Sources that are kept, for newcomers and known sources each; those heard longest ago are dropped first. */
export const MAX_SOURCES = 512;
/** Reflectors that are recognised on one link; others count as a single host each. */
export const MAX_REFLECTORS = 4;
/** Milliseconds after which a reflector that has repeated none of our records counts as a host. */
export const REFLECTOR_MEMORY = 7_200_000;

/**
 * Bytes of a frame. For its source's rank a larger datagram counts as several, since it has more records. The budget
 * counts it once, in favour of hosts that have a lot to announce.
 */
const FRAME = 1_500;
/** Milliseconds after which what a source has sent counts for about a third. */
const MEMORY = 2_000;
/** Milliseconds after which a quiet source counts as known: most floods show within that time. */
const KNOWN_AFTER = 10_000;
/** Recent frames above which a source does not count as quiet: 16 frames a second. */
const QUIET = 32;
/** Ranks between a source and one that has recently sent twice as much. */
export const PER_OCTAVE = 4;
const HIGHEST = 63;
/** Slots for addresses that were heard once, one each. */
const SLOTS = 4_096;
/**
 * Ranks added for a source that is not both known and quiet: it ranks behind such a source that has sent eight times as
 * much.
 */
const NEWCOMER = 3 * PER_OCTAVE;
/** The number of ranks; rank 0 comes first. */
export const RANKS = HIGHEST + NEWCOMER + 1;

/** What one source has sent. */
class Source {
  /** What remains of the burst, as of `at`. */
  tokens = BURST;
  /** Recent frames, decaying with time, as of `at`. */
  lately = 0;

  constructor(
    public at: number,
    readonly since: number,
  ) {}

  /** Counts a datagram. @returns false if it exceeds the budget */
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
  /** All sources heard for the first time, counted together: a flood may use a new address for each datagram. */
  readonly #strangers = new Source(0, 0);
  readonly #newcomers = new Map<string, Source>();
  readonly #known = new Map<string, Source>();
  /** When each reflector last repeated one of our records. */
  readonly #reflectors = new Map<string, number>();

  /**
   * Counts a datagram. Returns the rank of its source, from 0 for those that send little; undefined if the source has
   * used up its budget.
   *
   * @param isFromHere whether it came from an address of this machine, which may have other responders
   */
  admit(address: string, now: number, isFromHere: boolean, bytes: number): number | undefined {
    const known = this.#known.get(address);
    const source = known ?? this.#newcomers.get(address) ?? this.#meet(address, now);
    if (source !== this.#strangers) {
      // The one heard last is the last; in this function, since most datagrams are of a source that is kept.
      const among = known === undefined ? this.#newcomers : this.#known;
      among.delete(address);
      among.set(address, source);
      if (among.size > MAX_SOURCES) dropFirst(among);
    }
    const isFavoured = isFromHere || this.#reflectors.has(address);
    const isInBudget = source.send(now, isFavoured ? 1 / SPEAKS_FOR : 1, bytes);
    // All strangers share a rank, but have no budget: one of them may be a neighbour that has just appeared.
    if (source === this.#strangers) return source.rank + NEWCOMER;
    if (!isInBudget) return undefined;
    const isQuiet = source.lately <= QUIET;
    if (isQuiet && now - source.since >= KNOWN_AFTER) this.#know(address, source);
    return isQuiet && (known !== undefined || this.#known.has(address)) ? source.rank : source.rank + NEWCOMER;
  }

  /**
   * Call when a source has repeated a record that is ours alone: it is a reflector (mentioned in RFC 6762 section 6).
   */
  repeatsOurs(address: string, now: number): void {
    for (const [known, at] of this.#reflectors) if (now - at > REFLECTOR_MEMORY) this.#reflectors.delete(known);
    if (this.#reflectors.has(address) || this.#reflectors.size < MAX_REFLECTORS) this.#reflectors.set(address, now);
  }

  toJSON(): { readonly newcomers: number; readonly known: number; readonly reflectors: number } {
    return { newcomers: this.#newcomers.size, known: this.#known.size, reflectors: this.#reflectors.size };
  }

  /** A source heard for the second time is a newcomer, unless too many others were heard in between. */
  #meet(address: string, now: number): Source {
    const hash = hashOf(address);
    const slot = hash % SLOTS;
    if (this.#once[slot] === hash) return new Source(now, now);
    this.#once[slot] = hash;
    return this.#strangers;
  }

  /** Makes a source known: a flood of new addresses does not displace it any more. */
  #know(address: string, source: Source): void {
    if (!this.#newcomers.delete(address)) return;
    this.#known.set(address, source);
    if (this.#known.size > MAX_SOURCES) dropFirst(this.#known);
  }
}

function dropFirst(sources: Map<string, Source>): void {
  const [oldest] = sources.keys();
  if (oldest !== undefined) sources.delete(oldest);
}

/** FNV-1a; never 0, which marks an empty slot. */
function hashOf(text: string): number {
  let hash = FNV_START;
  for (let i = 0; i < text.length; i++) hash = fnv(hash, text.charCodeAt(i));
  return hash >>> 0 || 1;
}
