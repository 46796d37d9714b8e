/** What every test file of the suite begins with. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, inject } from 'vitest';
import { type Host, World, type WorldOptions } from './world.js';

/** `describe`, where the machine can run it; `setup.ts` has said what it lacks. */
export const describeInterop = (title: string, body: () => void): void => {
  const problems = inject('missing');
  if (problems.length === 0) describe(title, body);
  else describe.skip(`${title} (${problems.join(' ')})`, body);
};

/**
 * One world for the tests of a `describe`: made before the first, removed after the last. A program that a test starts ends
 * with the test; one that a `beforeAll` starts lasts as long as the world.
 */
export function useWorld(options: WorldOptions): { host(name: string): Host; world(): World } {
  let world: World | undefined;
  let lasting = 0;
  const current = (): World => {
    if (world === undefined) throw new Error('The world exists only within tests and hooks.');
    return world;
  };
  beforeAll(() => {
    world = new World(options);
  });
  beforeEach(() => {
    lasting = current().programs.length;
  });
  afterEach(() => current().stop(lasting));
  afterAll(() => world?.close());
  return { host: (name) => current().host(name), world: current };
}
