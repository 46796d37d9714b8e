/** What bonjour 3 and bonjour-hap have in common, and bonjour-service does not. */
import type { EventEmitter } from 'node:events';
import type { ServiceInstance } from '../../index.js';
import { txtBlocks } from './found.js';

/** Text, or bytes if they were asked for; `true` for a key without `=`. */
export type TxtValues = Record<string, string | Buffer | true>;

/**
 * Keys in lower case; the first of equal ones counts, and strings without a key are left out. A peer's `__proto__` is a
 * key like any other.
 */
export function decodeTxt(instance: ServiceInstance, binary: boolean): TxtValues {
  const values = new Map<string, string | Buffer | true>();
  for (const block of txtBlocks(instance)) {
    const at = block.indexOf('=');
    const key = (at < 0 ? block : block.subarray(0, at)).toString().toLowerCase();
    if (key === '' || values.has(key)) continue;
    const value = block.subarray(at + 1);
    values.set(key, at < 0 ? true : binary ? value : value.toString());
  }
  return Object.fromEntries(values);
}

/** A constructor that may be called without `new`, as both packages export it. */
export function callable<Args extends unknown[], T extends object>(
  Class: new (...args: Args) => T,
): { new (...args: Args): T; (...args: Args): T } {
  return new Proxy(Class, {
    apply: (target, _, args: Args) => new target(...args),
  }) as { new (...args: Args): T; (...args: Args): T };
}

/** Without a listener an error is a warning: it ends the process in the originals. */
export function tell(service: EventEmitter, error: Error): void {
  if (service.listenerCount('error') > 0) service.emit('error', error);
  else process.emitWarning(error);
}

/** @throws Error without a name, a type or a port */
export function checkRequired(options: {
  readonly name?: unknown;
  readonly type?: unknown;
  readonly port?: unknown;
}): void {
  for (const each of ['name', 'type', 'port'] as const) {
    if (!options[each]) throw new Error(`Required ${each} not given`);
  }
}
