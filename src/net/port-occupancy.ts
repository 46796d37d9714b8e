/**
 * Whether another program uses a port (RFC 6762 section 15.1). One trial bind finds out before the first link of this
 * network opens on the port. The result is kept while any link is open, because from then on a trial would find our own
 * sockets.
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

  /**
   * Registers a link that opens on the port; resolves with whether another program uses it. Call `release` afterwards.
   */
  acquire(family: Family, port: number): Promise<boolean> {
    const key = `${family} ${port}`;
    let occupancy = this.#ports.get(key);
    if (occupancy === undefined) {
      occupancy = { links: 0, foreign: this.#isTaken(family, port) };
      this.#ports.set(key, occupancy);
    }
    occupancy.links += 1;
    return occupancy.foreign;
  }

  /** Unregisters a link whose sockets are closed. */
  release(family: Family, port: number): void {
    const key = `${family} ${port}`;
    const occupancy = this.#ports.get(key);
    if (occupancy === undefined) return;
    occupancy.links -= 1;
    if (occupancy.links === 0) this.#ports.delete(key);
  }
}
