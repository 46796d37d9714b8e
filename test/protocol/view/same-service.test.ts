import { describe, expect, it } from 'vitest';
import type { ServiceInstance } from '../../../src/protocol/dns-sd/instance.js';
import { lazyTxt, withTxt } from '../../../src/protocol/dns-sd/lazy-txt.js';
import type { InstanceEvent } from '../../../src/protocol/view/instance-event.js';
import { SameNames, SameServices } from '../../../src/protocol/view/same-service.js';

const OFFICE = 'office.example';

function instance(domain: string, over: Partial<ServiceInstance> = {}): ServiceInstance {
  const { addresses = [{ address: '198.18.0.9', family: 'ipv4', interface: domain }], ...rest } = over;
  const name = { name: 'Web', type: '_http._tcp', domain, fullName: `Web._http._tcp.${domain}` };
  const place = { host: `web.${domain}`, port: 80, from: '', ttlSeconds: 120 };
  return withTxt({ ...name, ...place, ...rest }, lazyTxt(new Uint8Array(0)), addresses);
}
const address = (text: string, domain = OFFICE) => ({ address: text, family: 'ipv4', interface: domain }) as const;
const up = (of: ServiceInstance): InstanceEvent => ({ event: 'up', instance: of });
const down = (of: ServiceInstance): InstanceEvent => ({ event: 'down', instance: of, reason: 'goodbye' });
const told = (events: readonly InstanceEvent[]) =>
  events.map(({ event, instance: { domain, addresses, port } }) => {
    return `${event} ${domain} ${port} ${addresses.map((each) => each.address).join()}`;
  });

describe('a service in several domains', () => {
  it('is one instance, under the name that was found first', () => {
    const same = new SameServices();
    expect(told(same.merge('local', [up(instance('local'))]))).toEqual(['up local 80 198.18.0.9']);
    expect(told(same.merge(OFFICE, [up(instance(OFFICE))]))).toEqual([]);
    expect(told(same.merge(OFFICE, [down(instance(OFFICE))]))).toEqual([]);
    expect(told(same.merge('local', [down(instance('local'))]))).toEqual(['down local 80 198.18.0.9']);
  });

  it('has the addresses of both, each once', () => {
    const same = new SameServices();
    same.merge('local', [up(instance('local'))]);
    const far = instance(OFFICE, { addresses: [address('198.18.0.9'), address('203.0.113.9')] });
    const [event] = same.merge(OFFICE, [up(far)]);
    expect(event).toMatchObject({ event: 'changed', changes: ['addresses'] });
    expect(told([event as InstanceEvent])).toEqual(['changed local 80 198.18.0.9,203.0.113.9']);
    expect(told(same.merge(OFFICE, [down(far)]))).toEqual(['changed local 80 198.18.0.9']);
  });

  it('comes up under its other name when the first is gone', () => {
    const same = new SameServices();
    same.merge('local', [up(instance('local'))]);
    same.merge(OFFICE, [up(instance(OFFICE))]);
    expect(told(same.merge('local', [down(instance('local'))]))).toEqual([
      'down local 80 198.18.0.9',
      `up ${OFFICE} 80 198.18.0.9`,
    ]);
  });

  it('is another one with another port, or another host and no address in common', () => {
    const same = new SameServices();
    same.merge('local', [up(instance('local'))]);
    expect(told(same.merge(OFFICE, [up(instance(OFFICE, { port: 81 }))]))).toEqual([`up ${OFFICE} 81 198.18.0.9`]);
    const elsewhere = instance('lab.example', { host: 'x.lab.example', addresses: [address('203.0.113.1')] });
    expect(told(same.merge('lab.example', [up(elsewhere)]))).toEqual(['up lab.example 80 203.0.113.1']);
    const sameHost = instance('home.example', { addresses: [address('203.0.113.2')] });
    expect(same.merge('home.example', [up(sameHost)])).toMatchObject([{ event: 'changed', changes: ['addresses'] }]);
  });

  it('changes as the first domain says', () => {
    const same = new SameServices();
    const before = instance('local');
    same.merge('local', [up(before)]);
    same.merge(OFFICE, [up(instance(OFFICE))]);
    const after = instance('local', { port: 81 });
    const changed = { event: 'changed', instance: after, changes: ['port'], previous: before } as const;
    expect(same.merge('local', [changed])).toMatchObject([
      { event: 'changed', changes: ['port'], instance: { port: 81 } },
    ]);
    const ours = {
      event: 'changed',
      instance: instance(OFFICE, { port: 81 }),
      changes: ['port'],
      previous: before,
    } as const;
    expect(same.merge(OFFICE, [ours])).toEqual([]);
  });
});

describe('a name in several domains', () => {
  it('is one name', () => {
    const same = new SameNames();
    const named = (domain: string, event: 'up' | 'down') => {
      const name = { name: 'Web', type: '_http._tcp', domain, fullName: `Web._http._tcp.${domain}` };
      return event === 'up'
        ? ({ event, instance: name } as const)
        : ({ event, instance: name, reason: 'goodbye' } as const);
    };
    const seen = (domain: string, event: 'up' | 'down') =>
      same.merge(domain, [named(domain, event)]).map((each) => `${each.event} ${each.instance.domain}`);
    expect(seen('local', 'up')).toEqual(['up local']);
    expect(seen(OFFICE, 'up')).toEqual([]);
    expect(seen('local', 'down')).toEqual(['down local', `up ${OFFICE}`]);
    expect(seen('local', 'up')).toEqual([]);
    expect(seen('local', 'down')).toEqual([]);
    expect(seen(OFFICE, 'down')).toEqual([`down ${OFFICE}`]);
  });
});
