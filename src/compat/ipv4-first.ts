/**
 * Instances for programs that were written for IPv4: these connect to the first address, and look at the addresses
 * once. A service that is heard over IPv6 first, with IPv6 addresses alone, waits a moment for the others.
 */
import { Observable, type Subscriber } from 'rxjs';
import type { Clock, InstanceEvent, ServiceInstance } from '../index.js';

/** Milliseconds, our choice: both families ask within 120 ms, and the answers take as long. */
const PATIENCE_MS = 400;

/** The same events, with IPv4 addresses before others. */
export function ipv4First(events: Observable<InstanceEvent>, clock: Clock): Observable<InstanceEvent> {
  return new Observable((subscriber) => {
    const waiting = new Waiting(clock, subscriber);
    const subscription = events.subscribe({
      next: (event) => waiting.hear(event),
      error: (error) => subscriber.error(error),
      complete: () => subscriber.complete(),
    });
    subscription.add(() => waiting.end());
    return subscription;
  });
}

class Waiting {
  readonly #clock: Clock;
  readonly #subscriber: Subscriber<InstanceEvent>;
  /** By full name. */
  readonly #held = new Map<string, { instance: ServiceInstance; readonly timer: unknown }>();

  constructor(clock: Clock, subscriber: Subscriber<InstanceEvent>) {
    this.#clock = clock;
    this.#subscriber = subscriber;
  }

  hear(event: InstanceEvent): void {
    const instance = withIpv4First(event.instance);
    const { fullName, addresses } = instance;
    const held = this.#held.get(fullName);
    const hasIpv4 = addresses.some(isIpv4);
    if (held && event.event === 'down') this.#forget(fullName);
    else if (held) {
      held.instance = instance;
      if (hasIpv4) this.#pass(fullName);
    } else if (event.event === 'up' && !hasIpv4) {
      const timer = this.#clock.setTimeout(() => this.#pass(fullName), PATIENCE_MS);
      this.#held.set(fullName, { instance, timer });
    } else this.#subscriber.next({ ...event, instance });
  }

  end(): void {
    for (const name of this.#held.keys()) this.#forget(name);
  }

  #pass(name: string): void {
    const instance = this.#held.get(name)?.instance;
    this.#forget(name);
    if (instance) this.#subscriber.next({ event: 'up', instance });
  }

  #forget(name: string): void {
    this.#clock.clearTimeout(this.#held.get(name)?.timer);
    this.#held.delete(name);
  }
}

function isIpv4({ family }: ServiceInstance['addresses'][number]): boolean {
  return family === 'ipv4';
}

function withIpv4First(instance: ServiceInstance): ServiceInstance {
  const others = instance.addresses.filter((address) => !isIpv4(address));
  return { ...instance, addresses: [...instance.addresses.filter(isIpv4), ...others] };
}
