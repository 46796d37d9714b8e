/** Which of our list entries other hosts have as well: our goodbye must not remove those (RFC 6762 section 10.1). */
import { isListed } from '../dns-sd/lists.js';
import { type ResourceRecord, recordKey } from '../record.js';
import type { Zone } from './zone.js';

/** Bounded by the number of our own list entries. */
export class OtherHolders {
  /** By key of our record: until when another host's copy of it is valid, ms. */
  readonly #until = new Map<string, number>();

  /** Notes another host's multicast response. */
  heard(zone: Zone, records: readonly ResourceRecord[], now: number): void {
    for (const record of records) {
      const own = isListed(record) ? zone.own(record) : undefined;
      if (own && record.ttl > 0) this.#until.set(own.key, now + record.ttl * 1_000);
      else if (own) this.#until.delete(own.key);
    }
  }

  /** Removes a record that we withdraw. @returns whether another host has it */
  release(record: ResourceRecord, now: number): boolean {
    const key = recordKey(record);
    const until = this.#until.get(key) ?? -Infinity;
    this.#until.delete(key);
    return until > now;
  }
}
