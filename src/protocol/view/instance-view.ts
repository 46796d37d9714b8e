/**
 * The view of a browse with resolution, and of resolving one known instance. Every service is one instance, however
 * many links it is seen on. PTR records list the instances; SRV, TXT and address records describe them, and are queried
 * on the same link if they did not come with the PTR record (RFC 6763 sections 4, 5 and 12).
 */

import { CLASS_IN } from '../constants.js';
import type { LazyTxt } from '../dns-sd/lazy-txt.js';
import { LOCAL_DOMAIN, subtypeName } from '../dns-sd/service.js';
import { matchesTxt, type TxtFilter } from '../dns-sd/txt-filter.js';
import { type Name, nameKey } from '../name.js';
import type { ResourceRecord } from '../record.js';
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
import { ADDRESS_WAIT_MS, HostQuestions } from './host-questions.js';
import type { InstanceEvent } from './instance-event.js';
import { hasNewer, isAlias, isAnswered, type OpenQuestion, OpenQuestions } from './open-questions.js';
import { changesBetween, lookAt, show } from './shown-instance.js';
import type { LinkInfo, LossReason, RecordChanges, View, ViewUpdate } from './view.js';
import { deadlineAhead, Waits } from './wait.js';

export type { InstanceEvent } from './instance-event.js';

/** Milliseconds after which an instance is shown without its TXT record or, with `partial`, without an address. */
export const TXT_WAIT_MS = 1000;
/**
 * Work in one call of `update`, so that it never blocks for long; the next call, due at once, does the rest. Examining
 * an instance costs 1, and so does each of its SRV records; opening or closing its questions costs `ASKING_WORK`.
 */
export const WORK_PER_TURN = 1000;
export const ASKING_WORK = 10;
/** Hosts whose questions one call opens or closes at most. */
export const HOSTS_PER_TURN = 100;

export interface InstanceViewSpec {
  /** `_http._tcp.local`; undefined for all types that `domain` lists (RFC 6763 section 9). */
  readonly typeName: Name | undefined;
  /** Default: `local`. */
  readonly domain?: Name;
  /** Only instances of this subtype: its label, without escapes (RFC 6763 section 7.1). */
  readonly subtype?: string | Uint8Array | undefined;
  /** Only instances with these attributes. One that loses them goes down, and one that gets them comes up. */
  readonly txt?: TxtFilter | undefined;
  /** Whether an instance whose host has no known address is shown as well, without addresses. Default: false. */
  readonly partial?: boolean | undefined;
  /** Only the instance with this label, without escapes and exactly as its owner writes it. Needs no browsing. */
  readonly instance?: string;
  /**
   * With `instance`: `done` once it is up and all its questions are answered, or `ADDRESS_WAIT_MS` later. Otherwise the
   * view is never done.
   */
  readonly once?: boolean;
}

export class InstanceView implements View<InstanceEvent> {
  /** The one type that is browsed for. */
  readonly #pointers: BrowsedType | undefined;
  /** All types, if no single type is browsed for. */
  readonly #types: BrowsedTypes | undefined;
  /** The one known instance, if there is no browsing. */
  readonly #target: FoundInstance | undefined;
  readonly #txt: TxtFilter | undefined;
  readonly #once: boolean;
  readonly #partial: boolean;
  /** By folded full name. */
  readonly #instances = new Map<string, FoundInstance>();
  /** Instances that may have changed; `update` examines no others. */
  readonly #dirty = new Set<FoundInstance>();
  readonly #txtWait = new Waits<FoundInstance>(TXT_WAIT_MS);
  readonly #addressWait = new Waits<FoundInstance>(ADDRESS_WAIT_MS);
  readonly #doneWait = new Waits<FoundInstance>(ADDRESS_WAIT_MS);
  readonly #open: OpenQuestions<Subject>;
  readonly #hosts: HostQuestions;
  /** All that has a deadline. */
  readonly #waits: readonly { nextDeadline(): number }[];

  /**
   * @throws MdnsError `invalid-name` for a subtype or instance that is not a label, `invalid-type` for a name that is
   *   not a type
   */
  constructor(spec: InstanceViewSpec) {
    const { typeName, domain = LOCAL_DOMAIN, subtype, txt, instance, once = false, partial = false } = spec;
    this.#txt = txt && Object.keys(txt).length > 0 ? txt : undefined;
    this.#once = once;
    this.#partial = partial;
    this.#open = new OpenQuestions<Subject>({
      added: (open, record) => this.#added(open, record),
      removed: (open, record, reason, order) => this.#removed(open, record, reason, order),
      denied: ({ subject }) => this.#touch(subject),
      aliased: ({ subject }) => subject.kind === 'host' && this.#hosts.noteAliases(subject),
    });
    this.#hosts = new HostQuestions(this.#open);
    if (typeName === undefined) this.#types = new BrowsedTypes({ domain, subtype }, this.#open);
    else if (instance !== undefined) this.#target = knownInstance(instance, typeName);
    else {
      const name = subtype === undefined ? typeName : subtypeName(subtype, typeName);
      this.#pointers = { kind: 'pointers', name };
    }
    const types = this.#types ? [this.#types] : [];
    this.#waits = [this.#txtWait, this.#addressWait, this.#hosts, this.#doneWait, ...types];
  }

  linkOpened(link: LinkInfo): void {
    if (!this.#open.openLink(link)) return;
    this.#types?.openLink(link.id);
    if (this.#target) this.#see(this.#target, link.id, this.#target.name.fullName);
    if (!this.#pointers) return;
    this.#open.ask(link.id, { name: this.#pointers.name, type: 'PTR', class: CLASS_IN, follow: true }, this.#pointers);
  }

  linkChanged(link: LinkInfo): void {
    if (this.#open.changeLink(link)) this.#hosts.noteLink(link.id);
  }

  linkClosed(linkId: string): void {
    // The dirty instances include those lost on this link before.
    const affected = new Set(this.#target ? [this.#target] : this.#dirty);
    for (const { subject, records } of this.#open.closeLink(linkId)) {
      if (subject.kind === 'types') for (const { record } of records.values()) this.#types?.unlisted(record, linkId);
      if (subject.kind !== 'pointers') continue;
      for (const { record } of records.values()) {
        const instance = record.type === 'PTR' && this.#instances.get(nameKey(record.target));
        if (instance) affected.add(instance);
      }
    }
    for (const instance of affected) {
      const sighting = instance.sightings.get(linkId);
      if (!sighting) continue;
      this.#leave(sighting, 'interface-gone');
      this.#forget(sighting);
    }
    this.#types?.closeLink(linkId);
    this.#hosts.forgetLink(linkId);
  }

  apply(linkId: string, changes: RecordChanges, now: number): void {
    this.#open.apply(linkId, changes, now);
  }

  update(now: number): ViewUpdate<InstanceEvent> {
    for (const instance of this.#txtWait.due(now)) this.#dirty.add(instance);
    for (const instance of this.#addressWait.due(now)) this.#dirty.add(instance);
    this.#noteHosts(now);
    this.#types?.update(now);
    const asked = this.#askForDirty();
    const isAllSwept = this.#hosts.sweep(HOSTS_PER_TURN);
    // What came along has answered some of these questions already.
    this.#noteHosts(now);
    const events = this.#eventsOf(asked, now);
    const leftOut = this.#types?.takeLeftOut() ?? [];
    const { open, close } = this.#open.drain();
    const done = this.#isDone(now);
    const deadline = this.#dirty.size > 0 || !isAllSwept ? now : deadlineAhead(now, ...this.#waits);
    const turn = { events, open, close, done, deadline };
    return leftOut.length > 0 ? { ...turn, leftOut } : turn;
  }

  toJSON(): object {
    const question = this.#target?.name.fullName ?? this.#pointers?.name ?? this.#types?.question;
    const types = this.#types && { types: this.#types.size };
    return { question, ...types, instances: this.#instances.size };
  }

  /* ---- what the links report ---- */

  #added({ link, subject }: OpenQuestion<Subject>, record: ResourceRecord): void {
    if (subject.kind === 'types') this.#types?.listed(record, link.id);
    if (subject.kind === 'pointers' && record.type === 'PTR') this.#seeNamed(record.target, link.id);
    if (subject.kind === 'instance' && record.type === 'SRV') {
      const sighting = subject.sightings.get(link.id);
      if (sighting) this.#hosts.follow(sighting, record.target);
    }
    this.#touch(subject);
  }

  #removed(open: OpenQuestion<Subject>, record: ResourceRecord, reason: LossReason, order: number): void {
    const { link, subject } = open;
    // A replaced record stays for a second (RFC 6762 section 10.2), in which the newer one is shown already.
    if (record.type === 'TXT' && hasNewer(open, order)) return;
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

  /** Ignores PTR data that is not an instance name. */
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

  /* ---- what the user gets ---- */

  #noteHosts(now: number): void {
    this.#hosts.update(now, (instance, due) => {
      instance.addressesDue ||= due;
      this.#dirty.add(instance);
    });
  }

  /** Asks what is to be known of instances that may have changed. @returns as many of them as fit into a turn */
  #askForDirty(): FoundInstance[] {
    const asked: FoundInstance[] = [];
    let left = WORK_PER_TURN;
    for (const instance of [...this.#dirty]) {
      if (left <= 0) break;
      asked.push(instance);
      left -= 1;
      for (const sighting of instance.sightings.values()) {
        if (this.#ask(sighting)) left -= ASKING_WORK - 1;
        left -= sighting.srv?.records.size ?? 0;
      }
    }
    return asked;
  }

  #eventsOf(instances: readonly FoundInstance[], now: number): InstanceEvent[] {
    const events: InstanceEvent[] = [];
    for (const instance of instances) {
      this.#dirty.delete(instance);
      const event = this.#eventOf(instance, now);
      if (event) events.push(event);
    }
    return events;
  }

  /**
   * Opens the questions for a sighting, with its name exactly as it was heard on the link, since some devices only
   * answer to that case; or forgets a sighting that is gone. @returns whether it opened or closed questions
   */
  #ask(sighting: Sighting): boolean {
    const { instance, link, name } = sighting;
    if (sighting.gone) {
      this.#forget(sighting);
      return true;
    }
    if (sighting.srv) return false;
    const follow = this.#target !== undefined;
    sighting.srv = this.#open.ask(link, { name, type: 'SRV', class: CLASS_IN, follow }, instance);
    sighting.txt = this.#open.ask(link, { name, type: 'TXT', class: CLASS_IN }, instance);
    return true;
  }

  #forget(sighting: Sighting): void {
    sighting.instance.sightings.delete(sighting.link);
    this.#hosts.unfollowAll(sighting);
    if (sighting.srv) this.#open.end(sighting.srv);
    if (sighting.txt) this.#open.end(sighting.txt);
  }

  /** The event to report about an instance, if any. */
  #eventOf(instance: FoundInstance, now: number): InstanceEvent | undefined {
    const { shown, addressesDue } = instance;
    instance.addressesDue = false;
    const isPresent = this.#target ? hasSrv(instance) : instance.sightings.size > 0;
    const next = isPresent ? lookAt(instance, this.#hosts, this.#partial) : undefined;
    if (!next) return this.#lose(instance, instance.reason);
    const isMatch = this.#matchesFilter(instance, next.txt);
    if (!shown) {
      const isWhole = isTxtKnown(instance) && next.addresses.length > 0;
      if (!isWhole && !this.#txtWait.isOver(instance, now)) return undefined;
      this.#txtWait.stop(instance);
      if (!isMatch) return undefined;
      instance.shown = show(instance, next);
      return { event: 'up', instance: instance.shown };
    }
    if (!isMatch) return this.#lose(instance, 'txt-changed');
    const changes = changesBetween(shown, next);
    const onlyAddresses = changes.length === 1 && changes[0] === 'addresses';
    if (onlyAddresses && !addressesDue && !this.#addressWait.isOver(instance, now)) return undefined;
    this.#addressWait.stop(instance);
    if (changes.length === 0) return undefined;
    instance.shown = show(instance, next);
    return { event: 'changed', instance: instance.shown, changes, previous: shown };
  }

  /** Whether the TXT record matches the filter. Each record is read once, and none without a filter. */
  #matchesFilter(instance: FoundInstance, txt: LazyTxt): boolean {
    if (this.#txt && instance.matchedTxt !== txt) instance.isMatch = matchesTxt(this.#txt, txt.attributes());
    instance.matchedTxt = txt;
    return instance.isMatch;
  }

  /** The instance is gone, was never complete, or does not match any more. */
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
    const hasWaited =
      this.#doneWait.isOver(target, now) || [...this.#open.all()].every((open) => isAnswered(open) || isAlias(open));
    return hasWaited && this.#addressWait.nextDeadline() === Infinity && this.#hosts.nextDeadline() === Infinity;
  }
}
