import { NodeNetwork } from '../../index.js';
import type { SharedOptions } from '../shared-engine.js';
import { LOCAL_ONLY } from './constants.js';

/** The interface to use. Default: every one that supports multicast. */
export interface InterfaceOptions {
  /** A name, an address, an index, or what `loopbackInterface` returns. 0 is every interface. */
  networkInterface?: string | number | undefined;
  /** The older name of the same. */
  interfaceIndex?: string | number | undefined;
}

/** What `networkInterface` takes for: this machine only. */
export function loopbackInterface(): number {
  return LOCAL_ONLY;
}

/** @throws Error for an interface that does not exist */
export function engineOptions({ networkInterface, interfaceIndex }: InterfaceOptions): SharedOptions {
  const on = networkInterface ?? interfaceIndex ?? 0;
  if (on === 0) return {};
  if (on === LOCAL_ONLY) return { interfaces: 'loopback' };
  const isIt = ({ name, index, addresses }: ReturnType<NodeNetwork['interfaces']>[number]) =>
    name === on || index === on || addresses.some(({ address }) => address === on);
  const found = new NodeNetwork().interfaces().find(isIt);
  if (found === undefined) throw new Error(`interface ${on} does not exist`);
  return { interfaces: [found.name] };
}
