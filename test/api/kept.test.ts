/** What a service that is found or published keeps in memory, so that a change that makes it larger is noticed. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const probe = fileURLToPath(new URL('kept-probe.mjs', import.meta.url));
/** Nothing is compiled, so that no code counts. */
const flags = ['--expose-gc', '--no-opt', '--no-sparkplug', '--single-threaded'];
/** Bytes, counted with Node 20. When a change needs more for a good reason, or less, write the new count here. */
const limits = { found: 4_260, published: 10_800 };
const [node] = process.versions.node.split('.');
const TOLERANCE = node === '20' ? 0.15 : 0.5;

it.each(Object.entries(limits))('a service that is %s keeps no more bytes than before', (what, limit) => {
  const output = execFileSync(process.execPath, [...flags, '--import', 'tsx', probe, what], { encoding: 'utf8' });
  const { up, bytes } = JSON.parse(output);
  expect(up).toBe(4_000);
  expect(bytes).toBeLessThanOrEqual(limit * (1 + TOLERANCE));
  // Otherwise the limit is out of date, and guards nothing.
  expect(bytes).toBeGreaterThanOrEqual(limit * (1 - TOLERANCE));
});
