/** Who else holds what we have on the lists of a link: then it is not ours alone to take away (RFC 6762 section 10.1). */
import { isListed } from '../dns-sd/lists.js';
import { type ResourceRecord, recordKey } from '../record.js';
import type { Zone } from './zone.js';

/** Bounded by what we hold ourselves. */
export class OtherHolders {
  /** By key of a record of ours: until when what another holder said of it is believed, ms. */
  readonly #until = new Map<string, number>();

  /** Another host's multicast response came in. */
  heard(zone: Zone, records: readonly ResourceRecord[], now: number): void {
    for (const record of records) {
      const own = isListed(record) ? zone.own(record) : undefined;
      if (own && record.ttl > 0) this.#until.set(own.key, now + record.ttl * 1_000);
      else if (own) this.#until.delete(own.key);
    }
  }

  /** We give a record up. @returns whether another holder is known. */
  release(record: ResourceRecord, now: number): boolean {
    const key = recordKey(record);
    const until = this.#until.get(key) ?? -Infinity;
    this.#until.delete(key);
    return until > now;
  }
}
