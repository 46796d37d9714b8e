import { expect } from 'vitest';
import type { Relevance } from '../../src/protocol/query/relevance.js';

/** Keeps a response unread, as a socket does that has found it not to be relevant. */
export function leaveUnread(relevance: Relevance, bytes: Uint8Array, source: string, now: number): void {
  expect(relevance.concerns(bytes)).toBe(false);
  relevance.leaveUnread(bytes, source, now);
}
