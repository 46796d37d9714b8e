/** Explains, in sentences for people, what keeps the network from working. */
import type { Status } from '../actors/commands.js';

/**
 * What is wrong; undefined if nothing is, or it is too early to say.
 *
 * @param named the interfaces that the user named, by name or address
 */
export function problemOf(status: Status, named: readonly string[]): string | undefined {
  if (status.state === 'starting' || status.state === 'closed') return undefined;
  const missing = missingInterfaces(status, named);
  if (missing !== undefined) return isUnusable(status) ? missing : [faultOf(status), missing].filter(Boolean).join(' ');
  if (!isUnusable(status)) return faultOf(status);
  if (status.links.length === 0) return 'No network interface is up.';
  return `None of the interfaces ${interfacesOf(status)} is used: "mdns-actors interfaces" says why. Choose with --interface or --loopback.`;
}

/** Whether no interface is used or tried: nothing can be received until one appears. */
export function isUnusable({ state, links, domains = [] }: Status): boolean {
  return state === 'down' && domains.length === 0 && links.every((link) => link.state === 'unused');
}

/** The named interfaces that do not exist, and those that do; undefined if none is missing. */
export function missingInterfaces(status: Status, named: readonly string[]): string | undefined {
  const isThere = (name: string) =>
    status.links.some((link) => link.interface === name || link.addresses.includes(name));
  const missing = named.filter((name) => !isThere(name));
  if (missing.length === 0) return undefined;
  const names = missing.map((name) => JSON.stringify(name)).join(' or ');
  return `There is no interface ${names}; there are ${interfacesOf(status)}.`;
}

function interfacesOf({ links }: Status): string {
  const names = [...new Set(links.map((link) => link.interface))];
  return names.length === 0 ? 'none' : names.join(', ');
}

function faultOf({ links, domains = [] }: Status): string | undefined {
  const lost = domains.find(({ state }) => state === 'retrying' || state === 'refused');
  if (lost?.reason) return lost.reason;
  const reason = links.find(({ state, fault }) => fault !== undefined || state === 'retrying')?.reason;
  if (reason === undefined) return undefined;
  const working = links.filter((link) => link.state === 'up').map((link) => `${link.interface}/${link.family}`);
  return `${working.length === 0 ? 'Nothing works now' : `Only ${working.join(', ')} works`}: ${reason}`;
}
