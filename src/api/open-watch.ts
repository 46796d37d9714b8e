import { Observable } from 'rxjs';
import type { Sightings, WatchEnd, WatchEvents, WatchKind, WatchOptions, WatchRequest } from '../actors/commands.js';
import { MdnsError } from '../protocol/errors.js';
import type { Browse } from './browse.js';
import { DEFAULT_WAIT_MS } from './default-wait.js';
import type { Engine } from './engine.js';
import { noNetwork } from './no-network.js';
import type { BrowseOptions, WaitOptions } from './options.js';

/** How a watch ends; `noNetwork` is the reason why no network could be used. */
type End = Exclude<WatchEnd, 'failed' | 'no-network'> | MdnsError | { readonly noNetwork: string | undefined };

/** Opens watches as Observables and promises. An open watch keeps the process alive. */
export class WatchOpener {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Opens a watch for each subscription. */
  forever<K extends WatchKind, B extends Browse<WatchEvents[K]>>(
    request: WatchRequest<K> & WatchRequest,
    options: BrowseOptions,
    Kind: new (...args: ConstructorParameters<typeof Browse<WatchEvents[K]>>) => B,
  ): B {
    const { signal, interfaces } = options;
    const watches = new Set<string>();
    const batches = new Observable<readonly WatchEvents[K][]>((subscriber) => {
      if (this.#engine.breakdown) subscriber.error(this.#engine.breakdown);
      else if (signal?.aborted || this.#engine.isEnding) subscriber.complete();
      if (subscriber.closed) return undefined;
      const watch = this.#watch(
        request,
        { once: false, timeoutMs: undefined, interfaces },
        {
          saw: (events) => subscriber.next(events),
          ended: (end) => {
            if (end instanceof MdnsError) subscriber.error(end);
            else subscriber.complete();
          },
        },
      );
      watches.add(watch.id);
      const release = this.#engine.keepAlive();
      // Completes at once, even if more events are about to come.
      const onAbort = () => subscriber.complete();
      signal?.addEventListener('abort', onAbort, { once: true });
      return () => {
        release();
        signal?.removeEventListener('abort', onAbort);
        watches.delete(watch.id);
        watch.close();
      };
    });
    const refresh = () => {
      for (const id of watches) this.#engine.send({ type: 'watch.refresh', id });
    };
    return new Kind(
      (subscriber) => {
        const each = (events: readonly WatchEvents[K][]) => {
          for (const event of events) subscriber.next(event);
        };
        return batches.subscribe({
          next: each,
          error: (error) => subscriber.error(error),
          complete: () => subscriber.complete(),
        });
      },
      batches,
      refresh,
    );
  }

  /**
   * Opens one watch; resolves when its answer is complete or the time is over.
   *
   * @param what the start of the message if there is no network: `No service "Web" answered`
   */
  async once<K extends WatchKind>(
    request: WatchRequest<K> & WatchRequest,
    options: WaitOptions,
    what: string,
    saw: (event: WatchEvents[K]) => void,
  ): Promise<void> {
    this.#engine.refuseWhenEnded();
    const { timeout = DEFAULT_WAIT_MS, signal, interfaces } = options;
    if (signal?.aborted) throw aborted(signal);
    const watch = { once: true, timeoutMs: Number.isFinite(timeout) ? timeout : undefined, interfaces };
    let onAbort = () => {};
    const release = this.#engine.keepAlive();
    try {
      await new Promise<void>((resolve, reject) => {
        const { close } = this.#watch(request, watch, {
          saw: (events) => events.forEach(saw),
          ended: (end) => {
            if (end instanceof MdnsError) reject(end);
            else if (end === 'stopped') reject(new MdnsError('closed', 'This Mdns was closed meanwhile.'));
            else if (typeof end === 'object') reject(noNetwork(`${what} within ${timeout} ms`, end.noNetwork));
            else resolve();
          },
        });
        onAbort = () => {
          reject(aborted(signal));
          close();
        };
        signal?.addEventListener('abort', onAbort, { once: true });
      });
    } finally {
      signal?.removeEventListener('abort', onAbort);
      release();
    }
  }

  /** @returns its id, and a function that closes it */
  #watch<K extends WatchKind>(
    request: WatchRequest<K> & WatchRequest,
    options: WatchOptions,
    to: { saw(events: readonly WatchEvents[K][]): void; ended(end: End): void },
  ): { readonly id: string; close(): void } {
    const id = this.#engine.newId('watch-');
    const forget = this.#engine.listen(id, (event) => {
      if (event.type === 'watch.saw') to.saw(eventsFor<K>(request.kind, event));
      if (event.type !== 'watch.ended' && event.type !== 'system.broke') return;
      forget();
      if (event.type === 'system.broke') to.ended(new MdnsError('internal', event.message));
      else if (event.reason === 'failed') to.ended(brokenWatch(event.message));
      else to.ended(event.reason === 'no-network' ? { noNetwork: event.message } : event.reason);
    });
    this.#engine.send({ type: 'watch.open', id, request, options });
    return { id, close: () => this.#engine.send({ type: 'watch.close', id }) };
  }
}

/** The supervisor reports to each watch what is of its kind. */
function eventsFor<K extends WatchKind>(asked: WatchKind, { kind, events }: Sightings): readonly WatchEvents[K][] {
  return kind === asked ? (events as readonly WatchEvents[K][]) : [];
}

export function aborted(signal: AbortSignal | undefined): MdnsError {
  return new MdnsError('aborted', 'The wait was aborted.', { cause: signal?.reason });
}

/** @param refusal why the supervisor refused to open it */
function brokenWatch(refusal: string | undefined): MdnsError {
  if (refusal !== undefined) return new MdnsError('invalid-option', refusal);
  return new MdnsError(
    'internal',
    'The watch failed because of an internal error; the log has the details. Start it again, and please report this.',
  );
}
