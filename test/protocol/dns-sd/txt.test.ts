import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type TxtInput,
  type TxtWarning,
  txtAttributes,
  txtStrings,
  txtText,
} from '../../../src/protocol/dns-sd/txt.js';
import { MdnsError } from '../../../src/protocol/errors.js';
import { txtData } from '../../../src/protocol/txt-strings.js';

const bytes = (text: string) => new TextEncoder().encode(text);
const texts = (strings: readonly Uint8Array[]) => strings.map((string) => Buffer.from(string).toString('latin1'));

function refusal(input: unknown): MdnsError {
  try {
    txtStrings(input as TxtInput);
  } catch (error) {
    if (error instanceof MdnsError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

function warnings(input: TxtInput): TxtWarning[] {
  const heard: TxtWarning[] = [];
  txtStrings(input, (warning) => heard.push(warning));
  return heard;
}

describe('txtStrings', () => {
  it('TXT-08 tells absent, present, empty and given values apart', () => {
    const input = { flag: true, empty: '', text: 'a=b', number: 8, off: false, none: null, missing: undefined };
    expect(texts(txtStrings(input))).toEqual(['flag', 'empty=', 'text=a=b', 'number=8']);
  });

  it('TXT-08 writes bytes as they are', () => {
    expect(txtStrings({ k: Uint8Array.of(0, 255, 61) })).toEqual([Uint8Array.of(0x6b, 0x3d, 0, 255, 61)]);
  });

  it('TXT-06 keeps case and order', () => {
    expect(texts(txtStrings({ Zeta: '1', alpha: '2' }))).toEqual(['Zeta=1', 'alpha=2']);
  });

  it('TXT-01 has no string when there is nothing to say', () => {
    expect(txtStrings({})).toEqual([]);
    expect(txtStrings([])).toEqual([]);
  });

  it('takes strings as they are', () => {
    expect(txtStrings([''])).toEqual([new Uint8Array(0)]);
    expect(texts(txtStrings(['hoo haa', 'haa hoo']))).toEqual(['hoo haa', 'haa hoo']);
    expect(txtStrings([Uint8Array.of(255), '=x'])).toEqual([Uint8Array.of(255), bytes('=x')]);
  });

  it('copies, and shares no buffer', () => {
    const value = Uint8Array.of(1);
    const [string] = txtStrings([value]);
    value[0] = 2;
    expect(string).toEqual(Uint8Array.of(1));
    expect(txtStrings(['a', Buffer.from('b')]).map((s) => s.buffer.byteLength)).toEqual([1, 1]);
  });

  it.each(['', 'a=b', 'é', 'tab\t', 'del\x7f'])('TXT-05 refuses the key "%s"', (key) => {
    expect(refusal({ [key]: 'v' })).toMatchObject({
      code: 'invalid-txt',
      message: expect.stringContaining(`"${key}"`),
    });
  });

  it.each([' ', '~', 'a b', '!', '<', '>', '__proto__'])('TXT-05 accepts the key "%s"', (key) => {
    expect(texts(txtStrings(Object.fromEntries([[key, 'v']])))).toEqual([`${key}=v`]);
  });

  it('TXT-07 refuses a key that differs in case alone', () => {
    expect(refusal({ Paper: 'a4', PAPER: 'a5' })).toMatchObject({
      code: 'invalid-txt',
      message: expect.stringContaining('PAPER'),
    });
    expect(texts(txtStrings({ Paper: 'a4', PAPER: false }))).toEqual(['Paper=a4']);
  });

  it('TXT-03 limits a string to 255 bytes, key and "=" included', () => {
    expect(txtStrings({ k: 'x'.repeat(253) })[0]).toHaveLength(255);
    expect(refusal({ k: 'x'.repeat(254) }).message).toMatch(/"k".*256.*255/);
    expect(refusal({ ['k'.repeat(256)]: true }).message).toMatch(/256.*255/);
    expect(refusal({ k: 'é'.repeat(127) }).message).toMatch(/256.*255/);
    expect(txtStrings(['x'.repeat(255)])[0]).toHaveLength(255);
    expect(refusal(['ok', 'x'.repeat(256)]).message).toMatch(/1.*256.*255/);
  });

  it('TXT-03 limits the whole record to 8600 bytes, length bytes included', () => {
    const full = [...new Array<string>(33).fill('x'.repeat(255)), 'x'.repeat(151)];
    expect(txtStrings(full)).toHaveLength(34);
    expect(refusal([...full, '']).message).toMatch(/8601.*8600/);
  });

  it.each([[{ k: Number.NaN }], [{ k: {} }], [{ k: () => 1 }], [[1]], [[null]]])(
    'refuses a wrong kind: %o',
    (input) => {
      expect(refusal(input).code).toBe('invalid-txt');
    },
  );

  it('TXT-03 TXT-04 TXT-05 warns of what is discouraged', () => {
    expect(warnings({ good: 'x', ninechars: 'x' })).toEqual([]);
    expect(warnings({ tencharsxx: 'x' })).toMatchObject([{ key: 'tencharsxx' }]);
    expect(warnings({ Port: 80, target: 'x' })).toMatchObject([{ key: 'Port' }, { key: 'target' }]);
    expect(warnings(new Array<string>(5).fill('x'.repeat(255)))).toEqual([]);
    const large = warnings([...new Array<string>(5).fill('x'.repeat(255)), 'x'.repeat(20)]);
    expect(large).toEqual([{ message: expect.stringContaining('1301') }]);
  });
});

describe('txtAttributes and txtText', () => {
  const textOf = (strings: readonly Uint8Array[]) => txtText(txtData(strings).packed);
  const read = (...strings: string[]) => textOf(strings.map(bytes));

  it('TXT-08 reads the four states', () => {
    expect(read('k', 'e=', 'v==x')).toEqual({ k: true, e: '', v: '=x' });
    expect(read('k').absent).toBeUndefined();
  });

  it('TXT-02 finds nothing in no strings and in an empty string', () => {
    expect(textOf([])).toEqual({});
    expect(read('')).toEqual({});
    expect(txtAttributes([new Uint8Array(0)]).size).toBe(0);
  });

  it('TXT-05 skips strings without a key', () => {
    expect(read('=x', '=', 'a=1')).toEqual({ a: '1' });
  });

  it('TXT-07 lets the first of equal keys win, case aside', () => {
    expect(read('a=1', 'A=2', 'a')).toEqual({ a: '1' });
  });

  it('TXT-06 keeps case and order', () => {
    expect(Object.keys(read('PaPer=1', 'b=2', 'A=3'))).toEqual(['PaPer', 'b', 'A']);
  });

  it('TXT-08 keeps values as bytes', () => {
    expect(txtAttributes([Uint8Array.of(0x6b, 0x3d, 0, 255)]).get('k')).toEqual(Uint8Array.of(0, 255));
    expect(textOf([bytes('k=\ufeffx ')])).toEqual({ k: '\ufeffx ' });
  });

  it("takes a peer's `__proto__` for an ordinary key", () => {
    const text = read('__proto__=x', 'constructor=y');
    expect(Object.entries(text)).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
    expect(Object.getPrototypeOf(read())).toBe(Object.prototype);
  });

  it('reads back what was written', () => {
    const key = fc.string({ unit: fc.constantFrom(...' !<>~abcXYZ019_-'), minLength: 1, maxLength: 9 });
    const value = fc.oneof(fc.constant(true as const), fc.uint8Array({ maxLength: 240 }));
    const entries = fc.uniqueArray(fc.tuple(key, value), { selector: ([k]) => k.toLowerCase(), maxLength: 20 });
    fc.assert(
      fc.property(entries, (attributes) => {
        const input = Object.fromEntries(attributes);
        expect(txtAttributes(txtStrings(input))).toEqual(new Map(Object.entries(input)));
      }),
    );
  });

  it('takes any strings', () => {
    const character = fc.constantFrom(0x3d, 0x41, 0x61, 0xc3, 0xa4, 0xe2, 0x82, 0xff);
    const string = fc.array(character, { maxLength: 8 }).map((codes) => Uint8Array.from(codes));
    const decoded = (value: Uint8Array | true) => value === true || Buffer.from(value).toString();
    fc.assert(
      fc.property(fc.array(fc.oneof(string, fc.uint8Array({ maxLength: 255 }))), (strings) => {
        const attributes = [...txtAttributes(strings)].map(([key, value]) => [key, decoded(value)]);
        expect(textOf(strings)).toEqual(Object.fromEntries(attributes));
      }),
    );
  });

  it('leaves out an incomplete last string', () => {
    expect(txtText(Uint8Array.of(3, 0x61, 0x3d, 0x62, 4, 0x63))).toEqual({ a: 'b' });
  });
});
