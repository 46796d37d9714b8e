import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MdnsError } from '../../src/protocol/errors.js';
import {
  escapeLabel,
  firstLabel,
  isBelow,
  labelsOf,
  nameFromLabels,
  nameKey,
  parentOf,
  parseName,
  plainLabel,
} from '../../src/protocol/name.js';

const invalidName = expect.objectContaining({ constructor: MdnsError, code: 'invalid-name' });
const bytes = (...values: number[]) => Uint8Array.from(values);
const labelBytes = fc.uint8Array({ minLength: 1, maxLength: 63 });
const labels = fc.array(labelBytes, { maxLength: 3 });

describe('nameFromLabels and labelsOf', () => {
  it.each([
    [[], '.'],
    [['local'], 'local'],
    [['Living Room', '_http', '_tcp', 'local'], 'Living Room._http._tcp.local'],
    [['Dr. Foo\\Bar', '_ipp', '_tcp', 'local'], 'Dr\\. Foo\\\\Bar._ipp._tcp.local'],
    [['Küche', 'local'], 'Küche.local'],
    [['a\nb\u007f\u0000'], 'a\\010b\\127\\000'],
    [['\u0080'], '\u0080'],
    [['😀 "$(x)"'], '😀 "$(x)"'],
  ])('SIN-04 %j is %j', (labels, name) => {
    expect(nameFromLabels(labels)).toBe(name);
    expect(labelsOf(name)).toEqual(labels.map((label) => new TextEncoder().encode(label)));
  });

  it.each([
    ['0xFF', [0xff], '\\255'],
    ['a lone continuation', [0x61, 0x80, 0x62], 'a\\128b'],
    ['an overlong slash', [0xc0, 0xaf], '\\192\\175'],
    ['an overlong three', [0xe0, 0x80, 0xaf], '\\224\\128\\175'],
    ['an overlong four', [0xf0, 0x80, 0x80, 0xaf], '\\240\\128\\128\\175'],
    ['a surrogate', [0xed, 0xa0, 0x80], '\\237\\160\\128'],
    ['beyond U+10FFFF', [0xf4, 0x90, 0x80, 0x80], '\\244\\144\\128\\128'],
    ['five bytes', [0xf8, 0x88, 0x80, 0x80, 0x80], '\\248\\136\\128\\128\\128'],
    ['cut short', [0xe2, 0x82], '\\226\\130'],
    ['cut short before text', [0xf0, 0x9f, 0x98, 0x41], '\\240\\159\\152A'],
    ['bad bytes around good ones', [0xff, 0xc3, 0xa9, 0x2e, 0xff], '\\255é\\.\\255'],
    ['a replacement character that was really there', [0xff, 0xef, 0xbf, 0xbd], '\\255\ufffd'],
    [
      'the ends of what is well-formed',
      [0xff, 0xed, 0x9f, 0xbf, 0xee, 0x80, 0x80, 0xf4, 0x8f, 0xbf, 0xbf],
      '\\255\ud7ff\ue000\u{10ffff}',
    ],
  ])('SUB-02 bytes that are not UTF-8 are written in decimal: %s', (_, values, name) => {
    expect(nameFromLabels([bytes(...values)])).toBe(name);
    expect(labelsOf(name)).toEqual([bytes(...values)]);
  });

  it('SUB-02 gives back any labels, whatever their bytes', () => {
    fc.assert(
      fc.property(labels, (labels) => {
        const name = nameFromLabels(labels);
        expect(labelsOf(name)).toEqual(labels);
        expect(nameFromLabels(labelsOf(name))).toBe(name);
      }),
    );
  });

  it('A-59 different labels have different names', () => {
    fc.assert(
      fc.property(labels, labels, (a, b) => {
        expect(nameFromLabels(a) === nameFromLabels(b)).toBe(Buffer.from(a.join('/')).equals(Buffer.from(b.join('/'))));
      }),
    );
    expect(nameFromLabels(['a.b', 'local'])).not.toBe(nameFromLabels(['a', 'b', 'local']));
  });

  it('NAM-04 a label has 1 to 63 bytes', () => {
    expect(nameFromLabels(['a'.repeat(63)])).toBe('a'.repeat(63));
    expect(nameFromLabels(['é'.repeat(31)])).toBe('é'.repeat(31));
    for (const label of ['', 'a'.repeat(64), 'é'.repeat(32), bytes(), new Uint8Array(64)]) {
      expect(() => nameFromLabels([label, 'local'])).toThrow(invalidName);
    }
    expect(labelsOf('\\255'.repeat(63))).toEqual([new Uint8Array(63).fill(255)]);
    for (const name of [
      'a'.repeat(64),
      'é'.repeat(32),
      '\\255'.repeat(64),
      '😀'.repeat(16),
      '',
      'a..b',
      '.a',
      'a.',
      '..',
    ]) {
      expect(() => labelsOf(name)).toThrow(invalidName);
    }
  });

  it('NAM-04 a name has at most 255 bytes and the root', () => {
    const longest = ['a'.repeat(63), 'b'.repeat(63), 'c'.repeat(63), 'd'.repeat(62)];
    const name = longest.join('.');
    expect(nameFromLabels(longest)).toBe(name);
    expect(labelsOf(name)).toHaveLength(4);
    expect(parseName(name)).toBe(name);
    expect(() => nameFromLabels([...longest.slice(0, 3), 'd'.repeat(63)])).toThrow(invalidName);
    expect(() => labelsOf(`${name}d`)).toThrow(invalidName);
    expect(() => parseName(`${name}d`)).toThrow(invalidName);
    expect(labelsOf(Array.from('a'.repeat(127)).join('.'))).toHaveLength(127);
    expect(() => labelsOf(Array.from('a'.repeat(128)).join('.'))).toThrow(invalidName);
  });

  it('refuses half a surrogate pair', () => {
    expect(() => nameFromLabels(['a\ud800'])).toThrow(invalidName);
    expect(() => labelsOf('a\udc00b')).toThrow(invalidName);
    expect(() => parseName('a\ud800.local')).toThrow(invalidName);
    expect(() => escapeLabel('\ud800')).toThrow(invalidName);
  });
});

describe('parseName', () => {
  it.each([
    ['.', '.'],
    ['local', 'local'],
    ['local.', 'local'],
    ['Host.Local.', 'Host.Local'],
    ['a\\.b.local', 'a\\.b.local'],
    ['a\\\\.local.', 'a\\\\.local'],
    ['a\\..', 'a\\.'],
    ['\\065\\066', 'AB'],
    ['\\046\\092', '\\.\\\\'],
    ['\\032x', ' x'],
    ['\\195\\169', 'é'],
    ['\\233', '\\233'],
    ['\\x\\y\\é\\😀', 'xyé😀'],
    ['\\[a\\]', '[a]'],
    ['tab\there', 'tab\\009here'],
    ['\ufeffa', '\ufeffa'],
  ])('SIN-04 reads %j as %j', (text, name) => {
    expect(parseName(text)).toBe(name);
    expect(parseName(name)).toBe(name);
  });

  it('UTF-01 composes characters', () => {
    expect(parseName('e\u0301.local')).toBe('\u00e9.local');
    expect(labelsOf(parseName('e\u0301'))).toEqual([bytes(0xc3, 0xa9)]);
    // Somebody may have registered a name that is not composed: this is how to ask for it.
    expect(parseName('e\\204\\129.local')).toBe('e\u0301.local');
  });

  it('NAM-04 counts bytes after composing', () => {
    expect(parseName('e\u0301'.repeat(31))).toBe('é'.repeat(31));
  });

  it.each(['', '..', 'a..b', '.a', 'a..', '\\', 'a\\', '\\1', '\\12', '\\256', '\\1a2', '\\12.4', 'a'.repeat(64)])(
    'refuses %j and says why',
    (text) => {
      expect(() => parseName(text)).toThrow(invalidName);
      expect(() => parseName(text)).toThrow(/^".*" (has|ends|holds) .+[;,] .+/);
    },
  );

  it('has one form for one name', () => {
    fc.assert(
      fc.property(labels, (labels) => {
        const name = nameFromLabels(labels);
        expect(parseName(labels.map(allEscaped).join('.') || '.')).toBe(name);
        expect(parseName(`${labels.map(allEscaped).join('.')}.`)).toBe(name);
      }),
    );
  });

  it('throws nothing else, whatever is typed', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom('\\', '.', '1', 'a', '\ud800') })),
        (text) => {
          try {
            labelsOf(parseName(text));
          } catch (error) {
            expect(error).toEqual(invalidName);
          }
        },
      ),
    );
  });
});

function allEscaped(label: Uint8Array): string {
  return Array.from(label, (byte) => `\\${String(byte).padStart(3, '0')}`).join('');
}

describe('labels', () => {
  it.each([
    ['Living Room (2)', 'Living Room (2)'],
    ['Dr. Foo\\Bar', 'Dr\\. Foo\\\\Bar'],
    ['\n', '\\010'],
    ['\ufeff', '\ufeff'],
    ['\ufffd.', '\ufffd\\.'],
  ])('SIN-04 escapeLabel(%j) is %j, and plainLabel takes it back', (text, label) => {
    expect(escapeLabel(text)).toBe(label);
    expect(plainLabel(label)).toBe(text);
    expect(plainLabel(`${label}._http._tcp.local`)).toBe(text);
    expect(plainLabel(`_sub.${label}`, 1)).toBe(text);
    expect(firstLabel(`${label}.local`)).toBe(label);
    expect(parentOf(`${label}.local`)).toBe('local');
  });

  it('escapeLabel refuses what is no label', () => {
    for (const text of ['', 'a'.repeat(64), 'ü'.repeat(32)]) expect(() => escapeLabel(text)).toThrow(invalidName);
  });

  it('plainLabel shows what is not UTF-8 as U+FFFD', () => {
    expect(plainLabel('a\\255b.local')).toBe('a\ufffdb');
  });

  it('plainLabel of no label is empty', () => {
    expect([plainLabel('.'), plainLabel('a.b', 2), plainLabel('a\\.b', 1)]).toEqual(['', '', '']);
  });

  it.each([
    ['.', '', '.'],
    ['local', 'local', '.'],
    ['a.local', 'a', 'local'],
    ['a\\.b.local', 'a\\.b', 'local'],
    ['a\\\\.local', 'a\\\\', 'local'],
    ['a\\\\\\.b.c.d', 'a\\\\\\.b', 'c.d'],
    ['\\.', '\\.', '.'],
  ])('the first label and the parent of %j are %j and %j', (name, first, parent) => {
    expect([firstLabel(name), parentOf(name)]).toEqual([first, parent]);
  });
});

describe('isBelow', () => {
  it.each([
    ['a.local', 'local', true],
    ['a.b.local', 'local', true],
    ['A.LOCAL', 'local', true],
    ['a.local', 'LOCAL', true],
    ['local', '.', true],
    ['_http._tcp.local', '_tcp.local', true],
    ['local', 'local', false],
    ['.', '.', false],
    ['.', 'local', false],
    ['xlocal', 'local', false],
    ['a.xlocal', 'local', false],
    ['a\\.local', 'local', false],
    ['a\\\\.local', 'local', true],
    ['É.local', 'é.local', false],
    ['a.É', 'é', false],
  ])('%j below %j: %s', (name, ancestor, expected) => {
    expect(isBelow(name, ancestor)).toBe(expected);
  });

  it('compares labels, not text', () => {
    fc.assert(
      fc.property(labels, fc.array(labelBytes, { maxLength: 1 }), (head, tail) => {
        const name = nameFromLabels([...head, ...tail]);
        expect(isBelow(name, nameFromLabels(tail))).toBe(head.length > 0);
        expect(parentOf(name)).toBe(nameFromLabels([...head, ...tail].slice(1)));
      }),
    );
  });
});

describe('nameKey', () => {
  it('UTF-03 folds A to Z and nothing else', () => {
    expect(nameKey('MyPrinter.LOCAL')).toBe('myprinter.local');
    expect(nameKey('É')).not.toBe(nameKey('é'));
    expect(nameKey('İ')).toBe('İ');
    expect(nameKey('BÜRO.LOCAL')).toBe('bÜro.local');
    expect(nameKey('[@`{')).toBe('[@`{');
  });

  it('UTF-02 a byte order mark is a character as any other', () => {
    expect(nameKey('\ufeffa.local')).not.toBe(nameKey('a.local'));
    expect(nameFromLabels([bytes(0xef, 0xbb, 0xbf, 0x61)])).toBe('\ufeffa');
  });
});
