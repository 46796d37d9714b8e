import type { SimHost } from '../sim-host.js';
import type { Checker } from './checker.js';

/** Milliseconds for which the host and service records of a crashed host are kept at most: 120 s, and the grace of 10.2. */
const AFTERLIFE = 121_000;

/**
 * No watcher is ever shown a service at the addresses of another host: a service is announced at a host name that is its own
 * (RFC 6762 section 8). For runs in which everybody hears everybody.
 *
 * When a host crashes, another may take the name of a host for which they compete. Until the records of the crashed one expire,
 * its services lead to the new holder of the name, and for a second those of the new one to both.
 */
export const ownAddresses: Checker = (world) => {
  if (world.setting.climate !== 'calm') return [];
  return world.everyHost.flatMap((watcher) =>
    watcher.watches.flatMap((watch) => strange(watch.sightings, world.everyHost, watcher)),
  );
};

function strange(
  sightings: SimHost['watches'][number]['sightings'],
  hosts: readonly SimHost[],
  watcher: SimHost,
): string[] {
  return sightings.flatMap(({ at, event, instance }) => {
    // It is what was shown last.
    if (event === 'down') return [];
    const { index, competes } = holderOf(instance.port ?? 0);
    const own = hosts.filter((host) => host.index === index);
    const hasCrashed = ({ crashedAt = -Infinity }: SimHost) => crashedAt <= at && at - crashedAt < AFTERLIFE;
    const mayBe = (address: string) => {
      if (own.some(({ addresses }) => addresses.includes(address))) return true;
      const others = hosts.filter(({ addresses }) => addresses.includes(address));
      return competes && others.length > 0 && [...own, ...others].some(hasCrashed);
    };
    const wrong = instance.addresses.map(({ address }) => address).filter((address) => !mayBe(address));
    if (wrong.length === 0) return [];
    return [
      `${watcher.label} was shown "${instance.name}" at ${wrong.join(', ')}, which its host never had, at ${at} ms`,
    ];
  });
}

/** The host that publishes at a port, and whether it does so at a host name for which others compete (`SimHost.publish`). */
function holderOf(port: number): { index: number; competes: boolean } {
  return { index: Math.floor((port - 1_000) / 10), competes: (port % 10) % 3 === 2 };
}
