/** The right column of docs/coming-from.md works as it is written. */
import { firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { createMdns } from '../../src/index.js';
import { SimulatedLan } from '../../src/testing.js';
import { migrationRows, runRow, stepsOf } from './migration.js';

const rows = migrationRows();

describe('coming from another package', () => {
  it('has tables', () => {
    expect(rows.length).toBeGreaterThan(50);
    expect(rows.filter((row) => stepsOf(row) !== undefined).length).toBeGreaterThan(40);
  });

  it.each(rows)('$there', async (row) => {
    const steps = stepsOf(row);
    if (steps === undefined) return;
    await runRow(steps, { createMdns, SimulatedLan, firstValueFrom });
  });
});
