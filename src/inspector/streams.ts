/**
 * The pages that follow a system, each by one response that does not end. A page that does not read gets nothing until
 * it has read what waits, and then a whole frame, so that it never grows memory.
 */
import type { ServerResponse } from 'node:http';
import type { Frame, InspectionSource } from './frames.js';

export const MAX_CLIENTS = 8;
/** Bytes that may wait for a page before it is left out. */
export const MOST_WAITING = 256 * 1024;

interface Client {
  readonly response: ServerResponse;
  /** Whether it has had every frame since a whole one. */
  isCurrent: boolean;
}

export class Streams {
  readonly #source: InspectionSource;
  readonly #clients = new Set<Client>();
  #unwatch: (() => void) | undefined;

  constructor(source: InspectionSource) {
    this.#source = source;
  }

  get isFull(): boolean {
    return this.#clients.size >= MAX_CLIENTS;
  }

  /** Sends frames as server-sent events until the client leaves. */
  add(response: ServerResponse): void {
    const client: Client = { response, isCurrent: false };
    response.on('drain', () => {
      if (!client.isCurrent) this.#source.refresh();
    });
    response.on('close', () => this.#remove(client));
    // A connection that breaks while it is written to: `close` follows.
    response.on('error', () => {});
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' });
    response.flushHeaders();
    this.#clients.add(client);
    if (this.#unwatch) this.#source.refresh();
    else this.#unwatch = this.#source.watch((frame) => this.#send(frame));
  }

  close(): void {
    for (const { response } of this.#clients) response.end();
  }

  #remove(client: Client): void {
    this.#clients.delete(client);
    if (this.#clients.size > 0) return;
    this.#unwatch?.();
    this.#unwatch = undefined;
  }

  #send(frame: Frame): void {
    let text: string | undefined;
    for (const client of this.#clients) {
      const { response } = client;
      if (response.writableLength > MOST_WAITING) client.isCurrent = false;
      else if (frame.whole) client.isCurrent = true;
      if (!client.isCurrent || response.writableLength > MOST_WAITING) continue;
      text ??= `data: ${JSON.stringify(frame)}\n\n`;
      response.write(text);
    }
  }
}
