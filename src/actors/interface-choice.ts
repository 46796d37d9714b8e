/** Which interfaces are used, and why not the others. */
import type { Family, NetworkInterface } from '../net/network.js';

/**
 * `undefined`: every interface on which multicast makes sense; `loopback`: that one alone; a list of names or addresses; or a
 * function that decides.
 */
export type InterfaceChoice = undefined | 'loopback' | readonly string[] | ((candidate: NetworkInterface) => boolean);

/** Bridges and ends of cables that virtual machines and containers hang on: no neighbours of this host are there. */
const VIRTUAL_BRIDGE = /^(docker\d+|br-[0-9a-f]{12}|veth[0-9a-f]{6,8}|virbr\d+|lxcbr\d+|lxdbr\d+|cni\d+|podman\d+)$/;

/** Why an interface is not used for a family; undefined when it is. */
export function reasonAgainst(choice: InterfaceChoice, on: NetworkInterface, family: Family): string | undefined {
  const reason = reasonOf(choice, on);
  if (reason !== undefined) return reason;
  if (!on.addresses.some((address) => address.family === family)) {
    return `it has no ${family === 'ipv4' ? 'IPv4' : 'IPv6'} address`;
  }
  return undefined;
}

/** The user's function may throw; that costs the interface, and nothing else. */
function reasonOfFunction(choice: (candidate: NetworkInterface) => boolean, on: NetworkInterface): string | undefined {
  try {
    return choice(on) ? undefined : 'the interfaces option leaves it out';
  } catch (error) {
    return `the interfaces option threw: ${String(error)}`;
  }
}

function reasonOf(choice: InterfaceChoice, on: NetworkInterface): string | undefined {
  if (choice === 'loopback') return on.loopback ? undefined : 'only the loopback interface was asked for';
  if (typeof choice === 'function') return reasonOfFunction(choice, on);
  if (choice !== undefined) {
    const isNamed = choice.includes(on.name) || on.addresses.some(({ address }) => choice.includes(address));
    return isNamed ? undefined : `only ${choice.join(', ')} was asked for`;
  }
  if (on.loopback) return 'it is the loopback interface; choose it by name or with "loopback"';
  if (!on.multicast) return 'the system says that it carries no multicast; choose it by name to try all the same';
  if (on.pointToPoint) return 'it is a point-to-point link; choose it by name';
  if (VIRTUAL_BRIDGE.test(on.name))
    return 'it looks like a bridge for containers or virtual machines; choose it by name';
  return undefined;
}
