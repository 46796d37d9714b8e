import { describe, expect, it } from 'vitest';
import { MdnsError } from '../../../src/protocol/errors.js';
import { nsecData } from '../../../src/protocol/nsec.js';
import type { ResourceRecord } from '../../../src/protocol/record.js';
import { ADDRESS_WAIT_MS } from '../../../src/protocol/view/host-questions.js';
import {
  ASKING_WORK,
  HOSTS_PER_TURN,
  type InstanceEvent,
  InstanceView,
  type InstanceViewSpec,
  TXT_WAIT_MS,
  WORK_PER_TURN,
} from '../../../src/protocol/view/instance-view.js';
import { address, ptr, record, srv, txt } from '../../support/records.js';
import { ViewBench } from './view-bench.js';

const type = '_http._tcp.local';
/** Instances that are asked about in one turn. */
const NEW_PER_TURN = WORK_PER_TURN / ASKING_WORK;
const web = `Web.${type}`;
const eth4 = 'eth0/ipv4';
const eth6 = 'eth0/ipv6';
const wlan4 = 'wlan0/ipv4';

const pointer = ptr(type, web);
const full = [pointer, srv(web, 'h.local'), txt(web, ['a=1']), address('h.local', '192.0.2.10')];

function bench(spec: Partial<InstanceViewSpec> = {}, ...links: string[]): ViewBench<InstanceEvent> {
  return new ViewBench(new InstanceView({ typeName: type, ...spec }), ...(links.length > 0 ? links : [eth4]));
}

/** `up Web`, `changed Web port,txt`, `down Web expired`. */
function told(events: readonly InstanceEvent[]): string[] {
  return events.map((event) => {
    const rest = event.event === 'changed' ? event.changes.join() : event.event === 'down' ? event.reason : '';
    return `${event.event} ${event.instance.name} ${rest}`.trim();
  });
}

function shown(events: readonly InstanceEvent[]) {
  const last = events.at(-1);
  if (!last) throw new Error('nothing was told');
  return last.instance;
}

describe('arrival', () => {
  it('SIN-01 PSR-04 asks for PTR, then SRV and TXT, then the addresses of the target, and tells once all is there', () => {
    const b = bench();
    expect(b.asked()).toEqual([`${eth4} PTR ${type}`]);
    b.hear(eth4, pointer);
    expect(b.asked()).toEqual([`${eth4} PTR ${type}`, `${eth4} SRV ${web}`, `${eth4} TXT ${web}`]);
    b.hear(eth4, srv(web, 'h.local', 8085));
    expect(b.asked()).toContain(`${eth4} A h.local`);
    expect(b.asked()).toContain(`${eth4} AAAA h.local`);
    b.hear(eth4, txt(web, ['a=1', 'Flag', 'bin=\u00e9']));
    expect(b.take()).toEqual([]);
    b.hear(eth4, address('h.local', '192.0.2.10'));
    expect(b.take()).toEqual([
      {
        event: 'up',
        instance: {
          name: 'Web',
          type: '_http._tcp',
          domain: 'local',
          fullName: web,
          host: 'h.local',
          port: 8085,
          txt: { a: '1', Flag: true, bin: 'é' },
          txtStrings: [Buffer.from('a=1'), Buffer.from('Flag'), Buffer.from('bin=é')].map((s) => Uint8Array.from(s)),
          addresses: [{ address: '192.0.2.10', family: 'ipv4', interface: 'eth0' }],
        },
      },
    ]);
    expect(b.deadline).toBe(Infinity);
    expect(b.done).toBe(false);
  });

  it('ADD-03 works in whatever order the records come', () => {
    const [p, s, t, a] = full as [(typeof full)[0], (typeof full)[0], (typeof full)[0], (typeof full)[0]];
    for (const records of [
      [a, t, s, p],
      [p, a, s, t],
      [t, p, s, a],
    ]) {
      const b = bench();
      for (const one of records) b.hear(eth4, one);
      expect(told(b.take())).toEqual(['up Web']);
      const together = bench();
      together.hear(eth4, ...records);
      expect(told(together.take())).toEqual(['up Web']);
    }
  });

  it('does not tell of an instance without SRV record or without an address', () => {
    const b = bench();
    b.hear(eth4, pointer, txt(web), address('h.local', '192.0.2.10')).wait(60_000);
    b.hear(eth4, ptr(type, `Other.${type}`), srv(`Other.${type}`, 'other.local'), txt(`Other.${type}`)).wait(60_000);
    expect(b.take()).toEqual([]);
  });

  it('tells after a second when the TXT record does not come, and of the TXT record when it does', () => {
    const b = bench();
    b.hear(eth4, pointer).wait(5000);
    b.hear(eth4, ...full.filter((r) => r.type !== 'TXT'));
    expect(b.deadline).toBe(b.now + TXT_WAIT_MS);
    b.wait(TXT_WAIT_MS - 1);
    expect(b.take()).toEqual([]);
    b.wait(1);
    const up = b.take();
    expect(told(up)).toEqual(['up Web']);
    expect(shown(up)).toMatchObject({ txt: {}, txtStrings: [] });
    b.hear(eth4, txt(web, ['a=1']));
    const changed = b.take();
    expect(told(changed)).toEqual(['changed Web txt']);
    expect(shown(changed).txt).toEqual({ a: '1' });
  });

  it('NEG-09 does not wait for a TXT record that is denied', () => {
    const b = bench();
    b.hear(eth4, pointer).deny(eth4, web, 'TXT');
    b.hear(eth4, ...full.filter((r) => r.type !== 'TXT'));
    expect(told(b.take())).toEqual(['up Web']);
  });

  it.each([[[]], [['']]])('TXT-02 an empty TXT record says the same as none: %j', (strings) => {
    const b = bench();
    b.hear(eth4, ...full.filter((r) => r.type !== 'TXT')).wait(TXT_WAIT_MS);
    expect(shown(b.take()).txt).toEqual({});
    b.hear(eth4, txt(web, [...strings])).wait(1000);
    expect(b.take()).toEqual([]);
  });

  it('TXT-04 TXT-05 TXT-07 TXT-08 reads TXT as it comes', () => {
    const b = bench();
    const [p, s, , a] = full as [(typeof full)[0], (typeof full)[0], (typeof full)[0], (typeof full)[0]];
    b.hear(eth4, p, s, a, txt(web, ['a=1', 'A=2', '=x', 'k', 'e=', 'q==x', '__proto__=1', 'port=9']));
    const { txt: attributes, port } = shown(b.take());
    expect(Object.entries(attributes)).toEqual(
      Object.entries({ a: '1', k: true, e: '', q: '=x', ['__proto__']: '1', port: '9' }),
    );
    expect(port).toBe(80);
  });

  it('SIN-05 delivers a PTR target of another type and domain as it is', () => {
    const b = bench();
    const other = 'Web._ipp._udp.example.com';
    b.hear(eth4, ptr(type, other), srv(other, 'h.local'), txt(other), address('h.local', '192.0.2.10'));
    expect(shown(b.take())).toMatchObject({ name: 'Web', type: '_ipp._udp', domain: 'example.com', fullName: other });
  });

  it('SIN-04 A-59 keeps dots and backslashes within the instance label', () => {
    const b = bench();
    const odd = `Dr\\. Foo\\\\Bar.${type}`;
    b.hear(eth4, ptr(type, odd), srv(odd, 'h.local'), txt(odd), address('h.local', '192.0.2.10'));
    expect(shown(b.take())).toMatchObject({ name: 'Dr. Foo\\Bar', fullName: odd });
  });

  it('SVC-03 shows services with names that nobody may register', () => {
    const b = bench({ typeName: '_much_too_long_a_name!._tcp.local' });
    const odd = 'I._much_too_long_a_name!._tcp.local';
    b.hear(eth4, ptr('_much_too_long_a_name!._tcp.local', odd), srv(odd, 'h.local'), txt(odd));
    b.hear(eth4, address('h.local', '192.0.2.10'));
    expect(shown(b.take()).type).toBe('_much_too_long_a_name!._tcp');
  });

  it.each(['.', 'local', 'h.local', type, 'printer.example.com'])('ignores %s as an instance', (target) => {
    const b = bench();
    b.hear(eth4, ptr(type, target), srv(target, 'h.local'), txt(target), address('h.local', '192.0.2.10')).wait(2000);
    expect(b.take()).toEqual([]);
    expect(b.asked()).toHaveLength(1);
  });

  it('asks nothing about the root as target, which stands for no service', () => {
    const b = bench();
    b.hear(eth4, pointer, srv(web, '.'), txt(web)).wait(2000);
    expect(b.take()).toEqual([]);
    expect(b.asked()).toHaveLength(3);
  });
});

describe('one instance on several links', () => {
  it('is up once, and its addresses are those of all links', () => {
    const b = bench({}, eth4, eth6, wlan4);
    b.hear(eth4, ...full);
    b.wait(10).hear(eth6, ...full, address('h.local', 'fe80::10'), address('h.local', '2001:db8::10'));
    b.wait(10).hear(wlan4, ...full, address('h.local', 'fe80::10'));
    expect(told(b.take())).toEqual(['up Web']);
    b.wait(200);
    const changed = b.take();
    expect(told(changed)).toEqual(['changed Web addresses']);
    expect(shown(changed).addresses).toEqual([
      { address: '192.0.2.10', family: 'ipv4', interface: 'eth0' },
      { address: '192.0.2.10', family: 'ipv4', interface: 'wlan0' },
      { address: '2001:db8::10', family: 'ipv6', interface: 'eth0' },
      { address: 'fe80::10', family: 'ipv6', interface: 'eth0', scopeId: 'eth0' },
      { address: 'fe80::10', family: 'ipv6', interface: 'wlan0', scopeId: 'wlan0' },
    ]);
  });

  it('A-46 UTF-03 is one whatever the case of its name, shown as first seen, asked for as heard', () => {
    const b = bench({}, eth4, wlan4);
    b.hear(eth4, ...full);
    const loud = 'WEB._HTTP._tcp.local';
    b.hear(wlan4, ptr(type, loud), srv(loud, 'H.local'), txt(loud, ['a=1']), address('H.LOCAL', '192.0.2.10')).wait(
      200,
    );
    const events = b.take();
    expect(told(events)).toEqual(['up Web', 'changed Web addresses']);
    expect(shown(events)).toMatchObject({ name: 'Web', fullName: web, host: 'h.local' });
    expect(b.asked()).toContain(`${wlan4} SRV ${loud}`);
    expect(b.asked()).toContain(`${wlan4} A H.local`);
  });

  it('goes down once, when the last link has lost it', () => {
    const b = bench({}, eth4, eth6, wlan4);
    for (const link of [eth4, eth6, wlan4]) b.hear(link, ...full);
    b.wait(200).take();
    b.lose(eth4, 'goodbye', pointer).wait(200).lose(wlan4, 'goodbye', pointer);
    b.wait(1000);
    expect(told(b.take())).toEqual(['changed Web addresses']);
    b.lose(eth6, 'expired', pointer);
    expect(told(b.take())).toEqual(['down Web expired']);
    expect(b.asked()).toEqual([`${eth4} PTR ${type}`, `${eth6} PTR ${type}`, `${wlan4} PTR ${type}`]);
  });

  it('IFC-02 takes addresses from those links only where the instance points at the host', () => {
    const b = bench({}, eth4, wlan4);
    b.hear(eth4, ...full);
    const other = `Other.${type}`;
    // A stranger of the same host name lives on the other network.
    b.hear(wlan4, ptr(type, other), srv(other, 'h.local'), txt(other), address('h.local', '198.51.100.1')).wait(200);
    const events = b.take();
    expect(told(events)).toEqual(['up Web', 'up Other']);
    expect(events[0]?.instance.addresses.map((a) => a.address)).toEqual(['192.0.2.10']);
    expect(events[1]?.instance.addresses.map((a) => a.address)).toEqual(['198.51.100.1']);
  });

  it('TOP-01 takes back what only a closed link knew', () => {
    const b = bench({}, eth4, wlan4);
    const other = `Other.${type}`;
    b.hear(eth4, ...full).hear(wlan4, ...full);
    b.hear(wlan4, ptr(type, other), srv(other, 'h.local'), txt(other)).wait(200).take();
    b.close(wlan4).wait(200);
    const events = b.take();
    expect(told(events)).toEqual(['down Other interface-gone', 'changed Web addresses']);
    expect(shown(events).addresses).toHaveLength(1);
    expect(told(b.close(eth4).take())).toEqual(['down Web interface-gone']);
    expect(
      told(
        b
          .open(eth4)
          .hear(eth4, ...full)
          .take(),
      ),
    ).toEqual(['up Web']);
  });

  it('takes a link that closes and comes back within one turn for two', () => {
    const b = bench({}, eth4);
    b.hear(eth4, ...full).take();
    b.together((turn) =>
      turn
        .close(eth4)
        .open(eth4)
        .hear(eth4, ...full),
    );
    expect(told(b.take())).toEqual(['down Web interface-gone', 'up Web']);
    expect(b.asked()).toHaveLength(5);
    b.together((turn) =>
      turn
        .lose(eth4, 'goodbye', pointer)
        .close(eth4)
        .open(eth4)
        .hear(eth4, ...full),
    );
    expect(told(b.take())).toEqual(['down Web goodbye', 'up Web']);
    b.hear(eth4, address('h.local', '192.0.2.11')).wait(200);
    expect(told(b.take())).toEqual(['changed Web addresses']);
  });

  it('ignores links it does not know', () => {
    const view = new InstanceView({ typeName: type });
    view.apply('nope', { added: full, removed: [], denied: [] }, 0);
    view.linkClosed('nope');
    expect(view.update(0)).toEqual({ events: [], open: [], close: [], deadline: Infinity, done: false });
  });

  it('opens a link once, even when it is told twice', () => {
    const b = bench();
    b.view.linkOpened({ id: eth4, interface: 'eth0', family: 'ipv4', scopeId: 'eth0', subnets: [] }, b.now);
    expect(b.view.update(b.now).open).toEqual([]);
  });
});

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

describe('subtypes', () => {
  it('SUB-01 SUB-02 asks below the subtype and delivers the unchanged instance', () => {
    const b = bench({ subtype: 'a.b' });
    const sub = `a\\.b._sub.${type}`;
    expect(b.asked()).toEqual([`${eth4} PTR ${sub}`]);
    b.hear(eth4, ptr(sub, web), ...full);
    expect(shown(b.take())).toMatchObject({ name: 'Web', type: '_http._tcp', fullName: web });
  });

  it('SUB-02 takes bytes that are no text', () => {
    expect(bench({ subtype: Uint8Array.of(0xff) }).asked()).toEqual([`${eth4} PTR \\255._sub.${type}`]);
  });

  it('refuses what is no label', () => {
    expect(() => new InstanceView({ typeName: type, subtype: 'x'.repeat(64) })).toThrow(MdnsError);
  });
});

describe('one known instance', () => {
  const known = (...links: string[]) => bench({ instance: 'Web', once: true }, ...links);

  it('PSR-04 is resolved without browsing', () => {
    const b = known();
    expect(b.asked()).toEqual([`${eth4} SRV ${web}`, `${eth4} TXT ${web}`]);
    b.hear(eth4, ...full);
    expect(told(b.take())).toEqual(['up Web']);
  });

  it('has its label taken as it is', () => {
    expect(bench({ instance: 'Dr. Foo\\Bar' }).asked()).toContain(`${eth4} SRV Dr\\. Foo\\\\Bar.${type}`);
    expect(() => new InstanceView({ typeName: type, instance: '' })).toThrow(MdnsError);
    expect(() => new InstanceView({ typeName: 'local', instance: 'Web' })).toThrow(MdnsError);
  });

  it('is done at once when everything is answered', () => {
    const b = known();
    b.hear(eth4, ...full, address('h.local', 'fe80::1'));
    expect(b.done).toBe(true);
  });

  it('NEG-09 is done at once when what is missing is denied', () => {
    const b = known();
    b.deny(eth4, 'h.local', 'AAAA').hear(eth4, ...full);
    expect(b.done).toBe(true);
  });

  it('is done when the others had 100 ms, with what they had to say', () => {
    const b = known(eth4, wlan4);
    b.hear(eth4, ...full)
      .wait(90)
      .hear(wlan4, ...full);
    expect(b.done).toBe(false);
    b.wait(20);
    expect(b.done).toBe(false);
    b.wait(100);
    const events = b.take();
    expect(told(events)).toEqual(['up Web', 'changed Web addresses']);
    expect(b.done).toBe(true);
    expect(b.deadline).toBe(Infinity);
  });

  it('is not done before it is up', () => {
    const b = known();
    b.hear(eth4, srv(web, 'h.local')).deny(eth4, web, 'TXT').deny(eth4, 'h.local', 'A', 'AAAA').wait(10_000);
    expect(b.done).toBe(false);
  });

  it('is never done unless asked for once', () => {
    const b = bench({ instance: 'Web' });
    b.hear(eth4, ...full).wait(10_000);
    expect(b.done).toBe(false);
  });

  it('goes down with its last SRV record and may come back', () => {
    const b = bench({ instance: 'Web' }, eth4, wlan4);
    b.hear(eth4, ...full)
      .hear(wlan4, ...full)
      .wait(200)
      .take();
    b.lose(eth4, 'expired', srv(web, 'h.local')).wait(200);
    expect(told(b.take())).toEqual(['changed Web addresses']);
    b.lose(wlan4, 'goodbye', srv(web, 'h.local'));
    expect(told(b.take())).toEqual(['down Web goodbye']);
    b.hear(wlan4, srv(web, 'h.local', 81));
    expect(told(b.take())).toEqual(['up Web']);
    b.close(wlan4);
    expect(told(b.take())).toEqual(['down Web interface-gone']);
    expect(b.close(eth4).take()).toEqual([]);
    b.open(eth4).hear(eth4, ...full);
    expect(told(b.take())).toEqual(['up Web']);
  });

  it('stays up while a replaced SRV record is flushed', () => {
    const b = bench({ instance: 'Web' });
    b.hear(eth4, ...full)
      .hear(eth4, srv(web, 'h.local', 81))
      .wait(1000)
      .lose(eth4, 'flushed', srv(web, 'h.local'));
    expect(told(b.take())).toEqual(['up Web', 'changed Web port']);
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
