/** The command line in a domain beyond the link: a real server on the loopback interface. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCommandLine } from '../../src/cli/arguments.js';
import { encodeUnicast } from '../../src/protocol/wire/unicast.js';
import { DnsZone } from '../../src/testing/dns-zone.js';
import { LoopbackDnsServer } from '../support/dns-server.js';
import { jsonLines, Neighbours, seen } from './command.js';

const DOMAIN = 'office.example';
const from = { address: '127.0.0.1', port: 1 };

describe('options of domains', () => {
  const run = (...args: string[]) => {
    const line = readCommandLine(args);
    if (line.kind !== 'run') throw new Error(line.kind);
    return line;
  };

  it('name the domain, and its servers', () => {
    const line = run('browse', 'ipp', '--domain', DOMAIN, '--server', '192.0.2.53', '--server', '[fd00::53]:5300');
    expect(line.task).toMatchObject({ command: 'browse', domain: DOMAIN });
    expect(line.mdns.domains).toEqual([{ name: DOMAIN, server: ['192.0.2.53', '[fd00::53]:5300'] }]);
    expect(run('lookup', `a.${DOMAIN}`, '--domain', DOMAIN).mdns.domains).toEqual([{ name: DOMAIN }]);
    expect(run('domains', DOMAIN, '--server', '192.0.2.53')).toMatchObject({
      task: { command: 'domains', domain: DOMAIN },
      mdns: { domains: [{ name: DOMAIN, server: ['192.0.2.53'] }] },
    });
    expect(run('domains').task).toMatchObject({ domain: undefined });
    expect(run('browse', 'ipp').mdns).not.toHaveProperty('domains');
  });

  it('of publish may be several, of which the link can be one', () => {
    const line = run('publish', 'a', 'http', '80', '--domain', 'local', '--domain', DOMAIN, '--key-file', 'office.key');
    expect(line.task).toMatchObject({ command: 'publish', domains: ['local', DOMAIN] });
    expect(line.mdns.domains).toEqual([{ name: DOMAIN, key: { file: 'office.key' } }]);
    expect(run('publish', 'a', 'http', '80').task).toMatchObject({ domains: undefined });
  });

  it('need a domain for a server', () => {
    expect(() => run('browse', 'ipp', '--server', '192.0.2.53')).toThrow('--domain DOMAIN --server A');
    expect(() => run('domains', '--server', '192.0.2.53')).toThrow('domains <domain> --server A');
    expect(() => run('publish', 'a', 'http', '80', '--domain')).toThrow();
    for (const option of ['--server', '--key-file']) {
      expect(() => run('publish', 'a', 'http', '80', option, 'x')).toThrow('need the domain');
    }
  });
});

describe('the program in a domain', () => {
  const zone = new DnsZone({ name: DOMAIN });
  let server: LoopbackDnsServer;
  let where: string[];
  beforeAll(async () => {
    zone.publish({ name: 'Office', type: 'ipp', port: 631, host: 'prn', addresses: ['192.0.2.9'], txt: { rp: 'q' } });
    const head = { class: 1, cacheFlush: false, ttl: 60, type: 'PTR' } as const;
    zone.add({ ...head, name: `b._dns-sd._udp.${DOMAIN}`, target: DOMAIN });
    server = await LoopbackDnsServer.start((query, over) => {
      const reply = zone.answer(encodeUnicast(query), over, from);
      return reply ? [reply] : [];
    });
    where = ['--domain', DOMAIN, '--server', `127.0.0.1:${server.port}`];
  });
  afterAll(() => server.close());

  const lines = async (...args: string[]) => {
    await using all = new Neighbours();
    const program = all.start('--json', ...args);
    const { code } = await program.ended();
    return { code, lines: jsonLines(program), text: program.transcript() };
  };

  it.each([
    ['discover', ['discover', 'ipp', '--timeout', '1s']],
    ['discover --all', ['discover', '--all', '--timeout', '1s']],
    ['resolve', ['resolve', 'Office', 'ipp']],
  ])('%s finds a service', async (_, args) => {
    const found = await lines(...args, ...where);
    const service = { name: 'Office', type: '_ipp._tcp', host: `prn.${DOMAIN}`, port: 631, txt: { rp: 'q' } };
    expect(found.lines, found.text).toMatchObject([{ event: 'up', ...service }]);
    expect(found.code).toBe(0);
  });

  it('lookup and query find records', async () => {
    const { lines: host } = await lines('lookup', `prn.${DOMAIN}`, ...where);
    expect(host).toMatchObject([{ event: 'found', addresses: [{ address: '192.0.2.9' }] }]);
    const { lines: records } = await lines('query', `_ipp._tcp.${DOMAIN}`, 'PTR', ...where);
    expect(records).toMatchObject([{ event: 'found', type: 'PTR', data: `Office._ipp._tcp.${DOMAIN}` }]);
  });

  it('watch-host reports the addresses of a host there', async () => {
    zone.publish({ name: 'Brief', type: 'http', port: 80, host: 'brief', addresses: ['192.0.2.10'] });
    await using all = new Neighbours();
    const watcher = all.start('--json', 'watch-host', 'brief', ...where);
    const found = await seen(watcher, 'found');
    expect(found).toMatchObject({ host: `brief.${DOMAIN}`, addresses: [{ address: '192.0.2.10' }] });
    expect(await watcher.stop('SIGINT')).toMatchObject({ code: 0 });
  });

  it('domains lists what the domain recommends', async () => {
    const { lines: found } = await lines('domains', DOMAIN, ...where.slice(2));
    expect(found).toEqual([{ event: 'domain', domain: DOMAIN, uses: ['browse'], listedBy: [DOMAIN] }]);
  });

  it('says what is wrong with the server', async () => {
    const refused = await lines(
      'resolve',
      'a',
      'ipp',
      '--domain',
      'other.example',
      ...where.slice(2),
      '--timeout',
      '1s',
    );
    expect([refused.code, refused.lines]).toEqual([1, []]);
    expect(refused.text).toMatch(/other\.example: DNS server 127\.0\.0\.1:\d+ answers REFUSED/);
  });
});
