import { describe, expect, it } from 'vitest';
import {
  cannotRestart,
  inputOf,
  type RestartMarker,
  restartMarker,
  systemNetwork,
} from '../../src/api/restart-marker.js';
import { NodeNetwork } from '../../src/index.js';
import { supervisorOptions } from '../../src/xstate.js';

const through = (marker: RestartMarker): RestartMarker => JSON.parse(JSON.stringify(marker));
const parent = { send() {} } as never;

describe('what is kept of a supervisor', () => {
  it('comes back from text as it was, with a network of its own', () => {
    const input = supervisorOptions({ hostname: 'h', interfaces: ['eth0'], addressFilter: ['fd00::/8'], ipv6: false });
    const marker = restartMarker(input, false);
    expect(structuredClone(marker)).toEqual(marker);
    const { network, listener, ...rest } = inputOf(through(marker), parent) ?? {};
    const { network: before, ...expected } = input;
    expect(rest).toEqual(JSON.parse(JSON.stringify(expected)));
    expect(network).toBeInstanceOf(NodeNetwork);
    expect(network).not.toBe(before);
    expect(listener).toBeUndefined();
  });

  it('comes back whole within a process, functions and network included', () => {
    const input = supervisorOptions({ network: new NodeNetwork(), interfaces: () => true });
    expect(inputOf(restartMarker(input, false), parent)).toEqual({ ...input, listener: undefined });
  });

  it.each([
    ['network', { network: new NodeNetwork({ keepAlive: true }) }],
    ['interfaces', { interfaces: () => true }],
    ['addressFilter', { addressFilter: () => true }],
  ])('does not come back from text without %s', (name, options) => {
    const marker = through(restartMarker(supervisorOptions(options), false));
    expect(inputOf(marker, parent)).toBeUndefined();
    expect(cannotRestart(marker)).toMatchObject({
      code: 'invalid-option',
      message: expect.stringContaining(`"${name}" is not data`),
    });
  });

  it('takes the parent of that time for the listener, if there was one', () => {
    const old = { send() {} } as never;
    const marker = restartMarker({ ...supervisorOptions(), network: systemNetwork(), listener: old }, true);
    expect(marker).toMatchObject({ listens: true, closes: true });
    expect(inputOf(marker, parent)?.listener).toBe(parent);
    expect(inputOf(through(marker), parent)?.listener).toBe(parent);
    expect(inputOf(through(marker), undefined)?.listener).toBeUndefined();
  });
});
