const FIRST_RESTART_MS = 1_000;
const MAX_RESTART_MS = 60_000;

/** Milliseconds until an actor that broke is replaced: doubles each time. `times` counts from 1. */
export function restartPause(times: number): number {
  return Math.min(MAX_RESTART_MS, FIRST_RESTART_MS * 2 ** (times - 1));
}
