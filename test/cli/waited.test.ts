import { expect, it } from 'vitest';
import { waited } from '../../src/cli/session.js';

const LONG_MS = 10_000_000;

it('a wait ends when its time is over, and with the stop', async () => {
  await waited(1, new AbortController().signal);
  const stop = new AbortController();
  const wait = waited(LONG_MS, stop.signal);
  stop.abort();
  await wait;
  expect(await waited(LONG_MS, stop.signal)).toBeUndefined();
});
