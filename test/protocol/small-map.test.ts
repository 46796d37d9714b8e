import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SmallMap } from '../../src/protocol/small-map.js';

it('does what a Map does, whatever is set, deleted and cleared', () => {
  const key = fc.constantFrom('a', 'b', 'c');
  const step = fc.oneof(
    fc.record({ do: fc.constant('set' as const), key, value: fc.nat(9) }),
    fc.record({ do: fc.constant('delete' as const), key }),
    fc.record({ do: fc.constant('clear' as const) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const [small, map] = [new SmallMap<string, number>(), new Map<string, number>()];
      for (const each of steps) {
        if (each.do === 'set') {
          small.set(each.key, each.value);
          map.set(each.key, each.value);
        } else if (each.do === 'delete') expect(small.delete(each.key)).toBe(map.delete(each.key));
        else {
          small.clear();
          map.clear();
        }
        expect(small.size).toBe(map.size);
        expect([...small.values()]).toEqual([...map.values()]);
        for (const one of ['a', 'b', 'c']) {
          expect([small.has(one), small.get(one)]).toEqual([map.has(one), map.get(one)]);
        }
      }
    }),
  );
});

it('may lose entries while they are walked through', () => {
  for (const keys of [['a'], ['a', 'b', 'c']]) {
    const map = new SmallMap<string, string>();
    for (const key of keys) map.set(key, key);
    for (const key of map.values()) map.delete(key);
    expect(map.size).toBe(0);
  }
});
