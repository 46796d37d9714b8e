/**
 * What a contender written for Node prints: JSON lines. `browse COUNT` opens a browse and says `found` with the seconds that it
 * took until COUNT services were resolved; `answer COUNT` publishes `Own 0._own._tcp` and so on, and says `ready`. SIGUSR2 asks
 * for a `state`: how many are up, what it threw away, and the event loop's delay since the last one.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

export const [role, argument] = process.argv.slice(2);
export const count = Number(argument);
/** The services of `answer`. */
export const own = Array.from({ length: count }, (_, i) => ({ name: `Own ${i}`, type: 'own', port: 1 + i }));

export function say(event, more = {}) {
  console.log(JSON.stringify({ event, ...more }));
}

/** Answers SIGUSR2 with what `read` returns. */
export function meter(read = () => ({})) {
  const delay = monitorEventLoopDelay();
  delay.enable();
  process.on('SIGUSR2', () => {
    say('state', { ...read(), delay: delay.percentile(99.9) / 1e6 });
    delay.reset();
  });
}

/** Sockets are open when the browse begins; from then on it is timed. `isUp(key)` and `isDown(key)` are for the browser to call. */
export async function timed(open, more = () => ({})) {
  const up = new Set();
  meter(() => ({ up: up.size, ...more() }));
  await sleep(1_000);
  const began = performance.now();
  let isFound = false;
  const isUp = (key) => {
    up.add(key);
    if (isFound || up.size < count) return;
    isFound = true;
    say('found', { count, seconds: (performance.now() - began) / 1_000 });
  };
  open(isUp, (key) => up.delete(key));
}
