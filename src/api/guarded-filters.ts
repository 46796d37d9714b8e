/**
 * The functions that users give as address filters. Commands name them, since functions do not cross to another thread.
 * One that throws excludes the address, and is reported once.
 */
import type { AddressFilter, AddressRule, FilterFunction } from '../actors/address-filter.js';
import { isPromise } from '../actors/user-function.js';

interface Named {
  readonly name: string;
  readonly guarded: FilterFunction;
  /** The publications that name it. */
  readonly users: Set<string>;
}

export class GuardedFilters {
  /** One name for each function, so that services with the same filter share a host. */
  readonly #named = new Map<FilterFunction, Named>();
  readonly #byName = new Map<string, FilterFunction>();
  readonly #report: (error: unknown) => void;
  #lastName = 0;

  constructor(report: (error: unknown) => void) {
    this.#report = report;
  }

  /** The filter of a publication as plain data, until `release` of the same id. */
  ruleOf(filter: AddressFilter | undefined, publication: string): AddressRule | undefined {
    if (typeof filter !== 'function') return filter;
    let known = this.#named.get(filter);
    if (!known) {
      known = { name: `filter-${++this.#lastName}`, guarded: this.guard(filter), users: new Set() };
      this.#named.set(filter, known);
      this.#byName.set(known.name, known.guarded);
    }
    known.users.add(publication);
    return { named: known.name };
  }

  /** The publication has ended. */
  release(publication: string): void {
    for (const [filter, { name, users }] of this.#named) {
      if (!users.delete(publication) || users.size > 0) continue;
      this.#named.delete(filter);
      this.#byName.delete(name);
    }
  }

  readonly named = (name: string): FilterFunction | undefined => this.#byName.get(name);

  /** The same function, without its errors. */
  guard(filter: FilterFunction): FilterFunction {
    let isReported = false;
    const report = (error: unknown) => {
      if (!isReported) this.#report(error);
      isReported = true;
      return false;
    };
    return (address, on) => {
      try {
        const passes: unknown = filter(address, on);
        if (!isPromise(passes)) return Boolean(passes);
        return report('it returned a promise: let it return true or false');
      } catch (error) {
        return report(error);
      }
    };
  }
}
