import { describe, expect, it } from 'vitest';
import { MdnsError } from '../../../src/protocol/errors.js';
import { InstanceView, TXT_WAIT_MS } from '../../../src/protocol/view/instance-view.js';
import { address, ptr, srv, txt } from '../../support/records.js';
import { bench, eth4, eth6, full, pointer, shown, told, type, web } from './instance-view-bench.js';

const wlan4 = 'wlan0/ipv4';

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
          from: '',
          ttlSeconds: 120,
          url: 'http://h.local:8085/',
          hostPort: '192.0.2.10:8085',
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
