/** A query: the records of one name and of the wanted types, as they come and go on each interface. */
import type { Name } from '../name.js';
import { type PublicRecord, publicRecord } from '../public-record.js';
import { CLASS_IN, type QuestionKey, type ResourceRecord, recordKey } from '../record.js';
import type { QuestionType } from '../types.js';
import { Tally } from './appearances.js';
import { Verdict } from './completeness.js';
import { Watches } from './open-questions.js';
import type { LinkInfo, LossReason, RecordChanges, Settled, View } from './view.js';
import { deadlineAhead } from './wait.js';

export interface RecordViewSpec {
  readonly name: Name;
  /** Each of them is asked for. `ANY` finds records of every type. */
  readonly types: readonly QuestionType[];
  /** `IN` unless given. */
  readonly class?: number;
  /**
   * `done` as soon as every type has been answered or denied on some link, and the others had `ANSWER_WAIT_MS` to add to it,
   * or `SHARED_ANSWER_WAIT_MS` where many hosts may answer. What is not answered stays open until the asker gives up. Without
   * it the view is never done.
   */
  readonly once?: boolean;
}

/** A record as it was heard on one interface, over either IP family. The same record on two interfaces is found twice. */
export interface FoundRecord {
  readonly record: PublicRecord;
  readonly interface: string;
}

export type RecordEvent =
  /** These are new; each record is told once. */
  | { readonly event: 'found'; readonly records: readonly FoundRecord[] }
  | { readonly event: 'lost'; readonly records: readonly (FoundRecord & { readonly reason: LossReason })[] }
  /** The name exists, and has no record of any of the wanted types (RFC 6762 section 6.1). */
  | { readonly event: 'denied' };

export class RecordView implements View<RecordEvent> {
  readonly #questions: readonly QuestionKey[];
  readonly #once: boolean;
  readonly #tally = new Tally<FoundRecord, LossReason>();
  readonly #watches: Watches<undefined>;
  readonly #verdict: Verdict;
  #denialTold = false;

  constructor(spec: RecordViewSpec) {
    const { name, types, class: klass = CLASS_IN } = spec;
    this.#questions = [...new Set(types)].map((type) => ({ name, type, class: klass }));
    this.#once = spec.once ?? false;
    this.#watches = new Watches<undefined>({
      added: ({ link }, record) =>
        this.#tally.add(foundKey(link, record), () => ({
          record: publicRecord(record),
          interface: link.interface,
        })),
      removed: ({ link }, record, reason) => this.#tally.remove(foundKey(link, record), reason),
      denied: () => {},
    });
    this.#verdict = new Verdict(this.#questions, this.#watches);
  }

  linkOpened(link: LinkInfo): void {
    if (!this.#watches.openLink(link)) return;
    for (const question of this.#questions) this.#watches.want(link.id, question, undefined);
  }

  linkChanged(link: LinkInfo): void {
    this.#watches.changeLink(link);
  }

  linkClosed(linkId: string): void {
    for (const { link, held } of this.#watches.closeLink(linkId)) {
      for (const { record } of held.values()) this.#tally.remove(foundKey(link, record), 'interface-gone');
    }
  }

  apply(linkId: string, changes: RecordChanges, now: number): void {
    this.#watches.apply(linkId, changes, now);
  }

  settle(now: number): Settled<RecordEvent> {
    const { complete, settled } = this.#verdict.judge(now);
    const events = this.#tellRecords();
    const denied = complete && settled && this.#tally.size === 0;
    if (denied && !this.#denialTold) events.push({ event: 'denied' });
    this.#denialTold = denied;
    const done = this.#once && complete && settled;
    return { events, ...this.#watches.drain(), ...deadlineAhead(now, this.#verdict), done };
  }

  toJSON(): object {
    return { questions: this.#questions, found: this.#tally.size };
  }

  #tellRecords(): RecordEvent[] {
    const { appeared, vanished } = this.#tally.turn();
    const events: RecordEvent[] = [];
    if (vanished.length > 0) {
      events.push({ event: 'lost', records: vanished.map(({ value, reason }) => ({ ...value, reason })) });
    }
    if (appeared.length > 0) events.push({ event: 'found', records: appeared });
    return events;
  }
}

function foundKey(link: LinkInfo, record: ResourceRecord): string {
  return `${link.interface} ${recordKey(record)}`;
}
