import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { chartOf, statesIn } from '../scripts/charts/model.js';
import { MACHINES_FOLDER, machinePages, machines } from '../scripts/machines.js';
import { faultsOf, readSvg } from './support/chart-svg.js';

const pages = await machinePages();
const committed = (name: string) => readFileSync(new URL(name, MACHINES_FOLDER), 'utf8');

describe('docs/machines', () => {
  for (const [name, page] of pages) {
    it(`${name} is drawn from the machine as it is now; if not: npm run machines`, () => {
      expect(committed(name)).toBe(page);
    });
  }

  it('has no page of a machine that is gone', () => {
    expect(readdirSync(MACHINES_FOLDER).sort()).toEqual([...pages.keys()].sort());
  });
});

describe.each(machines.map(([, machine]) => chartOf(machine)))('the picture of $id', (chart) => {
  it('has each state and each transition', () => {
    const svg = committed(`${chart.id}.svg`);
    const ids = [...svg.matchAll(/data-transition="([^"]*)"/g)].flatMap(([, found = '']) => found.split(' '));
    expect(readSvg(svg).states.map(({ id }) => id)).toEqual(statesIn(chart.root).map(({ id }) => id));
    expect(new Set(ids)).toEqual(new Set(chart.transitions.map(({ id }) => id)));
  });

  it('has nothing that lies over something else', () => {
    expect(faultsOf(readSvg(committed(`${chart.id}.svg`)))).toEqual([]);
  });
});

describe('each machine', () => {
  it.each(machines.map(([, machine]) => [machine.id, machine] as const))(
    '%s breaks rather than loop',
    (_, { options }) => {
      expect(options.maxIterations).toBeLessThanOrEqual(1_000);
    },
  );
});
