import { describe, expect, it } from 'vitest';
import { nearest, type ObjectShape, readObject } from '../../../src/protocol/shape/object-reader.js';
import { atLeast, flag, listOf, oneOf, shown, text, whole } from '../../../src/protocol/shape/reader.js';

interface Given {
  readonly name: string;
  readonly count?: number;
  readonly tags?: readonly string[];
}

const shape: ObjectShape<Given> = {
  of: 'call',
  example: '{ name: "x" }',
  fields: {
    name: text('give text', 'invalid-name'),
    count: whole(0, 9),
    tags: listOf(text('give text'), 'give a list'),
  },
  required: ['name'],
  foreign: { label: 'write "name"' },
};

describe('an object that is read', () => {
  it('is a plain copy of what is known, each field read once', () => {
    let reads = 0;
    const tags = ['a'];
    const given = {
      tags,
      count: undefined,
      get name() {
        reads++;
        return 'x';
      },
    };
    const read = readObject(shape, given);
    expect(read).toEqual({ name: 'x', tags: ['a'] });
    expect(Object.keys(read)).not.toContain('count');
    expect(reads).toBe(1);
    expect(read.tags).not.toBe(tags);
  });

  it('may have inherited fields, and a null prototype', () => {
    class Base {
      get name() {
        return 'x';
      }
    }
    expect(readObject(shape, new Base())).toEqual({ name: 'x' });
    expect(readObject(shape, Object.assign(Object.create(null), { name: 'x' }))).toEqual({ name: 'x' });
  });

  it.each<[string, unknown, string, RegExp]>([
    ['nothing', undefined, 'invalid-option', /call got nothing: give an object such as \{ name: "x" \}/],
    ['a Map', new Map([['name', 'x']]), 'invalid-option', /call got an object/],
    ['a missing field', {}, 'invalid-name', /"name" is missing: give text/],
    ['a wrong field', { name: 'x', count: '5' }, 'invalid-option', /"count" is "5": give a whole number from 0 to 9/],
    ['a wrong item', { name: 'x', tags: ['a', 5] }, 'invalid-option', /"tags"\[1\] is 5: give text/],
    ['a hole in a list', { name: 'x', tags: new Array(1) }, 'invalid-option', /"tags"\[0\] is missing/],
    ['a slip', { nmae: 'x' }, 'invalid-option', /no option "nmae": did you mean "name"/],
    ['a foreign name', { label: 'x' }, 'invalid-option', /no option "label": write "name"/],
    [
      'another name',
      { name: 'x', zzz: 1 },
      'invalid-option',
      /no option "zzz": leave it out; there are name, count, tags/,
    ],
    ['__proto__ from JSON', JSON.parse('{ "name": "x", "__proto__": {} }'), 'invalid-option', /no option "__proto__"/],
    ['a long name', { ['x'.repeat(10_000)]: 1 }, 'invalid-option', /^.{0,200}$/],
  ])('is refused for %s', (_, given, code, message) => {
    expect(() => readObject(shape, given)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
  });
});

describe('the nearest name', () => {
  it.each([
    ['subtype', 'subtypes'],
    ['hostName', 'hostname'],
    ['intefraces', 'interfaces'],
    ['ttls', 'ttl'],
    ['timeoutMs', 'timeout'],
    ['colour', undefined],
    ['x', undefined],
    ['', undefined],
  ])('of %j is %j', (name, expected) => {
    expect(nearest(name, ['hostname', 'interfaces', 'ttl', 'subtypes', 'timeout'])).toBe(expected);
  });
});

describe('a value', () => {
  it.each<[unknown, string]>([
    ['a"b', '"a\\"b"'],
    ['x'.repeat(100), `"${'x'.repeat(60)}..."`],
    [undefined, 'missing'],
    [null, 'null'],
    [-0, '-0'],
    [Number.NaN, 'NaN'],
    [5n, '5n'],
    [Symbol('s'), 'a symbol'],
    [() => 1, 'a function'],
    [[1], 'an array'],
    [{}, 'an object'],
  ])('%s is shown as %s', (value, expected) => {
    expect(shown(value)).toBe(expected);
  });

  it('is taken or refused', () => {
    expect(whole(0, 9)(-0, 'x')).toBe(0);
    expect(atLeast(1, 'ms')(1.5, 'x')).toBe(1.5);
    expect(flag(false, 'x')).toBe(false);
    expect(oneOf(['a', 'b'])('b', 'x')).toBe('b');
    expect(() => atLeast(1, 'ms')(Number.POSITIVE_INFINITY, 'x')).toThrow(
      /x is Infinity: give a number of ms, at least 1/,
    );
    expect(() => oneOf(['a', 'b'])('c', 'x')).toThrow(/x is "c": give "a" or "b"/);
  });
});
