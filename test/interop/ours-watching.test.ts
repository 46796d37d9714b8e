/** What Avahi and python-zeroconf publish, as our commands see it. */
import { expect, it } from 'vitest';
import { Avahi } from './avahi.js';
import { expectMeeting, expectSighting } from './meeting.js';
import { events, Ours } from './ours.js';
import { type JsonEvent, jsonLine, type Service, sightingOf } from './stack.js';
import { type Kind, kinds, networks, others } from './stacks.js';
import { describeInterop, useWorld } from './suite.js';
import { Zeroconf } from './zeroconf.js';

const txt = { path: '/x', empty: '', flag: true, odd: 'a=b;"\\ü' } as const;
const everyone: readonly Kind[] = [...others, 'mdns-actors'];

for (const { families, ipv4, ipv6 } of networks) {
  describeInterop(`our browse over ${families}`, () => {
    const { host } = useWorld({ hosts: ['alpha', 'beta'], ipv4, ipv6 });

    for (const kind of everyone) {
      it(`finds, resolves and loses what ${kind} publishes`, async () => {
        const publisher = await kinds[kind](host('alpha'));
        await expectMeeting(publisher, new Ours(host('beta')), { name: 'Büro 1', type: '_ipp._tcp', port: 631, txt });
      });
    }
  });
}

describeInterop('our commands that watch and ask', () => {
  const { host } = useWorld({ hosts: ['alpha', 'beta'] });

  it('browse shows every address once, with interface, and scope where it is needed', async () => {
    const browser = new Ours(host('beta')).browse('_ipp._tcp');
    await new Zeroconf(host('alpha')).publish({ name: 'Addressed', type: '_ipp._tcp', port: 1 });
    await browser.sees('Addressed', ({ addresses }) => addresses.length >= 3);
    const last = browser.program.lines.map(jsonLine).at(-1);
    const { ipv4, ipv6, linkLocal } = host('alpha');
    expect(sortedAddresses(last)).toEqual(
      [
        { address: ipv4, family: 'ipv4', interface: 'lan0' },
        { address: ipv6, family: 'ipv6', interface: 'lan0' },
        { address: linkLocal, family: 'ipv6', interface: 'lan0', scopeId: 'lan0' },
      ].sort(byAddress),
    );
  });

  it('browse tells of a changed TXT record', async () => {
    const zeroconf = new Zeroconf(host('alpha'));
    const browser = new Ours(host('beta')).browse('_ipp._tcp');
    const publication = await zeroconf.publish({ name: 'Moody', type: '_ipp._tcp', port: 1, txt: { mood: 'good' } });
    await browser.sees('Moody', (sighting) => sighting.txt.mood === 'good');
    zeroconf.update(publication);
    await browser.sees('Moody', (sighting) => sighting.txt.updated === '1');
    expect(events(browser.program, 'changed').at(-1)?.txt).toEqual({ mood: 'good', updated: '1' });
    expect(events(browser.program, 'down')).toEqual([]);
  });

  it('browse without a type tells which types there are', async () => {
    const avahi = await Avahi.start(host('alpha'));
    await avahi.publish({ name: 'Printer', type: '_ipp._tcp', port: 1 });
    await avahi.publish({ name: 'Page', type: '_http._tcp', port: 2 });
    const { program } = new Ours(host('beta')).browse();
    const types = (): string =>
      JSON.stringify(
        events(program, 'up')
          .map(({ type }) => type)
          .sort(),
      );
    await program.until('two types', () => (types() === '["_http._tcp","_ipp._tcp"]' ? true : undefined));
  });

  it('browse ends with code 0 within 2 s of SIGINT', async () => {
    const avahi = await Avahi.start(host('alpha'));
    await avahi.publish({ name: 'Seen', type: '_ipp._tcp', port: 1 });
    const browser = new Ours(host('beta')).browse('_ipp._tcp');
    await browser.sees('Seen');
    const exit = await browser.program.stop('SIGINT');
    expect(exit).toMatchObject({ code: 0, signal: null });
    expect(exit.tookMs).toBeLessThan(2_000);
  });

  for (const kind of others) {
    it(`discover, resolve, lookup and query find what ${kind} published before`, async () => {
      const publisher = await kinds[kind](host('alpha'));
      const services: readonly Service[] = [
        { name: 'First (2)', type: '_ipp._tcp', port: 1, txt },
        { name: 'Second', type: '_ipp._tcp', port: 2 },
      ];
      for (const service of services) await publisher.publish(service);
      const ours = new Ours(host('beta'));

      const printed = await allOf(ours, 'discover', '_ipp._tcp', '--timeout', '2500');
      const discovered = new Map(printed.map((event) => [event.name, event]));
      expect([...discovered.keys()].sort()).toEqual(['First (2)', 'Second']);
      for (const service of services) {
        expectSighting(sightingOf(discovered.get(service.name) ?? {}), service, publisher);
        const [resolved] = await allOf(ours, 'resolve', service.name, service.type);
        expectSighting(sightingOf(resolved ?? {}), service, publisher);
      }

      const hostName = discovered.get('Second')?.host ?? '';
      expect(await ours.lookup(hostName, 'ipv4')).toBe(host('alpha').ipv4);
      expect(host('alpha').addresses).toContain(await ours.lookup(hostName, 'ipv6'));

      const pointers = await allOf(ours, 'query', '_ipp._tcp.local', 'PTR', '--timeout', '2500');
      expect(new Set(pointers.map(({ name, type }) => `${name} ${type}`))).toEqual(new Set(['_ipp._tcp.local PTR']));
      const names = new Set(pointers.map(({ data }) => data));
      expect(names).toEqual(new Set(['First (2)._ipp._tcp.local', 'Second._ipp._tcp.local']));
    });
  }

  it('resolve and lookup say on standard error that nobody answers, and fail', async () => {
    const ours = new Ours(host('beta'));
    const asked = [
      ours.run('resolve', 'Nobody', '_ipp._tcp', '--timeout', '1000'),
      ours.run('lookup', 'nobody.local', '--timeout', '1000'),
    ];
    for (const program of asked) {
      expect((await program.ended()).code).not.toBe(0);
      expect(program.lines).toEqual([]);
      expect(program.errors.join('\n')).toMatch(/nobody/i);
      expect(program.errors.join('\n')).not.toMatch(/^\s+at /m);
    }
  });
});

/** Runs a command of ours to its end and reads all that it printed. */
async function allOf(ours: Ours, command: string, ...args: readonly string[]): Promise<readonly JsonEvent[]> {
  const program = ours.run(command, ...args);
  expect(await program.ended()).toMatchObject({ code: 0 });
  return program.lines.map((line) => JSON.parse(line) as JsonEvent);
}

function sortedAddresses(event: JsonEvent | undefined): readonly object[] {
  return [...(event?.addresses ?? [])].sort(byAddress);
}

function byAddress(a: { address?: string | undefined }, b: { address?: string | undefined }): number {
  return (a.address ?? '') < (b.address ?? '') ? -1 : 1;
}
