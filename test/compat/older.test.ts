/** TXT data of peers as bonjour 3 and bonjour-hap have it. */
import { expect, it } from 'vitest';
import { decodeTxt } from '../../src/compat/bonjour-family/older.js';
import type { ServiceInstance } from '../../src/index.js';

it.each([true, false])('a peer that sends a key __proto__ does not choose the prototype: binary %s', (binary) => {
  const txtStrings = ['__proto__=x', 'a=1', 'A=2'].map((each) => Buffer.from(each));
  const values = decodeTxt({ txtStrings } as unknown as ServiceInstance, binary);
  expect(Object.getPrototypeOf(values)).toBe(Object.prototype);
  expect(Object.entries(values).map(([key, value]) => [key, String(value)])).toEqual([
    ['__proto__', 'x'],
    ['a', '1'],
  ]);
});
