import { nextBracketedLabel, nextHostLabel, nextInstanceLabel } from '../../protocol/claim/rename.js';
import { type Name, nameKey } from '../../protocol/name.js';
import { claimedName, labelOf, type Publication, relabelled } from '../publication.js';

/** Which publication uses or claims which name, so that no two of them claim the same one. */
export class NameTable {
  readonly #holders = new Map<string, string>();

  /** The id of the publication. */
  holderOf(name: Name): string | undefined {
    return this.#holders.get(nameKey(name));
  }

  take(publication: Publication): void {
    this.#holders.set(nameKey(claimedName(publication)), publication.id);
  }

  /** Leaves a name alone that another publication uses. */
  release(publication: Publication): void {
    if (!this.isTaken(publication)) this.#holders.delete(nameKey(claimedName(publication)));
  }

  /** The name of a publication has changed. */
  move(before: Publication, after: Publication): void {
    this.release(before);
    this.take(after);
  }

  /** Whether another publication has the name of this one. */
  isTaken(publication: Publication): boolean {
    const holder = this.holderOf(claimedName(publication));
    return holder !== undefined && holder !== publication.id;
  }

  /** The next label that no other publication uses, such as `Office (2)` or `printer-2` (RFC 6762 section 9). */
  nextFreeLabel(publication: Publication): string {
    const next = nextLabelOf(publication);
    let label = labelOf(publication);
    do label = next(label);
    while (this.isTaken(relabelled(publication, label)));
    return label;
  }
}

function nextLabelOf(publication: Publication): (label: string) => string {
  if (publication.kind === 'service') return nextInstanceLabel;
  return publication.kind === 'host' && publication.bracketed ? nextBracketedLabel : nextHostLabel;
}
