import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SetsOfName } from '../../../src/protocol/cache/sets-of-name.js';

interface Set {
  readonly type: string;
  readonly class: number;
  next: Set | undefined;
}

const types = ['SRV', 'TXT', 'NSEC', 'A', 'AAAA', ...Array.from({ length: 12 }, (_, i) => `TYPE${100 + i}`)];
const keyOf = (set: Pick<Set, 'type' | 'class'>) => `${set.type} ${set.class}`;

it('does what a table by type and class does, with few sets and with many', () => {
  const named = fc.record({ type: fc.constantFrom(...types), class: fc.constantFrom(1, 254) });
  fc.assert(
    fc.property(fc.array(named, { maxLength: 60 }), (steps) => {
      const [sets, table] = [new SetsOfName<Set>(), new Map<string, Set>()];
      for (const step of steps) {
        const known = sets.get(step.type, step.class);
        expect(known).toBe(table.get(keyOf(step)));
        if (known === undefined) {
          const set: Set = { ...step, next: undefined };
          sets.add(set);
          table.set(keyOf(set), set);
        } else {
          sets.delete(known);
          table.delete(keyOf(known));
        }
        expect(sets.size).toBe(table.size);
        expect([...sets.values()]).toEqual([...table.values()]);
      }
    }),
  );
});

it('finds one of thousands without a search, whatever types a peer invents', () => {
  const sets = new SetsOfName<Set>();
  let read = 0;
  for (let i = 0; i < 3_000; i++) {
    const type = `TYPE${i}`;
    const set = {
      class: 1,
      next: undefined,
      get type() {
        read++;
        return type;
      },
    };
    if (sets.get(type, 1) === undefined) sets.add(set);
  }
  expect(sets.size).toBe(3_000);
  expect(read).toBeLessThan(10_000);
});
