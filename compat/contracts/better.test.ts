/** What bonjour-service and ciao do wrong and their replacements do right: each test shows both, in the same network. */
import { execFileSync } from 'node:child_process';
import { beforeAll, describe, expect, it } from 'vitest';
import { Avahi } from '../../test/interop/avahi.js';
import type { Program } from '../../test/interop/program.js';
import { describeInterop, useWorld } from '../../test/interop/suite.js';
import { type Host, LAN } from '../../test/interop/world.js';
import { filesOfBoth } from './both.js';
import { routeMulticast, said, startUser } from './program.js';

const [[, original], [, ours]] = filesOfBoth('bonjour-service') as [[string, string], [string, string]];
const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const publish = (name: string, host: string) => `
  const bonjour = new original();
  bonjour.publish({ name: '${name}', type: 'http', port: 80, host: '${host}' }).on('up', () => say('up'));`;

/** Starts to look for services; \`counts\` has how many came and went when the program is asked by a signal. */
const find = (type: string) => `
  const bonjour = new original();
  let [ups, downs] = [0, 0];
  const browser = bonjour.find({ type: '${type}' }, () => { ups += 1; });
  browser.on('down', () => { downs += 1; });
  process.on('uncaughtException', () => {});
  process.on('SIGUSR2', () => say('counts', ups, downs));
  say('looks');`;

async function counts(program: Program): Promise<unknown[]> {
  program.signal('SIGUSR2');
  return said(program, 'counts');
}

function renumber({ namespace, ipv4 }: Host, address: string): void {
  const run = (line: string) => execFileSync('ip', ['-n', namespace, ...line.split(' ')]);
  run(`addr del ${ipv4}/24 dev ${LAN}`);
  run(`addr add ${address}/24 dev ${LAN}`);
  run(`route replace default dev ${LAN}`);
}

describeInterop('bonjour-service and its replacement', () => {
  const { host } = useWorld({ hosts: ['one', 'two', 'three', 'four', 'client'] });
  beforeAll(() => {
    for (const name of ['one', 'two', 'three', 'four']) routeMulticast(host(name));
  });

  it('a network goes and comes back with another address: the service is at the new one', async () => {
    const programs = [
      startUser(host('one'), original, publish('Theirs', 'theirs.local')),
      startUser(host('two'), ours, publish('Ours', 'ours.local')),
    ];
    await Promise.all(programs.map((program) => said(program, 'up')));
    renumber(host('one'), '198.18.0.71');
    renumber(host('two'), '198.18.0.72');
    await later(4_000);
    const avahi = await Avahi.start(host('client'));
    const browser = avahi.browse('_http._tcp');
    const addressesOf = async (name: string) =>
      (await browser.sees(name, ({ addresses }) => addresses.some((each) => each.includes('.')))).addresses;
    expect(await addressesOf('Ours')).toContain('198.18.0.72');
    expect(await addressesOf('Theirs')).not.toContain('198.18.0.71');
  });

  it('two hosts choose one name while one of them has no network: one of them has it', async () => {
    const choose = async (file: string, name: string) => {
      const code = `${publish(name, `${name}.local`)} process.on('SIGUSR2', () => say('published', bonjour.registry.services.length));`;
      host('three').unplug();
      const rivals = [host('three'), host('four')].map((each) => startUser(each, file, code));
      await later(2_500);
      host('three').plug();
      await later(5_000);
      for (const each of rivals) each.signal('SIGUSR2');
      const published = await Promise.all(rivals.map((each) => said(each, 'published')));
      return published.flat().reduce((sum: number, each) => sum + Number(each), 0);
    };
    expect(await choose(ours, 'Ours')).toBe(1);
    expect(await choose(original, 'Theirs')).toBe(2);
  });

  it('a device crashes: it is down when its records have expired', async () => {
    const programs = [startUser(host('three'), original, find('crash')), startUser(host('four'), ours, find('crash'))];
    await Promise.all(programs.map((program) => said(program, 'looks')));
    const device = startUser(
      host('client'),
      ours,
      `const { mdns } = new original({ interface: '${LAN}' }).server;
       const ttl = 4;
       mdns.on('ready', () => mdns.respond({
         answers: [{ name: '_crash._tcp.local', type: 'PTR', ttl, data: 'a._crash._tcp.local' }],
         additionals: [
           { name: 'a._crash._tcp.local', type: 'SRV', ttl, flush: true, data: { port: 1, target: 'a.local' } },
           { name: 'a._crash._tcp.local', type: 'TXT', ttl, flush: true, data: [] },
           { name: 'a.local', type: 'A', ttl, flush: true, data: '198.18.0.99' },
         ],
       }, () => say('announced')));`,
    );
    await said(device, 'announced');
    device.kill();
    await later(7_000);
    expect(await Promise.all(programs.map(counts))).toEqual([
      [1, 0],
      [1, 1],
    ]);
  });

  it('two thousand services of one host are found', { timeout: 90_000 }, async () => {
    const device = startUser(
      host('client'),
      ours,
      `const bonjour = new original();
       let ups = 0;
       for (let n = 0; n < 2000; n++) {
         const service = bonjour.publish({ name: 'Service ' + n, type: 'many', port: 1000 + n, probe: false, txt: { n } });
         service.on('up', () => { ups += 1; if (ups === 2000) say('up'); });
       }`,
    );
    await said(device, 'up');
    await later(3_000);
    const programs = [startUser(host('three'), original, find('many')), startUser(host('four'), ours, find('many'))];
    await Promise.all(programs.map((program) => said(program, 'looks')));
    await later(15_000);
    const [[theirs], [found]] = (await Promise.all(programs.map(counts))) as [[number], [number]];
    expect(found).toBe(2_000);
    // It takes a service from one packet that has its PTR and SRV records, and a response has 64 of these.
    expect(theirs).toBeLessThan(2_000);
  });
});

describeInterop('where there is IPv6 only', () => {
  const { host } = useWorld({ hosts: ['one', 'two', 'client'], ipv4: false });

  it('services are found and published', async () => {
    const avahi = await Avahi.start(host('client'));
    await avahi.publish({ name: 'Six', type: '_six._tcp', port: 6 });
    const programs = [startUser(host('one'), original, find('six')), startUser(host('two'), ours, find('six'))];
    await later(4_000);
    const found = await Promise.all(programs.map((program) => counts(program).catch(() => 'ended')));
    expect(found).toEqual([
      [0, 0],
      [1, 0],
    ]);
    startUser(host('two'), ours, publish('Ours', 'ours.local'));
    await avahi.browse('_http._tcp').sees('Ours', ({ addresses }) => addresses.length > 0);
  });

  describe.each(filesOfBoth('@homebridge/ciao'))('%s', (title, file) => {
    it(title.includes('original') ? 'does not publish' : 'publishes', async () => {
      const avahi = await Avahi.start(host('client'));
      startUser(
        host('one'),
        file,
        `process.env.PATH = '/none';
         const service = original.getResponder().createService({ name: 'Bridge', type: 'hap', port: 1 });
         service.advertise().then(() => say('advertised'));`,
      );
      const seen = avahi.browse('_hap._tcp').sees('Bridge', ({ addresses }) => addresses.length > 0);
      if (title.includes('original')) await expect(seen).rejects.toThrow(/did not show this/);
      else await seen;
    });
  });
});
