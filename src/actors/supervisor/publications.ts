/**
 * What is published, on which links, under which names, and how far each publication is. A publication is one, however
 * many links it is on. The supervisor owns this object, and carries out the effects that it returns.
 */

import { CONFLICT_HOLD_OFF_MS } from '../../protocol/constants.js';
import type { RecordTtls } from '../../protocol/dns-sd/service.js';
import { type Name, nameKey } from '../../protocol/name.js';
import type { AliasRequest, PublicationRequest, ServiceRequest } from '../commands.js';
import type { LinkId } from '../messages.js';
import { claimedName, labelOf, OWN_HOST, type Publication, relabelled, sharesHost } from '../publication.js';
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
  newEntry,
  noteProbed,
  revise,
  searchReport,
  serviceOf,
  settle,
  startAnew,
  startCounting,
} from './publication-entry.js';
import { freeHostId, hostBehind, type Referent, referentOf } from './referent.js';

type Of<T extends BookEvent['type']> = Extract<BookEvent, { type: T }>;

export class PublicationBook {
  readonly #entries = new Map<string, Entry>();
  /** For inspectors. */
  readonly entries: ReadonlyMap<string, Readonly<Entry>> = this.#entries;
  /** The interface of each link, and whether the link counts: it is up or about to be. */
  readonly #links = new Map<LinkId, { readonly interface: string; counts: boolean }>();
  readonly #names = new NameTable();
  readonly #ttls: RecordTtls;
  readonly #announceHost: boolean | undefined;
  readonly #effects = new PublicationEffects();
  #hostname: Name;

  constructor(options: BookOptions) {
    this.#hostname = options.hostname;
    this.#ttls = options.ttls;
    this.#announceHost = options.announceHost;
    if (options.announceHost) this.#needOwnHost();
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
    'link.opened': (event) => this.#linkOpened(event),
    'place.changed': (event) => this.#linkChanged(event),
    'link.closed': (event) => this.#linkClosed(event.link),
    'publication.probed': ({ link, id, revision }) => {
      const entry = this.#entries.get(id);
      if (entry && noteProbed(entry, link, revision, this.#counts)) this.#effects.tellProbed(entry);
    },
    'publication.announced': (event) => this.#announced(event),
    'publication.lost': (event, now) => this.#lost(event, now),
    'publication.gone': (event) => this.#gone(event.link, event.id),
  };

  /* ---- what users want ---- */

  #publish({ id, request }: Of<'publication.publish'>): void {
    // First, so that the host gets its own name before others do.
    if (this.#announceHost === undefined && isOnThisHost(request)) this.#needOwnHost();
    if (request.kind === 'host') {
      this.#add(hostOf(id, request, request.host, request.ttls), request, true);
      return;
    }
    const { host, entry } = this.#referentOf(request);
    const publication = request.kind === 'alias' ? aliasTo(id, request, host) : serviceOf(id, request, host);
    if (entry) entry.services++;
    this.#add(publication, request, true, entry?.publication.id);
  }

  #update({ id, changes }: Of<'publication.update'>): void {
    const entry = this.#entries.get(id);
    if (!entry || entry.withdrawing || entry.publication.kind !== 'service') return;
    const { instance, ...rest } = changes;
    entry.publication = { ...entry.publication, ...rest };
    if (instance !== undefined && instance !== entry.publication.instance) this.#assign(entry, instance, 0);
    else this.#change(entry, entry.publication);
  }

  /** A new label, chosen by the user after a conflict. */
  #rename({ id, label }: Of<'publication.rename'>): void {
    const entry = this.#entries.get(id);
    if (!entry || entry.withdrawing) return;
    const { publication, holdOffMs } = entry;
    const isSame = claims(relabelled(publication, label), claimedName(publication));
    entry.holdOffMs = 0;
    this.#assign(entry, label, isSame ? Math.max(holdOffMs, CONFLICT_HOLD_OFF_MS) : holdOffMs);
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

  #linkOpened({ link, interface: { name } }: Of<'link.opened'>): void {
    this.#links.set(link, { interface: name, counts: true });
    for (const entry of this.#entries.values()) if (!entry.withdrawing && isFor(entry, name)) this.#addTo(link, entry);
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
    const entry = this.#entries.get(id);
    if (!entry || entry.withdrawing || !claims(entry.publication, name)) return;
    entry.links.set(link, 'pending');
    entry.isLost = true;
    const holdOffMs = entry.conflicts.conflict(now);
    const report = searchReport(entry, now);
    if (report) this.#effects.tell(report);
    this.#resolveConflict(entry, holdOffMs);
  }

  #gone(link: LinkId, id: string): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    entry.links.delete(link);
    if (entry.withdrawing) this.#finishWithdrawal(entry);
    else this.#evaluate(entry);
  }

  toJSON(): object {
    return { publications: this.#entries.size, hostname: this.#hostname };
  }

  /* ---- the results ---- */

  #add(
    publication: Publication,
    request: Pick<PublicationRequest, 'interfaces' | 'onConflict'>,
    asked: boolean,
    hostId?: string,
  ): Entry {
    const entry = newEntry(publication, request, asked, hostId);
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
    for (const [link, known] of this.#links) if (isFor(entry, known.interface)) this.#addTo(link, entry);
    return entry;
  }

  #addTo(link: LinkId, entry: Entry): void {
    entry.links.set(link, 'pending');
    this.#effects.add(entry, link);
  }

  /** What a service or an alias points to. Only an alias points to an alias (RFC 2782). */
  #referentOf(request: ServiceRequest | AliasRequest): Referent {
    if (request.kind === 'alias') return this.#nameOf(request.host);
    const { host, addresses, addressFilter, claimHost = true } = request;
    if (host === undefined) return referentOf(this.#needOwnHost());
    if (addresses || addressFilter) return referentOf(this.#hostFor(host, request));
    const referent = hostBehind(this.#nameOf(host), this.#entries);
    if (referent.entry || !claimHost) return referent;
    return referentOf(this.#hostFor(referent.host, request));
  }

  #nameOf(host: Name): Referent {
    const isOwn = nameKey(host) === nameKey(this.#hostname);
    const entry = isOwn ? this.#needOwnHost() : this.#entries.get(this.#names.holderOf(host) ?? '');
    return entry ? referentOf(entry) : { host, entry };
  }

  /** The host of another name, or of other addresses, that a service needs. */
  #hostFor(host: Name, request: ServiceRequest): Entry {
    const { addressFilter, interfaces } = request;
    const holder = this.#entries.get(this.#names.holderOf(host) ?? '');
    if (holder && sharesHost(holder.publication, addressFilter)) return holder;
    const id = freeHostId(host, this.#entries);
    return this.#add(hostOf(id, request, host, this.#ttls), { interfaces, onConflict: 'rename' }, false);
  }

  #needOwnHost(): Entry {
    const known = this.#entries.get(OWN_HOST);
    if (known) return known;
    const host = hostOf(OWN_HOST, {}, this.#hostname, this.#ttls);
    return this.#add(host, { interfaces: undefined, onConflict: 'rename' }, false);
  }

  #resolveConflict(entry: Entry, holdOffMs: number): void {
    switch (entry.policy) {
      case 'fail':
        this.#fail(entry);
        break;
      case 'keep-trying':
        this.#assign(entry, labelOf(entry.publication), Math.max(holdOffMs, CONFLICT_HOLD_OFF_MS));
        break;
      case 'ask':
        entry.holdOffMs = holdOffMs;
        this.#effects.tellConflicted(entry, this.#names.nextFreeLabel(entry.publication));
        break;
      case 'rename':
        this.#assign(entry, this.#names.nextFreeLabel(entry.publication), holdOffMs);
    }
  }

  /** Chooses one name for all links: this one, or the next that is free. */
  #assign(entry: Entry, label: string, holdOffMs: number): void {
    const before = entry.publication;
    const wished = relabelled(before, label);
    const isTaken = this.#names.isTaken(wished);
    const publication = revise(entry, isTaken ? relabelled(before, this.#names.nextFreeLabel(wished)) : wished);
    this.#names.move(before, publication);
    startAnew(entry);
    this.#effects.claim(entry, holdOffMs);
    this.#effects.tellRenamed(entry, labelOf(before));
    if (publication.kind !== 'service') this.#moveServices(publication.id, claimedName(publication));
  }

  /** Services get the new name of their host into their SRV records, aliases into their CNAME records. */
  #moveServices(id: string, host: Name): void {
    for (const entry of this.#entries.values()) {
      if (entry.hostId !== id || entry.withdrawing) continue;
      this.#change(entry, { ...entry.publication, host });
    }
    if (id !== OWN_HOST) return;
    this.#effects.tellHostRenamed(this.#hostname, host);
    this.#hostname = host;
  }

  /** New data under the same name. */
  #change(entry: Entry, changed: Publication): void {
    revise(entry, changed);
    this.#effects.change(entry);
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
