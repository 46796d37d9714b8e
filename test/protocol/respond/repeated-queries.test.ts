import { describe, expect, it } from 'vitest';
import { MAX_REPEATED_QUERIES, RepeatedQueries } from '../../../src/protocol/respond/repeated-queries.js';
import { decodeMessage } from '../../../src/protocol/wire/decode.js';
import { address, query, question, srv } from '../../support/records.js';
import { from } from './responder-bench.js';

const PEER = '192.0.2.77';
const bytesOf = (name: string) => query({ questions: [question(name, 'A', { qu: true })] });

/** Remembers it, unless it is of another kind. @returns whether it is known when it comes again */
function isKept(queries: RepeatedQueries, bytes: Uint8Array, asker = from(PEER)): boolean {
  const { message } = decodeMessage(bytes);
  if (message) queries.remember(bytes, message, asker);
  return queries.hear(bytes.slice(), PEER) !== undefined;
}

describe('repeated queries', () => {
  it('are those of the same bytes from the same host', () => {
    const queries = new RepeatedQueries();
    const bytes = bytesOf('h.local');
    expect(queries.hear(bytes, PEER)).toBeUndefined();
    expect(isKept(queries, bytes)).toBe(true);
    expect(queries.hear(bytes, PEER)).toMatchObject({ from: from(PEER), message: decodeMessage(bytes).message });
    expect(queries.hear(bytes, '192.0.2.78')).toBeUndefined();
    expect(queries.hear(bytesOf('H.local'), PEER)).toBeUndefined();
    expect(queries.hear(bytes.slice(0, -1), PEER)).toBeUndefined();
    // The bytes of a datagram belong to whoever reads it.
    bytes.fill(0);
    expect(queries.hear(bytesOf('h.local'), PEER)).toBeDefined();
    queries.clear();
    expect(queries.hear(bytesOf('h.local'), PEER)).toBeUndefined();
  });

  it('KAS-01 have one question and nothing that decides what is answered', () => {
    const one = question('h.local', 'A');
    const isRemembered = (parts: Parameters<typeof query>[0]) => isKept(new RepeatedQueries(), query(parts));
    expect(isRemembered({ questions: [one] })).toBe(true);
    expect(isRemembered({ questions: [one, question('i.local', 'A')] })).toBe(false);
    expect(isRemembered({ questions: [one], answers: [address('h.local', '192.0.2.10')] })).toBe(false);
    expect(isRemembered({ questions: [one], authorities: [srv('h.local', 'h.local')] })).toBe(false);
    expect(isRemembered({ questions: [one], additionals: [address('h.local', '192.0.2.10')] })).toBe(false);
    expect(isRemembered({ questions: [one], truncated: true })).toBe(false);
    expect(isRemembered({})).toBe(false);
  });

  it('come from Multicast DNS queriers, to the group', () => {
    const bytes = bytesOf('h.local');
    expect(isKept(new RepeatedQueries(), bytes, from(PEER, { port: 4_000 }))).toBe(false);
    expect(isKept(new RepeatedQueries(), bytes, from(PEER, { to: 'unicast' }))).toBe(false);
  });

  it('are bounded: the oldest are forgotten first, and what a question cannot have is not kept', () => {
    const queries = new RepeatedQueries();
    for (let i = 0; i <= MAX_REPEATED_QUERIES; i++) isKept(queries, bytesOf(`h${i}.local`));
    expect(queries.hear(bytesOf('h0.local'), PEER)).toBeUndefined();
    expect(queries.hear(bytesOf('h1.local'), PEER)).toBeDefined();
    expect(JSON.stringify(queries)).toBe(JSON.stringify({ queries: MAX_REPEATED_QUERIES }));
    const bytes = bytesOf('h.local');
    const { message } = decodeMessage(bytes);
    const padded = new Uint8Array(300);
    padded.set(bytes);
    if (message) queries.remember(padded, message, from(PEER));
    expect(queries.hear(padded, PEER)).toBeUndefined();
  });
});
