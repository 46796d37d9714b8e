import type { Stay } from '../presence.js';
import type { Watch } from '../sim-host.js';
import type { Checker } from './checker.js';

/** Milliseconds in which news reaches a watcher on a calm LAN, and a goodbye's last second (RFC 6762 section 10.1) is over. */
const NEWS = 3_000;

/** Whatever happens, an instance is up, changes, is down, in that order. */
export const inOrder: Checker = (world) =>
  world.everyHost.flatMap((host) =>
    host.watches.flatMap(({ sightings }) => {
      const up = new Set<string>();
      return sightings.flatMap(({ at, event, instance: { name } }) => {
        const isFine = event === 'up' ? !up.has(name) : up.has(name);
        if (event === 'up') up.add(name);
        if (event === 'down') up.delete(name);
        return isFine ? [] : [`${host.label} saw "${name}" ${event} at ${at} ms, out of order`];
      });
    }),
  );

/** Of a calm world: one up for each real arrival, and one down for each real departure. */
export const oneUpForEachArrival: Checker = (world) => {
  if (world.setting.climate !== 'calm') return [];
  const names = new Set(world.presence.stays.map(({ name }) => name));
  for (const host of world.everyHost) {
    for (const { sightings } of host.watches) for (const { instance } of sightings) names.add(instance.name);
  }
  const ghostTime = ghostTimeOf(world.setting.ttl.other);
  return world.everyHost.flatMap((host) =>
    host.watches.flatMap((watch) =>
      [...names].flatMap((name) => {
        const stays = world.presence.stays.filter((stay) => stay.name === name);
        const { least, most } = arrivals(stays, watch, world.now, ghostTime);
        const ups = watch.sightings.filter(({ event, instance }) => event === 'up' && instance.name === name).length;
        if (ups >= least && ups <= most) return [];
        return [`${host.label} saw "${name}" come ${ups} times, not ${least} to ${most} times`];
      }),
    ),
  );
};

/** Milliseconds for which what a crashed host said may still be believed. */
function ghostTimeOf(ttlSeconds: number): number {
  return ttlSeconds * 1_000 + NEWS;
}

/** How often a watcher must and may have seen a name come: whether a short absence shows depends on when exactly it was. */
function arrivals(stays: readonly Stay[], watch: Watch, now: number, ghostTime: number) {
  const end = watch.closedAt ?? now;
  let least = 0;
  let most = 0;
  /** Until when what was there before may or must still be believed. */
  let believedAtMost = Number.NEGATIVE_INFINITY;
  for (const stay of [...stays].sort((a, b) => a.earliest - b.earliest)) {
    const lastBelieved = stay.end === 'crash' ? stay.to + ghostTime : stay.to + NEWS;
    const maySee = stay.earliest < end && lastBelieved > watch.openedAt;
    if (maySee) {
      most++;
      const isLongEnough = Math.min(stay.to, end) - Math.max(stay.from, watch.openedAt) > NEWS;
      if (isLongEnough && stay.earliest > believedAtMost) least++;
    }
    believedAtMost = Math.max(believedAtMost, lastBelieved);
  }
  return { least: least === 0 && most > 0 && certainlySeen(stays, watch, end) ? 1 : least, most };
}

/** Whether any stay was long enough to be seen, whatever came before it. */
function certainlySeen(stays: readonly Stay[], watch: Watch, end: number): boolean {
  return stays.some((stay) => Math.min(stay.to, end) - Math.max(stay.from, watch.openedAt) > NEWS);
}
