/**
 * Lets go of what an event has brought, once it is read. XState makes a closure for each action and assigns it to a property;
 * V8 puts such a closure among the old objects right away, and whatever it can reach, the event included, lives until the old
 * ones are collected. Without this a flood of 9 kB packets left 100 MB of garbage lying about; with it the events are empty.
 */
import type { Datagram } from '../../net/network.js';
import type { Message, ResourceRecord } from '../../protocol/record.js';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

const nothing = new Uint8Array(0);

export function letGoOfDatagram(datagram: Datagram): void {
  (datagram as Writable<Datagram>).bytes = nothing;
}

/** The message is the event's own, not its lists. */
export function letGoOfMessage(message: Message): void {
  Object.assign(message, { questions: [], answers: [], authorities: [], additionals: [] });
}

/** The list is the event's own: who sent it does not use it any more. */
export function letGoOfRecords(records: readonly ResourceRecord[]): void {
  (records as ResourceRecord[]).length = 0;
}
