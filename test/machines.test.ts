import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MACHINES_FOLDER, machinePages } from '../scripts/machines.js';

describe('docs/machines', () => {
  for (const [name, page] of machinePages()) {
    it(`${name} is drawn from the machine as it is now; if not: npm run machines`, () => {
      expect(readFileSync(new URL(name, MACHINES_FOLDER), 'utf8')).toBe(page);
    });
  }

  it('has no page of a machine that is gone', () => {
    expect(readdirSync(MACHINES_FOLDER).sort()).toEqual([...machinePages().keys()].sort());
  });
});
