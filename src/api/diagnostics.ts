/**
 * What happens, on channels of `node:diagnostics_channel`, for tools that watch a program without changing it. Without
 * a subscriber nothing is published, and it costs nothing.
 */
import { channel } from 'node:diagnostics_channel';
import type { SupervisorEmitted } from '../actors/commands.js';

const channels = {
  publication: channel('mdns-actors:publication'),
  watch: channel('mdns-actors:watch'),
  status: channel('mdns-actors:status'),
  log: channel('mdns-actors:log'),
};

const all = Object.values(channels);

/** The channel of each kind of event. */
const topics: Readonly<Record<string, keyof typeof channels>> = {
  publication: 'publication',
  host: 'publication',
  watch: 'watch',
  status: 'status',
  system: 'status',
  log: 'log',
};

/** Publishes an event that the supervisor emits, unchanged. */
export function diagnose(event: SupervisorEmitted): void {
  if (!all.some(({ hasSubscribers }) => hasSubscribers)) return;
  const topic = topics[event.type.split('.', 1)[0] ?? ''];
  if (topic !== undefined && channels[topic].hasSubscribers) channels[topic].publish(event);
}
