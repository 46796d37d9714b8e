import type { SimHost } from '../sim-host.js';
import type { Checker } from './checker.js';

/**
 * No watcher is ever shown a service at the addresses of another host: a service is announced at a host name that is its own
 * (RFC 6762 section 8). For runs in which everybody hears everybody.
 */
export const ownAddresses: Checker = (world) => {
  if (world.setting.climate !== 'calm') return [];
  const addresses = new Map<number, Set<string>>();
  for (const host of world.everyHost) {
    const known = addresses.get(host.index) ?? new Set();
    addresses.set(host.index, new Set([...known, ...host.addresses]));
  }
  return world.everyHost.flatMap((watcher) =>
    watcher.watches.flatMap((watch) => strange(watch.sightings, addresses, watcher)),
  );
};

function strange(
  sightings: SimHost['watches'][number]['sightings'],
  addresses: ReadonlyMap<number, ReadonlySet<string>>,
  watcher: SimHost,
): string[] {
  return sightings.flatMap(({ at, instance }) => {
    const own = addresses.get(Math.floor(((instance.port ?? 0) - 1_000) / 10));
    const wrong = instance.addresses.map(({ address }) => address).filter((address) => !own?.has(address));
    if (wrong.length === 0) return [];
    return [
      `${watcher.label} was shown "${instance.name}" at ${wrong.join(', ')}, which its host never had, at ${at} ms`,
    ];
  });
}
