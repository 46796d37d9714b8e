/**
 * How long tests in real time wait. What happens by itself may take minutes on a busy machine, and costs a test nothing when it
 * comes sooner. What takes all of its time, such as a `discover`, gets more in proportion to how slow the machine is now.
 */
import { spawnSync } from 'node:child_process';

/** Milliseconds after which a test gives up what should have happened. */
export const PATIENCE_MS = 600_000;

/** Milliseconds in which an idle machine starts Node.js. */
const IDLE_START_MS = 50;

/** How many times slower than an idle machine this one starts a process just now; at least 1. */
export function slowness(): number {
  const began = performance.now();
  spawnSync(process.execPath, ['--eval', '0']);
  return Math.max(1, (performance.now() - began) / IDLE_START_MS);
}
