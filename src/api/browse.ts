import { map, Observable, type Subscriber, type Subscription, scan, type TeardownLogic } from 'rxjs';
import { MdnsError } from '../protocol/errors.js';

/** Events that wait for the loop's next turn at most. */
const MAX_WAITING = 10_000;

/**
 * What a browse finds, as an RxJS Observable and as an async iterable. Each subscription is a watch of its own that
 * begins with the current state; all watches of one type share one question on the network. A subscription keeps the
 * process alive.
 */
export class Browse<E> extends Observable<E> implements AsyncIterable<E> {
  /** The same events, grouped by turn. */
  protected readonly batches: Observable<readonly E[]>;

  readonly #refresh: () => void;

  /** @internal Use `Mdns.browse`. */
  constructor(
    subscribe: (subscriber: Subscriber<E>) => TeardownLogic,
    batches?: Observable<readonly E[]>,
    refresh = () => {},
  ) {
    super(subscribe);
    this.batches = batches ?? this.pipe(map((event) => [event]));
    this.#refresh = refresh;
  }

  /**
   * Asks now instead of when it is due, for all subscriptions; for a button that people press, since nothing else needs
   * it. Asks at most four times a second, and only hosts that are not known yet answer (RFC 6762 section 7.1). Records
   * that one host has, such as its addresses, are asked for before they expire and not by this.
   */
  refresh(): void {
    this.#refresh();
  }

  /**
   * Iterates over the events; leaving the loop ends the watch. A loop that lets 10,000 events wait gets these and then
   * throws `overflow`: a service on the network goes up and down without end, or the loop's body is too slow.
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
    `${MAX_WAITING} events wait to be read, and no more are kept: read faster, or use services$, which has the latest state.`,
  );
}

/** A browse for instances; `services$` is their current set. */
export class ServiceBrowse<
  E extends { readonly event: string; readonly instance: { readonly fullName: string } },
> extends Browse<E> {
  /**
   * The instances that are up, by full name: first an empty map, then a new map after each change. Changes of one turn,
   * such as the address of a host with a thousand services, make one new map.
   */
  get services$(): Observable<ReadonlyMap<string, E['instance']>> {
    const none: ReadonlyMap<string, E['instance']> = new Map();
    const changes = this.batches.pipe(
      scan((services, events) => {
        const next = new Map(services);
        for (const { event, instance } of events) {
          if (event === 'down') next.delete(instance.fullName);
          else next.set(instance.fullName, instance);
        }
        return next;
      }, none),
    );
    // What `startWith` does; that loads 28 files of RxJS, and everything else here as many (decision 23).
    return new Observable((subscriber) => {
      subscriber.next(none);
      return changes.subscribe(subscriber);
    });
  }
}
