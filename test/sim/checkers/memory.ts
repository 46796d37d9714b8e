import type { Tables } from '../tables.js';
import type { Checker } from './checker.js';

/** A host keeps no more than it did at its start, when it published nothing and knew nobody. */
export function memoryAsAtStart(startOf: (host: string) => Tables | undefined): Checker {
  return (world) =>
    world.alive.flatMap((host) => {
      const start = startOf(host.label);
      if (!start) return [];
      return Object.entries(host.tables)
        .filter(([path, size]) => size > (start[path] ?? 0))
        .map(([path, size]) => `${host.label} keeps ${size} in ${path}, ${start[path] ?? 0} at its start`);
    });
}
