/** Publishing into the zones of real name servers: what others see, and what is said when a server refuses. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Mdns } from '../../src/api/mdns.js';
import { createMdns } from '../../src/api/mdns.js';
import type { MdnsOptions } from '../../src/api/options.js';
import { NodeNetwork } from '../../src/net/node-network.js';
import { DOMAIN, freePort, KEY, KEY_512, Knot, Named, type NameServer, STRANGER } from './servers.js';

const web = { name: 'My. Web', type: 'http', port: 80, domains: [DOMAIN] };
const TYPE = `_http._tcp.${DOMAIN}`;

/** Our host has the addresses that it has; links are on the loopback interface only. */
function mdnsAt(server: NameServer, options: MdnsOptions = {}, key: object = KEY): Mdns {
  const domains = [{ name: DOMAIN, server: server.address, key: key as typeof KEY }];
  return createMdns({ interfaces: ['lo'], hostname: 'pi', domains, addressFilter: () => true, ...options });
}

/** The reason with which a server refuses. */
async function refusal(mdns: Mdns): Promise<string> {
  const published = mdns.publish(web);
  try {
    return await new Promise<string>((resolve) => {
      published.changes$.subscribe((event) => event.event === 'refused' && resolve(event.reason));
    });
  } finally {
    await mdns.close();
  }
}

describe.each([
  ['BIND', Named],
  ['Knot', Knot],
] as const)('%s', (name, Server) => {
  let server: NameServer;
  let open: Mdns[] = [];
  const own = (options?: MdnsOptions, key?: object) => {
    const mdns = mdnsAt(server, options, key);
    open.push(mdns);
    return mdns;
  };
  beforeAll(async () => {
    server = new Server(await freePort(), {});
    await server.start();
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((mdns) => mdns.close()));
    expect(server.records).toEqual([]);
    open = [];
  });
  afterAll(() => server.stop());

  it.each([
    ['SHA-256', KEY],
    ['SHA-512', KEY_512],
  ])('dig and kdig see what is published with %s, and do not see it after close', async (_, key) => {
    const mdns = own({}, key);
    await mdns.publish({ ...web, txt: { a: '1', b: Uint8Array.of(0xff, 0) }, subtypes: ['_printer'] }).announced;
    for (const program of ['dig', 'kdig']) {
      expect(server.dig('PTR', TYPE, program)).toBe(server.shown(`My\\.\\032Web.${TYPE}.`));
      expect(server.dig('SRV', `My\\.\\032Web.${TYPE}`, program)).toBe(`0 0 80 pi.${DOMAIN}.`);
      expect(server.dig('TXT', `My\\.\\032Web.${TYPE}`, program)).toBe('"a=1" "b=\\255\\000"');
      expect(server.dig('PTR', `_printer._sub.${TYPE}`, program)).not.toBe('');
      expect(server.dig('PTR', `_services._dns-sd._udp.${DOMAIN}`, program)).toBe(`${TYPE}.`);
    }
    await mdns.close();
    expect(server.records).toEqual([]);
  });

  it('ours finds what nsupdate publishes beside it, and what ours publishes', async () => {
    server.update(`update add ${TYPE}. 10 PTR theirs.${TYPE}.\nupdate add theirs.${TYPE}. 10 SRV 0 0 8080 x.${DOMAIN}.
update add theirs.${TYPE}. 10 TXT ""\nupdate add x.${DOMAIN}. 10 A 198.18.0.9`);
    const mdns = own();
    await mdns.publish(web).announced;
    const found = await mdns.discover('http', { domain: DOMAIN, timeout: 2_000 });
    expect(found.map(({ name: each, port }) => `${each} ${port}`).sort()).toEqual([
      server.shown('My. Web 80'),
      'theirs 8080',
    ]);
    server.update(
      `update delete theirs.${TYPE}. SRV\nupdate delete theirs.${TYPE}. TXT\nupdate delete ${TYPE}. PTR theirs.${TYPE}.\nupdate delete x.${DOMAIN}. A`,
    );
  });

  it('a name in use is left alone, and the next one is taken', async () => {
    server.update(`update add My\\.\\032Web.${TYPE}. 10 SRV 0 0 1 other.${DOMAIN}.`);
    const published = own().publish(web);
    await published.announced;
    expect(published.name).toBe('My. Web (2)');
    server.update(`update delete My\\.\\032Web.${TYPE}. SRV`);
  });

  it('50 claims of one name at once: one holder', async () => {
    const all = Array.from({ length: 50 }, (_, i) =>
      own({ hostname: `h${i}` }).publish({ ...web, onConflict: 'fail' }),
    );
    const ends = await Promise.allSettled(all.map(({ announced }) => announced));
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const reasons = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason.code] : []));
    expect(new Set(reasons)).toEqual(new Set(['name-in-use']));
    expect(server.dig('SRV', `My\\.\\032Web.${TYPE}`).split('\n')).toHaveLength(1);
  });

  it('what a killed process left behind is adopted by its next run, with its new port', async () => {
    const first = await publisher(server, 81);
    first.kill('SIGKILL');
    await once(first, 'exit');
    expect(server.dig('SRV', `My\\.\\032Web.${TYPE}`)).toBe(`0 0 81 pi.${DOMAIN}.`);
    const published = own().publish(web);
    await published.announced;
    expect(published.name).toBe(web.name);
    expect(server.dig('SRV', `My\\.\\032Web.${TYPE}`)).toBe(`0 0 80 pi.${DOMAIN}.`);
  });

  it('says what is wrong with a key, and with the clock', async () => {
    const refused = name === 'BIND' ? '(REFUSED)' : '(NOTAUTH)';
    expect(await refusal(mdnsAt(server, {}, STRANGER))).toContain(name === 'BIND' ? '(REFUSED)' : 'the "acl"');
    expect(
      await refusal(mdnsAt(server, {}, { ...KEY, secret: 'QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=' })),
    ).toContain('(BADSIG)');
    expect(await refusal(mdnsAt(server, {}, { ...KEY, name: 'unknown' }))).toContain('(BADKEY)');
    const unsigned = createMdns({ interfaces: ['lo'], domains: [{ name: DOMAIN, server: server.address }] });
    expect(await refusal(unsigned)).toContain(refused);
    const elsewhere = { name: 'other.example', server: server.address, key: KEY };
    const other = createMdns({ interfaces: ['lo'], domains: [elsewhere] });
    const published = other.publish({ ...web, domains: ['other.example'] });
    await expect(published.whenAnnounced({ timeout: 2_000 })).rejects.toMatchObject({ code: 'timeout' });
    await other.close();
    expect(await refusal(mdnsAt(server, { network: tenMinutesAhead() }))).toMatch(/\(BADTIME\).*10 min ahead/);
  });
});

describe('in another process', () => {
  let server: NameServer;
  const folder = mkdtempSync(join(tmpdir(), 'key-'));
  beforeAll(async () => {
    server = new Named(await freePort(), {});
    await server.start();
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await server.stop();
  });

  it('the command line publishes with a key file, says so, and withdraws when it is stopped', async () => {
    const file = join(folder, 'office.key');
    const key = `key "${KEY.name}" {\n\talgorithm hmac-sha256;\n\tsecret "${KEY.secret}";\n};\n`;
    writeFileSync(file, key, { mode: 0o600 });
    const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
    const words = ['publish', 'My. Web', 'http', '80', '--domain', DOMAIN, '--server', server.address];
    const args = [main, ...words, '--key-file', file, '--host', 'pi', '--json', '--loopback'];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    let event = '';
    while (event !== 'announced') event = JSON.parse((await lines.next()).value).event;
    expect(server.dig('SRV', `My\\.\\032Web.${TYPE}`)).toBe(`0 0 80 pi.${DOMAIN}.`);
    child.kill('SIGINT');
    await once(child, 'exit');
    expect(server.records).toEqual([]);
    chmodSync(file, 0o644);
    const refused = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect([refused.status, refused.stderr]).toEqual([2, expect.stringContaining('chmod 600')]);
  });

  it('a worker publishes, and withdraws', async () => {
    const child = await publisher(server, 82, { worker: true });
    expect(server.dig('SRV', `My\\.\\032Web.${TYPE}`)).toBe(`0 0 82 pi.${DOMAIN}.`);
    child.stdin?.end();
    await once(child, 'exit');
    expect(server.records).toEqual([]);
  });
});

describe('120 instances of one type', () => {
  it.each([
    ['BIND as it is', Named, {}, 100],
    ['BIND with max-records-per-type 0', Named, { unlimited: true }, 120],
    ['Knot', Knot, {}, 120],
  ] as const)('%s', async (_, Server, options, most) => {
    const server = new Server(await freePort(), options);
    await server.start();
    const mdns = mdnsAt(server);
    const refused = new Set<string>();
    const all = Array.from({ length: 120 }, (_, i) => mdns.publish({ ...web, name: `Web ${i}` }));
    const decided = all.map(
      (published) =>
        new Promise<void>((resolve) => {
          published.changes$.subscribe((event) => {
            if (event.event === 'refused') refused.add(event.reason.replace(/"Web \d+/, '"Web'));
            if (event.event === 'refused' || event.event === 'announced') resolve();
          });
        }),
    );
    await Promise.all(decided);
    expect(server.dig('PTR', TYPE).split('\n')).toHaveLength(most);
    expect([...refused]).toEqual(most === 120 ? [] : [expect.stringContaining('max-records-per-type 0')]);
    await mdns.close();
    await server.stop();
  });
});

/** A process that publishes the service, once it has. */
async function publisher(server: NameServer, port: number, further: MdnsOptions = {}): Promise<ChildProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'publisher-'));
  const file = join(folder, 'publisher.mjs');
  const domains = [{ name: DOMAIN, server: server.address, key: KEY }];
  const options = { interfaces: ['lo'], hostname: 'pi', domains, ...further };
  writeFileSync(
    file,
    `import { createMdns } from ${JSON.stringify(new URL('../../dist/index.js', import.meta.url).href)};
const mdns = createMdns(${JSON.stringify(options)});
process.stdin.resume().on('end', () => mdns.close());
await mdns.publish(${JSON.stringify({ ...web, port })}).announced;
console.log('announced');`,
  );
  const child = spawn(process.execPath, [file], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  rmSync(folder, { recursive: true });
  return child;
}

function tenMinutesAhead() {
  const network = new NodeNetwork();
  const { dns, clock } = network;
  return {
    clock,
    random: () => network.random(),
    hostname: () => network.hostname(),
    interfaces: () => network.interfaces(),
    openLink: network.openLink.bind(network),
    onWake: network.onWake.bind(network),
    keepAlive: () => network.keepAlive(),
    dns: {
      settings: () => dns.settings(),
      exchange: dns.exchange.bind(dns),
      epochSeconds: () => dns.epochSeconds() + 600,
    },
  };
}
