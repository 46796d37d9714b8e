/** What a host asked, and when; and whether times are spread as they should be. */
import { expect } from 'vitest';
import { nameKey } from '../../src/protocol/name.js';
import type { SentPacket } from './packet-log.js';
import { renderQuestion } from './records.js';
import type { TestHost } from './world.js';

/** The questions of a packet as text: `_t._tcp.local PTR`, or `_t._tcp.local PTR QU`. */
export function questionsOf({ message }: SentPacket): string[] {
  return message.questions.map(renderQuestion);
}

/** The queries of a host with a question for `name` and `type`, case aside. */
export function queriesFor(
  host: TestHost,
  name: string,
  type: string,
  range: { readonly since?: number; readonly before?: number } = {},
): SentPacket[] {
  const isAsked = ({ message }: SentPacket) =>
    message.questions.some((question) => nameKey(question.name) === nameKey(name) && question.type === type);
  return host.sent({ kind: 'query', ...range }).filter(isAsked);
}

/** The times of such queries. */
export function askedAt(...about: Parameters<typeof queriesFor>): number[] {
  return queriesFor(...about).map(({ time }) => time);
}

/** The differences between neighbours. */
export function gapsOf(times: readonly number[]): number[] {
  return times.slice(1).map((time, i) => time - (times[i] ?? 0));
}

/** All samples lie between `min` and `max`, and each quarter of that range holds 20 to 30 percent of them. */
export function expectUniform(samples: readonly number[], min: number, max: number): void {
  const quarters = [0, 0, 0, 0];
  for (const sample of samples) {
    expect(sample).toBeGreaterThanOrEqual(min - 1e-6);
    expect(sample).toBeLessThanOrEqual(max + 1e-6);
    const quarter = Math.min(3, Math.floor(((sample - min) / (max - min)) * 4));
    quarters[quarter] = (quarters[quarter] ?? 0) + 1;
  }
  for (const count of quarters) {
    expect(count / samples.length, `quarters: ${quarters.join(', ')}`).toBeGreaterThanOrEqual(0.2);
    expect(count / samples.length, `quarters: ${quarters.join(', ')}`).toBeLessThanOrEqual(0.3);
  }
}
