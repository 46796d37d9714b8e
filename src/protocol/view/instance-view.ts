/**
 * Browsing with resolution, and resolving one known instance: every service is one instance, on however many links it is
 * seen. PTR records say which instances there are; SRV, TXT and address records say the rest, and are asked for on the same
 * link when the PTR record did not bring them along (RFC 6763 sections 4, 5 and 12).
 */

import type { ServiceInstance } from '../dns-sd/instance.js';
import type { LazyTxt } from '../dns-sd/lazy-txt.js';
import { LOCAL_DOMAIN, subtypeName } from '../dns-sd/service.js';
import { matchesTxt, type TxtFilter } from '../dns-sd/txt-filter.js';
import { type Name, nameKey } from '../name.js';
import { CLASS_IN, type ResourceRecord } from '../record.js';
import { BrowsedTypes } from './browsed-types.js';
import {
  type BrowsedType,
  type FoundInstance,
  hasSrv,
  isTxtKnown,
  knownInstance,
  readInstanceName,
  Sighting,
  type Subject,
  unseen,
} from './found-instance.js';
import { ADDRESS_WAIT_MS, HostWatches } from './host-questions.js';
import { isAnswered, type Watch, Watches } from './open-questions.js';
import { changesBetween, type InstanceChange, lookAt, show } from './shown-instance.js';
import type { LinkInfo, LossReason, RecordChanges, Settled, View } from './view.js';
import { deadlineAhead, Waiting } from './wait.js';

/** An instance that is otherwise complete is shown without its TXT record when this has not come so long. */
export const TXT_WAIT_MS = 1000;
/**
 * One call of `settle` does no more, so that it never blocks for long: the rest is for the next, which is due at once. To look
 * at an instance is one, and so is each of its SRV records; its first and its last look cost `ASKING_WORK`, since its questions
 * have a long way to go.
 */
export const WORK_PER_TURN = 1000;
export const ASKING_WORK = 10;
/** The same for the hosts whose questions are to be opened or closed. */
export const HOSTS_PER_TURN = 100;

export interface InstanceViewSpec {
  /** `_http._tcp.local`; undefined for all types that `domain` lists (RFC 6763 section 9). */
  readonly typeName: Name | undefined;
  /** `local` unless given. */
  readonly domain?: Name;
  /** Only instances of this subtype: its label, without escapes (RFC 6763 section 7.1). */
  readonly subtype?: string | Uint8Array;
  /** Only instances with these attributes. One that loses them is down, and one that gets them is up. */
  readonly txt?: TxtFilter;
  /** Only the instance of this label, without escapes and exactly as its owner writes it. It is not browsed for. */
  readonly instance?: string;
  /**
   * With `instance`: `done` when it is up and has shown all that was asked about it, or what came in `ADDRESS_WAIT_MS`.
   * Otherwise the view is never done.
   */
  readonly once?: boolean;
}

export type InstanceEvent =
  /** Its SRV record and an address are known, and the TXT record is or has been waited for. Once for each arrival. */
  | { readonly event: 'up'; readonly instance: ServiceInstance }
  | {
      readonly event: 'changed';
      readonly instance: ServiceInstance;
      readonly changes: readonly InstanceChange[];
      readonly previous: ServiceInstance;
    }
  /**
   * The PTR record, or of one known instance the SRV record, is gone from every link; or the TXT record is not as wanted any
   * more. `instance` is as last shown.
   */
  | { readonly event: 'down'; readonly instance: ServiceInstance; readonly reason: LossReason };

export class InstanceView implements View<InstanceEvent> {
  /** The one type that is browsed for. */
  readonly #pointers: BrowsedType | undefined;
  /** All types, when there is not one. */
  readonly #types: BrowsedTypes | undefined;
  /** The one known instance, when there is no browsing. */
  readonly #target: FoundInstance | undefined;
  readonly #txt: TxtFilter | undefined;
  readonly #once: boolean;
  /** By folded full name. */
  readonly #instances = new Map<string, FoundInstance>();
  /** What may have become different: `settle` looks at nothing else. */
  readonly #dirty = new Set<FoundInstance>();
  readonly #txtWait = new Waiting<FoundInstance>(TXT_WAIT_MS);
  readonly #addressWait = new Waiting<FoundInstance>(ADDRESS_WAIT_MS);
  readonly #doneWait = new Waiting<FoundInstance>(ADDRESS_WAIT_MS);
  readonly #watches: Watches<Subject>;
  readonly #hosts: HostWatches;

  /** @throws MdnsError `invalid-name` for a subtype or instance that is no label, `invalid-type` for a name that is no type */
  constructor(spec: InstanceViewSpec) {
    const { typeName, domain = LOCAL_DOMAIN, subtype, txt, instance, once = false } = spec;
    this.#txt = txt && Object.keys(txt).length > 0 ? txt : undefined;
    this.#once = once;
    this.#watches = new Watches<Subject>({
      added: (watch, record) => this.#added(watch, record),
      removed: (watch, record, reason) => this.#removed(watch, record, reason),
      denied: (watch) => this.#touch(watch.subject),
    });
    this.#hosts = new HostWatches(this.#watches);
    if (typeName === undefined) this.#types = new BrowsedTypes({ domain, subtype }, this.#watches);
    else if (instance !== undefined) this.#target = knownInstance(instance, typeName);
    else {
      const name = subtype === undefined ? typeName : subtypeName(subtype, typeName);
      this.#pointers = { kind: 'pointers', name };
    }
  }

  linkOpened(link: LinkInfo): void {
    if (!this.#watches.openLink(link)) return;
    this.#types?.openLink(link.id);
    if (this.#target) this.#see(this.#target, link.id, this.#target.name.fullName);
    if (!this.#pointers) return;
    this.#watches.want(link.id, { name: this.#pointers.name, type: 'PTR', class: CLASS_IN }, this.#pointers);
  }

  linkChanged(link: LinkInfo): void {
    if (this.#watches.changeLink(link)) this.#hosts.noteLink(link.id);
  }

  linkClosed(linkId: string): void {
    // Among those still to be looked at are instances that were lost on this link before.
    const concerned = new Set(this.#target ? [this.#target] : this.#dirty);
    for (const { subject, held } of this.#watches.closeLink(linkId)) {
      if (subject.kind === 'types') for (const { record } of held.values()) this.#types?.unlisted(record, linkId);
      if (subject.kind !== 'pointers') continue;
      for (const { record } of held.values()) {
        const instance = record.type === 'PTR' && this.#instances.get(nameKey(record.target));
        if (instance) concerned.add(instance);
      }
    }
    for (const instance of concerned) {
      const sighting = instance.sightings.get(linkId);
      if (!sighting) continue;
      this.#leave(sighting, 'interface-gone');
      this.#forget(sighting);
    }
    this.#types?.closeLink(linkId);
    this.#hosts.forgetLink(linkId);
  }

  apply(linkId: string, changes: RecordChanges, now: number): void {
    this.#watches.apply(linkId, changes, now);
  }

  settle(now: number): Settled<InstanceEvent> {
    for (const instance of this.#txtWait.due(now)) this.#dirty.add(instance);
    for (const instance of this.#addressWait.due(now)) this.#dirty.add(instance);
    this.#hosts.settle(now, (instance, due) => {
      instance.addressesDue ||= due;
      this.#dirty.add(instance);
    });
    this.#types?.settle(now);
    const events = this.#judgeDirty(now);
    const isAllSwept = this.#hosts.sweep(HOSTS_PER_TURN);
    const leftOut = this.#types?.takeLeftOut() ?? [];
    const turn = { events, ...this.#watches.drain(), done: this.#isDone(now), ...(leftOut.length > 0 && { leftOut }) };
    if (this.#dirty.size > 0 || !isAllSwept) return { ...turn, deadline: now };
    const waits = [
      this.#txtWait,
      this.#addressWait,
      this.#hosts,
      this.#doneWait,
      ...(this.#types ? [this.#types] : []),
    ];
    return { ...turn, ...deadlineAhead(now, ...waits) };
  }

  toJSON(): object {
    const question = this.#target?.name.fullName ?? this.#pointers?.name ?? this.#types?.question;
    const types = this.#types && { types: this.#types.size };
    return { question, ...types, instances: this.#instances.size };
  }

  /* ---- what the links tell ---- */

  #added({ link, subject }: Watch<Subject>, record: ResourceRecord): void {
    if (subject.kind === 'types') this.#types?.listed(record, link.id);
    if (subject.kind === 'pointers' && record.type === 'PTR') this.#seeNamed(record.target, link.id);
    if (subject.kind === 'instance' && record.type === 'SRV') {
      const sighting = subject.sightings.get(link.id);
      if (sighting) this.#hosts.follow(sighting, record.target);
    }
    this.#touch(subject);
  }

  #removed({ link, subject }: Watch<Subject>, record: ResourceRecord, reason: LossReason): void {
    if (subject.kind === 'types') this.#types?.unlisted(record, link.id);
    if (subject.kind === 'pointers' && record.type === 'PTR') {
      const sighting = this.#instances.get(nameKey(record.target))?.sightings.get(link.id);
      if (sighting && --sighting.pointers === 0) this.#leave(sighting, reason);
    }
    if (subject.kind === 'instance' && record.type === 'SRV') {
      const sighting = subject.sightings.get(link.id);
      if (sighting) this.#hosts.unfollow(sighting, record.target);
      if (this.#target) this.#target.reason = reason;
    }
    this.#touch(subject);
  }

  #touch(subject: Subject): void {
    if (subject.kind === 'instance') this.#dirty.add(subject);
    if (subject.kind === 'host') this.#hosts.noteChange(subject);
    if (subject.kind === 'pointers') this.#types?.touch(subject);
  }

  /** PTR data that is no instance name is of no use to anybody. */
  #seeNamed(fullName: Name, link: string): void {
    const key = nameKey(fullName);
    let instance = this.#instances.get(key);
    if (!instance) {
      const name = readInstanceName(fullName);
      if (!name) return;
      instance = unseen(name);
      this.#instances.set(key, instance);
    }
    this.#see(instance, link, fullName);
  }

  #see(instance: FoundInstance, link: string, name: Name): void {
    const sighting = instance.sightings.get(link) ?? new Sighting(instance, link, name);
    instance.sightings.set(link, sighting);
    sighting.gone = false;
    sighting.pointers++;
    this.#dirty.add(instance);
  }

  #leave(sighting: Sighting, reason: LossReason): void {
    if (!sighting.gone) sighting.instance.reason = reason;
    sighting.gone = true;
    this.#dirty.add(sighting.instance);
  }

  /* ---- what comes of it ---- */

  #judgeDirty(now: number): InstanceEvent[] {
    const events: InstanceEvent[] = [];
    let left = WORK_PER_TURN;
    for (const instance of this.#dirty) {
      if (left <= 0) break;
      this.#dirty.delete(instance);
      left -= 1;
      for (const sighting of instance.sightings.values()) {
        if (this.#ask(sighting)) left -= ASKING_WORK - 1;
        left -= sighting.srv?.held.size ?? 0;
      }
      const event = this.#judge(instance, now);
      if (event) events.push(event);
    }
    return events;
  }

  /** By its name exactly as it was heard on the link: some devices answer to no other case. Whether that opened or closed questions. */
  #ask(sighting: Sighting): boolean {
    const { instance, link, name } = sighting;
    if (sighting.gone) {
      this.#forget(sighting);
      return true;
    }
    if (sighting.srv) return false;
    sighting.srv = this.#watches.want(link, { name, type: 'SRV', class: CLASS_IN }, instance);
    sighting.txt = this.#watches.want(link, { name, type: 'TXT', class: CLASS_IN }, instance);
    return true;
  }

  #forget(sighting: Sighting): void {
    sighting.instance.sightings.delete(sighting.link);
    this.#hosts.unfollowAll(sighting);
    if (sighting.srv) this.#watches.unwant(sighting.srv);
    if (sighting.txt) this.#watches.unwant(sighting.txt);
  }

  /** What the user is to be told of an instance, if anything. */
  #judge(instance: FoundInstance, now: number): InstanceEvent | undefined {
    const { shown, addressesDue } = instance;
    instance.addressesDue = false;
    const isPresent = this.#target ? hasSrv(instance) : instance.sightings.size > 0;
    const next = isPresent ? lookAt(instance, this.#hosts) : undefined;
    if (!next) return this.#lose(instance, instance.reason);
    const isWanted = this.#isWanted(instance, next.txt);
    if (!shown) {
      if (!isTxtKnown(instance) && !this.#txtWait.isOver(instance, now)) return undefined;
      this.#txtWait.stop(instance);
      if (!isWanted) return undefined;
      instance.shown = show(instance, next);
      return { event: 'up', instance: instance.shown };
    }
    if (!isWanted) return this.#lose(instance, 'txt-changed');
    const changes = changesBetween(shown, next);
    const onlyAddresses = changes.length === 1 && changes[0] === 'addresses';
    if (onlyAddresses && !addressesDue && !this.#addressWait.isOver(instance, now)) return undefined;
    this.#addressWait.stop(instance);
    if (changes.length === 0) return undefined;
    instance.shown = show(instance, next);
    return { event: 'changed', instance: instance.shown, changes, previous: shown };
  }

  /** Reads a TXT record once, and none without a filter. */
  #isWanted(instance: FoundInstance, txt: LazyTxt): boolean {
    if (this.#txt && instance.judgedTxt !== txt) instance.isWanted = matchesTxt(this.#txt, txt.attributes());
    instance.judgedTxt = txt;
    return instance.isWanted;
  }

  /** The instance is gone, or was never complete, or is not wanted any more. */
  #lose(instance: FoundInstance, reason: LossReason): InstanceEvent | undefined {
    const { shown } = instance;
    this.#txtWait.stop(instance);
    this.#addressWait.stop(instance);
    if (instance.sightings.size === 0) this.#instances.delete(nameKey(instance.name.fullName));
    if (!shown) return undefined;
    instance.shown = undefined;
    return { event: 'down', instance: shown, reason };
  }

  #isDone(now: number): boolean {
    const target = this.#target;
    if (!this.#once || !target) return false;
    if (!target.shown) {
      this.#doneWait.stop(target);
      return false;
    }
    const hasWaited = this.#doneWait.isOver(target, now) || [...this.#watches.all()].every(isAnswered);
    return hasWaited && this.#addressWait.nextDeadline() === undefined && this.#hosts.nextDeadline() === undefined;
  }
}
