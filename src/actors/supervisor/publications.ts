/**
 * What is published, on which links, under which names, and what has come of it: one publication, whatever the number of
 * links. Single-owner data of the supervisor, which carries out the effects.
 */

import { CONFLICT_HOLD_OFF_MS } from '../../protocol/constants.js';
import type { RecordTtls } from '../../protocol/dns-sd/service.js';
import { type Name, nameKey } from '../../protocol/name.js';
import type { PublicationChanges, PublicationRequest, ServiceRequest, SupervisorEmitted } from '../commands.js';
import type { LinkId } from '../messages.js';
import {
  claimedName,
  type HostPublication,
  hostAddresses,
  labelOf,
  OWN_HOST,
  type Publication,
  relabelled,
  type ServicePublication,
  sharesHost,
} from '../publication.js';
import { NameTable } from './name-table.js';
import {
  type BookOptions,
  type Effect,
  type PublicationEntry as Entry,
  isFor,
  isTold,
  newEntry,
  revise,
  searchReport,
  startCounting,
} from './publication-entry.js';

export class PublicationBook {
  readonly #entries = new Map<string, Entry>();
  /** The interface of each link, and whether the link counts: it is up or about to be. */
  readonly #links = new Map<LinkId, { readonly interface: string; counts: boolean }>();
  readonly #names = new NameTable();
  readonly #ttls: RecordTtls;
  readonly #announceHost: boolean | undefined;
  #hostname: Name;
  readonly #effects: Effect[] = [];

  constructor(options: BookOptions) {
    this.#hostname = options.hostname;
    this.#ttls = options.ttls;
    this.#announceHost = options.announceHost;
    if (options.announceHost) this.#needOwnHost();
  }

  get hostname(): Name {
    return this.#hostname;
  }

  /** Whether there is a publication with this id. */
  has(id: string): boolean {
    return this.#entries.has(id);
  }

  /** What is to be done about what happened since the last call. */
  takeEffects(): Effect[] {
    return this.#effects.splice(0);
  }

  /* ---- what users want ---- */

  publish(id: string, request: PublicationRequest): void {
    // First, so that the host has the first choice of its own name. What has other addresses is another machine's.
    if (this.#announceHost === undefined && !request.addresses) this.#needOwnHost();
    if (request.kind === 'host') {
      this.#add({ kind: 'host', id, host: request.host, ttls: request.ttls, ...hostAddresses(request) }, request, true);
      return;
    }
    const { kind, instance, typeName, port, priority, weight, txt, subtypes, extra, ttls } = request;
    const hostEntry = this.#hostFor(request);
    const { id: hostId, host } = hostEntry.publication as HostPublication;
    hostEntry.services++;
    const service = { kind, id, instance, typeName, port, priority, weight, host, txt, subtypes, extra, ttls };
    this.#add(service, request, true, hostId);
  }

  update(id: string, changes: PublicationChanges): void {
    const entry = this.#entries.get(id);
    if (!entry || entry.withdrawing || entry.publication.kind !== 'service') return;
    const { instance, ...rest } = changes;
    entry.publication = { ...entry.publication, ...rest };
    if (instance !== undefined && instance !== entry.publication.instance) this.#assign(entry, instance, 0);
    else this.#change(entry, entry.publication);
  }

  /** Another label, chosen by the user. */
  rename(id: string, label: string): void {
    const entry = this.#entries.get(id);
    if (!entry || entry.withdrawing) return;
    const { publication, holdOffMs } = entry;
    const isSame = nameKey(claimedName(relabelled(publication, label))) === nameKey(claimedName(publication));
    entry.holdOffMs = 0;
    this.#assign(entry, label, isSame ? Math.max(holdOffMs, CONFLICT_HOLD_OFF_MS) : holdOffMs);
  }

  /** A host that services point to lives on until the last of them goes. */
  withdraw(id: string): void {
    const entry = this.#entries.get(id);
    if (!entry || entry.withdrawing) return;
    if (entry.asked && entry.services > 0) {
      entry.asked = false;
      entry.policy = 'rename';
      this.#emit({ type: 'publication.withdrawn', id });
      // Its services wait for a name that no user chooses any more.
      if (entry.isLost) this.#resolveConflict(entry, entry.holdOffMs);
      return;
    }
    this.#withdraw(entry);
  }

  /** The links are about to close, and withdraw what is on them by themselves. */
  withdrawAll(): void {
    for (const entry of [...this.#entries.values()]) {
      entry.withdrawing = true;
      this.#finishWithdrawal(entry);
    }
  }

  /* ---- what links report ---- */

  /** @returns what to publish there */
  linkAdded(link: LinkId, interfaceName: string): Publication[] {
    this.#links.set(link, { interface: interfaceName, counts: true });
    const here = [...this.#entries.values()].filter((entry) => !entry.withdrawing && isFor(entry, interfaceName));
    for (const entry of here) entry.links.set(link, 'pending');
    return here.map((entry) => entry.publication);
  }

  /** @param counts whether the link is up or about to be; what is published does not wait for others */
  linkChanged(link: LinkId, counts: boolean): void {
    const known = this.#links.get(link);
    if (!known) return;
    known.counts = counts;
    for (const entry of this.#entries.values()) {
      if (!entry.links.has(link)) continue;
      if (!counts) entry.links.set(link, 'pending');
      this.#evaluate(entry);
    }
  }

  linkClosed(link: LinkId): void {
    this.#links.delete(link);
    for (const entry of [...this.#entries.values()]) if (entry.links.has(link)) this.gone(link, entry.publication.id);
  }

  /** The first announcement has been handed to the system there. */
  announced(link: LinkId, id: string, revision: number): void {
    const entry = this.#entries.get(id);
    if (!entry?.links.has(link) || revision < entry.due) return;
    entry.links.set(link, 'announced');
    this.#evaluate(entry);
  }

  /** Another host holds the name (RFC 6762 section 9). The first link to say so decides for all. */
  lost(link: LinkId, id: string, name: Name, now: number): void {
    const entry = this.#entries.get(id);
    if (!entry || entry.withdrawing || nameKey(name) !== nameKey(claimedName(entry.publication))) return;
    entry.links.set(link, 'pending');
    entry.isLost = true;
    const holdOffMs = entry.conflicts.conflict(now);
    const report = searchReport(entry, now);
    if (report) this.#emit(report);
    this.#resolveConflict(entry, holdOffMs);
  }

  gone(link: LinkId, id: string): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    entry.links.delete(link);
    if (entry.withdrawing) this.#finishWithdrawal(entry);
    else this.#evaluate(entry);
  }

  toJSON(): object {
    return { publications: this.#entries.size, hostname: this.#hostname };
  }

  #add(
    publication: Publication,
    request: Pick<PublicationRequest, 'interfaces' | 'onConflict'>,
    asked: boolean,
    hostId?: string,
  ): Entry {
    const entry = newEntry(publication, request, asked, hostId);
    this.#entries.set(publication.id, entry);
    if (asked) this.#emit({ type: 'publication.probing', id: publication.id, name: labelOf(publication) });
    if (this.#names.isTaken(publication)) {
      if (entry.policy !== 'rename') {
        this.#fail(entry);
        return entry;
      }
      const label = this.#names.nextFreeLabel(publication);
      this.#emitRenamed(entry, labelOf(publication), label);
      entry.publication = relabelled(publication, label);
    }
    this.#names.take(entry.publication);
    for (const [link, known] of this.#links) {
      if (!isFor(entry, known.interface)) continue;
      entry.links.set(link, 'pending');
      this.#effects.push({ link, event: { type: 'publication.added', publication: entry.publication } });
    }
    return entry;
  }

  #hostFor(request: ServiceRequest): Entry {
    const { host, addresses, addressFilter, interfaces } = request;
    const isPlain = !addresses && !addressFilter;
    if (host === undefined || (isPlain && nameKey(host) === nameKey(this.#hostname))) return this.#needOwnHost();
    const holder = this.#entries.get(this.#names.holderOf(host) ?? '');
    if (holder && sharesHost(holder.publication, addressFilter)) return holder;
    let id = `${OWN_HOST}:${nameKey(host)}`;
    for (let n = 2; this.#entries.has(id); n++) id = `${OWN_HOST}:${nameKey(host)}#${n}`;
    const publication: HostPublication = { kind: 'host', id, host, ttls: this.#ttls, ...hostAddresses(request) };
    return this.#add(publication, { interfaces, onConflict: 'rename' }, false);
  }

  #needOwnHost(): Entry {
    const known = this.#entries.get(OWN_HOST);
    if (known) return known;
    const host: HostPublication = { kind: 'host', id: OWN_HOST, host: this.#hostname, ttls: this.#ttls };
    return this.#add(host, { interfaces: undefined, onConflict: 'rename' }, false);
  }

  #resolveConflict(entry: Entry, holdOffMs: number): void {
    const { id } = entry.publication;
    switch (entry.policy) {
      case 'fail':
        this.#fail(entry);
        return;
      case 'keep-trying':
        this.#assign(entry, labelOf(entry.publication), Math.max(holdOffMs, CONFLICT_HOLD_OFF_MS));
        return;
      case 'ask': {
        const name = labelOf(entry.publication);
        const suggested = this.#names.nextFreeLabel(entry.publication);
        entry.holdOffMs = holdOffMs;
        this.#emit({ type: 'publication.conflicted', id, name, suggested });
        return;
      }
      case 'rename':
        this.#assign(entry, this.#names.nextFreeLabel(entry.publication), holdOffMs);
    }
  }

  /** One new name for all links. */
  #assign(entry: Entry, label: string, holdOffMs: number): void {
    const before = entry.publication;
    this.#names.release(before);
    const wished = relabelled(before, label);
    const isTaken = this.#names.isTaken(wished);
    const renamed = isTaken ? relabelled(before, this.#names.nextFreeLabel(wished)) : wished;
    const publication = revise(entry, renamed);
    this.#names.take(publication);
    entry.announced = false;
    entry.updating = false;
    entry.isLost = false;
    startCounting(entry);
    for (const link of entry.links.keys()) {
      this.#effects.push({ link, event: { type: 'publication.renamed', publication, holdOffMs } });
    }
    if (labelOf(before) !== labelOf(publication)) this.#emitRenamed(entry, labelOf(before), labelOf(publication));
    if (publication.kind === 'host') this.#moveServices(publication);
  }

  /** SRV records follow a host that changes its name. */
  #moveServices({ id, host }: HostPublication): void {
    for (const entry of this.#entries.values()) {
      if (entry.hostId !== id || entry.withdrawing) continue;
      this.#change(entry, { ...(entry.publication as ServicePublication), host });
    }
    if (id !== OWN_HOST) return;
    const from = this.#hostname;
    this.#hostname = host;
    if (from !== host) this.#emit({ type: 'host.renamed', from, host });
  }

  /** Other data under the same name. */
  #change(entry: Entry, changed: Publication): void {
    const publication = revise(entry, changed);
    for (const link of entry.links.keys()) {
      this.#effects.push({ link, event: { type: 'publication.changed', publication } });
    }
    if (!entry.announced) return;
    startCounting(entry);
    if (entry.asked && !entry.updating)
      this.#emit({ type: 'publication.updating', id: publication.id, name: labelOf(publication) });
    entry.updating = true;
  }

  #fail(entry: Entry): void {
    const { id } = entry.publication;
    this.#emit({ type: 'publication.failed', id, code: 'name-in-use', name: labelOf(entry.publication) });
    this.#withdraw(entry);
    // Services that lead to a host of ours wait for its name, which there is none of.
    for (const other of [...this.#entries.values()]) if (other.hostId === id && !other.withdrawing) this.#fail(other);
  }

  #withdraw(entry: Entry): void {
    const { id } = entry.publication;
    entry.withdrawing = true;
    this.#names.release(entry.publication);
    for (const link of entry.links.keys()) this.#effects.push({ link, event: { type: 'publication.removed', id } });
    this.#finishWithdrawal(entry);
  }

  #finishWithdrawal(entry: Entry): void {
    const { id } = entry.publication;
    if (entry.links.size > 0 || !this.#entries.delete(id)) return;
    if (entry.asked) this.#emit({ type: 'publication.withdrawn', id });
    const host = entry.hostId === undefined ? undefined : this.#entries.get(entry.hostId);
    if (!host) return;
    host.services--;
    const isNeeded = host.services > 0 || host.asked || host.publication.id === OWN_HOST;
    if (!isNeeded && !host.withdrawing) this.#withdraw(host);
  }

  /** Announced is what every link that counts has told; so is an update. No link tells it before its host's name is held there. */
  #evaluate(entry: Entry): void {
    if ((entry.announced && !entry.updating) || entry.withdrawing) return;
    if (!isTold(entry, (link) => this.#links.get(link)?.counts === true)) return;
    if (entry.updating) {
      entry.updating = false;
      if (entry.asked) this.#emitAnnounced('publication.updated', entry.publication);
      return;
    }
    entry.announced = true;
    entry.conflicts.succeeded();
    entry.searchReported = false;
    const { publication } = entry;
    if (entry.asked) this.#emitAnnounced('publication.announced', publication);
  }

  #emitAnnounced(type: 'publication.announced' | 'publication.updated', publication: Publication): void {
    this.#emit({ type, id: publication.id, name: labelOf(publication), host: publication.host });
  }

  #emitRenamed(entry: Entry, from: string, name: string): void {
    if (entry.asked) this.#emit({ type: 'publication.renamed', id: entry.publication.id, from, name });
  }

  #emit(emit: SupervisorEmitted): void {
    this.#effects.push({ emit });
  }
}
