/** The view of a query: the records of one name and some types, as they come and go on each interface. */
import { CLASS_IN } from '../constants.js';
import type { Name } from '../name.js';
import { type PublicRecord, publicRecord } from '../public-record.js';
import { type QuestionKey, type ResourceRecord, recordKey } from '../record.js';
import type { QuestionType } from '../types.js';
import { Appearances } from './appearances.js';
import { Completeness } from './completeness.js';
import { OpenQuestions } from './open-questions.js';
import type { LinkInfo, LossReason, RecordChanges, View, ViewUpdate } from './view.js';
import { deadlineAhead } from './wait.js';

export interface RecordViewSpec {
  readonly name: Name;
  /** One question for each. `ANY` finds records of every type. */
  readonly types: readonly QuestionType[];
  /** Default: `IN`. */
  readonly class?: number;
  /**
   * Whether the view ends: `done` once every type has been answered or denied on some link and the other links had
   * `ANSWER_WAIT_MS` to add more, or `SHARED_ANSWER_WAIT_MS` if many hosts may answer. Default: false, the view is
   * never done.
   */
  readonly once?: boolean;
}

/**
 * A record that was heard on one interface, over either IP family. The same record on two interfaces is found twice.
 */
export interface FoundRecord {
  readonly record: PublicRecord;
  readonly interface: string;
  /** The address of the host that sent it first, without a zone. It is easily forged: do not trust it. */
  readonly from: string;
  /** The seconds for which it was still valid when it was found; it is renewed after that, or lost. */
  readonly ttlSeconds: number;
}

export type RecordEvent =
  /** New records; each is reported once. */
  | { readonly event: 'found'; readonly records: readonly FoundRecord[] }
  | { readonly event: 'lost'; readonly records: readonly (FoundRecord & { readonly reason: LossReason })[] }
  /** The name exists, but has no record of the requested types (RFC 6762 section 6.1). */
  | { readonly event: 'denied' };

export class RecordView implements View<RecordEvent> {
  readonly #questions: readonly QuestionKey[];
  readonly #once: boolean;
  readonly #appearances = new Appearances<FoundRecord, LossReason>();
  readonly #open: OpenQuestions<undefined>;
  readonly #completeness: Completeness;
  #denialReported = false;

  constructor(spec: RecordViewSpec) {
    const { name, types, class: klass = CLASS_IN } = spec;
    this.#questions = [...new Set(types)].map((type) => ({ name, type, class: klass }));
    this.#once = spec.once ?? false;
    this.#open = new OpenQuestions<undefined>({
      added: ({ link }, record, from, leftMs) =>
        this.#appearances.add(foundKey(link, record), () => ({
          record: publicRecord(record),
          interface: link.interface,
          from,
          ttlSeconds: Math.round(leftMs / 1000),
        })),
      removed: ({ link }, record, reason) => this.#appearances.remove(foundKey(link, record), reason),
      denied: () => {},
    });
    this.#completeness = new Completeness(this.#questions, this.#open);
  }

  linkOpened(link: LinkInfo): void {
    if (!this.#open.openLink(link)) return;
    for (const question of this.#questions) this.#open.ask(link.id, question, undefined);
  }

  linkChanged(link: LinkInfo): void {
    this.#open.changeLink(link);
  }

  linkClosed(linkId: string): void {
    for (const { link, records } of this.#open.closeLink(linkId)) {
      for (const { record } of records.values()) this.#appearances.remove(foundKey(link, record), 'interface-gone');
    }
  }

  apply(linkId: string, changes: RecordChanges, now: number): void {
    this.#open.apply(linkId, changes, now);
  }

  update(now: number): ViewUpdate<RecordEvent> {
    const { complete, final } = this.#completeness.assess(now);
    const events = this.#reportRecords();
    const denied = complete && final && this.#appearances.size === 0;
    if (denied && !this.#denialReported) events.push({ event: 'denied' });
    this.#denialReported = denied;
    const done = this.#once && complete && final;
    return { events, ...this.#open.drain(), deadline: deadlineAhead(now, this.#completeness), done };
  }

  toJSON(): object {
    return { questions: this.#questions, found: this.#appearances.size };
  }

  #reportRecords(): RecordEvent[] {
    const { appeared, vanished } = this.#appearances.turn();
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
