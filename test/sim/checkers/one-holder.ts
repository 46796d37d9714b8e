import type { Checker } from './checker.js';

/** A unique name has one holder once things have settled (RFC 6762 sections 8 and 9): instances and hosts alike. */
export const oneHolder: Checker = (world) => {
  const holders = new Map<string, string[]>();
  const note = (name: string, host: string) => {
    const key = name.toLowerCase();
    holders.set(key, [...(holders.get(key) ?? []), host]);
  };
  for (const host of world.alive) {
    note(host.mdns.hostname, host.label);
    for (const { published, host: own } of host.slots.values()) {
      note(`service ${published.name}`, host.label);
      if (own !== undefined) note(own, host.label);
    }
  }
  return [...holders]
    .filter(([, hosts]) => hosts.length > 1)
    .map(([name, hosts]) => `${name} is held by ${hosts.join(' and ')}`);
};
