import { describe, expect, it } from 'vitest';
import { MAX_UNICAST_NAMES, UnicastWindow } from '../../../src/protocol/query/unicast-window.js';
import { question } from '../../support/records.js';
import { a, only, to } from '../cache/cache-fixture.js';

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
    expect(asked(question('_t._tcp.local', 'PTR', { qu: true })).accepts([to('x')], at)).toBe(accepted);
  });

  it('QU-07 asking again opens the window again, asking something else does not', () => {
    const window = asked(question('_t._tcp.local', 'PTR', { qu: true }));
    window.asked([question('_T._tcp.local', 'PTR', { qu: true })], 1_500);
    window.asked([question('_t._tcp.local', 'TXT', { qu: true })], 3_000);
    expect(window.accepts([to('x')], 3_400)).toBe(true);
    expect(window.accepts([to('x')], 3_600)).toBe(false);
  });

  it('QU-07 does not accept what nobody asked, or asked for by multicast', () => {
    const window = asked(question('_t._tcp.local', 'PTR'), question('h.local', 'A', { qu: true }));
    expect(window.accepts([], 10)).toBe(false);
    expect(window.accepts([to('x')], 10)).toBe(false);
    expect(window.accepts([a('fe80::1')], 10)).toBe(false);
    expect(window.accepts([a('192.0.2.1', { name: 'other.local' })], 10)).toBe(false);
  });

  it('QU-07 accepts a response as a whole when one record answers', () => {
    const window = asked(question('_t._tcp.local', 'PTR', { qu: true }));
    expect(window.accepts([a('192.0.2.1'), to('x')], 10)).toBe(true);
  });

  it('QU-07 accepts any type for ANY, an alias, and a denial of what was asked', () => {
    expect(asked(question('H.local', 'ANY', { qu: true })).accepts([a('192.0.2.1')], 10)).toBe(true);
    const window = asked(question('h.local', 'AAAA', { qu: true }));
    expect(window.accepts([only(['A'])], 10)).toBe(true);
    expect(window.accepts([only(['A', 'AAAA'])], 10)).toBe(false);
    const alias = { name: 'h.local', class: 1, cacheFlush: true, ttl: 120, type: 'CNAME', target: 'g.local' } as const;
    expect(window.accepts([alias], 10)).toBe(true);
    expect(window.accepts([alias], 3_000)).toBe(false);
  });

  it('SEC-02 remembers a bounded number of names, the latest', () => {
    const window = new UnicastWindow();
    for (let id = 0; id < MAX_UNICAST_NAMES; id++)
      window.asked([question(`h${id}.local`, 'A', { qu: true })], id / 1_000);
    window.asked([question('h0.local', 'A', { qu: true }), question('new.local', 'A', { qu: true })], 2);
    const remembers = (name: string) => window.accepts([a('192.0.2.1', { name })], 2);
    expect(['h0.local', 'h1.local', 'h2.local', 'new.local'].map(remembers)).toEqual([true, false, true, true]);
  });
});
