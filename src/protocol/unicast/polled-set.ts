import { entryBytes } from '../cache/footprint.js';
import { Scheduled } from '../deadline-heap.js';
import { dataKey, type QuestionKey, type ResourceRecord } from '../record.js';

/** The answers to one question, and when to ask it again. */
export class PolledSet extends Scheduled {
  /** By type and data. Of type CNAME, if the name is an alias. */
  readonly records = new Map<string, ResourceRecord>();
  /** Of the records, in memory. */
  bytes = 0;
  /** Whether a watcher asks it. */
  isWanted = false;
  /** Whether it was answered with: there is none. */
  isDenied = false;
  /** It waits for its turn to be asked, or for an answer. */
  state: 'idle' | 'ready' | 'asked' = 'idle';
  /** When it was answered first, in milliseconds. */
  firstHeardAt = 0;
  answeredAt = -Infinity;
  askedAt = -Infinity;
  /** When it is to be asked again, if it is wanted. */
  dueAt = Infinity;
  /** When its answers are no longer valid. */
  expiresAt = Infinity;
  /** How often in a row no server answered. */
  failures = 0;

  constructor(
    readonly key: string,
    readonly question: QuestionKey,
  ) {
    super();
  }

  /** Replaces the answers. @returns those that are new, and those that are gone */
  replace(records: readonly ResourceRecord[]): { readonly added: ResourceRecord[]; readonly gone: ResourceRecord[] } {
    const next = new Map(records.map((record) => [identity(record), record]));
    const gone = [...this.records].filter(([key]) => !next.has(key)).map(([, record]) => record);
    const added = [...next].filter(([key]) => !this.records.has(key)).map(([, record]) => record);
    for (const record of gone) this.records.delete(identity(record));
    // Also those that are known, which may have another TTL.
    for (const [key, record] of next) this.records.set(key, record);
    this.bytes = 0;
    for (const record of this.records.values()) this.bytes += entryBytes(record, true);
    return { added, gone };
  }
}

function identity(record: ResourceRecord): string {
  return `${record.type} ${dataKey(record)}`;
}
