/**
 * What a link knows about those it hears and sends to: whether a datagram is for this link, and which socket reaches
 * its sender. It is the same for each datagram, so it is kept. A hot path: a process that is asked now and then has
 * cold caches, and each function that is called takes a microsecond or more.
 */

/** Peers that are kept for one link; all are forgotten when there are more. */
export const MAX_PEERS = 512;

export class LinkPeers<T extends object> {
  readonly #meet: (address: string) => T;
  readonly #kept = new Map<string, T>();
  #revision = 0;

  /** @param meet finds out about a peer, by its address as the system has it */
  constructor(meet: (address: string) => T) {
    this.#meet = meet;
  }

  /** @param revision another number once what is kept may be out of date */
  get(address: string, revision = 0): T {
    if (revision !== this.#revision) {
      this.#kept.clear();
      this.#revision = revision;
    }
    const known = this.#kept.get(address);
    if (known !== undefined) return known;
    if (this.#kept.size >= MAX_PEERS) this.#kept.clear();
    const met = this.#meet(address);
    this.#kept.set(address, met);
    return met;
  }
}
