/** What a service that is found keeps in memory, so that a change that makes it larger is noticed. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const probe = fileURLToPath(new URL('kept-probe.mjs', import.meta.url));
/** Nothing is compiled, so that no code counts. */
const flags = ['--expose-gc', '--no-opt', '--no-sparkplug', '--single-threaded'];
/** Bytes, counted with Node 20. When a change needs more for a good reason, or less, write the new count here. */
const LIMIT = 4_700;
const [node] = process.versions.node.split('.');
const TOLERANCE = node === '20' ? 0.15 : 0.5;

it('a service that is found keeps no more bytes than before', () => {
  const output = execFileSync(process.execPath, [...flags, '--import', 'tsx', probe], { encoding: 'utf8' });
  const { up, bytes } = JSON.parse(output);
  expect(up).toBe(4_000);
  expect(bytes).toBeLessThanOrEqual(LIMIT * (1 + TOLERANCE));
  // Otherwise the limit is out of date, and guards nothing.
  expect(bytes).toBeGreaterThanOrEqual(LIMIT * (1 - TOLERANCE));
});
