/** Browsing for all types that a network lists: each is asked about as long as it is listed or has instances, up to a bound. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MdnsError } from '../../../src/protocol/errors.js';
import { MAX_BROWSED_TYPES, TYPE_STAY_MS } from '../../../src/protocol/view/browsed-types.js';
import { type InstanceEvent, InstanceView, type InstanceViewSpec } from '../../../src/protocol/view/instance-view.js';
import { address, ptr, srv, txt } from '../../support/records.js';
import { ViewBench } from './view-bench.js';

const list = '_services._dns-sd._udp.local';
const eth4 = 'eth0/ipv4';
const wlan4 = 'wlan0/ipv4';

const listed = (type: string) => ptr(list, `${type}.local`);
const pointer = (type: string, label = 'I') => ptr(`${type}.local`, `${label}.${type}.local`);
const service = (type: string, label = 'I') => {
  const name = `${label}.${type}.local`;
  return [pointer(type, label), srv(name, 'h.local'), txt(name), address('h.local', '192.0.2.10')];
};
const many = (count: number, from = 0) => Array.from({ length: count }, (_, i) => `_t${from + i}._tcp`);

class TypesBench extends ViewBench<InstanceEvent> {
  constructor(spec: Partial<InstanceViewSpec> = {}, ...links: string[]) {
    super(new InstanceView({ typeName: undefined, ...spec }), ...(links.length > 0 ? links : [eth4]));
  }

  /** The types whose instances are asked for on a link, sorted. */
  browsed(link = eth4): string[] {
    const pointers = this.asked().filter((line) => line.startsWith(`${link} PTR `) && !line.endsWith(list));
    return pointers.map((line) => line.replace(/^\S+ PTR (.*)\.local$/, '$1'));
  }

  told(): string[] {
    return this.take().map(({ event, instance }) => `${event} ${instance.name} ${instance.type}`);
  }
}

describe('browsing for all types', () => {
  it('asks for the list, for the instances of what it lists, and resolves them', () => {
    const b = new TypesBench();
    expect(b.asked()).toEqual([`${eth4} PTR ${list}`]);
    b.hear(eth4, listed('_http._tcp'), listed('_ipp._tcp'));
    expect(b.browsed()).toEqual(['_http._tcp', '_ipp._tcp']);
    b.hear(eth4, ...service('_http._tcp'), ...service('_ipp._tcp', 'J'));
    expect(b.told()).toEqual(['up I _http._tcp', 'up J _ipp._tcp']);
    expect(JSON.parse(JSON.stringify(b.view))).toEqual({ question: list, types: 2, instances: 2 });
  });

  it('ENU-03 asks on every link about what any of them lists, and about one type in all spellings once', () => {
    const b = new TypesBench({}, eth4, wlan4);
    b.hear(eth4, listed('_http._tcp'), ptr(list, '_HTTP._TCP.example.com'));
    expect([b.browsed(eth4), b.browsed(wlan4)]).toEqual([['_http._tcp'], ['_http._tcp']]);
    b.open('eth1/ipv4');
    expect(b.browsed('eth1/ipv4')).toEqual(['_http._tcp']);
    b.lose(eth4, 'expired', listed('_http._tcp'));
    expect(b.browsed(eth4)).toEqual(['_http._tcp']);
    b.lose(eth4, 'expired', ptr(list, '_HTTP._TCP.example.com'));
    expect(b.browsed(eth4)).toEqual([]);
  });

  it('lets go of a type that is not listed any more, with its last instance', () => {
    const b = new TypesBench();
    b.hear(eth4, listed('_http._tcp'), listed('_ipp._tcp'), ...service('_http._tcp')).told();
    b.lose(eth4, 'goodbye', listed('_http._tcp'), listed('_ipp._tcp'));
    expect(b.browsed()).toEqual(['_http._tcp']);
    expect(b.told()).toEqual([]);
    b.lose(eth4, 'goodbye', pointer('_http._tcp'));
    expect(b.told()).toEqual(['down I _http._tcp']);
    expect(b.asked()).toEqual([`${eth4} PTR ${list}`]);
    expect(JSON.parse(JSON.stringify(b.view))).toMatchObject({ types: 0, instances: 0 });
    b.hear(eth4, listed('_http._tcp'), ...service('_http._tcp'));
    expect(b.told()).toEqual(['up I _http._tcp']);
  });

  it('takes an instance at which two types point for one, until neither does', () => {
    const b = new TypesBench();
    const other = ptr('_web._tcp.local', 'I._http._tcp.local');
    b.hear(eth4, listed('_http._tcp'), listed('_web._tcp'), ...service('_http._tcp'), other);
    expect(b.told()).toEqual(['up I _http._tcp']);
    b.lose(eth4, 'goodbye', pointer('_http._tcp'));
    expect(b.told()).toEqual([]);
    b.lose(eth4, 'goodbye', other);
    expect(b.told()).toEqual(['down I _http._tcp']);
  });

  it('forgets with a link what it listed', () => {
    const b = new TypesBench({}, eth4, wlan4);
    b.hear(eth4, listed('_http._tcp')).hear(wlan4, listed('_ipp._tcp'), ...service('_ipp._tcp'));
    b.told();
    b.close(wlan4);
    expect(b.told()).toEqual(['down I _ipp._tcp']);
    expect(b.browsed()).toEqual(['_http._tcp']);
    b.close(eth4);
    expect(JSON.parse(JSON.stringify(b.view))).toMatchObject({ types: 0, instances: 0 });
  });

  it('SUB-01 asks below a subtype, and wants the attributes that it is told to', () => {
    const b = new TypesBench({ subtype: 'printer', txt: { a: '1' } });
    b.hear(eth4, listed('_http._tcp'));
    expect(b.browsed()).toEqual(['printer._sub._http._tcp']);
    expect(() => new InstanceView({ typeName: undefined, subtype: '' })).toThrow(MdnsError);
  });

  it.each(['.', 'local', 'x.local', '_a.local', '_http._daap.local'])('does not take %s for a type', (target) => {
    const b = new TypesBench();
    b.hear(eth4, ptr(list, target)).lose(eth4, 'expired', ptr(list, target));
    expect(b.browsed()).toEqual([]);
  });
});

describe('more types than there are places', () => {
  const leftOut = (b: TypesBench, types: string[]) => {
    b.view.apply(eth4, { added: types.map(listed), removed: [], denied: [] }, b.now);
    return b.view.update(b.now);
  };

  it('waits for a place, and reports each type that does', () => {
    const b = new TypesBench();
    expect(leftOut(b, many(MAX_BROWSED_TYPES))).not.toHaveProperty('leftOut');
    const turn = leftOut(b, many(3, MAX_BROWSED_TYPES));
    expect(turn.leftOut).toEqual([eth4, eth4, eth4]);
    expect(turn.open).toEqual([]);
    expect(turn.deadline).toBe(b.now + TYPE_STAY_MS);
    expect(b.view.update(b.now)).not.toHaveProperty('leftOut');
  });

  it('gets the place of a type that goes, at once', () => {
    const b = new TypesBench();
    b.hear(eth4, ...many(MAX_BROWSED_TYPES + 1).map(listed));
    b.lose(eth4, 'goodbye', listed('_t7._tcp'));
    expect(b.browsed()).toContain(`_t${MAX_BROWSED_TYPES}._tcp`);
    expect(b.browsed()).not.toContain('_t7._tcp');
  });

  it('takes turns with types without instances, and never with those that have one', () => {
    const b = new TypesBench();
    const real = '_real._tcp';
    b.hear(eth4, ...service('_t0._tcp'), ...many(MAX_BROWSED_TYPES).map(listed)).told();
    b.hear(eth4, listed(real), ...service(real));
    expect(b.wait(TYPE_STAY_MS - 1).told()).toEqual([]);
    expect(b.wait(1).told()).toEqual(['up I _real._tcp']);
    b.wait(100 * TYPE_STAY_MS);
    expect(b.told()).toEqual([]);
    expect(b.browsed()).toEqual(expect.arrayContaining([real, '_t0._tcp']));
  });

  it('never asks about more than there are places, nor about what is gone, and forgets nothing that is listed', () => {
    const type = fc.constantFrom(...many(MAX_BROWSED_TYPES + 40));
    const step = fc.oneof(
      fc.array(type, { minLength: 20, maxLength: 400 }).map((types) => ({ list: types })),
      fc.array(type, { minLength: 1, maxLength: 200 }).map((types) => ({ unlist: types })),
      fc.array(type, { minLength: 1, maxLength: 20 }).map((types) => ({ arrive: types })),
      fc.array(type, { minLength: 1, maxLength: 20 }).map((types) => ({ leave: types })),
      fc.nat(2 * TYPE_STAY_MS).map((ms) => ({ ms })),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const b = new TypesBench();
        for (const each of steps) {
          if ('list' in each) b.hear(eth4, ...each.list.map(listed));
          if ('unlist' in each) b.lose(eth4, 'expired', ...each.unlist.map(listed));
          if ('arrive' in each) b.hear(eth4, ...each.arrive.flatMap((name) => service(name)));
          if ('leave' in each) b.lose(eth4, 'goodbye', ...each.leave.map((name) => pointer(name)));
          if ('ms' in each) b.wait(each.ms);
          const known = [...b.link(eth4).records.values()];
          const there = new Set(known.flatMap((r) => (r.type === 'PTR' && r.name === list ? [r.target] : [])));
          const browsed = b.browsed();
          expect(browsed.length).toBeLessThanOrEqual(MAX_BROWSED_TYPES);
          const hasInstance = (name: string) => known.some((r) => r.type === 'PTR' && r.name === `${name}.local`);
          for (const name of browsed) expect(there.has(`${name}.local`) || hasInstance(name)).toBe(true);
          expect(browsed.length).toBeGreaterThanOrEqual(Math.min(MAX_BROWSED_TYPES, there.size));
        }
      }),
      { numRuns: 60 },
    );
  });
});
