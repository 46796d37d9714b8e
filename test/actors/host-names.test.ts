import { describe, expect, it } from 'vitest';
import { HostNames } from '../../src/actors/host-names.js';
import type { HostPublication, ServicePublication } from '../../src/actors/publication.js';

const ttls = { host: 120, other: 4_500 };
const host = (id: string, name: string): HostPublication => ({ kind: 'host', id, host: name, ttls });
const service = (id: string, to: string): ServicePublication => ({
  kind: 'service',
  id,
  instance: id,
  typeName: '_t._tcp.local',
  port: 1,
  priority: 0,
  weight: 0,
  host: to,
  txt: [],
  subtypes: [],
  extra: [],
  ttls,
});

describe('HostNames', () => {
  it('PRB-12 lets services refer to a host that holds its name, and returns their ids', () => {
    const hosts = new HostNames();
    hosts.put(host('host', 'h.local'));
    for (const id of ['a', 'b']) hosts.put(service(id, 'H.local'));
    hosts.put(service('c', 'other.local'));
    expect(hosts.isReady('h.local')).toBe(false);
    expect([...hosts.claimed('host')]).toEqual(['a', 'b']);
    expect([...hosts.claimed('host')], 'once').toEqual([]);
    expect(hosts.isReady('h.LOCAL')).toBe(true);
    expect([...hosts.released('host')]).toEqual(['a', 'b']);
    expect([...hosts.released('host')]).toEqual([]);
    expect(hosts.isReady('h.local')).toBe(false);
  });

  it('accepts names that are not published here, and services hold no names', () => {
    const hosts = new HostNames();
    hosts.put(service('a', 'elsewhere.local'));
    expect(hosts.isReady('elsewhere.local')).toBe(true);
    expect([...hosts.claimed('a'), ...hosts.released('a'), ...hosts.claimed('unknown')]).toEqual([]);
  });

  it('CNF-07 requires a host with a new name to claim it first', () => {
    const hosts = new HostNames();
    hosts.put(host('host', 'h.local'));
    hosts.put(service('a', 'h.local'));
    hosts.claimed('host');
    hosts.put(host('host', 'h.local'));
    expect(hosts.isReady('h.local'), 'the same name').toBe(true);
    hosts.put(host('host', 'h-2.local'));
    expect(hosts.isReady('h-2.local')).toBe(false);
    expect([...hosts.claimed('host')], 'the service leads to the old name').toEqual([]);
    hosts.put(service('a', 'h-2.local'));
    expect([...hosts.released('host')]).toEqual(['a']);
  });

  it('forgets removed publications', () => {
    const hosts = new HostNames();
    hosts.put(host('host', 'h.local'));
    hosts.put(service('a', 'h.local'));
    expect(JSON.stringify(hosts)).toBe('{"hosts":1,"services":1}');
    hosts.delete('a');
    expect([...hosts.claimed('host')]).toEqual([]);
    hosts.delete('host');
    hosts.delete('unknown');
    expect(hosts.isReady('h.local')).toBe(true);
    expect(JSON.stringify(hosts)).toBe('{"hosts":0,"services":0}');
  });
});
