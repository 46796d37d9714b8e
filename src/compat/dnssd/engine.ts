import { MdnsError, NodeNetwork } from '../../index.js';
import { type SharedEngine, shareEngine } from '../shared-engine.js';

/** The name or address of the interface to use. Default: every one that supports multicast. */
export interface InterfaceOptions {
  interface?: string | undefined;
}

/** Whether the system has an interface of this name, or with this address. */
export function hasInterface(name: string): boolean {
  const isIt = (on: { readonly name: string; readonly addresses: readonly { readonly address: string }[] }) =>
    on.name === name || on.addresses.some(({ address }) => address === name);
  return new NodeNetwork().interfaces().some(isIt);
}

/** @throws MdnsError `invalid-option` */
export function refuseMissing({ interface: on }: InterfaceOptions): void {
  if (on && !hasInterface(on)) throw new MdnsError('invalid-option', `Can't find an interface named '${on}'`);
}

export function engineOf({ interface: on }: InterfaceOptions): SharedEngine {
  return shareEngine(on ? { interfaces: [on] } : {});
}
