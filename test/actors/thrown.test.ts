import { describe, expect, it } from 'vitest';
import { thrownData } from '../../src/actors/thrown.js';
import { MdnsError } from '../../src/protocol/errors.js';

describe('a thrown value', () => {
  it('keeps name, message, code and stack of an error', () => {
    const error = new MdnsError('closed', 'It is over.');
    expect(thrownData(error)).toEqual({
      name: 'MdnsError',
      message: 'It is over.',
      code: 'closed',
      stack: error.stack,
    });
  });

  it.each([
    ['text', 'oh', 'oh'],
    ['a symbol', Symbol('oh'), 'a value of type symbol'],
    ['an object with functions', { f() {} }, 'a value of type object'],
    ['nothing', undefined, 'a value of type undefined'],
  ])('has a message for %s', (_, value, message) => {
    expect(thrownData(value)).toEqual({ name: 'Error', message });
  });

  it('can always be cloned', () => {
    const trap = new Proxy(new Error('oh'), {
      get() {
        throw new Error('no');
      },
    });
    const odd = Object.assign(new Error('oh'), { code: Symbol('no'), stack: () => {}, name: 7 });
    for (const value of [trap, odd, Object.create(null), () => {}, new (class extends Error {})()])
      expect(structuredClone(thrownData(value))).toEqual(thrownData(value));
  });
});
