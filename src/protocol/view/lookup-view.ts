/** A lookup: the addresses of one host. */

import type { ServiceAddress } from '../dns-sd/instance.js';
import type { Name } from '../name.js';
import { CLASS_IN, type QuestionKey } from '../record.js';
import { connectOrder, type HeardAddress, heardAddresses, sameAddresses } from './address-order.js';
import { ANSWER_WAIT_MS, Verdict } from './completeness.js';
import { ALIAS_WAIT_MS, HostNames } from './host-names.js';
import { Watches } from './open-questions.js';
import type { LinkInfo, LossReason, RecordChanges, Settled, View } from './view.js';
import { deadlineAhead, Waiting } from './wait.js';

export interface LookupViewSpec {
  /** `printer.local`. */
  readonly host: Name;
  /** Both families unless given. */
  readonly types?: readonly ('A' | 'AAAA')[];
  /**
   * `done` as soon as both families are answered or denied on some link, and the others had `ANSWER_WAIT_MS` to add to it; or
   * when one is answered and `OTHER_FAMILY_WAIT_MS` have passed. Without it the view is never done.
   */
  readonly once?: boolean;
}

/**
 * How long a host that is known by one family may take to answer for the other. Those with both answer for both at once, or
 * within the half second for which answers are held back (RFC 6762 sections 6.2 and 6.4); those with one should deny the
 * other, but many do not (section 6.1).
 */
export const OTHER_FAMILY_WAIT_MS = 500;

export interface FoundHost {
  /** As its owner writes it; where the name that was asked for is another one of it (CNAME), its own. */
  readonly host: Name;
  /** In an order in which one can try to connect, as those of a `ServiceInstance`. Frozen. */
  readonly addresses: readonly ServiceAddress[];
  /** The lowest TTL among the records. */
  readonly ttlSeconds: number;
}

export type LookupEvent =
  /** All that is known by now. Again when it changes; changes within `ANSWER_WAIT_MS` are one. */
  | ({ readonly event: 'found' } & FoundHost)
  /** The last address is gone. `host` is as last told. */
  | { readonly event: 'lost'; readonly host: Name; readonly reason: LossReason }
  /** The host exists, and has no address of the wanted families (RFC 6762 section 6.1). */
  | { readonly event: 'denied' };

const bothFamilies = ['A', 'AAAA'] as const;

export class LookupView implements View<LookupEvent> {
  readonly #questions: readonly QuestionKey[];
  readonly #once: boolean;
  readonly #watches: Watches<undefined>;
  readonly #verdict: Verdict;
  readonly #wait = new Waiting<LookupView>(ANSWER_WAIT_MS);
  readonly #otherFamilyWait = new Waiting<LookupView>(OTHER_FAMILY_WAIT_MS);
  readonly #names: HostNames;
  readonly #aliasWait = new Waiting<LookupView>(ALIAS_WAIT_MS);
  /** Somebody has answered for the name itself. */
  #isKnown = false;
  #told: FoundHost | 'denied' | undefined;
  #lossReason: LossReason = 'interface-gone';

  constructor(spec: LookupViewSpec) {
    const { host: name, types = bothFamilies } = spec;
    this.#questions = [...new Set(types)].map((type) => ({ name, type, class: CLASS_IN }));
    this.#once = spec.once ?? false;
    this.#watches = new Watches<undefined>({
      added: () => {},
      removed: (_watch, _record, reason) => {
        this.#lossReason = reason;
      },
      denied: () => {},
    });
    this.#names = new HostNames(name, [...new Set(types)], this.#watches);
    this.#verdict = new Verdict(this.#questions, this.#watches);
  }

  linkOpened(link: LinkInfo): void {
    if (this.#watches.openLink(link)) this.#names.openLink(link.id);
  }

  linkChanged(link: LinkInfo): void {
    this.#watches.changeLink(link);
  }

  linkClosed(linkId: string): void {
    this.#watches.closeLink(linkId);
    this.#names.closeLink(linkId);
    this.#lossReason = 'interface-gone';
  }

  apply(linkId: string, changes: RecordChanges, now: number): void {
    this.#watches.apply(linkId, changes, now);
  }

  settle(now: number): Settled<LookupEvent> {
    this.#names.follow();
    const { complete, settled, exhausted } = this.#verdict.judge(now);
    const found = this.#gather();
    const hasWaited = this.#hasWaited(found, now);
    this.#lookForAlias(found !== undefined || complete, now);
    const events = found ? this.#tellFound(found, exhausted, now) : this.#tellNone(complete && settled);
    return {
      events,
      ...this.#watches.drain(),
      ...deadlineAhead(now, this.#wait, this.#verdict, this.#aliasWait, ...(this.#once ? [this.#otherFamilyWait] : [])),
      done: this.#once && ((complete && settled) || hasWaited) && this.#wait.nextDeadline() === undefined,
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
    for (const watch of this.#watches.all()) {
      for (const { record } of watch.held.values()) {
        if (record.type !== 'A' && record.type !== 'AAAA') continue;
        host ??= record.name;
        ttlSeconds = Math.min(ttlSeconds, record.ttl);
      }
      addresses.push(...heardAddresses(watch));
    }
    return host === undefined ? undefined : { host, addresses: connectOrder(addresses), ttlSeconds };
  }

  /** The first answer waits for company, unless none can come; each later change does in any case. */
  #tellFound(found: FoundHost, exhausted: boolean, now: number): LookupEvent[] {
    const told = typeof this.#told === 'object' ? this.#told : undefined;
    if (told && sameAddresses(told.addresses, found.addresses)) {
      this.#wait.stop(this);
      return [];
    }
    if (!(exhausted && !told) && !this.#wait.isOver(this, now)) return [];
    this.#wait.stop(this);
    this.#told = found;
    return [{ event: 'found', ...found }];
  }

  #tellNone(denied: boolean): LookupEvent[] {
    const told = this.#told;
    const events: LookupEvent[] = [];
    this.#wait.stop(this);
    if (typeof told === 'object') events.push({ event: 'lost', host: told.host, reason: this.#lossReason });
    if (denied && told !== 'denied') events.push({ event: 'denied' });
    this.#told = denied ? 'denied' : undefined;
    return events;
  }
}
