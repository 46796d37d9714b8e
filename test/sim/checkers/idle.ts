import { renderPacket } from '../../support/packet-log.js';
import type { Checker } from './checker.js';

/** Milliseconds after which everything is announced and answered, once nobody watches and nothing changes. */
export const CALMING_TIME = 10_000;

/** Nothing is sent while nobody watches and nothing changes: no timer of ours talks. */
export function silentSince(start: number): Checker {
  return (world) =>
    world.log.packets.filter(({ time }) => time >= start).map((packet) => `sent while idle: ${renderPacket(packet)}`);
}
