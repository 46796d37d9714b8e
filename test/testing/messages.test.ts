import { describe, expect, it } from 'vitest';
import { decodeMessage, encodeMessage, type Message } from '../../src/testing.js';

const message: Message = {
  id: 0,
  response: true,
  opcode: 0,
  rcode: 0,
  authoritative: true,
  truncated: false,
  questions: [],
  answers: [
    {
      name: 'I._x._tcp.local',
      type: 'TXT',
      class: 1,
      cacheFlush: true,
      ttl: 4500,
      strings: [Buffer.from('a=1'), Buffer.from('b')],
    },
  ],
  authorities: [],
  additionals: [
    { name: 'h.local', type: 'A', class: 1, cacheFlush: true, ttl: 120, address: '198.18.0.1' },
    { name: 'h.local', type: 'NSEC', class: 1, cacheFlush: true, ttl: 120, next: 'h.local', types: ['A', 'SRV'] },
  ],
};

describe('messages for tests', () => {
  it('have TXT strings and NSEC types as lists, written and read', () => {
    const { message: read, faults } = decodeMessage(encodeMessage(message));
    expect(faults).toEqual([]);
    expect(read?.answers).toMatchObject([{ name: 'I._x._tcp.local', type: 'TXT', ttl: 4500 }]);
    const [txt] = read?.answers ?? [];
    expect(txt?.type === 'TXT' && txt.strings.map((bytes) => Buffer.from(bytes).toString())).toEqual(['a=1', 'b']);
    expect(read?.additionals).toMatchObject([{ address: '198.18.0.1' }, { type: 'NSEC', types: ['A', 'SRV'] }]);
  });

  it('can be read, changed and written again', () => {
    const { message: read } = decodeMessage(encodeMessage(message));
    if (!read) throw new Error('a message was written');
    expect(encodeMessage({ ...read, additionals: [] })).toEqual(encodeMessage({ ...message, additionals: [] }));
  });

  it('say what is wrong with bytes that are none', () => {
    expect(decodeMessage(new Uint8Array(3))).toEqual({ message: undefined, faults: [{ code: 'bad-size', offset: 0 }] });
  });
});
