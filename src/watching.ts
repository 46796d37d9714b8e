import type { WatchEnd, WatchOptions, WatchRequest } from './actors/boundary.js';
import type { Bridge } from './bridge.js';
import type { Browse } from './browse.js';
import type { BrowseOptions, WaitOptions } from './options.js';
import { MdnsError } from './protocol/errors.js';
import { DEFAULT_WAIT_MS, positive } from './read-options.js';

/** Watches as Observables and promises. While there is one, the process lives on. */
export class Watching {
  readonly #bridge: Bridge;

  constructor(bridge: Bridge) {
    this.#bridge = bridge;
  }

  /** Opens a watch for each subscription. */
  forever<E, B extends Browse<E> = Browse<E>>(
    request: WatchRequest,
    options: BrowseOptions,
    Kind: new (...args: ConstructorParameters<typeof Browse<E>>) => B,
  ): B {
    const { signal, interfaces } = options;
    return new Kind((subscriber) => {
      if (signal?.aborted || this.#bridge.ended) {
        subscriber.complete();
        return undefined;
      }
      const close = this.#watch<E>(
        request,
        { once: false, timeoutMs: undefined, interfaces },
        {
          saw: (event) => subscriber.next(event),
          ended: (reason) => {
            if (reason instanceof MdnsError) subscriber.error(reason);
            else subscriber.complete();
          },
        },
      );
      const release = this.#bridge.hold();
      // At once, though more may be on its way.
      const onAbort = () => subscriber.complete();
      signal?.addEventListener('abort', onAbort, { once: true });
      return () => {
        release();
        signal?.removeEventListener('abort', onAbort);
        close();
      };
    });
  }

  /** Resolves when the view is done or the time is over. */
  async once<E>(request: WatchRequest, options: WaitOptions, saw: (event: E) => void): Promise<void> {
    this.#bridge.refuseWhenEnded();
    const { timeout = DEFAULT_WAIT_MS, signal, interfaces } = options;
    if (signal?.aborted) throw aborted(signal);
    const watch = { once: true, timeoutMs: positive('timeout', timeout), interfaces };
    let onAbort = () => {};
    const release = this.#bridge.hold();
    try {
      await new Promise<void>((resolve, reject) => {
        const close = this.#watch<E>(request, watch, {
          saw,
          ended: (reason) => {
            if (reason instanceof MdnsError) reject(reason);
            else if (reason === 'stopped') reject(new MdnsError('closed', 'This Mdns was closed meanwhile.'));
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

  /** @returns closes it */
  #watch<E>(
    request: WatchRequest,
    options: WatchOptions,
    to: { saw(event: E): void; ended(reason: Exclude<WatchEnd, 'failed'> | MdnsError): void },
  ): () => void {
    const id = this.#bridge.newId('watch-');
    const forget = this.#bridge.listen(id, (event) => {
      if (event.type === 'watch.saw') for (const each of event.events) to.saw(each as E);
      if (event.type !== 'watch.ended' && event.type !== 'system.broke') return;
      forget();
      if (event.type === 'system.broke') to.ended(new MdnsError('internal', event.message));
      else to.ended(event.reason === 'failed' ? brokenWatch(event.message) : event.reason);
    });
    this.#bridge.send({ type: 'watch.open', id, request, options });
    return () => this.#bridge.send({ type: 'watch.close', id });
  }
}

function aborted(signal: AbortSignal | undefined): MdnsError {
  return new MdnsError('aborted', 'The wait was aborted.', { cause: signal?.reason });
}

/** @param refusal why it was not even opened */
function brokenWatch(refusal: string | undefined): MdnsError {
  if (refusal !== undefined) return new MdnsError('invalid-option', refusal);
  return new MdnsError('internal', 'The watch broke; the log says why. Start it again, and please report this.');
}
