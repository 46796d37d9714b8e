import type { SimHost, Slot } from '../sim-host.js';
import type { Checker } from './checker.js';

/** Every watcher sees what is there, as it is, and nothing else: no crashed host beyond its TTL, no withdrawn service. */
export const watchersEqualWorld: Checker = (world) => {
  const there = new Map<string, { readonly host: SimHost; readonly slot: Slot }>();
  for (const host of world.alive) {
    for (const slot of host.slots.values()) there.set(slot.published.name, { host, slot });
  }
  return world.alive.flatMap((watcher) => {
    const { watch } = watcher;
    if (!watch) return [];
    const wrong: string[] = [];
    for (const [name, { host, slot }] of there) {
      const seen = watch.seen.get(name);
      if (!seen) wrong.push(`does not see "${name}" of ${host.label}`);
      else wrong.push(...differences(seen, host, slot).map((what) => `sees "${name}" of ${host.label} with ${what}`));
    }
    for (const name of watch.seen.keys()) if (!there.has(name)) wrong.push(`still sees "${name}"`);
    return wrong.map((what) => `${watcher.label} ${what}`);
  });
};

function differences(
  seen: NonNullable<SimHost['watch']>['seen'] extends Map<string, infer T> ? T : never,
  { mdns, addresses }: SimHost,
  { port, version, host = mdns.hostname }: Slot,
): string[] {
  const wrong: string[] = [];
  if (seen.host.toLowerCase() !== host.toLowerCase()) wrong.push(`host ${seen.host}, not ${host}`);
  if (seen.port !== port) wrong.push(`port ${seen.port}, not ${port}`);
  if (seen.txt.v !== String(version)) wrong.push(`TXT v=${String(seen.txt.v)}, not ${version}`);
  const found = seen.addresses.map(({ address }) => address);
  if (found.length === 0) wrong.push('no address');
  const strange = found.filter((address) => !addresses.includes(address));
  if (strange.length > 0) wrong.push(`addresses ${strange.join(', ')}, which it has not`);
  return wrong;
}
