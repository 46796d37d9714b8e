import { BehaviorSubject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { LinkState, Status } from '../../src/actors/commands.js';
import { noNetwork, trackNetwork } from '../../src/api/no-network.js';

function statusOf(state: LinkState, on = 'eth0'): Status {
  const link = { interface: on, family: 'ipv4', state, reason: undefined, fault: undefined, addresses: [] } as const;
  return { state: 'up', reason: undefined, links: [link] };
}

describe('trackNetwork', () => {
  it('remembers that a link was up at any time', () => {
    const status$ = new BehaviorSubject(statusOf('opening'));
    const network = trackNetwork(status$, undefined);
    expect(network.usable).toBe(false);
    status$.next(statusOf('up'));
    status$.next(statusOf('absent'));
    expect(network.usable).toBe(true);
    expect(status$.observed, 'there is nothing more to learn').toBe(false);
  });

  it('counts a link that is up already, and only on the named interfaces', () => {
    const status$ = new BehaviorSubject(statusOf('up'));
    expect(trackNetwork(status$, ['eth0']).usable).toBe(true);
    const other = trackNetwork(status$, ['eth1']);
    expect(other.usable).toBe(false);
    status$.next(statusOf('up', 'eth1'));
    expect(other.usable).toBe(true);
  });

  it('looks no more once it is stopped', () => {
    const status$ = new BehaviorSubject(statusOf('opening'));
    const network = trackNetwork(status$, undefined);
    network.stop();
    status$.next(statusOf('up'));
    expect([network.usable, status$.observed]).toEqual([false, false]);
  });
});

describe('noNetwork', () => {
  it('says what was waited for, and why in vain', () => {
    expect(noNetwork('No host answered', 'eth0 has no cable.')).toMatchObject({
      code: 'no-network',
      message: 'No host answered, and no network could be used meanwhile. eth0 has no cable.',
    });
    expect(noNetwork('No host answered', undefined).message).toMatch(/No network was up; "status" says why\.$/);
  });
});
