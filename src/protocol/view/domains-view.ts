/** The view of a search for domains: reads the lists of several domains (RFC 6763 section 11). */
import { CLASS_IN } from '../constants.js';
import { type Name, nameKey } from '../name.js';
import type { ResourceRecord } from '../record.js';
import { type DomainUse, enumerationNames } from '../unicast/enumeration.js';
import { isAnswered, type OpenQuestion, OpenQuestions } from './open-questions.js';
import type { LinkInfo, RecordChanges, View, ViewUpdate } from './view.js';

/** A domain whose lists are read, and the link on which to ask for them. */
export interface DomainList {
  readonly link: string;
  readonly domain: Name;
}

/** A domain that a network recommends. */
export interface FoundDomain {
  readonly domain: Name;
  /** What it is recommended for; `browse-automatic` is for all programs, even those that cannot be configured. */
  readonly uses: readonly DomainUse[];
  /** The domains that list it. */
  readonly listedBy: readonly Name[];
}

export type DomainEvent = { readonly event: 'found'; readonly domains: readonly FoundDomain[] };

interface Subject {
  readonly list: Name;
  readonly use: DomainUse;
}

export class DomainsView implements View<DomainEvent> {
  readonly #lists: readonly DomainList[];
  readonly #awaited: Set<string>;
  readonly #open: OpenQuestions<Subject>;
  #isChanged = false;

  constructor(lists: readonly DomainList[]) {
    this.#lists = lists;
    this.#awaited = new Set(lists.map(({ link }) => link));
    const touch = () => {
      this.#isChanged = true;
    };
    this.#open = new OpenQuestions<Subject>({ added: touch, removed: touch, denied: touch });
  }

  linkOpened(link: LinkInfo): void {
    const lists = this.#lists.filter((list) => list.link === link.id);
    if (lists.length === 0 || !this.#open.openLink(link)) return;
    this.#awaited.delete(link.id);
    for (const { domain } of lists) {
      for (const { name, use } of enumerationNames(domain)) {
        this.#open.ask(link.id, { name, type: 'PTR', class: CLASS_IN }, { list: domain, use });
      }
    }
  }

  linkChanged(link: LinkInfo): void {
    this.#open.changeLink(link);
  }

  linkClosed(linkId: string): void {
    this.#open.closeLink(linkId);
    this.#isChanged = true;
  }

  apply(linkId: string, changes: RecordChanges, now: number): void {
    this.#open.apply(linkId, changes, now);
  }

  update(): ViewUpdate<DomainEvent> {
    const done = this.#awaited.size === 0 && [...this.#open.all()].every(isAnswered);
    const events: DomainEvent[] = this.#isChanged ? [{ event: 'found', domains: this.#domains() }] : [];
    this.#isChanged = false;
    return { events, ...this.#open.drain(), deadline: Infinity, done };
  }

  toJSON(): object {
    return { lists: this.#lists.length };
  }

  #domains(): readonly FoundDomain[] {
    const found = new Map<string, { domain: Name; uses: Set<DomainUse>; listedBy: Set<Name> }>();
    for (const open of this.#open.all()) {
      for (const { record } of open.records.values()) note(found, open, record);
    }
    return [...found.values()].map(({ domain, uses, listedBy }) => {
      return { domain, uses: [...uses], listedBy: [...listedBy] };
    });
  }
}

function note(
  found: Map<string, { domain: Name; uses: Set<DomainUse>; listedBy: Set<Name> }>,
  { subject: { list, use } }: OpenQuestion<Subject>,
  record: ResourceRecord,
): void {
  if (record.type !== 'PTR') return;
  const key = nameKey(record.target);
  const entry = found.get(key) ?? { domain: record.target, uses: new Set(), listedBy: new Set() };
  entry.uses.add(use);
  entry.listedBy.add(list);
  found.set(key, entry);
}
