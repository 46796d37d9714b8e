import { describe, expect, it } from 'vitest';
import { matchesTxt, type TxtFilter } from '../../../src/protocol/dns-sd/txt-filter.js';

describe('matchesTxt', () => {
  const txt = { Path: '/', colour: true, empty: '' } as const satisfies TxtFilter;

  const cases: readonly (readonly [TxtFilter, boolean])[] = [
    [{}, true],
    [{ path: '/' }, true],
    [{ PATH: '/', colour: true }, true],
    [{ path: '/x' }, false],
    [{ path: true }, true],
    [{ missing: true }, false],
    [{ missing: '' }, false],
  ];
  it.each(cases)('TXT-06 %o finds it: %s', (filter, found) => {
    expect(matchesTxt(filter, txt)).toBe(found);
  });

  it('TXT-08 tells an empty value from none', () => {
    expect(matchesTxt({ empty: '' }, txt)).toBe(true);
    expect(matchesTxt({ colour: '' }, txt)).toBe(false);
    expect(matchesTxt({ empty: true, colour: true }, txt)).toBe(true);
  });

  it('takes keys of every object for keys like any other', () => {
    expect(matchesTxt(JSON.parse('{"constructor":true}'), txt)).toBe(false);
    expect(matchesTxt(JSON.parse('{"__proto__":"x"}'), JSON.parse('{"__proto__":"x"}'))).toBe(true);
  });
});
