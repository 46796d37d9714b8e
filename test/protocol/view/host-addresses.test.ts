/** The addresses of a host that many instances share: one list, made once, and told without a look at all of it each time. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ServiceInstance } from '../../../src/protocol/dns-sd/instance.js';
import { ADDRESS_WAIT_MS } from '../../../src/protocol/view/host-questions.js';
import { type InstanceEvent, InstanceView, WORK_PER_TURN } from '../../../src/protocol/view/instance-view.js';
import { address, ptr, srv, txt } from '../../support/records.js';
import { ViewBench } from './view-bench.js';

const type = '_http._tcp.local';
const eth4 = 'eth0/ipv4';
const eth6 = 'eth0/ipv6';
const wlan4 = 'wlan0/ipv4';
const OWN = ['198.18.0.1/24', 'fe80::1/64', 'fd00::1/64'];

const instance = (i: number, host = 'h.local') => {
  const name = `I${i}.${type}`;
  return [ptr(type, name), srv(name, host), txt(name)];
};

function bench(...links: string[]) {
  const b = new ViewBench<InstanceEvent>(new InstanceView({ typeName: type }), ...links);
  for (const link of links) b.change(link, ...OWN);
  return b;
}

/** What is shown after these events. */
function shownBy(events: readonly InstanceEvent[]): Map<string, ServiceInstance> {
  const shown = new Map<string, ServiceInstance>();
  for (const { event, instance: each } of events) {
    if (event === 'down') shown.delete(each.name);
    else shown.set(each.name, each);
  }
  return shown;
}
const texts = ({ addresses }: ServiceInstance) => addresses.map((each) => each.address);

/** Events as the view gives them, not copies. */
function settled(view: InstanceView, now: number): InstanceEvent[] {
  const events: InstanceEvent[] = [];
  for (let deadline = now; deadline === now; ) {
    const turn = view.update(now);
    events.push(...turn.events);
    deadline = turn.deadline;
  }
  return events;
}

/** A view in which so many instances of one host are up. */
function crowd(instances: number) {
  const view = new InstanceView({ typeName: type });
  const link = { id: eth4, interface: 'eth0', family: 'ipv4', scopeId: 'eth0', subnets: [] } as const;
  const hear = (added: readonly ReturnType<typeof ptr>[], now: number) =>
    view.apply(eth4, { added, removed: [], denied: [] }, now);
  view.linkOpened(link);
  settled(view, 0);
  for (let i = 0; i < instances; i++) {
    hear(instance(i).slice(0, 1), 0);
    settled(view, 0);
    hear(instance(i).slice(1), 0);
  }
  settled(view, 0);
  hear([address('h.local', '198.18.0.7')], 0);
  return { view, hear, up: settled(view, 0) };
}

describe('the instances of a host', () => {
  it('share one frozen list, before and after it changes', () => {
    const { view, hear, up } = crowd(50);
    expect(new Set(up.map((event) => event.instance.addresses)).size).toBe(1);
    expect(Object.isFrozen(up[0]?.instance.addresses)).toBe(true);
    hear([address('h.local', '198.18.0.8')], 1);
    expect(settled(view, 1)).toEqual([]);
    const changed = settled(view, 1 + ADDRESS_WAIT_MS);
    expect(changed.map(({ event }) => event)).toEqual(new Array(50).fill('changed'));
    expect(new Set(changed.map((event) => event.instance.addresses)).size).toBe(1);
  });

  it('are looked at once for all the addresses that come within 100 ms, and a share of them in one turn', () => {
    const count = 2_400;
    const { view, hear } = crowd(count);
    for (let i = 0; i < 60; i++) {
      hear([address('h.local', `10.0.0.${i}`)], 1 + i);
      const { events, deadline } = view.update(1 + i);
      // Nothing but to note that the host has changed.
      expect(events).toEqual([]);
      expect(deadline).toBe(1 + ADDRESS_WAIT_MS);
    }
    const now = 1 + ADDRESS_WAIT_MS;
    const turns: number[] = [];
    for (let deadline = now; deadline === now; ) {
      const turn = view.update(now);
      turns.push(turn.events.length);
      deadline = turn.deadline;
    }
    expect(turns.reduce((sum, events) => sum + events, 0)).toBe(count);
    // An instance with one SRV record is work of two.
    expect(Math.max(...turns)).toBeLessThanOrEqual(WORK_PER_TURN / 2);
  });

  it('of which one came later get the list of the others', () => {
    const { view, hear, up } = crowd(2);
    hear(instance(9).slice(0, 1), 1);
    settled(view, 1);
    hear(instance(9).slice(1), 1);
    expect(settled(view, 1).map((event) => event.instance.addresses)).toEqual([up[0]?.instance.addresses]);
    expect(settled(view, 1)).toEqual([]);
  });

  it('have lists of their own where they are seen on other links', () => {
    const b = bench(eth4, wlan4);
    b.hear(eth4, ...instance(1), ...instance(2), address('h.local', '198.18.0.7'));
    b.hear(wlan4, ...instance(2), address('h.local', '198.18.0.7')).wait(200);
    const shown = shownBy(b.take());
    expect(shown.get('I1')?.addresses.map((each) => each.interface)).toEqual(['eth0']);
    expect(shown.get('I2')?.addresses.map((each) => each.interface)).toEqual(['eth0', 'wlan0']);
  });

  it('are not told of an address that comes and goes', () => {
    const { view, hear } = crowd(3);
    const extra = address('h.local', '198.18.0.8');
    hear([extra], 1);
    settled(view, 1);
    view.apply(eth4, { added: [], removed: [{ record: extra, reason: 'expired' }], denied: [] }, 50);
    expect(settled(view, 50)).toEqual([]);
    expect(settled(view, 1000)).toEqual([]);
  });
});

describe('SRV records of one instance', () => {
  it('may go by the thousand: each is dealt with alone, and the host of the last is asked about until then', () => {
    const b = bench(eth4);
    const name = `I1.${type}`;
    const many = Array.from({ length: 5_000 }, (_, i) => srv(name, i % 2 ? 'h.local' : 'i.local', i));
    b.hear(eth4, ptr(type, name)).hear(eth4, ...many, txt(name), address('h.local', '198.18.0.7'));
    expect(b.take().at(-1)?.instance.port).toBe(4_999);
    b.lose(eth4, 'expired', ...many.slice(0, -1));
    expect(b.asked()).toContain(`${eth4} A h.local`);
    expect(b.asked()).not.toContain(`${eth4} A i.local`);
    expect(b.take()).toEqual([]);
    b.lose(eth4, 'expired', ...many.slice(-1));
    expect(b.asked()).toEqual([`${eth4} PTR ${type}`, `${eth4} SRV ${name}`, `${eth4} TXT ${name}`]);
  });
});

describe('order', () => {
  it('a host that got another address is shown with that one first, in the first event that has it', () => {
    const b = bench(eth4, eth6);
    for (const link of [eth4, eth6]) b.hear(link, ...instance(1), address('h.local', '198.18.0.20')).wait(3);
    b.wait(10_000).take();
    for (const link of [eth4, eth6]) b.hear(link, address('h.local', '198.18.0.77')).wait(3);
    const events = b.wait(500).take();
    expect(events.map((event) => texts(event.instance))).toEqual([['198.18.0.77', '198.18.0.20']]);
  });

  it('so is one that begins to be watched while the link still has the old one', () => {
    const b = bench(eth4);
    b.hear(eth4, address('h.local', '198.18.0.20')).wait(10_000);
    b.hear(eth4, address('h.local', '198.18.0.77')).wait(500);
    b.hear(eth4, ...instance(1));
    expect(b.take().map((event) => texts(event.instance))).toEqual([['198.18.0.77', '198.18.0.20']]);
  });

  it('follows the addresses of our own interface', () => {
    const b = bench(eth4);
    b.hear(eth4, ...instance(1), address('h.local', '198.18.0.20'), address('h.local', '10.9.9.9'));
    expect(b.take().map((event) => texts(event.instance))).toEqual([['198.18.0.20', '10.9.9.9']]);
    b.change(eth4, '10.9.0.1/16').wait(200);
    const events = b.take();
    expect(events.map((event) => texts(event.instance))).toEqual([['10.9.9.9', '198.18.0.20']]);
    expect(events[0]).toMatchObject({ event: 'changed', changes: ['addresses'] });
    b.change(eth4, '10.9.0.2/16').wait(200);
    expect(b.take()).toEqual([]);
    b.change('nope', '10.9.0.2/16').wait(200);
    expect(b.take()).toEqual([]);
  });

  it('is that of a recomputation, whatever came and went, and neighbours are first', () => {
    const some = fc.constantFrom(
      '198.18.0.2',
      '198.18.0.3',
      '10.0.0.2',
      'fe80::2',
      'fd00::2',
      'fd01::2',
      '2001:db8::2',
    );
    const steps = fc.array(fc.tuple(fc.constantFrom(eth4, eth6, wlan4), some, fc.boolean(), fc.nat(1_500)), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(steps, (walk) => {
        const b = bench(eth4, eth6, wlan4);
        for (const link of [eth4, eth6, wlan4]) b.hear(link, ...instance(1), ...instance(2));
        const events: InstanceEvent[] = [];
        for (const [link, text, comes, ms] of walk) {
          if (comes) b.hear(link, address('h.local', text));
          else b.lose(link, 'expired', address('h.local', text));
          events.push(...b.wait(ms).take());
        }
        events.push(...b.wait(1_000).take());
        // A view that comes now sees the same.
        const late = new ViewBench<InstanceEvent>(new InstanceView({ typeName: type }));
        late.now = b.now;
        for (const [id, link] of b.links) {
          late.open(id).change(id, ...OWN);
          for (const [key, known] of link.records) {
            late.now = link.heardAt.get(key) ?? b.now;
            late.link(id).records.set(key, known);
            late.link(id).heardAt.set(key, late.now);
          }
          late.now = b.now;
        }
        for (const id of b.links.keys()) late.reopen(id);
        late.wait(1_000);
        const [early, fresh] = [shownBy(events), shownBy(late.take())];
        const hasAddress = [...b.links.values()].some(({ records }) =>
          [...records.values()].some((known) => known.type === 'A' || known.type === 'AAAA'),
        );
        if (hasAddress) expect(new Map([...early].map(keyed))).toEqual(new Map([...fresh].map(keyed)));
        for (const each of early.values()) {
          const near = each.addresses.map((a) => /^(198\.18\.0|fe80|fd00)/.test(a.address));
          expect(near).toEqual([...near].sort((one, other) => Number(other) - Number(one)));
        }
      }),
      { numRuns: 200 },
    );
  });
});

function keyed([name, shown]: readonly [string, ServiceInstance]): [string, string[]] {
  return [name, shown.addresses.map((each) => `${each.address} ${each.interface}`)];
}
