/** Which interfaces are used, and why the others are not: the option `interfaces`. */
import type { Family } from '../ip/family.js';
import type { NetworkInterface } from '../net/network.js';
import { messageOf } from './thrown.js';
import { isPromise } from './user-function.js';

/**
 * `undefined`: every interface on which multicast makes sense; `loopback`: only that interface; a list of names or
 * addresses, where `loopback` means that interface; or a function that decides.
 */
export type InterfaceChoice = undefined | 'loopback' | readonly string[] | ((candidate: NetworkInterface) => boolean);

/** Bridges and virtual Ethernet devices for virtual machines and containers: they do not lead to the LAN. */
const VIRTUAL_BRIDGE = /^(docker\d+|br-[0-9a-f]{12}|veth[0-9a-f]{6,8}|virbr\d+|lxcbr\d+|lxdbr\d+|cni\d+|podman\d+)$/;

/** Why an interface is not used for a family; undefined when it is used. */
export function reasonAgainst(choice: InterfaceChoice, on: NetworkInterface, family: Family): string | undefined {
  const reason = reasonOf(choice, on);
  if (reason !== undefined) return reason;
  if (!on.addresses.some((address) => address.family === family)) {
    return `it has no ${family === 'ipv4' ? 'IPv4' : 'IPv6'} address`;
  }
  return undefined;
}

/** A copy for functions of users, which may keep or change it. */
export function copyOf(on: NetworkInterface): NetworkInterface {
  return { ...on, addresses: on.addresses.map((address) => ({ ...address })) };
}

/** If the user's function throws, only this interface is left out. */
function reasonOfFunction(choice: (candidate: NetworkInterface) => boolean, on: NetworkInterface): string | undefined {
  try {
    const chosen: unknown = choice(copyOf(on));
    if (isPromise(chosen)) return 'the interfaces option returned a promise: let the function return true or false';
    return chosen ? undefined : 'the interfaces option leaves it out';
  } catch (error) {
    return `the interfaces option threw: ${messageOf(error)}`;
  }
}

/** Whether a name, an address or `loopback` refers to this interface. */
export function isNamedBy(name: string, on: NetworkInterface): boolean {
  if (name === 'loopback' && on.loopback) return true;
  return name === on.name || name === on.zone || on.addresses.some(({ address }) => address === name);
}

/** A sentence about the named interfaces that do not exist (yet) and those that do; undefined when none is missing. */
export function missingInterfaces(
  names: InterfaceChoice,
  interfaces: Iterable<NetworkInterface>,
  isMeant = isNamedBy,
): string | undefined {
  if (!Array.isArray(names)) return undefined;
  const there = [...interfaces];
  const missing = (names as readonly string[]).filter((name) => !there.some((on) => isMeant(name, on)));
  if (missing.length === 0) return undefined;
  const known = there.length === 0 ? 'none' : there.map((on) => on.name).join(', ');
  const which = missing.map((name) => JSON.stringify(name)).join(' or ');
  return `There is no interface ${which}; there are ${known}. It is used as soon as it appears.`;
}

function reasonOf(choice: InterfaceChoice, on: NetworkInterface): string | undefined {
  if (choice === 'loopback') return on.loopback ? undefined : 'only the loopback interface was asked for';
  if (typeof choice === 'function') return reasonOfFunction(choice, on);
  if (choice !== undefined) {
    const isNamed = choice.some((name) => isNamedBy(name, on));
    return isNamed ? undefined : `only ${choice.join(', ')} was asked for`;
  }
  if (on.loopback) return 'it is the loopback interface; choose it by name or with "loopback"';
  if (!on.multicast) return 'the system says that it does not support multicast; choose it by name to try anyway';
  if (on.pointToPoint) return 'it is a point-to-point link; choose it by name';
  if (VIRTUAL_BRIDGE.test(on.name))
    return 'it looks like a bridge for containers or virtual machines; choose it by name';
  return undefined;
}
