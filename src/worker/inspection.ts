/**
 * Looks at a system in another thread, through a port of its own. A frame is acknowledged when it has been read; while
 * some are unread, further ones are left out, and the next that is sent is a whole one. So it takes no memory while the
 * reading thread is blocked.
 */
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { Frame, InspectionSource, ViewRequest, Views } from '../inspector/frames.js';

type View = Views[ViewRequest['kind']];

type ToInspected =
  | { readonly type: 'watch' | 'unwatch' | 'refresh' | 'frame.read' }
  | { readonly type: 'view'; readonly serial: number; readonly request: ViewRequest };

type ToInspector =
  | { readonly type: 'frame'; readonly frame: Frame }
  /** `view`: undefined if there is none. */
  | { readonly type: 'viewed'; readonly serial: number; readonly view: View | undefined };

export const MOST_UNREAD = 3;

interface Waiting {
  resolve(view: View): void;
  reject(error: Error): void;
}

/** The end of those who look. It outlives the system, which may be started again elsewhere. */
export class RemoteInspection implements InspectionSource {
  readonly #sinks = new Set<(frame: Frame) => void>();
  readonly #waiting = new Map<number, Waiting>();
  #serial = 0;
  #port: MessagePort | undefined;

  /** @param open gives a port to `serveInspection` in the other thread */
  connect(open: (port: MessagePort) => void): void {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.on('message', (message: ToInspector) => this.#hear(message));
    // A listener for messages keeps the thread alive: this comes after it.
    port1.unref();
    open(port2);
    if (this.#sinks.size > 0) this.#post({ type: 'watch' });
  }

  /** The system has ended. */
  disconnect(): void {
    this.#port?.close();
    this.#port = undefined;
    for (const { reject } of this.#waiting.values()) reject(new Error('The system has ended.'));
    this.#waiting.clear();
  }

  watch(sink: (frame: Frame) => void): () => void {
    // Not the caller's function itself, which may watch twice.
    const own = (frame: Frame) => sink(frame);
    this.#sinks.add(own);
    this.#post({ type: this.#sinks.size === 1 ? 'watch' : 'refresh' });
    return () => {
      if (this.#sinks.delete(own) && this.#sinks.size === 0) this.#post({ type: 'unwatch' });
    };
  }

  refresh(): void {
    this.#post({ type: 'refresh' });
  }

  /** Rejects when no system runs. */
  view(request: ViewRequest): Promise<View> {
    return new Promise((resolve, reject) => {
      if (!this.#port) {
        reject(new Error('No system runs.'));
        return;
      }
      const serial = ++this.#serial;
      this.#waiting.set(serial, { resolve, reject });
      this.#post({ type: 'view', serial, request });
    });
  }

  #hear(message: ToInspector): void {
    if (message.type === 'frame') {
      for (const sink of this.#sinks) sink(message.frame);
      this.#post({ type: 'frame.read' });
      return;
    }
    const { serial, view } = message;
    if (view) this.#waiting.get(serial)?.resolve(view);
    else this.#waiting.get(serial)?.reject(new Error('The system could not be looked at.'));
    this.#waiting.delete(serial);
  }

  #post(message: ToInspected): void {
    this.#port?.postMessage(message);
  }
}

/** The end of the system: it is looked at until the port closes. */
export function serveInspection(port: MessagePort, source: InspectionSource): void {
  let unread = 0;
  let isCurrent = true;
  let unwatch: (() => void) | undefined;
  const tell = (message: ToInspector) => port.postMessage(message);
  const pass = (frame: Frame) => {
    if (unread >= MOST_UNREAD) isCurrent = false;
    else if (frame.whole) isCurrent = true;
    if (!isCurrent) return;
    unread += 1;
    tell({ type: 'frame', frame });
  };
  const view = async (serial: number, request: ViewRequest) => {
    const seen = await source.view(request).catch(() => undefined);
    tell({ type: 'viewed', serial, view: seen });
  };
  const end = () => {
    unwatch?.();
    unwatch = undefined;
  };
  port.on('message', (message: ToInspected) => {
    if (message.type === 'watch') unwatch ??= source.watch(pass);
    else if (message.type === 'unwatch') end();
    else if (message.type === 'refresh') source.refresh();
    else if (message.type === 'view') void view(message.serial, message.request);
    else {
      unread -= 1;
      if (!isCurrent) source.refresh();
    }
  });
  port.on('close', end);
  port.unref();
}
