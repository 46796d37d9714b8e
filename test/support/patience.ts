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

/**
 * Microseconds of processor time that `work` takes, the least of several rounds: other programs lengthen it little. User and
 * system time together are exact, while the system estimates how they divide.
 */
export function processorTime(work: () => void, rounds: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const start = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(start);
    least = Math.min(least, user + system);
  }
  return Math.max(1, least);
}
