/**
 * The TXT record of an instance, split on demand. A view keeps the bytes, which it shares with the cache; strings and
 * attributes are made when read, and kept only as long as their reader references them (decision 11).
 */
import { txtStringsOf } from '../txt-strings.js';
import type { ServiceInstance } from './instance.js';
import { hostPort, serviceUrl } from './service-url.js';
import { txtText } from './txt.js';

type Strings = ServiceInstance['txtStrings'];
type Attributes = ServiceInstance['txt'];

/** One object for equal data: compare by identity. */
export class LazyTxt {
  #strings: WeakRef<Strings> | undefined = undefined;
  #attributes: WeakRef<Attributes> | undefined = undefined;

  constructor(readonly packed: Uint8Array) {}

  strings(): Strings {
    const held = this.#strings?.deref();
    if (held !== undefined) return held;
    const made = txtStringsOf(this);
    this.#strings = new WeakRef(made);
    return made;
  }

  attributes(): Attributes {
    const held = this.#attributes?.deref();
    if (held !== undefined) return held;
    const made = txtText(this.packed);
    this.#attributes = new WeakRef(made);
    return made;
  }
}

const none = new LazyTxt(new Uint8Array(0));

export function lazyTxt(packed: Uint8Array): LazyTxt {
  return packed.length === 0 ? none : new LazyTxt(packed);
}

/** The property in which an instance keeps its record; not enumerable, so it is neither copied, cloned nor listed. */
const TXT = Symbol('txt');

interface Shown extends ServiceInstance {
  readonly [TXT]?: LazyTxt;
}

/** The TXT record from which an instance was made. */
export function txtOf(instance: ServiceInstance): LazyTxt | undefined {
  return (instance as Shown)[TXT];
}

const readers: PropertyDescriptorMap = {
  txt: {
    get(this: Shown) {
      return this[TXT]?.attributes();
    },
    enumerable: true,
    configurable: true,
  },
  txtStrings: {
    get(this: Shown) {
      return this[TXT]?.strings();
    },
    enumerable: true,
    configurable: true,
  },
  url: {
    get(this: Shown) {
      return serviceUrl(this);
    },
    enumerable: true,
    configurable: true,
  },
  hostPort: {
    get(this: Shown) {
      return hostPort(this);
    },
    enumerable: true,
    configurable: true,
  },
};

/**
 * The instance with its TXT record and what follows from it, which copying the instance or converting it to JSON reads.
 * All instances share the
 * same getters: with getters of its own, each would have its own hidden class in V8 and take five times as much memory.
 */
export function withTxt(
  rest: Omit<ServiceInstance, 'txt' | 'txtStrings' | 'url' | 'hostPort' | 'addresses'>,
  txt: LazyTxt,
  addresses: ServiceInstance['addresses'],
): ServiceInstance {
  const instance = Object.defineProperties(rest, readers) as {
    -readonly [K in keyof ServiceInstance]: ServiceInstance[K];
  };
  instance.addresses = addresses;
  return Object.defineProperty(instance, TXT, { value: txt });
}
