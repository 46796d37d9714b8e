import { nextHostLabel, nextInstanceLabel } from '../../protocol/claim/rename.js';
import { type Name, nameKey } from '../../protocol/name.js';
import { claimedName, labelOf, type Publication, relabelled } from '../publication.js';

/** Which publication holds or seeks which name: no two of ours seek the same. */
export class NameTable {
  readonly #holders = new Map<string, string>();

  /** The id of the publication. */
  holderOf(name: Name): string | undefined {
    return this.#holders.get(nameKey(name));
  }

  take(publication: Publication): void {
    this.#holders.set(nameKey(claimedName(publication)), publication.id);
  }

  /** No effect on a name that another publication has. */
  release(publication: Publication): void {
    if (!this.isTaken(publication)) this.#holders.delete(nameKey(claimedName(publication)));
  }

  /** The publication has another name now. */
  move(before: Publication, after: Publication): void {
    this.release(before);
    this.take(after);
  }

  /** Whether another publication has the name of this one. */
  isTaken(publication: Publication): boolean {
    const holder = this.holderOf(claimedName(publication));
    return holder !== undefined && holder !== publication.id;
  }

  /** The next in the row of labels that no other publication has: `Office (2)`, `printer-2` (RFC 6762 section 9). */
  nextFreeLabel(publication: Publication): string {
    const next = publication.kind === 'host' ? nextHostLabel : nextInstanceLabel;
    let label = labelOf(publication);
    do label = next(label);
    while (this.isTaken(relabelled(publication, label)));
    return label;
  }
}
