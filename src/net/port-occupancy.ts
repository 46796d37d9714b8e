/**
 * Who holds a port: found by one trial bind before the first link of this network opens on it, and kept while any link is open,
 * for from then on our own sockets would be found (RFC 6762 section 15.1).
 */
import type { Family } from '../ip/family.js';

interface Occupancy {
  links: number;
  readonly foreign: Promise<boolean>;
}

export class PortOccupancy {
  readonly #ports = new Map<string, Occupancy>();
  readonly #isTaken: (family: Family, port: number) => Promise<boolean>;

  constructor(isTaken: (family: Family, port: number) => Promise<boolean>) {
    this.#isTaken = isTaken;
  }

  /** A link begins to open on the port; resolves with whether someone else is on it. Every claim is to be released. */
  claim(family: Family, port: number): Promise<boolean> {
    const key = `${family} ${port}`;
    let occupancy = this.#ports.get(key);
    if (occupancy === undefined) {
      occupancy = { links: 0, foreign: this.#isTaken(family, port) };
      this.#ports.set(key, occupancy);
    }
    occupancy.links += 1;
    return occupancy.foreign;
  }

  /** The link's sockets are closed. */
  release(family: Family, port: number): void {
    const key = `${family} ${port}`;
    const occupancy = this.#ports.get(key);
    if (occupancy === undefined) return;
    occupancy.links -= 1;
    if (occupancy.links === 0) this.#ports.delete(key);
  }
}
