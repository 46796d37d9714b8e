import { describe, expect, it } from 'vitest';
import type { LinkState, LinkStatus } from '../../../src/actors/commands.js';
import {
  factsOf,
  linkId,
  linkInfo,
  metricsOf,
  type PlaceKnowledge,
  placeStatus,
  statusOf,
  switchedOff,
} from '../../../src/actors/supervisor/status.js';
import type { LinkFault, NetworkInterface } from '../../../src/net/network.js';
import { SimulatedLan } from '../../../src/net/simulated/index.js';
import { Bench } from '../../support/actors.js';

const lan = new SimulatedLan({ clock: new Bench().clock });
const [eth0] = lan.host('h', ['198.18.0.1/24', 'fe80::1/64']).interfaces() as [NetworkInterface];
const FAULT: LinkFault = { code: 'ENETUNREACH', message: 'eth0 does not send' };

function link(state: LinkStatus['state'], fault?: LinkFault): LinkStatus {
  const reason = state === 'up' ? undefined : (fault?.message ?? `it is ${state}`);
  return { interface: 'eth0', family: 'ipv4', state, reason, fault, addresses: [] };
}

describe('statusOf', () => {
  it('is starting until the first scan is over', () => {
    expect(statusOf([], 'no eth9', false)).toEqual({ state: 'starting', reason: undefined, links: [] });
  });

  it('is down without a link that is wanted, with the reason', () => {
    const unused = [link('unused')];
    expect(statusOf(unused, undefined, true)).toMatchObject({
      state: 'down',
      reason: expect.stringMatching(/No interface can be used/),
      links: unused,
    });
    expect(statusOf(unused, 'no eth9', true)).toMatchObject({ state: 'down', reason: 'no eth9' });
  });

  it.each([
    [['up'], undefined, 'up', undefined],
    [['up', 'unused'], undefined, 'up', undefined],
    [['up'], 'no eth9', 'degraded', 'no eth9'],
    [['up', 'retrying'], undefined, 'degraded', FAULT.message],
    [['retrying', 'retrying'], undefined, 'down', FAULT.message],
    [['up', 'closing'], undefined, 'degraded', 'it is closing'],
  ] as const)('of %j, missing %j, is %s', (states, missing, state, reason) => {
    const links = states.map((each) => link(each, each === 'retrying' ? FAULT : undefined));
    expect(statusOf(links, missing, true)).toEqual({ state, reason, links });
  });

  it('does not count a link that is about to open as failed', () => {
    for (const state of ['opening', 'absent'] as const) {
      expect(statusOf([link('up'), link(state)], undefined, true).state, state).toBe('up');
      expect(statusOf([link(state)], undefined, true), state).toMatchObject({ state: 'starting', reason: undefined });
      expect(statusOf([link('up'), link(state, FAULT)], undefined, true).state, state).toBe('degraded');
      expect(statusOf([link('retrying', FAULT), link(state)], undefined, true).state, state).toBe('down');
    }
  });
});

describe('placeStatus', () => {
  const about = { interface: 'eth0', family: 'ipv4', addresses: ['198.18.0.1'] };
  const of = (over: Partial<PlaceKnowledge>) =>
    placeStatus({
      id: 'eth0/ipv4',
      interface: eth0,
      family: 'ipv4',
      isThere: true,
      against: undefined,
      link: undefined,
      ...over,
    });
  const running = (state: LinkState, fault?: LinkFault) => ({ link: { state, fault } });

  it('says only that a link is up', () => {
    expect(of(running('up'))).toEqual({ ...about, state: 'up', reason: undefined, fault: undefined });
  });

  it('gives the fault as the reason, or says that the link is being opened', () => {
    expect(of(running('retrying', FAULT))).toEqual({
      ...about,
      state: 'retrying',
      reason: FAULT.message,
      fault: FAULT,
    });
    expect(of(running('opening'))).toMatchObject({ state: 'opening', reason: expect.stringMatching(/being opened/) });
  });

  it('says why a place is not used, and that its interface is gone, even while its link still exists', () => {
    const up = running('up', FAULT);
    expect(of({ ...up, against: 'it is loopback' })).toEqual({
      ...about,
      state: 'unused',
      reason: 'it is loopback',
      fault: undefined,
    });
    expect(of({ ...up, against: 'it is loopback', isThere: false })).toMatchObject({
      state: 'absent',
      reason: expect.stringMatching(/does not list/),
      fault: undefined,
    });
  });

  it('says that a broken link is opened again', () => {
    expect(of({})).toMatchObject({
      state: 'retrying',
      reason: expect.stringMatching(/^eth0\/ipv4 broke .* opened again/),
    });
  });

  it('has the addresses of its own family', () => {
    expect(of({ family: 'ipv6', ...running('up') })).toMatchObject({ family: 'ipv6', addresses: ['fe80::1'] });
    expect(switchedOff(eth0, 'ipv6')).toEqual({
      interface: 'eth0',
      family: 'ipv6',
      state: 'unused',
      reason: 'this IP family is switched off',
      fault: undefined,
      addresses: ['fe80::1'],
    });
  });
});

describe('a link', () => {
  it('has an id of interface and family, and is described to watchers', () => {
    expect(linkId(eth0, 'ipv6')).toBe('eth0/ipv6');
    expect(linkInfo(eth0, 'ipv4')).toEqual({
      id: 'eth0/ipv4',
      interface: 'eth0',
      family: 'ipv4',
      scopeId: eth0.zone,
      subnets: eth0.addresses,
    });
  });

  it('is not needed for metrics and facts', () => {
    expect(metricsOf(new Map())).toEqual({});
    expect(factsOf(new Map(), 'h.local', 0)).toBeUndefined();
  });
});
