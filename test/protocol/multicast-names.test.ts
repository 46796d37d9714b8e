import { describe, expect, it } from 'vitest';
import { isMulticastName, parseHostToFind, parseMulticastName } from '../../src/protocol/multicast-names.js';

const refused = expect.objectContaining({ code: 'invalid-name' });

describe('isMulticastName', () => {
  it.each(['local', 'h.local', 'H.LOCAL', 'a.b._t._tcp.local', '1.1.254.169.in-addr.arpa', '0.8.e.f.ip6.arpa'])(
    'NAM-01 NAM-03 %s is asked about',
    (name) => expect(isMulticastName(name)).toBe(true),
  );

  it.each(['.', 'example.com', 'h.local.example.com', 'xlocal', 'h\\.local', 'arpa', 'in-addr.arpa'])(
    'NAM-02 %s is not',
    (name) => expect(isMulticastName(name)).toBe(false),
  );
});

describe('parseMulticastName', () => {
  it('NAM-08 adds local to a single label, and to nothing else', () => {
    expect(parseMulticastName('h')).toBe('h.local');
    expect(parseMulticastName('h.local.')).toBe('h.local');
    expect(parseMulticastName('local')).toBe('local');
    for (const text of ['www.example.com', 'a.b', '.']) expect(() => parseMulticastName(text)).toThrow(refused);
  });
});

describe('parseHostToFind', () => {
  it('takes hosts below local only', () => {
    expect(parseHostToFind('h')).toBe('h.local');
    expect(parseHostToFind('web.h.Local')).toBe('web.h.Local');
    for (const text of ['local', '1.0.0.127.in-addr.arpa', 'a\\000b', 'h.example']) {
      expect(() => parseHostToFind(text)).toThrow(refused);
    }
  });
});
