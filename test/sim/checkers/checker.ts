import type { SimWorld } from '../sim-world.js';

/** Says what is wrong with a world, in words; nothing when all is well. */
export type Checker = (world: SimWorld) => string[];
