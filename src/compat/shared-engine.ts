/** One `Mdns` for all replacements that ask for the same options, however many of them run in this process. */
import { createMdns, type Mdns, type MdnsOptions, NodeNetwork } from '../index.js';

/** Options that can be compared as text. */
export type SharedOptions = Pick<
  MdnsOptions,
  'hostname' | 'ipv4' | 'ipv6' | 'announcements' | 'announceHost' | 'reannounce' | 'ttl'
> & {
  readonly interfaces?: 'loopback' | readonly string[];
};

export interface SharedEngine {
  readonly mdns: Mdns;
  /** The network of `mdns`: its clock, and the interfaces. */
  readonly network: NodeNetwork;
  /** Ends this use, once. Resolves when the `Mdns` is closed, or at once while others use it. */
  release(): Promise<void>;
}

interface Shared {
  readonly mdns: Mdns;
  readonly network: NodeNetwork;
  users: number;
}

const engines = new Map<string, Shared>();

/**
 * The engine with these options.
 *
 * @param holds whether it keeps the process alive until it is released, as the sockets of most replaced packages do
 * @throws MdnsError `invalid-option`, `invalid-name`
 */
export function shareEngine(options: SharedOptions, holds = true): SharedEngine {
  const key = keyOf(options);
  const shared = engines.get(key) ?? create(options);
  engines.set(key, shared);
  shared.users += 1;
  const letGo = holds ? shared.network.keepAlive() : () => {};
  let isReleased = false;
  return {
    mdns: shared.mdns,
    network: shared.network,
    release: async () => {
      if (isReleased) return;
      isReleased = true;
      letGo();
      shared.users -= 1;
      if (shared.users > 0) return;
      // Who asks from now on gets another one: this one is about to say goodbye.
      engines.delete(key);
      await shared.mdns.close();
    },
  };
}

function create(options: SharedOptions): Shared {
  const network = new NodeNetwork();
  // The replaced packages name hosts themselves, and announce no other.
  const mdns = createMdns({ announceHost: false, ...options, network, keepAlive: false });
  return { mdns, network, users: 0 };
}

function keyOf(options: SharedOptions): string {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return JSON.stringify(given.sort(([a], [b]) => (a < b ? -1 : 1)));
}
