/** Browsing the zones of real name servers: what others have published is found by ours. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createMdns, type Mdns } from '../../src/api/mdns.js';
import { DOMAIN, freePort, Knot, Named, NameServer } from './servers.js';

const TYPE = `_http._tcp.${DOMAIN}`;
const MANY = 400;
const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const page = readFileSync(new URL('../../docs/guide/domains.md', import.meta.url), 'utf8');

/** The lines of `nsupdate` that add a service with its host. */
function added(name: string, port = 80, host = name): string {
  return [
    `update add ${TYPE}. 1 PTR ${name}.${TYPE}.`,
    `update add ${name}.${TYPE}. 1 SRV 0 0 ${port} ${host}.${DOMAIN}.`,
    `update add ${name}.${TYPE}. 1 TXT "of=${name}"`,
    `update add ${host}.${DOMAIN}. 1 A 198.18.0.9`,
  ].join('\n');
}

/** No multicast: its only link is on the loopback interface, in a group of its own. */
function mdnsAt(server: string): Mdns {
  return createMdns({
    domains: [{ name: DOMAIN, server }],
    interfaces: 'loopback',
    ipv4: '224.0.0.254:5990',
    ipv6: false,
  });
}

async function until(condition: () => boolean, ms = 20_000): Promise<void> {
  const end = performance.now() + ms;
  while (!condition() && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 20));
}

describe.each([
  ['BIND', Named],
  ['Knot', Knot],
] as const)('%s', (_, Server) => {
  let server: NameServer;
  const open: Mdns[] = [];
  const own = () => {
    const mdns = mdnsAt(server.address);
    open.push(mdns);
    return mdns;
  };
  beforeAll(async () => {
    server = new Server(await freePort(), { unlimited: true });
    await server.start();
  });
  afterEach(() => Promise.all(open.splice(0).map((mdns) => mdns.close())));
  afterAll(() => server.stop());

  it('UNI-01 what nsupdate adds, changes and deletes comes up, changes and goes down', async () => {
    server.update(added('one'));
    const events: string[] = [];
    own()
      .browse('http', { domain: DOMAIN })
      .subscribe(({ event, instance }) => events.push(`${event} ${instance.name} ${instance.port} ${instance.txt.of}`));
    await until(() => events.length === 1);
    server.update(`update delete one.${TYPE}. SRV\n${added('one', 81)}\n${added('two')}`);
    await until(() => events.length === 3);
    server.update(`update delete ${TYPE}. PTR one.${TYPE}.\nupdate delete ${TYPE}. PTR two.${TYPE}.`);
    await until(() => events.length === 5);
    expect(events.slice(0, 1)).toEqual(['up one 80 one']);
    expect(events.slice(1, 3).sort()).toEqual(['changed one 81 one', 'up two 80 two']);
    expect(events.slice(3).sort()).toEqual(['down one 81 one', 'down two 80 two']);
  });

  it(`UNI-05 ${MANY} services are found and resolved, over TCP where UDP is too small`, async () => {
    for (let from = 0; from < MANY; from += 50) {
      server.update(Array.from({ length: 50 }, (_, i) => added(`web${from + i}`)).join('\n'));
    }
    const found = new Map<string, string>();
    const start = performance.now();
    own()
      .browse('http', { domain: DOMAIN })
      .subscribe(({ event, instance }) => event === 'up' && found.set(instance.name, `${instance.txt.of}`));
    await until(() => found.size === MANY);
    const took = performance.now() - start;
    expect([...found].filter(([name, of]) => name === of)).toHaveLength(MANY);
    expect(took).toBeLessThan(10_000);
    for (let i = 0; i < MANY; i++) found.delete(`web${i}`);
    expect(found.size).toBe(0);
  });

  it('DOM-01 the domains that a zone recommends', async () => {
    const target = `${DOMAIN}.`;
    server.update(
      `update add b._dns-sd._udp.${DOMAIN}. 10 PTR ${target}\nupdate add lb._dns-sd._udp.${DOMAIN}. 10 PTR ${target}`,
    );
    expect(await own().domains({ domain: DOMAIN })).toEqual([
      { domain: DOMAIN, uses: ['browse', 'browse-automatic'], listedBy: [DOMAIN] },
    ]);
  });

  it('a name that is not there is denied at once', async () => {
    const start = performance.now();
    await expect(own().lookup(`nothing.${DOMAIN}`)).rejects.toMatchObject({ code: 'not-found' });
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});

/** The code block of the page that has this text. */
function block(text: string): string {
  const blocks = [...page.matchAll(/^```\w*\n([\s\S]*?)^```/gm)].map(([, code = '']) => code);
  const found = blocks.find((code) => code.includes(text));
  if (found === undefined) throw new Error(`docs/guide/domains.md has no ${text}`);
  return found;
}

/** What the page says, with other paths and another port. */
class DocumentedBind extends NameServer {
  readonly name = 'BIND as documented';
  shown = (name: string): string => name;

  constructor(port: number) {
    super(port);
  }

  protected command(): readonly [string, ...string[]] {
    const { folder, port } = this;
    writeFileSync(join(folder, 'office.example.zone'), block('$ORIGIN'));
    const zone = block('allow-query').replace('/var/lib/bind', folder);
    const options = `options { directory "${folder}"; managed-keys-directory "${folder}"; pid-file none; session-keyfile none;
      listen-on port ${port} { 127.0.0.1; }; listen-on-v6 { none; }; recursion no; dnssec-validation no; };\ncontrols { };\n`;
    writeFileSync(join(folder, 'named.conf'), options + zone);
    return ['named', '-g', '-c', join(folder, 'named.conf')];
  }
}

class DocumentedKnot extends NameServer {
  readonly name = 'Knot as documented';
  shown = (name: string): string => name.toLowerCase();

  constructor(port: number) {
    super(port);
  }

  protected command(): readonly [string, ...string[]] {
    const { folder, port } = this;
    writeFileSync(join(folder, 'office.example.zone'), block('$ORIGIN'));
    const config = block('listen:')
      .replace('/var/lib/knot', folder)
      .replace(/listen: .*/, `listen: 127.0.0.1@${port}\n    rundir: "${folder}"`);
    writeFileSync(join(folder, 'knot.conf'), `${config}database:\n    storage: "${folder}"\n`);
    return ['knotd', '-c', join(folder, 'knot.conf')];
  }
}

describe('the configuration of the page', () => {
  it.each([
    ['BIND', DocumentedBind],
    ['Knot', DocumentedKnot],
  ] as const)('%s serves what is found', async (_, Server) => {
    const server = new Server(await freePort());
    await server.start();
    const mdns = mdnsAt(server.address);
    try {
      const [found] = await mdns.discover('ipp', { domain: DOMAIN, timeout: 2_000 });
      expect(found).toMatchObject({ port: 631, host: `printer.${DOMAIN}`, txt: { rp: 'printers/office' } });
      expect(found?.name.toLowerCase()).toBe('office printer');
      expect((await mdns.domains({ domain: DOMAIN })).map(({ uses }) => uses)).toEqual([
        ['browse', 'browse-automatic'],
      ]);
      const types: string[] = [];
      mdns.browse(undefined, { domain: DOMAIN }).subscribe(({ type }) => types.push(type));
      await until(() => types.length > 0);
      expect(types).toEqual(['_ipp._tcp']);
    } finally {
      await mdns.close();
      await server.stop();
    }
  });
});

/** Its command runs in the namespace, in which nothing but the loopback interface is. */
class Isolated extends DocumentedBind {
  readonly #argv: readonly string[];

  constructor(port: number, argv: readonly string[]) {
    super(port);
    this.#argv = argv;
  }

  /** What the program prints in the namespace. */
  run(): string {
    writeFileSync(join(this.folder, 'office.db'), '');
    const server = this.command()
      .map((word) => JSON.stringify(word))
      .join(' ');
    const program = [process.execPath, MAIN, ...this.#argv].map((word) => JSON.stringify(word)).join(' ');
    const script = `ip link set lo up; ${server} 2> ${this.folder}/log & pid=$!; sleep 1; ${program}; kill $pid; wait`;
    const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
    return execFileSync('unshare', ['--net', 'sh', '-c', script], {
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }
}

describe('a process without any multicast', () => {
  it.skipIf(process.getuid?.() !== 0)('UNI-01 browses a domain', async () => {
    const port = await freePort();
    const argv = ['discover', 'ipp', '--json', '--domain', DOMAIN, '--server', `127.0.0.1:${port}`, '--timeout', '2s'];
    const server = new Isolated(port, argv);
    try {
      expect(JSON.parse(server.run())).toMatchObject({ event: 'up', name: 'Office Printer', port: 631 });
    } finally {
      await server.stop();
    }
  });
});
