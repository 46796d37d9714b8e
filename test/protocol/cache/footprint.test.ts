/** The estimate of what the cache keeps, against the growth of the heap of a process of its own. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const probe = fileURLToPath(new URL('footprint-probe.mjs', import.meta.url));

interface Measured {
  readonly kind: string;
  readonly records: number;
  readonly estimate: number;
  readonly grown: number;
}

describe('SEC-02 the bytes that the cache counts', () => {
  const lines = execFileSync(process.execPath, ['--expose-gc', '--import', 'tsx', probe], { encoding: 'utf8' })
    .trim()
    .split('\n');
  const measured = lines.map((line): Measured => JSON.parse(line));

  it('SEC-02 are measured for every kind', () => {
    expect(measured.length).toBeGreaterThanOrEqual(10);
  });

  for (const { kind, records, estimate, grown } of measured) {
    it(`SEC-02 are right within a factor of two for ${kind}`, () => {
      expect(records).toBeGreaterThan(100);
      expect(estimate / grown).toBeGreaterThan(0.7);
      expect(estimate / grown).toBeLessThan(2);
    });
  }
});
