import type { Checker } from './checker.js';

/** Nothing is armed or open after everything was closed. */
export const nothingLeft: Checker = (world) => [
  ...world.everyHost.flatMap(({ label, network, state, mdns }) => [
    ...(network.openLinks === 0 ? [] : [`${label} has ${network.openLinks} links open`]),
    ...(network.pendingTimers === 0 ? [] : [`${label} has ${network.pendingTimers} timers armed`]),
    ...(state === 'crashed' || mdns.status.state === 'closed' ? [] : [`${label} says that it is ${mdns.status.state}`]),
  ]),
  ...(world.clock.pending === 0 ? [] : [`${world.clock.pending} timers are armed`]),
];
