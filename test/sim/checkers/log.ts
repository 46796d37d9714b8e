import type { Checker } from './checker.js';

/** Nothing that happens on a network is an error of ours. */
export const noErrors: Checker = (world) =>
  world.everyHost.flatMap(({ label, errors }) => errors.map((message) => `${label} logged an error: ${message}`));
