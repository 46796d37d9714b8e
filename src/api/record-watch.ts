import { Observable, scan } from 'rxjs';
import { recordKey } from '../protocol/record.js';
import type { FoundRecord, RecordEvent } from '../protocol/view/record-view.js';
import { packedRecord } from '../protocol/wire/public-message.js';
import { Browse } from './browse.js';

/** A standing question for the records of a name and type; `records$` is their current list. */
export class RecordWatch extends Browse<RecordEvent> {
  /** The records that are there: first an empty list, then a new list after each change. */
  get records$(): Observable<readonly FoundRecord[]> {
    const changes = this.batches.pipe(
      scan((found, events) => {
        const next = new Map(found);
        for (const event of events) {
          if (event.event === 'lost') for (const lost of event.records) next.delete(keyOf(lost));
          if (event.event === 'found') for (const each of event.records) next.set(keyOf(each), each);
        }
        return next;
      }, new Map<string, FoundRecord>()),
    );
    return new Observable((subscriber) => {
      subscriber.next([]);
      return changes.subscribe({
        next: (found) => subscriber.next([...found.values()]),
        error: (error) => subscriber.error(error),
        complete: () => subscriber.complete(),
      });
    });
  }
}

function keyOf({ record, interface: on }: FoundRecord): string {
  return `${on} ${recordKey(packedRecord(record))}`;
}
