import { describe, expect, it } from 'vitest';
import { MAX_UNICAST_NAMES, UnicastWindow } from '../../../src/protocol/query/unicast-window.js';
import { a, aaaa, nsec, ptr, question } from '../cache/cache-fixture.js';

function asked(...questions: ReturnType<typeof question>[]): UnicastWindow {
  const window = new UnicastWindow();
  window.asked(questions, 0);
  return window;
}

describe('UnicastWindow', () => {
  it.each([
    [1_900, true],
    [2_000, true],
    [2_100, false],
  ])('QU-07 a unicast response %d ms after a QU question: %s', (at, accepted) => {
    expect(asked(question('_t._tcp.local', 'PTR', true)).accepts([ptr('x')], at)).toBe(accepted);
  });

  it('QU-07 asking again opens the window again, asking something else does not', () => {
    const window = asked(question('_t._tcp.local', 'PTR', true));
    window.asked([question('_T._tcp.local', 'PTR', true)], 1_500);
    window.asked([question('_t._tcp.local', 'TXT', true)], 3_000);
    expect(window.accepts([ptr('x')], 3_400)).toBe(true);
    expect(window.accepts([ptr('x')], 3_600)).toBe(false);
  });

  it('QU-07 does not accept what nobody asked, or asked for by multicast', () => {
    const window = asked(question('_t._tcp.local', 'PTR'), question('h.local', 'A', true));
    expect(window.accepts([], 10)).toBe(false);
    expect(window.accepts([ptr('x')], 10)).toBe(false);
    expect(window.accepts([aaaa('fe80::1')], 10)).toBe(false);
    expect(window.accepts([a('192.0.2.1', { name: 'other.local' })], 10)).toBe(false);
  });

  it('QU-07 accepts a response as a whole when one record answers', () => {
    const window = asked(question('_t._tcp.local', 'PTR', true));
    expect(window.accepts([a('192.0.2.1'), ptr('x')], 10)).toBe(true);
  });

  it('QU-07 accepts any type for ANY, an alias, and a denial of what was asked', () => {
    expect(asked(question('H.local', 'ANY', true)).accepts([a('192.0.2.1')], 10)).toBe(true);
    const window = asked(question('h.local', 'AAAA', true));
    expect(window.accepts([nsec(['A'])], 10)).toBe(true);
    expect(window.accepts([nsec(['A', 'AAAA'])], 10)).toBe(false);
    const alias = { name: 'h.local', class: 1, cacheFlush: true, ttl: 120, type: 'CNAME', target: 'g.local' } as const;
    expect(window.accepts([alias], 10)).toBe(true);
    expect(window.accepts([alias], 3_000)).toBe(false);
  });

  it('SEC-02 remembers a bounded number of names, the latest', () => {
    const window = new UnicastWindow();
    for (let id = 0; id < MAX_UNICAST_NAMES; id++) window.asked([question(`h${id}.local`, 'A', true)], id / 1_000);
    window.asked([question('h0.local', 'A', true), question('new.local', 'A', true)], 2);
    const remembers = (name: string) => window.accepts([a('192.0.2.1', { name })], 2);
    expect(['h0.local', 'h1.local', 'h2.local', 'new.local'].map(remembers)).toEqual([true, false, true, true]);
  });
});
