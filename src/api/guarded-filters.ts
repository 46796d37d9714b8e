/** Guards against errors of the user's address filters: one that throws excludes the address, and is reported once. */
import type { AddressFilter } from '../actors/address-filter.js';
import type { SupervisorCommand } from '../actors/commands.js';
import { isPromise } from '../actors/user-function.js';

export class GuardedFilters {
  /** One guarded filter for each function, so that services with the same filter still share a host. */
  readonly #guarded = new WeakMap<object, AddressFilter>();
  readonly #report: (error: unknown) => void;

  constructor(report: (error: unknown) => void) {
    this.#report = report;
  }

  guard(filter: AddressFilter | undefined): AddressFilter | undefined {
    if (typeof filter !== 'function') return filter;
    const known = this.#guarded.get(filter);
    if (known) return known;
    let isReported = false;
    const report = (error: unknown) => {
      if (!isReported) this.#report(error);
      isReported = true;
      return false;
    };
    const guarded: AddressFilter = (address, on) => {
      try {
        const passes: unknown = filter(address, on);
        if (!isPromise(passes)) return Boolean(passes);
        return report('it returned a promise: let it return true or false');
      } catch (error) {
        return report(error);
      }
    };
    this.#guarded.set(filter, guarded);
    return guarded;
  }

  /** The same command with a guarded filter. */
  inCommand(command: SupervisorCommand): SupervisorCommand {
    if (command.type !== 'publication.publish' || command.request.addressFilter === undefined) return command;
    return { ...command, request: { ...command.request, addressFilter: this.guard(command.request.addressFilter) } };
  }
}
