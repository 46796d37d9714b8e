import { describe, expect, it } from 'vitest';
import { MdnsError } from '../../../src/protocol/errors.js';
import { InstanceNamesView, TypesView } from '../../../src/protocol/view/pointer-views.js';
import { ptr, record } from '../../support/records.js';
import { ViewBench } from './view-bench.js';

const enumeration = '_services._dns-sd._udp.local';
const eth4 = 'eth0/ipv4';
const wlan6 = 'wlan0/ipv6';

describe('TypesView', () => {
  it('ENU-03 asks on every link and tells each type once, however many links list it', () => {
    const b = new ViewBench(new TypesView(), eth4, wlan6);
    expect(b.asked()).toEqual([`${eth4} PTR ${enumeration}`, `${wlan6} PTR ${enumeration}`]);
    b.hear(eth4, ptr(enumeration, '_http._tcp.local'), ptr(enumeration, '_ipp._tcp.local'));
    b.hear(wlan6, ptr(enumeration, '_HTTP._tcp.local'));
    expect(b.take()).toEqual([
      { event: 'up', type: '_http._tcp', domain: 'local' },
      { event: 'up', type: '_ipp._tcp', domain: 'local' },
    ]);
    b.lose(eth4, 'goodbye', ptr(enumeration, '_http._tcp.local'));
    expect(b.take()).toEqual([]);
    b.lose(wlan6, 'expired', ptr(enumeration, '_HTTP._tcp.local'));
    expect(b.take()).toEqual([{ event: 'down', type: '_http._tcp', domain: 'local', reason: 'expired' }]);
    expect(b.close(eth4).take()).toEqual([
      { event: 'down', type: '_ipp._tcp', domain: 'local', reason: 'interface-gone' },
    ]);
    expect(b.done).toBe(false);
  });

  it('ENU-03 reads the first two labels only: the same type in two domains is one', () => {
    const b = new ViewBench(new TypesView(), eth4);
    b.hear(eth4, ptr(enumeration, '_http._tcp.example.com'), ptr(enumeration, '_http._tcp.local'));
    expect(b.take()).toEqual([{ event: 'up', type: '_http._tcp', domain: 'local' }]);
    b.lose(eth4, 'goodbye', ptr(enumeration, '_http._tcp.local'));
    expect(b.take()).toEqual([]);
  });

  it('asks about the domain that it was given', () => {
    const b = new ViewBench(new TypesView('example.com'), eth4);
    expect(b.asked()).toEqual([`${eth4} PTR _services._dns-sd._udp.example.com`]);
  });

  it.each(['.', 'local', 'h.local', '_http.local', '_printer._sub._http._tcp.local'])('SUB-03 ignores %s', (target) => {
    expect(new ViewBench(new TypesView(), eth4).hear(eth4, ptr(enumeration, target)).take()).toEqual([]);
  });

  it('SVC-03 lists types that nobody may register', () => {
    const b = new ViewBench(new TypesView(), eth4).hear(eth4, ptr(enumeration, '_odd_name_that_is_long._udp.local'));
    expect(b.take()).toMatchObject([{ type: '_odd_name_that_is_long._udp' }]);
  });
});

describe('InstanceNamesView', () => {
  const type = '_http._tcp.local';

  it('tells of instances by their PTR records, and asks for nothing else', () => {
    const b = new ViewBench(new InstanceNamesView({ typeName: type }), eth4, wlan6);
    b.hear(eth4, ptr(type, `A\\.b.${type}`)).hear(wlan6, ptr(type, `a\\.B.${type}`));
    const instance = { name: 'A.b', type: '_http._tcp', domain: 'local', fullName: `A\\.b.${type}` };
    expect(b.take()).toEqual([{ event: 'up', instance }]);
    expect(b.opened).toHaveLength(2);
    b.lose(eth4, 'goodbye', ptr(type, `A\\.b.${type}`)).lose(wlan6, 'goodbye', ptr(type, `a\\.b.${type}`));
    expect(b.take()).toEqual([{ event: 'down', instance, reason: 'goodbye' }]);
  });

  it('says nothing of what comes and goes within one turn, or goes and comes', () => {
    const b = new ViewBench(new InstanceNamesView({ typeName: type }), eth4);
    const one = ptr(type, `A.${type}`);
    expect(b.together((turn) => turn.hear(eth4, one).lose(eth4, 'goodbye', one)).take()).toEqual([]);
    b.hear(eth4, one).take();
    expect(b.together((turn) => turn.lose(eth4, 'goodbye', one).hear(eth4, one)).take()).toEqual([]);
  });

  it('SUB-02 asks below a subtype', () => {
    const b = new ViewBench(new InstanceNamesView({ typeName: type, subtype: '_printer' }), eth4);
    expect(b.asked()).toEqual([`${eth4} PTR _printer._sub.${type}`]);
    expect(() => new InstanceNamesView({ typeName: type, subtype: '' })).toThrow(MdnsError);
  });

  it('ignores what is no instance name', () => {
    const b = new ViewBench(new InstanceNamesView({ typeName: type }), eth4);
    b.hear(eth4, ptr(type, type), ptr(type, '.'), record(type, { type: 'CNAME', target: `A.${type}` }));
    expect(b.lose(eth4, 'expired', ptr(type, type)).take()).toEqual([]);
    expect(JSON.parse(JSON.stringify(b.view))).toEqual({ question: type, found: 0 });
  });
});
