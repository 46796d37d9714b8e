/**
 * The TXT record of an instance, split when somebody reads it. A view keeps the bytes, which are the cache's; strings and
 * attributes are made on demand and last as long as their reader holds them (decision 11).
 */
import { txtStringsOf } from '../txt-strings.js';
import type { ServiceInstance } from './instance.js';
import { txtText } from './txt.js';

type Strings = ServiceInstance['txtStrings'];
type Attributes = ServiceInstance['txt'];

/** One record, as long as it says the same: compare by identity. */
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
    const made = txtText(this.strings());
    this.#attributes = new WeakRef(made);
    return made;
  }
}

const none = new LazyTxt(new Uint8Array(0));

export function lazyTxt(packed: Uint8Array): LazyTxt {
  return packed.length === 0 ? none : new LazyTxt(packed);
}

/** Where an instance keeps its record, unseen by those who copy, clone or list it. */
const TXT = Symbol('txt');

interface Shown extends ServiceInstance {
  readonly [TXT]?: LazyTxt;
}

/** The TXT record that an instance was made with. */
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
};

/**
 * The instance with its TXT record. Copying it, or writing it as JSON, reads that. All instances have the same getters: with
 * getters of its own, each would be a class of its own to the engine, and take five times as much memory.
 */
export function withTxt(
  rest: Omit<ServiceInstance, 'txt' | 'txtStrings' | 'addresses'>,
  txt: LazyTxt,
  addresses: ServiceInstance['addresses'],
): ServiceInstance {
  const instance = Object.defineProperties(rest, readers) as {
    -readonly [K in keyof ServiceInstance]: ServiceInstance[K];
  };
  instance.addresses = addresses;
  return Object.defineProperty(instance, TXT, { value: txt });
}
