/**
 * Empties an event once it has been read. XState makes a closure for each action and assigns it to a property. V8
 * allocates such a closure in the old generation, and everything that it refers to, the event included, stays in memory
 * until the next major garbage collection. The same is true of lists that V8 has learnt to allocate there, and of what
 * has waited for seconds. Without this, a flood of 9 kB packets left 100 MB of garbage.
 */
import type { Datagram } from '../../net/network.js';
import type { Message, ResourceRecord } from '../../protocol/record.js';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

const nothing = new Uint8Array(0);

export function letGoOfDatagram(datagram: Datagram): void {
  (datagram as Writable<Datagram>).bytes = nothing;
}

/** The message belongs to the event; its lists may be shared. */
export function letGoOfMessage(message: Message): void {
  Object.assign(message, { questions: [], answers: [], authorities: [], additionals: [] });
}

/** The list belongs to the event: the sender no longer uses it. */
export function letGoOfRecords(records: readonly ResourceRecord[]): void {
  (records as ResourceRecord[]).length = 0;
}
