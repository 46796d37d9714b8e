/** The user's address filters, kept from doing harm: one that throws leaves the address out, and is reported once. */
import type { AddressFilter } from '../actors/address-filter.js';
import type { SupervisorCommand } from '../actors/commands.js';
import { isPromise } from '../actors/user-function.js';

export class HeldFilters {
  /** One for each function, so that services with the same filter still share a host. */
  readonly #held = new WeakMap<object, AddressFilter>();
  readonly #report: (error: unknown) => void;

  constructor(report: (error: unknown) => void) {
    this.#report = report;
  }

  hold(filter: AddressFilter | undefined): AddressFilter | undefined {
    if (typeof filter !== 'function') return filter;
    const known = this.#held.get(filter);
    if (known) return known;
    let isReported = false;
    const report = (error: unknown) => {
      if (!isReported) this.#report(error);
      isReported = true;
      return false;
    };
    const held: AddressFilter = (address, on) => {
      try {
        const passes: unknown = filter(address, on);
        if (!isPromise(passes)) return Boolean(passes);
        return report('it returned a promise: let it return true or false');
      } catch (error) {
        return report(error);
      }
    };
    this.#held.set(filter, held);
    return held;
  }

  /** The same command, with a filter that is held. */
  inCommand(command: SupervisorCommand): SupervisorCommand {
    if (command.type !== 'publication.publish' || command.request.addressFilter === undefined) return command;
    return { ...command, request: { ...command.request, addressFilter: this.hold(command.request.addressFilter) } };
  }
}
