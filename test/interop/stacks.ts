/** Every implementation by its kind, for tests that are the same for several. */
import { Avahi } from './avahi.js';
import { Ours } from './ours.js';
import type { Stack } from './stack.js';
import type { Host } from './world.js';
import { Zeroconf } from './zeroconf.js';

export const kinds = {
  Avahi: (host: Host): Promise<Stack> => Avahi.start(host),
  'python-zeroconf': (host: Host): Promise<Stack> => Promise.resolve(new Zeroconf(host)),
  'mdns-actors': (host: Host): Promise<Stack> => Promise.resolve(new Ours(host)),
} as const;

export type Kind = keyof typeof kinds;

/** The implementations that we did not write. */
export const others: readonly Kind[] = ['Avahi', 'python-zeroconf'];

export const networks = [
  { families: 'IPv4 and IPv6', ipv4: true, ipv6: true },
  { families: 'IPv4 only', ipv4: true, ipv6: false },
  { families: 'IPv6 only', ipv4: false, ipv6: true },
] as const;
