import { describe, expect, it } from 'vitest';
import { LinkPeers, MAX_PEERS } from '../../src/net/link-peers.js';

function met() {
  const asked: string[] = [];
  const peers = new LinkPeers((address) => {
    asked.push(address);
    return { address };
  });
  return { peers, take: () => asked.splice(0) };
}

describe('what a link knows about its peers', () => {
  it('is found out once, until it may be out of date', () => {
    const { peers, take } = met();
    expect(peers.get('198.18.0.1', 1)).toEqual({ address: '198.18.0.1' });
    expect(peers.get('198.18.0.1', 1)).toBe(peers.get('198.18.0.1', 1));
    expect(peers.get('198.18.0.2', 1)).toEqual({ address: '198.18.0.2' });
    expect(take()).toEqual(['198.18.0.1', '198.18.0.2']);
    peers.get('198.18.0.1', 2);
    expect(take()).toEqual(['198.18.0.1']);
  });

  it('is bounded, however many there are', () => {
    const { peers, take } = met();
    for (let i = 0; i <= MAX_PEERS; i++) peers.get(`${i}`);
    take();
    peers.get(`${MAX_PEERS}`);
    expect(take()).toEqual([]);
    peers.get('0');
    expect(take()).toEqual(['0']);
  });
});
