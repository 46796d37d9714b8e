/**
 * What is published, on which links, under which names, and how far each publication is. A publication is one, however
 * many links it is on. The supervisor owns this object, and carries out the effects that it returns.
 */

import { CONFLICT_HOLD_OFF_MS } from '../../protocol/constants.js';
import { LOCAL_DOMAIN } from '../../protocol/dns-sd/service.js';
import { type Name, nameKey } from '../../protocol/name.js';
import type { LinkId } from '../messages.js';
import { claimedName, labelOf, OWN_HOST, type Publication, relabelled } from '../publication.js';
import { NameTable } from './name-table.js';
import { type Effect, PublicationEffects } from './publication-effects.js';
import {
  aliasTo,
  type BookEvent,
  type BookOptions,
  claims,
  type PublicationEntry as Entry,
  hostOf,
  isFor,
  isOnThisHost,
  isTold,
  isWaiting,
  type KnownLink,
  newEntry,
  noteProbed,
  revise,
  searchReport,
  serviceOf,
  settle,
  startAnew,
  startCounting,
} from './publication-entry.js';
import { Referents } from './referent.js';

type Of<T extends BookEvent['type']> = Extract<BookEvent, { type: T }>;

export class PublicationBook {
  readonly #entries = new Map<string, Entry>();
  /** For inspectors. */
  readonly entries: ReadonlyMap<string, Readonly<Entry>> = this.#entries;
  readonly #links = new Map<LinkId, KnownLink>();
  readonly #names = new NameTable();
  readonly #referents: Referents;
  readonly #announceHost: boolean | undefined;
  readonly #effects = new PublicationEffects();

  constructor(options: BookOptions) {
    const [names, entries] = [this.#names, this.#entries];
    this.#referents = new Referents(options, { names, entries, add: (entry) => this.#add(entry) });
    this.#announceHost = options.announceHost;
    if (options.announceHost) this.#join(this.#referents.ownHost(), [LOCAL_DOMAIN]);
  }

  /** Whether there is a publication with this id. */
  has(id: string): boolean {
    return this.#entries.has(id);
  }

  readonly #counts = (link: LinkId): boolean => this.#links.get(link)?.counts === true;

  /** @returns what the supervisor has to do as a result */
  apply(event: BookEvent, now: number): Effect[] {
    this.#handlers[event.type](event as never, now);
    return this.#effects.take();
  }

  readonly #handlers: { readonly [T in BookEvent['type']]: (event: Of<T>, now: number) => void } = {
    'publication.publish': (event) => this.#publish(event),
    'publication.update': (event) => this.#update(event),
    'publication.rename': (event) => this.#rename(event),
    'publication.withdraw': (event) => this.#giveUp(event.id),
    'mdns.close': () => this.#withdrawAll(),
    'link.opened': ({ link, interface: { name } }) => this.#linkOpened(link, name, LOCAL_DOMAIN),
    'registry.opened': ({ domain }) => this.#linkOpened(domain, domain, domain),
    'place.changed': (event) => this.#linkChanged(event),
    'link.closed': (event) => this.#linkClosed(event.link),
    'publication.probed': ({ link, id, revision }) => {
      const entry = this.#entries.get(id);
      if (entry && noteProbed(entry, link, revision, this.#counts)) this.#effects.tellProbed(entry);
    },
    'publication.announced': (event) => this.#announced(event),
    'publication.lost': (event, now) => this.#lost(event, now),
    'publication.refused': (event) => this.#refused(event),
    'publication.gone': (event) => this.#gone(event.link, event.id),
  };

  /* ---- what users want ---- */

  #publish({ id, request }: Of<'publication.publish'>): void {
    // First, so that the host gets its own name before others do.
    const { domains = [LOCAL_DOMAIN] } = request;
    if (this.#announceHost === undefined && isOnThisHost(request)) this.#join(this.#referents.ownHost(), domains);
    if (request.kind === 'host') {
      this.#add(newEntry(hostOf(id, request, request.host, request.ttls), request, true, { domains }));
      return;
    }
    const { host, entry } = this.#referents.of(id, request);
    const publication = request.kind === 'alias' ? aliasTo(id, request, host) : serviceOf(id, request, host);
    if (entry) this.#join(entry, domains).services++;
    this.#add(newEntry(publication, request, true, { hostId: entry?.publication.id, domains }));
    if (entry?.ownerId === id && request.host) this.#effects.tellItsHostRenamed(id, request.host, host);
  }

  #update({ id, changes, silent = false }: Of<'publication.update'>): void {
    const entry = this.#entries.get(id);
    if (!entry || entry.withdrawing || entry.publication.kind !== 'service') return;
    const { instance, ...rest } = changes;
    entry.publication = { ...entry.publication, ...rest };
    if (instance !== undefined && instance !== entry.publication.instance) this.#assign(entry, instance, 0);
    else this.#change(entry, entry.publication, silent);
  }

  /** A new label, chosen by the user after a conflict. */
  #rename({ id, label }: Of<'publication.rename'>): void {
    const entry = this.#entries.get(id);
    if (!entry || entry.withdrawing) return;
    const { publication, holdOffMs } = entry;
    const isSame = claims(relabelled(publication, label), claimedName(publication));
    entry.holdOffMs = 0;
    const pauseMs = isSame ? Math.max(holdOffMs, CONFLICT_HOLD_OFF_MS) : holdOffMs;
    this.#assign(entry, label, pauseMs);
    this.#reclaimHost(entry, pauseMs);
  }

  /** The user withdraws it. A host that services point to stays published until the last of them is withdrawn. */
  #giveUp(id: string): void {
    const entry = this.#entries.get(id);
    if (!entry || entry.withdrawing) return;
    if (!entry.asked || entry.services === 0) {
      this.#withdraw(entry);
      return;
    }
    this.#effects.tellWithdrawn(entry);
    entry.asked = false;
    entry.policy = 'rename';
    // Its services wait for a new name, and its user will no longer choose one.
    if (entry.isLost) this.#resolveConflict(entry, entry.holdOffMs);
  }

  /** No commands to links: they are about to close, and say goodbye for everything that they hold. */
  #withdrawAll(): void {
    for (const entry of [...this.#entries.values()]) {
      entry.withdrawing = true;
      this.#finishWithdrawal(entry);
    }
  }

  /* ---- what links and their places report ---- */

  #linkOpened(link: LinkId, on: string, domain: string): void {
    const known = { interface: on, domain, counts: true };
    this.#links.set(link, known);
    for (const entry of this.#entries.values()) if (!entry.withdrawing && isFor(entry, known)) this.#addTo(link, entry);
  }

  /** A link counts while it is up or opening; publications do not wait for other links. */
  #linkChanged({ place: link, status: { state } }: Of<'place.changed'>): void {
    const known = this.#links.get(link);
    if (!known) return;
    known.counts = state === 'up' || state === 'opening';
    for (const entry of this.#entries.values()) {
      if (!entry.links.has(link)) continue;
      if (!known.counts) entry.links.set(link, 'pending');
      this.#evaluate(entry);
    }
  }

  #linkClosed(link: LinkId): void {
    this.#links.delete(link);
    for (const entry of [...this.#entries.values()]) if (entry.links.has(link)) this.#gone(link, entry.publication.id);
  }

  /** The system has taken the first announcement on that link. */
  #announced({ link, id, revision }: Of<'publication.announced'>): void {
    const entry = this.#entries.get(id);
    if (!entry?.links.has(link) || revision < entry.due) return;
    entry.links.set(link, 'announced');
    this.#evaluate(entry);
  }

  /** Another host has the name (RFC 6762 section 9). The first link that reports it decides for all links. */
  #lost({ link, id, name }: Of<'publication.lost'>, now: number): void {
    const lost = this.#entries.get(id);
    if (!lost || lost.withdrawing || !claims(lost.publication, name)) return;
    lost.links.set(link, 'pending');
    lost.isLost = true;
    const entry = this.#entries.get(lost.ownerId ?? id) ?? lost;
    const holdOffMs = entry.conflicts.conflict(now);
    const report = searchReport(entry, now);
    if (report) this.#effects.tell(report);
    this.#resolveConflict(entry, holdOffMs);
  }

  /** The server of a domain does not publish it, nor the services that wait for it: no other link waits for that. */
  #refused({ link, id, refusal }: Of<'publication.refused'>): void {
    for (const entry of [...this.#entries.values()]) {
      if (![entry.publication.id, entry.hostId].includes(id) || !entry.links.has(link) || entry.withdrawing) continue;
      entry.links.set(link, 'refused');
      this.#effects.tellRefused(entry, link, refusal.reason);
      this.#evaluate(entry);
    }
  }

  #gone(link: LinkId, id: string): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    entry.links.delete(link);
    if (entry.withdrawing) this.#finishWithdrawal(entry);
    else this.#evaluate(entry);
  }

  toJSON(): object {
    return { publications: this.#entries.size, hostname: this.#referents.hostname };
  }

  /* ---- the results ---- */

  #add(entry: Entry): Entry {
    const { publication } = entry;
    this.#entries.set(publication.id, entry);
    this.#effects.tellProbing(entry);
    if (this.#names.isTaken(publication)) {
      if (entry.policy !== 'rename') {
        this.#fail(entry);
        return entry;
      }
      entry.publication = relabelled(publication, this.#names.nextFreeLabel(publication));
      this.#effects.tellRenamed(entry, labelOf(publication));
    }
    this.#names.take(entry.publication);
    for (const [link, known] of this.#links) if (isFor(entry, known)) this.#addTo(link, entry);
    return entry;
  }

  /** A host is published wherever a service needs it. */
  #join(host: Entry, domains: readonly Name[]): Entry {
    for (const domain of domains) host.domains.add(nameKey(domain));
    for (const [link, known] of host.withdrawing ? [] : this.#links) {
      if (!host.links.has(link) && isFor(host, known)) this.#addTo(link, host);
    }
    return host;
  }

  #addTo(link: LinkId, entry: Entry): void {
    entry.links.set(link, 'pending');
    this.#effects.add(entry, link);
  }

  #resolveConflict(entry: Entry, holdOffMs: number): void {
    switch (entry.policy) {
      case 'fail':
        this.#fail(entry);
        break;
      case 'keep-trying':
        this.#assign(entry, labelOf(entry.publication), Math.max(holdOffMs, CONFLICT_HOLD_OFF_MS));
        this.#reclaimHost(entry, Math.max(holdOffMs, CONFLICT_HOLD_OFF_MS));
        break;
      case 'ask':
        entry.holdOffMs = holdOffMs;
        this.#effects.tellConflicted(entry, this.#names.nextFreeLabel(entry.publication));
        break;
      case 'rename':
        this.#assign(entry, this.#names.nextFreeLabel(entry.publication), holdOffMs);
        this.#reclaimHost(entry, holdOffMs);
    }
  }

  /** A host of its own gets a new name together with its service. */
  #reclaimHost({ hostId = '', publication, policy }: Entry, holdOffMs: number): void {
    const host = this.#entries.get(hostId);
    if (host?.ownerId !== publication.id) return;
    const label = labelOf(host.publication);
    this.#assign(host, policy === 'keep-trying' ? label : this.#names.nextFreeLabel(host.publication), holdOffMs);
  }

  /** Chooses one name for all links: this one, or the next that is free. */
  #assign(entry: Entry, label: string, holdOffMs: number): void {
    const before = entry.publication;
    const wished = relabelled(before, label);
    const isTaken = this.#names.isTaken(wished);
    const chosen = isTaken ? relabelled(before, this.#names.nextFreeLabel(wished)) : wished;
    const publication = revise(entry, { ...chosen, unprobed: false });
    this.#names.move(before, publication);
    startAnew(entry);
    this.#effects.claim(entry, holdOffMs);
    this.#effects.tellRenamed(entry, labelOf(before));
    if (publication.kind !== 'service') this.#moveServices(publication.id, claimedName(publication));
    if (entry.ownerId !== undefined)
      this.#effects.tellItsHostRenamed(entry.ownerId, claimedName(before), claimedName(publication));
  }

  /** Services get the new name of their host into their SRV records, aliases into their CNAME records. */
  #moveServices(id: string, host: Name): void {
    for (const entry of this.#entries.values()) {
      if (entry.hostId !== id || entry.withdrawing) continue;
      this.#change(entry, { ...entry.publication, host });
    }
    if (id !== OWN_HOST) return;
    this.#effects.tellHostRenamed(this.#referents.hostname, host);
    this.#referents.hostname = host;
  }

  /** New data under the same name. */
  #change(entry: Entry, changed: Publication, silent = false): void {
    revise(entry, changed);
    this.#effects.change(entry, silent);
    if (!entry.announced) return;
    startCounting(entry);
    if (!entry.updating) this.#effects.tellUpdating(entry);
    entry.updating = true;
  }

  #fail(entry: Entry): void {
    const { id } = entry.publication;
    this.#effects.tellFailed(entry);
    this.#withdraw(entry);
    // The services of this host wait for its name, which will never be ours.
    for (const other of [...this.#entries.values()]) if (other.hostId === id && !other.withdrawing) this.#fail(other);
  }

  #withdraw(entry: Entry): void {
    entry.withdrawing = true;
    this.#names.release(entry.publication);
    this.#effects.remove(entry);
    this.#finishWithdrawal(entry);
  }

  #finishWithdrawal(entry: Entry): void {
    if (entry.links.size > 0 || !this.#entries.delete(entry.publication.id)) return;
    this.#effects.tellWithdrawn(entry);
    const host = entry.hostId === undefined ? undefined : this.#entries.get(entry.hostId);
    if (!host) return;
    host.services--;
    const isNeeded = host.services > 0 || host.asked || host.publication.id === OWN_HOST;
    if (!isNeeded && !host.withdrawing) this.#withdraw(host);
  }

  /**
   * A publication or an update is announced when every link that counts has announced it. A link announces a service
   * only after it holds the name of the host.
   */
  #evaluate(entry: Entry): void {
    if (!isWaiting(entry) || !isTold(entry, this.#counts)) return;
    if (!entry.probed) this.#effects.tellProbed(entry);
    if (entry.updating) this.#effects.tellUpdated(entry);
    else this.#effects.tellAnnounced(entry);
    settle(entry);
  }
}
