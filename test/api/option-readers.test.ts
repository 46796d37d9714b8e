/** What single options are read as; what is refused, and how, is in options.test.ts. */
import { describe, expect, it } from 'vitest';
import {
  anInstance,
  aSubtype,
  foundInstance,
  interfaceChoice,
  onConflict,
  signal,
  timeout,
  ttl,
  txt,
  txtFilter,
} from '../../src/api/option-readers.js';

const refused = (code: string, message: string | RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });

describe('names', () => {
  it.each(['Living Room', 'a.b', 'Web. (1st floor)', '_http._tcp', 'x._tcp'])('takes %s for an instance', (name) => {
    expect(anInstance(name, '"name"')).toBe(name);
  });

  it.each([
    ['Web._http._tcp.local', '"Web"'],
    ['Web._http._tcp', '"Web"'],
    ['My. Web._ipp._UDP.local.', '"My. Web"'],
  ])('refuses the full name %s, and names its label', (name, label) => {
    expect(() => anInstance(name, '"name"')).toThrow(refused('invalid-name', label));
  });

  it('takes a label for a subtype', () => {
    expect(aSubtype('_printer', '"subtype"')).toBe('_printer');
    expect(() => aSubtype('x'.repeat(64), '"subtype"')).toThrow(refused('invalid-name', /./));
  });
});

describe('TXT data', () => {
  it('is copied, bytes included', () => {
    const bytes = Uint8Array.of(1, 2);
    const given = { a: bytes, b: 1, c: null, d: undefined };
    const read = txt(given, '"txt"') as typeof given;
    bytes[0] = 9;
    expect(read).toEqual({ a: Uint8Array.of(1, 2), b: 1, c: null });
    expect(Object.keys(read)).toEqual(['a', 'b', 'c']);
    expect(txt(['x', bytes], '"txt"')).toEqual(['x', Uint8Array.of(9, 2)]);
  });

  it('names the attribute that is wrong', () => {
    expect(() => txt({ a: 1, b: Number.NaN }, '"txt"')).toThrow(refused('invalid-txt', '"txt" at "b"'));
    expect(() => txtFilter({ a: 'x', b: false }, '"txt"')).toThrow(refused('invalid-option', '"txt" at "b"'));
    expect(() => txt(new Map(), '"txt"')).toThrow(refused('invalid-txt', 'give an object'));
  });

  it('can have any value in a filter', () => {
    expect(txtFilter({ a: 'x', b: true }, '"txt"')).toEqual({ a: 'x', b: true });
  });
});

describe('other options', () => {
  it('says "Infinity" only where that is possible', () => {
    expect(timeout(Number.POSITIVE_INFINITY)(Number.POSITIVE_INFINITY, '"timeout"')).toBe(Number.POSITIVE_INFINITY);
    expect(() => timeout(Number.POSITIVE_INFINITY)(0, '"timeout"')).toThrow(/at least 1, or Infinity/);
    expect(() => timeout(1_000)(1_001, '"timeout"')).toThrow(/at least 1$|at least 1\./);
  });

  it('takes one TTL or some', () => {
    expect([ttl(60, '"ttl"'), ttl({ host: 60 }, '"ttl"')]).toEqual([60, { host: 60 }]);
    expect(() => ttl({ hosts: 60 }, '"ttl"')).toThrow(refused('invalid-option', 'host'));
  });

  it('takes interfaces as names, loopback or a function, and turns a single name down with the list to write', () => {
    const all = () => true;
    for (const choice of [all, 'loopback']) expect(interfaceChoice(choice, '"interfaces"')).toBe(choice);
    expect(interfaceChoice(['eth0', 'loopback'], '"interfaces"')).toEqual(['eth0', 'loopback']);
    expect(() => interfaceChoice('eth0', '"interfaces"')).toThrow(/\["eth0"\]/);
    expect(() => interfaceChoice([], '"interfaces"')).toThrow(/names no interface/);
  });

  it('does not offer the policy that stands for a function', () => {
    expect(onConflict('fail', '"onConflict"')).toBe('fail');
    expect(() => onConflict('ask', '"onConflict"')).toThrow(refused('invalid-option', 'rename'));
  });

  it('takes whatever works as a signal', () => {
    const own = { aborted: false, addEventListener() {}, removeEventListener() {} };
    expect(signal(own, '"signal"')).toBe(own);
    expect(() => signal({ aborted: false }, '"signal"')).toThrow(refused('invalid-option', 'AbortController'));
  });

  it('reads of an instance what identifies it, once', () => {
    let reads = 0;
    const instance = {
      get fullName() {
        reads++;
        return 'Web._http._tcp.local';
      },
      type: '_http._tcp',
      domain: 'local',
      port: 80,
    };
    expect(foundInstance(instance)).toEqual({ fullName: 'Web._http._tcp.local', type: '_http._tcp', domain: 'local' });
    expect(reads).toBe(1);
    expect(() => foundInstance({ ...instance, type: undefined })).toThrow(refused('invalid-option', '"type"'));
    const hostile = {
      get fullName() {
        throw new Error('a trap');
      },
    };
    expect(() => foundInstance(hostile)).toThrow(refused('invalid-option', 'The instance'));
  });
});
