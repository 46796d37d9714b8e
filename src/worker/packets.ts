/**
 * The packets of a system in another thread, through a port of its own. A batch is what passed in one turn, and is
 * acknowledged when it has been read; while some are unread, further packets are counted and left out, so that it takes
 * no memory while the reading thread is blocked.
 */
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { PacketSource, PassingPacket, SendOutcome, SendRequest } from '../net/network-tap.js';

type ToTapped =
  | { readonly type: 'watch' | 'unwatch' | 'batch.read' }
  | { readonly type: 'send'; readonly serial: number; readonly request: SendRequest };

type ToReader =
  /** `missed`: how many were left out before. */
  | { readonly type: 'batch'; readonly packets: readonly PassingPacket[]; readonly missed: number }
  | { readonly type: 'sent'; readonly serial: number; readonly outcome: SendOutcome };

/** Batches. */
export const MOST_UNREAD = 8;
/** Packets of a batch. */
export const MOST_IN_BATCH = 256;

/** The end of those who read and send. It outlives the system, which may be started again elsewhere. */
export class RemotePackets implements PacketSource {
  readonly #sinks = new Set<(packet: PassingPacket) => void>();
  readonly #sending = new Map<number, (outcome: SendOutcome) => void>();
  readonly #missed: (count: number) => void;
  #serial = 0;
  #port: MessagePort | undefined;

  /** @param missed is called when so many packets were left out */
  constructor(missed: (count: number) => void) {
    this.#missed = missed;
  }

  /** @param open gives a port to `servePackets` in the other thread */
  connect(open: (port: MessagePort) => void): void {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.on('message', (message: ToReader) => this.#hear(message));
    // A listener for messages keeps the thread alive: this comes after it.
    port1.unref();
    open(port2);
    if (this.#sinks.size > 0) this.#post({ type: 'watch' });
  }

  /** The system has ended. */
  disconnect(): void {
    this.#port?.close();
    this.#port = undefined;
    for (const settle of this.#sending.values()) settle('no-link');
    this.#sending.clear();
  }

  watch(sink: (packet: PassingPacket) => void): () => void {
    // Not the caller's function itself, which may watch twice.
    const own = (packet: PassingPacket) => sink(packet);
    this.#sinks.add(own);
    if (this.#sinks.size === 1) this.#post({ type: 'watch' });
    return () => {
      if (this.#sinks.delete(own) && this.#sinks.size === 0) this.#post({ type: 'unwatch' });
    };
  }

  send(request: SendRequest): Promise<SendOutcome> {
    return new Promise((resolve) => {
      if (!this.#port) {
        resolve('no-link');
        return;
      }
      const serial = ++this.#serial;
      this.#sending.set(serial, resolve);
      this.#post({ type: 'send', serial, request });
    });
  }

  #hear(message: ToReader): void {
    if (message.type === 'sent') {
      this.#sending.get(message.serial)?.(message.outcome);
      this.#sending.delete(message.serial);
      return;
    }
    if (message.missed > 0) this.#missed(message.missed);
    for (const packet of message.packets) for (const sink of this.#sinks) sink(packet);
    this.#post({ type: 'batch.read' });
  }

  #post(message: ToTapped): void {
    this.#port?.postMessage(message);
  }
}

/**
 * The end of the system: its packets are shown until the port closes.
 *
 * @param soon calls its argument at the end of this turn
 */
export function servePackets(port: MessagePort, source: PacketSource, soon: (run: () => void) => void): void {
  let fresh: PassingPacket[] = [];
  let unread = 0;
  let missed = 0;
  let unwatch: (() => void) | undefined;
  const tell = (message: ToReader) => port.postMessage(message);
  const flush = () => {
    unread += 1;
    tell({ type: 'batch', packets: fresh, missed });
    fresh = [];
    missed = 0;
  };
  const show = (packet: PassingPacket) => {
    if (unread >= MOST_UNREAD || fresh.length >= MOST_IN_BATCH) missed += 1;
    else if (fresh.push({ ...packet, bytes: Uint8Array.from(packet.bytes) }) === 1) soon(flush);
  };
  const send = async (serial: number, request: SendRequest) => {
    const outcome = await source.send(request);
    tell({ type: 'sent', serial, outcome });
  };
  const end = () => {
    unwatch?.();
    unwatch = undefined;
  };
  port.on('message', (message: ToTapped) => {
    if (message.type === 'watch') unwatch ??= source.watch(show);
    else if (message.type === 'unwatch') end();
    else if (message.type === 'send') void send(message.serial, message.request);
    else unread -= 1;
  });
  port.on('close', end);
  port.unref();
}
