/**
 * The TXT record of an instance, split when somebody reads it. A view keeps the bytes, which are the cache's; strings and
 * attributes are made on demand and last as long as their reader holds them (decision 11).
 */
import { whileHeld } from '../public-record.js';
import { txtStringsOf } from '../txt-strings.js';
import type { ServiceInstance } from './instance.js';
import { txtText } from './txt.js';

/** One record, as long as it says the same: compare by identity. */
export interface LazyTxt {
  readonly packed: Uint8Array;
  readonly strings: () => ServiceInstance['txtStrings'];
  readonly attributes: () => ServiceInstance['txt'];
}

const nothing = new Uint8Array(0);
const shown = new WeakMap<ServiceInstance, LazyTxt>();

export function lazyTxt(packed: Uint8Array = nothing): LazyTxt {
  const strings = whileHeld(() => txtStringsOf({ packed }));
  return { packed, strings, attributes: whileHeld(() => txtText(strings())) };
}

/** The TXT record that an instance was made with. */
export function txtOf(instance: ServiceInstance): LazyTxt | undefined {
  return shown.get(instance);
}

/** The instance with its TXT record. Copying it, or writing it as JSON, reads that. */
export function withTxt(
  rest: Omit<ServiceInstance, 'txt' | 'txtStrings' | 'addresses'>,
  txt: LazyTxt,
  addresses: ServiceInstance['addresses'],
): ServiceInstance {
  const instance: ServiceInstance = {
    ...rest,
    get txt() {
      return txt.attributes();
    },
    get txtStrings() {
      return txt.strings();
    },
    addresses,
  };
  shown.set(instance, txt);
  return instance;
}
