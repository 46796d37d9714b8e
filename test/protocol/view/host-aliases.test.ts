/** Hosts of instances that turn out to be aliases (CNAME), which RFC 2782 forbids: they are followed, within bounds. */
import { describe, expect, it } from 'vitest';
import { MAX_ALIASES } from '../../../src/protocol/aliases.js';
import { address, cname, ptr, srv, txt } from '../../support/records.js';
import { bench, eth4, full, pointer, shown, told, type, web } from './instance-view-bench.js';

const parts = full.slice(0, 3);
const texts = (b: ReturnType<typeof bench>) => shown(b.take()).addresses.map((each) => each.address);
const asksAddresses = (b: ReturnType<typeof bench>) => b.asked().filter((asked) => / AAAA /.test(asked));

describe('an instance whose host is an alias', () => {
  it('is up with the addresses of the host behind, under the name in its SRV record', () => {
    const b = bench().hear(eth4, ...parts, cname('h.local', 'real.local'), address('real.local', '192.0.2.1'));
    const instance = shown(b.take());
    expect(instance).toMatchObject({ host: 'h.local', addresses: [{ address: '192.0.2.1' }] });
    expect(asksAddresses(b)).toEqual([`${eth4} AAAA h.local`, `${eth4} AAAA real.local`]);
  });

  it('changes its addresses with those of the host behind, and with the alias', () => {
    const alias = cname('h.local', 'a.local');
    const b = bench().hear(eth4, ...parts, alias, address('a.local', '192.0.2.1'));
    b.take();
    b.hear(eth4, address('a.local', '192.0.2.2')).wait(100);
    expect(texts(b).sort()).toEqual(['192.0.2.1', '192.0.2.2']);
    b.hear(eth4, cname('h.local', 'b.local'), address('b.local', '192.0.2.3')).lose(eth4, 'flushed', alias).wait(200);
    expect(texts(b)).toEqual(['192.0.2.3']);
    expect(asksAddresses(b)).toEqual([`${eth4} AAAA b.local`, `${eth4} AAAA h.local`]);
  });

  it('shares the questions of a host to which another instance points', () => {
    const other = `Other.${type}`;
    const b = bench().hear(eth4, ...parts, ptr(type, other), srv(other, 'real.local'), txt(other));
    b.hear(eth4, cname('h.local', 'real.local'), address('real.local', '192.0.2.1'));
    expect(told(b.take()).sort()).toEqual(['up Other', 'up Web']);
    b.lose(eth4, 'goodbye', ptr(type, other));
    expect(asksAddresses(b)).toEqual([`${eth4} AAAA h.local`, `${eth4} AAAA real.local`]);
    b.lose(eth4, 'goodbye', pointer);
    expect(told(b.take())).toEqual(['down Other goodbye', 'down Web goodbye']);
    expect(asksAddresses(b)).toEqual([]);
  });

  it('keeps a host that an alias led to before an instance pointed to it', () => {
    const other = `Other.${type}`;
    const b = bench().hear(eth4, ...parts, cname('h.local', 'a.local'), cname('a.local', 'b.local'));
    b.hear(eth4, address('b.local', '192.0.2.1'), ptr(type, other), srv(other, 'a.local'), txt(other));
    b.lose(eth4, 'goodbye', pointer);
    expect(asksAddresses(b)).toEqual([`${eth4} AAAA a.local`, `${eth4} AAAA b.local`]);
    b.hear(eth4, address('b.local', '192.0.2.2')).wait(200);
    expect(texts(b).sort()).toEqual(['192.0.2.1', '192.0.2.2']);
  });

  it('is not up while aliases lead in a circle, and nothing is left of them', () => {
    const b = bench().hear(eth4, ...parts, cname('h.local', 'a.local'), cname('a.local', 'h.local'));
    expect(b.wait(10_000).take()).toEqual([]);
    b.lose(eth4, 'goodbye', pointer);
    expect(asksAddresses(b)).toEqual([]);
    b.hear(eth4, pointer, address('a.local', '192.0.2.1'));
    expect(told(b.take())).toEqual(['up Web']);
    b.close(eth4).open(eth4);
    expect(asksAddresses(b)).toEqual([]);
  });

  it(`follows ${MAX_ALIASES} aliases at most`, () => {
    const chain = Array.from({ length: 50 }, (_, i) => cname(i === 0 ? 'h.local' : `a${i}.local`, `a${i + 1}.local`));
    const b = bench().hear(eth4, ...parts, ...chain);
    expect(asksAddresses(b)).toHaveLength(MAX_ALIASES + 1);
  });

  it('once resolved, is done', () => {
    const b = bench({ instance: 'Web', once: true }).hear(
      eth4,
      srv(web, 'h.local'),
      txt(web),
      cname('h.local', 'r.local'),
    );
    expect(b.done).toBe(false);
    b.hear(eth4, address('r.local', '192.0.2.1')).wait(200);
    expect(b.done).toBe(true);
  });
});
