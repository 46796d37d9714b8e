/** The view of a lookup: the addresses of one host. */

import { AGGREGATION_MAX_HOLD_MS, CLASS_IN } from '../constants.js';
import type { ServiceAddress } from '../dns-sd/instance.js';
import type { Name } from '../name.js';
import type { QuestionKey } from '../record.js';
import { connectOrder, type HeardAddress, heardAddresses, sameAddresses } from './address-order.js';
import { ANSWER_WAIT_MS, Completeness } from './completeness.js';
import { ALIAS_WAIT_MS, HostNames } from './host-names.js';
import { OpenQuestions } from './open-questions.js';
import type { LinkInfo, LossReason, RecordChanges, View, ViewUpdate } from './view.js';
import { deadlineAhead, Waits } from './wait.js';

export interface LookupViewSpec {
  /** `printer.local`. */
  readonly host: Name;
  /** Default: both families. */
  readonly types?: readonly ('A' | 'AAAA')[];
  /**
   * Whether the view ends: `done` once both families are answered or denied on some link and the other links had
   * `ANSWER_WAIT_MS` to add more; or once one family is answered and `OTHER_FAMILY_WAIT_MS` have passed. Default:
   * false, the view is never done.
   */
  readonly once?: boolean;
}

/**
 * Milliseconds to wait for the other family of a host that has answered for one. Hosts with both families answer for
 * both together, or within the half second that aggregation may delay an answer (RFC 6762 sections 6.2 and 6.4). Hosts
 * with one should deny the other, but many do not (section 6.1).
 */
export const OTHER_FAMILY_WAIT_MS = AGGREGATION_MAX_HOLD_MS;

export interface FoundHost {
  /** The host's name as its owner writes it; for an alias (CNAME), the name that it leads to. */
  readonly host: Name;
  /** In the order in which to try connecting, as in `ServiceInstance`. Frozen. */
  readonly addresses: readonly ServiceAddress[];
  /** The lowest TTL among the records. */
  readonly ttlSeconds: number;
}

export type LookupEvent =
  /** All that is known so far. Reported again when it changes; changes within `ANSWER_WAIT_MS` are one event. */
  | ({ readonly event: 'found' } & FoundHost)
  /** The last address is gone. `host` is as in the last event. */
  | { readonly event: 'lost'; readonly host: Name; readonly reason: LossReason }
  /** The host exists, but has no address of the requested families (RFC 6762 section 6.1). */
  | { readonly event: 'denied' };

const bothFamilies = ['A', 'AAAA'] as const;

export class LookupView implements View<LookupEvent> {
  readonly #questions: readonly QuestionKey[];
  readonly #once: boolean;
  readonly #open: OpenQuestions<undefined>;
  readonly #completeness: Completeness;
  readonly #wait = new Waits<LookupView>(ANSWER_WAIT_MS);
  readonly #otherFamilyWait = new Waits<LookupView>(OTHER_FAMILY_WAIT_MS);
  readonly #names: HostNames;
  readonly #aliasWait = new Waits<LookupView>(ALIAS_WAIT_MS);
  /** Whether a host has answered for the name itself. */
  #isKnown = false;
  #reported: FoundHost | 'denied' | undefined;
  #lossReason: LossReason = 'interface-gone';

  constructor(spec: LookupViewSpec) {
    const { host: name, types = bothFamilies } = spec;
    this.#questions = [...new Set(types)].map((type) => ({ name, type, class: CLASS_IN }));
    this.#once = spec.once ?? false;
    this.#open = new OpenQuestions<undefined>({
      added: () => {},
      removed: (_question, _record, reason) => {
        this.#lossReason = reason;
      },
      denied: () => {},
      aliased: (_question, reason = this.#lossReason) => {
        this.#lossReason = reason;
      },
    });
    this.#names = new HostNames(name, [...new Set(types)], this.#open);
    this.#completeness = new Completeness(this.#questions, this.#open);
  }

  linkOpened(link: LinkInfo): void {
    if (this.#open.openLink(link)) this.#names.openLink(link.id);
  }

  linkChanged(link: LinkInfo): void {
    this.#open.changeLink(link);
  }

  linkClosed(linkId: string): void {
    this.#open.closeLink(linkId);
    this.#names.closeLink(linkId);
    this.#lossReason = 'interface-gone';
  }

  apply(linkId: string, changes: RecordChanges, now: number): void {
    this.#open.apply(linkId, changes, now);
  }

  update(now: number): ViewUpdate<LookupEvent> {
    this.#names.follow();
    const { complete, final, exhausted } = this.#completeness.assess(now);
    const found = this.#gather();
    const hasWaited = this.#hasWaited(found, now);
    this.#lookForAlias(found !== undefined || complete, now);
    const events = found ? this.#reportFound(found, exhausted, now) : this.#reportNone(complete && final);
    return {
      events,
      ...this.#open.drain(),
      deadline: deadlineAhead(
        now,
        this.#wait,
        this.#completeness,
        this.#aliasWait,
        ...(this.#once ? [this.#otherFamilyWait] : []),
      ),
      done: this.#once && ((complete && final) || hasWaited) && this.#wait.nextDeadline() === Infinity,
    };
  }

  #hasWaited(found: FoundHost | undefined, now: number): boolean {
    if (found) return this.#otherFamilyWait.isOver(this, now);
    this.#otherFamilyWait.stop(this);
    return false;
  }

  #lookForAlias(isKnown: boolean, now: number): void {
    this.#isKnown ||= isKnown;
    if (!this.#isKnown && !this.#names.asksForAliases && this.#aliasWait.isOver(this, now)) this.#names.askForAliases();
    if (this.#isKnown || this.#names.asksForAliases) this.#aliasWait.stop(this);
  }

  toJSON(): object {
    return { questions: this.#questions };
  }

  #gather(): FoundHost | undefined {
    const addresses: HeardAddress[] = [];
    let host: Name | undefined;
    let ttlSeconds = Number.POSITIVE_INFINITY;
    for (const open of this.#open.all()) {
      for (const { record } of open.records.values()) {
        if (record.type !== 'A' && record.type !== 'AAAA') continue;
        host ??= record.name;
        ttlSeconds = Math.min(ttlSeconds, record.ttl);
      }
      addresses.push(...heardAddresses(open));
    }
    return host === undefined ? undefined : { host, addresses: connectOrder(addresses), ttlSeconds };
  }

  /** The first answer waits for more unless no more can come; every later change waits. */
  #reportFound(found: FoundHost, exhausted: boolean, now: number): LookupEvent[] {
    const reported = typeof this.#reported === 'object' ? this.#reported : undefined;
    if (reported && sameAddresses(reported.addresses, found.addresses)) {
      this.#wait.stop(this);
      return [];
    }
    if (!(exhausted && !reported) && !this.#wait.isOver(this, now)) return [];
    this.#wait.stop(this);
    this.#reported = found;
    return [{ event: 'found', ...found }];
  }

  #reportNone(denied: boolean): LookupEvent[] {
    const reported = this.#reported;
    const events: LookupEvent[] = [];
    this.#wait.stop(this);
    if (typeof reported === 'object') events.push({ event: 'lost', host: reported.host, reason: this.#lossReason });
    if (denied && reported !== 'denied') events.push({ event: 'denied' });
    this.#reported = denied ? 'denied' : undefined;
    return events;
  }
}
