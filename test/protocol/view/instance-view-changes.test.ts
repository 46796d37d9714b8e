/** What a view tells of instances that change and leave, and what it is given. */
import { describe, expect, it } from 'vitest';
import { nsecData } from '../../../src/protocol/nsec.js';
import type { ResourceRecord } from '../../../src/protocol/record.js';
import { ADDRESS_WAIT_MS } from '../../../src/protocol/view/host-questions.js';
import {
  ASKING_WORK,
  HOSTS_PER_TURN,
  InstanceView,
  TXT_WAIT_MS,
  WORK_PER_TURN,
} from '../../../src/protocol/view/instance-view.js';
import { address, ptr, record, srv, txt } from '../../support/records.js';
import { bench, eth4, eth6, full, pointer, shown, told, type, web } from './instance-view-bench.js';

/** Instances that are asked about in one turn. */
const NEW_PER_TURN = WORK_PER_TURN / ASKING_WORK;

describe('changes', () => {
  it('coalesces addresses that trickle in within 100 ms', () => {
    const b = bench({}, eth4, eth6);
    b.hear(eth4, ...full);
    b.wait(20).hear(eth6, ...full, address('h.local', 'fe80::10'));
    b.wait(50).hear(eth6, address('h.local', 'fd00::10'));
    expect(told(b.take())).toEqual(['up Web']);
    b.wait(ADDRESS_WAIT_MS - 51);
    expect(b.take()).toEqual([]);
    b.wait(1);
    expect(told(b.take())).toEqual(['changed Web addresses']);
    expect(b.wait(1000).take()).toEqual([]);
    expect(b.deadline).toBe(Infinity);
  });

  it('says nothing of an address that comes and goes meanwhile', () => {
    const b = bench();
    b.hear(eth4, ...full).take();
    b.hear(eth4, address('h.local', '192.0.2.11')).wait(50).lose(eth4, 'expired', address('h.local', '192.0.2.11'));
    expect(b.deadline).toBe(Infinity);
    expect(b.wait(1000).take()).toEqual([]);
  });

  it('tells of other changes at once, pending addresses included', () => {
    const b = bench();
    b.hear(eth4, ...full).take();
    b.hear(eth4, address('h.local', '192.0.2.11'))
      .wait(50)
      .hear(eth4, txt(web, ['a=2']));
    const events = b.take();
    expect(told(events)).toEqual(['changed Web txt,addresses']);
    expect(events[0]).toMatchObject({ previous: { txt: { a: '1' } }, instance: { txt: { a: '2' } } });
    expect(b.wait(1000).take()).toEqual([]);
  });

  it('CFL-01 tells of a new TXT record when it comes, and not when the old one is flushed', () => {
    const b = bench({}, eth4, eth6);
    for (const link of [eth4, eth6]) b.hear(link, ...full);
    b.take();
    for (const link of [eth4, eth6]) b.hear(link, txt(web, ['a=2'])).wait(3);
    for (const link of [eth4, eth6]) b.wait(997).lose(link, 'flushed', txt(web, ['a=1']));
    const events = b.take();
    expect(told(events)).toEqual(['changed Web txt']);
    expect(shown(events).txt).toEqual({ a: '2' });
  });

  it('PSR-04 tells of a new port when it comes, and not when the old record is flushed', () => {
    const b = bench({}, eth4, eth6);
    for (const link of [eth4, eth6]) b.hear(link, ...full);
    b.take();
    for (const link of [eth4, eth6]) b.hear(link, srv(web, 'h.local', 81)).wait(3);
    for (const link of [eth4, eth6]) b.wait(997).lose(link, 'flushed', srv(web, 'h.local', 80));
    const events = b.take();
    expect(told(events)).toEqual(['changed Web port']);
    expect(shown(events).port).toBe(81);
    expect(b.opened.filter((question) => question.includes('h.local'))).toHaveLength(4);
  });

  it('A-46 takes SRV and TXT that differ in case of names only for the same', () => {
    const b = bench({}, eth4, eth6);
    b.hear(eth4, ...full).hear(eth6, pointer, srv(web, 'H.LOCAL'), txt(web, ['a=1']), address('h.local', '192.0.2.10'));
    expect(told(b.wait(1000).take())).toEqual(['up Web']);
  });

  it('shows a new host once an address of it is known', () => {
    const b = bench();
    b.hear(eth4, ...full).take();
    b.hear(eth4, srv(web, 'new.local')).wait(1000).lose(eth4, 'flushed', srv(web, 'h.local')).wait(1000);
    expect(b.take()).toEqual([]);
    expect(b.asked()).toContain(`${eth4} A new.local`);
    expect(b.asked()).not.toContain(`${eth4} A h.local`);
    b.hear(eth4, address('new.local', '192.0.2.99'));
    const events = b.take();
    expect(told(events)).toEqual(['changed Web host,addresses']);
    expect(shown(events)).toMatchObject({ host: 'new.local', addresses: [{ address: '192.0.2.99' }] });
  });

  it('shows what was last known of an instance that lives', () => {
    const b = bench();
    b.hear(eth4, ...full).take();
    const [, s, t, a] = full as [(typeof full)[0], (typeof full)[0], (typeof full)[0], (typeof full)[0]];
    b.lose(eth4, 'expired', a).wait(1000).lose(eth4, 'expired', s).lose(eth4, 'expired', t).wait(1000);
    expect(b.take()).toEqual([]);
    b.hear(eth4, srv(web, 'h.local', 81)).wait(1000);
    expect(shown(b.take())).toMatchObject({ port: 81, txt: { a: '1' }, addresses: [{ address: '192.0.2.10' }] });
    b.lose(eth4, 'goodbye', pointer);
    expect(told(b.take())).toEqual(['down Web goodbye']);
  });

  it('tells of addresses that are left when some go', () => {
    const b = bench();
    b.hear(eth4, ...full, address('h.local', '192.0.2.11')).take();
    b.lose(eth4, 'flushed', address('h.local', '192.0.2.10')).wait(200);
    const events = b.take();
    expect(told(events)).toEqual(['changed Web addresses']);
    expect(shown(events).addresses.map((a) => a.address)).toEqual(['192.0.2.11']);
  });

  it('tells every instance of a host of its new address', () => {
    const b = bench();
    const other = `Other.${type}`;
    b.hear(eth4, ...full, ptr(type, other), srv(other, 'H.local'), txt(other)).take();
    b.hear(eth4, address('h.local', '192.0.2.11')).wait(200);
    expect(told(b.take())).toEqual(['changed Web addresses', 'changed Other addresses']);
    expect(b.asked().filter((question) => question.includes(' A '))).toHaveLength(1);
    b.lose(eth4, 'goodbye', ptr(type, web));
    expect(b.asked().filter((question) => question.includes(' A '))).toHaveLength(1);
    b.lose(eth4, 'goodbye', ptr(type, other));
    expect(b.asked()).toHaveLength(1);
  });

  it('PSR-03 shows the best SRV record that has an address, and asks for the hosts of all', () => {
    const b = bench();
    b.hear(
      eth4,
      pointer,
      txt(web),
      srv(web, 'best.local', 1, { priority: 0 }),
      srv(web, 'spare.local', 2, { priority: 1 }),
    );
    expect(b.asked()).toEqual(
      expect.arrayContaining([`${eth4} A best.local`, `${eth4} AAAA spare.local`]) as unknown as string[],
    );
    b.hear(eth4, address('spare.local', '192.0.2.2'));
    expect(shown(b.take())).toMatchObject({ host: 'spare.local', port: 2 });
    b.hear(eth4, address('best.local', '192.0.2.1'));
    const events = b.take();
    expect(told(events)).toEqual(['changed Web host,port,addresses']);
    expect(shown(events)).toMatchObject({ host: 'best.local', port: 1, addresses: [{ address: '192.0.2.1' }] });
    b.lose(eth4, 'goodbye', srv(web, 'best.local', 1, { priority: 0 }));
    expect(shown(b.take())).toMatchObject({ host: 'spare.local', port: 2 });
    expect(b.asked()).not.toContain(`${eth4} A best.local`);
  });

  it('TXT-09 shows the TXT record that was heard last when there are several, until it goes', () => {
    const b = bench();
    b.hear(eth4, ...full)
      .hear(eth4, txt(web, ['txtvers=2']))
      .lose(eth4, 'expired', txt(web, ['txtvers=2']));
    const events = b.take();
    expect(told(events)).toEqual(['up Web', 'changed Web txt', 'changed Web txt']);
    expect(shown(events).txt).toEqual({ a: '1' });
  });
});

describe('departure', () => {
  it.each(['goodbye', 'expired', 'reconfirmed', 'unobserved', 'evicted', 'link-lost'] as const)(
    'says why: %s',
    (reason) => {
      const b = bench();
      b.hear(eth4, ...full).take();
      b.lose(eth4, reason, ...full);
      const events = b.take();
      expect(told(events)).toEqual([`down Web ${reason}`]);
      expect(shown(events)).toMatchObject({ host: 'h.local', addresses: [{ address: '192.0.2.10' }] });
    },
  );

  it('is not told of what was never up', () => {
    const b = bench();
    b.hear(eth4, pointer, srv(web, 'h.local'), address('h.local', '192.0.2.10'));
    expect(b.deadline).toBe(b.now + TXT_WAIT_MS);
    b.lose(eth4, 'goodbye', pointer);
    expect(b.deadline).toBe(Infinity);
    expect(b.wait(2000).take()).toEqual([]);
  });

  it('takes what was about to be told with it', () => {
    const b = bench();
    b.hear(eth4, ...full)
      .hear(eth4, address('h.local', '192.0.2.11'))
      .lose(eth4, 'goodbye', pointer);
    expect(b.deadline).toBe(Infinity);
    expect(told(b.wait(2000).take())).toEqual(['up Web', 'down Web goodbye']);
  });

  it('comes back as a new arrival', () => {
    const b = bench();
    b.hear(eth4, ...full)
      .lose(eth4, 'goodbye', ...full)
      .wait(5000)
      .hear(eth4, ...full);
    expect(told(b.take())).toEqual(['up Web', 'down Web goodbye', 'up Web']);
  });

  it('A-51 is not told when the PTR record is there again before the turn ends, and nothing is lost', () => {
    const b = bench();
    b.hear(eth4, ...full).take();
    const asked = b.asked();
    b.together((turn) => turn.lose(eth4, 'expired', pointer).hear(eth4, pointer));
    expect(b.wait(2000).take()).toEqual([]);
    expect(b.asked()).toEqual(asked);
    b.hear(eth4, address('h.local', '192.0.2.11')).wait(200);
    expect(told(b.take())).toEqual(['changed Web addresses']);
  });
});

describe('what a view is given', () => {
  it('takes a record twice for once', () => {
    const b = bench();
    b.hear(eth4, ...full).take();
    b.view.apply(eth4, { added: full, removed: [], denied: [] }, b.now);
    b.settle().lose(eth4, 'goodbye', pointer);
    expect(told(b.take())).toEqual(['down Web goodbye']);
  });

  it('ignores what it has not asked for, whatever its type', () => {
    const b = bench();
    const strangers = [...full, record(type, nsecData(type, []))].filter((r) => r.type !== 'PTR');
    b.view.apply(
      eth4,
      { added: strangers, removed: strangers.map((r) => ({ record: r, reason: 'expired' })), denied: [] },
      0,
    );
    expect(b.settle().take()).toEqual([]);
  });

  it('asks about so many instances in one turn and about the others in the next', () => {
    const view = new InstanceView({ typeName: type });
    const link = { id: eth4, interface: 'eth0', family: 'ipv4', scopeId: 'eth0', subnets: [] } as const;
    view.linkOpened(link);
    view.update(0);
    const names = Array.from({ length: NEW_PER_TURN + 1 }, (_, i) => `${i}.${type}`);
    view.apply(eth4, { added: names.map((name) => ptr(type, name)), removed: [], denied: [] }, 0);
    const first = view.update(5);
    expect(first.open).toHaveLength(2 * NEW_PER_TURN);
    expect(first.deadline).toBe(5);
    const second = view.update(5);
    expect(second.open).toHaveLength(2);
    expect(second.deadline).toBe(Infinity);
  });

  it('asks anew about instances that waited for their turn while their link closed and came back', () => {
    const view = new InstanceView({ typeName: type });
    const link = { id: eth4, interface: 'eth0', family: 'ipv4', scopeId: 'eth0', subnets: [] } as const;
    const pointers = Array.from({ length: 2 * NEW_PER_TURN + 1 }, (_, i) => ptr(type, `${i}.${type}`));
    view.linkOpened(link);
    view.update(0);
    view.apply(eth4, { added: pointers, removed: [], denied: [] }, 0);
    for (let turns = 0; turns < 3; turns++) view.update(0);
    const removed = pointers.map((lost) => ({ record: lost, reason: 'goodbye' as const }));
    view.apply(eth4, { added: [], removed, denied: [] }, 0);
    view.update(0);
    view.linkClosed(eth4);
    view.linkOpened(link);
    expect(view.update(0).open).toHaveLength(1);
    view.apply(eth4, { added: pointers.slice(-1), removed: [], denied: [] }, 0);
    expect(view.update(0).open.map(({ question }) => question.type)).toEqual(['SRV', 'TXT']);
  });

  it('asks about so many hosts in one turn, and anew about those that waited while their link closed and came back', () => {
    const view = new InstanceView({ typeName: type });
    const link = { id: eth4, interface: 'eth0', family: 'ipv4', scopeId: 'eth0', subnets: [] } as const;
    const hear = (...added: ResourceRecord[]) => view.apply(eth4, { added, removed: [], denied: [] }, 0);
    const hosts = Array.from({ length: 4 * HOSTS_PER_TURN + 1 }, (_, i) => srv(web, `${i}.local`));
    const last = hosts.slice(-1);
    view.linkOpened(link);
    view.update(0);
    hear(pointer);
    view.update(0);
    hear(...hosts);
    for (let left = hosts.length; left > 0; left -= HOSTS_PER_TURN) {
      const { open, deadline } = view.update(0);
      expect(open).toHaveLength(2 * Math.min(left, HOSTS_PER_TURN));
      expect(deadline).toBe(left > HOSTS_PER_TURN ? 0 : Infinity);
    }
    view.apply(eth4, { added: [], removed: [{ record: pointer, reason: 'goodbye' }], denied: [] }, 0);
    expect(view.update(0).close).toHaveLength(2 + 2 * HOSTS_PER_TURN);
    view.linkClosed(eth4);
    view.linkOpened(link);
    view.update(0);
    hear(pointer);
    view.update(0);
    hear(...last);
    expect(view.update(0).open).toHaveLength(2);
  });

  it('gives up and takes up a host within one turn without asking again', () => {
    const b = bench();
    b.hear(eth4, ...full).take();
    const opened = b.opened.length;
    b.together((turn) => turn.lose(eth4, 'expired', srv(web, 'h.local')).hear(eth4, srv(web, 'h.local', 81)));
    expect(told(b.take())).toEqual(['changed Web port']);
    expect(b.opened).toHaveLength(opened);
  });

  it('shows inspectors how much it holds and not what', () => {
    const b = bench();
    b.hear(eth4, ...full);
    expect(JSON.parse(JSON.stringify(b.view))).toEqual({ question: type, instances: 1 });
  });
});
