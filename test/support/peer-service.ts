/** The service of a peer, and hosts that look for it without publishing anything. */
import { service } from './records.js';
import type { TestHost, World } from './world.js';

export const TYPE = '_t._tcp.local';
export const TYPES = '_services._dns-sd._udp.local';
export const INSTANCE = `I.${TYPE}`;

/** The records of `I._t._tcp.local` on `p.local`. */
export const all = service('I', TYPE, 'p.local', 80, { addresses: ['198.18.0.200'], txt: ['a=1'] });

/** Options of a host that sends nothing of its own accord. */
export const IDLE = { announceHost: false, scanIntervalMs: 3_600_000 } as const;

export function idleHost(world: World, options: Parameters<World['host']>[1] = {}) {
  const h1 = world.host('h1', { ...IDLE, ...options });
  world.advance(1_000);
  return h1;
}

export function askedNames(host: TestHost): Set<string> {
  return new Set(host.sent({ kind: 'query' }).flatMap(({ message }) => message.questions.map(({ name }) => name)));
}

/** A host that has browsed for a while, with a peer that has said nothing yet. */
export function browsing(world: World, options: Parameters<World['host']>[1] = IDLE) {
  const peer = world.peer();
  const h1 = world.host('h1', options);
  world.advance(1_000);
  const browse = world.record(h1.mdns.browse('t'));
  world.advance(4_000);
  return { peer, h1, browse };
}
