import { describe, expect, it } from 'vitest';
import { MAX_MENTIONS, Mentions } from '../../../src/protocol/query/mentions.js';
import { address, cname, ptr, srv } from '../../support/records.js';

describe('Mentions', () => {
  it('tells who was the first to mention a name, whatever its case', () => {
    const mentions = new Mentions();
    mentions.note(ptr('_t._tcp.local', 'I._t._tcp.local'), '192.0.2.1');
    mentions.note(address('h.local', '192.0.2.1'), '192.0.2.1');
    mentions.note(srv('I._t._tcp.local', 'h.local', 80), '192.0.2.2');
    mentions.note(ptr('_t._tcp.local', 'I._t._tcp.local'), '192.0.2.2');
    mentions.note(cname('alias.local', 'real.local'), '192.0.2.3');
    expect(mentions.sourceOf('i._T._tcp.LOCAL')).toBe('192.0.2.1');
    expect(mentions.sourceOf('h.local')).toBe('192.0.2.2');
    expect(mentions.sourceOf('real.local')).toBe('192.0.2.3');
    expect(mentions.sourceOf('_t._tcp.local')).toBeUndefined();
  });

  it('remembers a bounded number, and forgets the first', () => {
    const mentions = new Mentions();
    for (let i = 0; i <= MAX_MENTIONS; i++) mentions.note(ptr('_t._tcp.local', `I${i}._t._tcp.local`), '192.0.2.1');
    expect(mentions.size).toBe(MAX_MENTIONS);
    expect(mentions.sourceOf('I0._t._tcp.local')).toBeUndefined();
    expect(mentions.sourceOf(`I${MAX_MENTIONS}._t._tcp.local`)).toBe('192.0.2.1');
    mentions.clear();
    expect(mentions.size).toBe(0);
  });
});
