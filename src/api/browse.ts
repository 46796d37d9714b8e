import { map, Observable, type Subscriber, type Subscription, scan, startWith, type TeardownLogic } from 'rxjs';
import { MdnsError } from '../protocol/errors.js';

/** Events that may wait for a loop to come back for them. */
const MAX_WAITING = 10_000;

/**
 * What a browse finds, as an RxJS Observable and as an async iterable. Each subscription is a watch of its own that is
 * told the current state first; all watches of one type share one question on the network. The process lives on as long
 * as there is one.
 */
export class Browse<E> extends Observable<E> implements AsyncIterable<E> {
  /** The same, what happened in one turn together. */
  protected readonly batches: Observable<readonly E[]>;

  /** @internal use `Mdns.browse` */
  constructor(subscribe: (subscriber: Subscriber<E>) => TeardownLogic, batches?: Observable<readonly E[]>) {
    super(subscribe);
    this.batches = batches ?? this.pipe(map((event) => [event]));
  }

  /**
   * Ends the watch when the loop is left. A loop that leaves 10,000 events waiting is given those, and then throws
   * `overflow`: somebody on the network goes up and down without end, or the loop never comes back.
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<E, void, undefined> {
    const waiting: E[] = [];
    let wake = () => {};
    let ended = false;
    let failure: { readonly error: unknown } | undefined;
    let subscription: Subscription | undefined;
    subscription = this.subscribe({
      next: (event) => {
        if (failure) return;
        if (waiting.length < MAX_WAITING) waiting.push(event);
        else {
          failure = { error: tooManyWaiting() };
          subscription?.unsubscribe();
        }
        wake();
      },
      error: (error) => {
        failure = { error };
        wake();
      },
      complete: () => {
        ended = true;
        wake();
      },
    });
    try {
      while (true) {
        while (waiting.length > 0) yield waiting.shift() as E;
        if (failure) throw failure.error;
        if (ended) return;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    } finally {
      subscription.unsubscribe();
    }
  }
}

function tooManyWaiting(): MdnsError {
  return new MdnsError(
    'overflow',
    `${MAX_WAITING} events wait to be read, and no more are kept: read faster, or use services$, which tells the latest state.`,
  );
}

/** A browse for instances: `services$` is the same as a set that is up to date. */
export class ServiceBrowse<
  E extends { readonly event: string; readonly instance: { readonly fullName: string } },
> extends Browse<E> {
  /**
   * The instances that are up, by full name: an empty map at first, and a new one when something has changed. What
   * changes together, such as the address of a host with a thousand services, is one new map.
   */
  get services$(): Observable<ReadonlyMap<string, E['instance']>> {
    const none: ReadonlyMap<string, E['instance']> = new Map();
    return this.batches.pipe(
      scan((services, events) => {
        const next = new Map(services);
        for (const { event, instance } of events) {
          if (event === 'down') next.delete(instance.fullName);
          else next.set(instance.fullName, instance);
        }
        return next;
      }, none),
      startWith(none),
    );
  }
}
