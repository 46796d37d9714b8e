/** The commands as programs that talk to each other over real sockets. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PATIENCE_MS, slowness } from '../support/patience.js';
import { call, jsonLines, Neighbours, seen } from './command.js';

const address = { address: '127.0.0.1', family: 'ipv4', interface: 'lo' };
const shop = {
  name: 'My Shop',
  type: '_veyronns._tcp',
  host: 'till.local',
  port: 2001,
  txt: { 'hoo haa': true, a: 'b=c', empty: '' },
  addresses: [address],
};
/** For what ends with its first answer. */
const patiently = ['--timeout', String(PATIENCE_MS)];
const publishShop = [
  'My Shop',
  'veyronns',
  '2001',
  'hoo haa',
  'a=b=c',
  'empty=',
  '--host',
  'till',
  '--subtype',
  '_toy',
];

describe.concurrent('the commands', () => {
  it('publish, browse: a service comes, and goes with the publisher', async () => {
    await using lan = new Neighbours();
    const browser = lan.start('browse', 'veyronns', '--json');
    const types = lan.start('browse', '--json');
    const publisher = await lan.publish(...publishShop);
    expect(await seen(browser, 'up')).toEqual({ event: 'up', ...shop });
    expect(await seen(types, 'up')).toEqual({ event: 'up', type: '_veyronns._tcp', domain: 'local' });

    const exit = await publisher.stop('SIGINT');
    expect(exit).toMatchObject({ code: 0, signal: null });
    const { name, type, port } = shop;
    expect(jsonLines(publisher)).toEqual([
      { event: 'probing', name, type, port },
      { event: 'announced', name, type, port, host: 'till.local' },
      { event: 'withdrawn', name, type, port },
    ]);
    expect(await seen(browser, 'down')).toEqual({ event: 'down', ...shop, reason: 'goodbye' });
    expect(await seen(types, 'down')).toEqual({ event: 'down', type: '_veyronns._tcp', domain: 'local' });

    for (const program of [browser, types]) {
      expect(await program.stop('SIGTERM')).toMatchObject({ code: 0, signal: null });
      expect(program.errors).toEqual([]);
    }
    expect(publisher.errors).toEqual([]);
  });

  it('discover, resolve, lookup and query find what was published before', async () => {
    await using lan = new Neighbours();
    await lan.publish(...publishShop);
    const wait = String(Math.round(2_000 * slowness()));
    const [all, toys, others, resolved, host, srv] = [
      lan.start('discover', 'veyronns', '--json', '--timeout', wait),
      lan.start('discover', 'veyronns', '--json', '--timeout', wait, '--subtype', '_toy'),
      lan.start('discover', 'veyronns', '--json', '--timeout', wait, '--subtype', '_other'),
      lan.start('resolve', 'My Shop', 'veyronns', '--json', ...patiently),
      lan.start('lookup', 'till', '--json', ...patiently),
      lan.start('query', 'My Shop._veyronns._tcp.local', 'srv', '--json', ...patiently),
    ] as const;
    for (const program of [all, toys, resolved, host, srv]) {
      expect(await program.ended()).toMatchObject({ code: 0 });
      expect(program.errors).toEqual([]);
    }
    for (const program of [all, toys, resolved]) expect(jsonLines(program)).toEqual([{ event: 'up', ...shop }]);
    expect(jsonLines(host)).toEqual([{ event: 'found', host: 'till.local', addresses: [address], ttl: 120 }]);
    expect(jsonLines(srv)).toEqual([
      {
        event: 'found',
        name: 'My Shop._veyronns._tcp.local',
        type: 'SRV',
        ttl: 120,
        data: { priority: 0, weight: 0, port: 2001, target: 'till.local' },
        interface: 'lo',
      },
    ]);
    expect(await others.ended()).toMatchObject({ code: 1 });
    expect(others.errors).toEqual([
      `mdns-actors: No service of type veyronns and subtype _other answered within ${wait} ms.`,
    ]);
  });

  it('what is found is one line for people, too', async () => {
    await using lan = new Neighbours();
    const publisher = lan.start('publish', ...publishShop);
    await publisher.until('announced', () => publisher.lines.find((line) => line.startsWith('announced ')));
    const resolved = lan.start('resolve', 'My Shop', 'veyronns', ...patiently);
    expect(await resolved.ended()).toMatchObject({ code: 0 });
    expect(resolved.lines).toHaveLength(1);
    expect(resolved.lines[0]).toMatch(
      /^up +My Shop +_veyronns\._tcp +till\.local:2001 +127\.0\.0\.1 +"hoo haa" a=b=c empty=$/,
    );
  });

  it('what nobody answers ends with code 1 and a sentence', async () => {
    await using lan = new Neighbours();
    const programs = [
      lan.start('discover', 'veyronns', '--timeout', '300'),
      lan.start('resolve', 'Nobody', 'veyronns', '--timeout', '300'),
      lan.start('lookup', 'nobody', '--timeout', '300'),
      lan.start('query', 'nobody.local', 'TXT', '--timeout', '300'),
    ];
    for (const program of programs) {
      expect(await program.ended()).toMatchObject({ code: 1 });
      expect(program.lines).toEqual([]);
      expect(program.errors).toHaveLength(1);
      expect(program.errors[0]).toMatch(/^mdns-actors: No.* answered.* within 300 ms\.$/);
    }
  });

  it('a name that is taken is changed, or with --no-rename ends the command', async () => {
    await using lan = new Neighbours();
    await lan.publish('Shop', 'veyronns', '1', '--host', 'one');
    const second = await lan.publish('Shop', 'veyronns', '2', '--host', 'two');
    expect(await seen(second, 'renamed')).toMatchObject({ name: 'Shop (2)', from: 'Shop' });
    expect(await seen(second, 'announced')).toMatchObject({ name: 'Shop (2)', host: 'two.local' });

    const third = lan.start('publish', 'Shop', 'veyronns', '3', '--host', 'three', '--no-rename', '--json');
    expect(await third.ended()).toMatchObject({ code: 1 });
    expect(await seen(third, 'failed')).toMatchObject({ name: 'Shop', type: '_veyronns._tcp' });
    expect(third.errors).toEqual([
      'mdns-actors: "Shop" is the name of another _veyronns._tcp service on this network: choose another name, or leave out --no-rename to rename it automatically.',
    ]);
  });

  it('publish takes a file of services', async () => {
    await using lan = new Neighbours();
    using directory = temporaryDirectory();
    const path = join(directory.path, 'services.json');
    const services = [
      { name: 'One', type: 'veyronns', port: 1, txt: { n: 1, flag: true, none: null } },
      { name: 'Two', type: '_veyronns._tcp', port: 2, txt: ['raw=x'], host: 'other', subtypes: ['_toy'] },
    ];
    writeFileSync(path, JSON.stringify(services));
    const browser = lan.start('browse', 'veyronns', '--json');
    const publisher = lan.start('publish', '--file', path, '--host', 'till');
    const ups = await browser.until('two services', () => {
      const found = jsonLines(browser).filter((line) => line.event === 'up');
      return found.length === 2 ? found : undefined;
    });
    const byName = new Map(ups.map((line) => [line.name, line]));
    expect(byName.get('One')).toMatchObject({ host: 'till.local', port: 1, txt: { n: '1', flag: true } });
    expect(byName.get('Two')).toMatchObject({ host: 'other.local', port: 2, txt: { raw: 'x' } });
    expect(await publisher.stop('SIGTERM')).toMatchObject({ code: 0 });
    expect(publisher.lines.filter((line) => line.startsWith('withdrawn'))).toHaveLength(2);
  });

  it('a second signal ends it at once', async () => {
    await using lan = new Neighbours();
    using directory = temporaryDirectory();
    const path = join(directory.path, 'services.json');
    // So many that their goodbyes take a while.
    const services = Array.from({ length: 400 }, (_, index) => ({ name: `S${index}`, type: 'veyronns', port: 1 }));
    writeFileSync(path, JSON.stringify(services));
    const publisher = await lan.publish('--file', path);
    publisher.signal('SIGINT');
    publisher.signal('SIGTERM');
    expect((await publisher.ended()).code).toBeOneOf([130, 143]);
  });

  it('interfaces tells each link and why it is not used', async () => {
    await using lan = new Neighbours();
    const program = lan.start('interfaces', '--json');
    expect(await program.ended()).toMatchObject({ code: 0 });
    const links = jsonLines(program);
    expect(links).toContainEqual({ interface: 'lo', family: 'ipv4', state: 'up', addresses: ['127.0.0.1'] });
    for (const link of links.filter(({ state }) => state !== 'up')) {
      expect(link).toMatchObject({ state: 'unused', reason: expect.any(String) });
    }
  });

  it('a reader that leaves ends it cleanly', async () => {
    await using lan = new Neighbours();
    const [command, ...args] = lan.argv('publish', 'Shop', 'veyronns', '1');
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.once('data', () => child.stdout.destroy());
    const errors: Buffer[] = [];
    child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(code).toBe(0);
    expect(Buffer.concat(errors).toString()).toBe('');
  });

  it('an interface that is not there is waited for, or ends a question', async () => {
    const sentence = /^mdns-actors: There is no interface "nope9"; there are .*lo.*\.$/;
    const asked = await call('resolve', 'A', 'veyronns', '--interface', 'nope9');
    expect(asked.exit).toMatchObject({ code: 1 });
    expect(asked.errors).toEqual([expect.stringMatching(sentence)]);

    await using lan = new Neighbours();
    const browser = lan.startPlain('browse', 'veyronns', '--interface', 'nope9');
    await browser.until('a warning', () =>
      browser.errors.find((line) => line.includes('It is used as soon as it appears')),
    );
    expect(await browser.stop('SIGINT')).toMatchObject({ code: 0 });
    expect(browser.errors).toHaveLength(1);
  });
});

describe.concurrent('command lines that are wrong', () => {
  it.each<[string, readonly string[], string]>([
    ['publish', ['publish', 'Shop'], 'Example: mdns-actors publish "Living Room" _http._tcp 8080'],
    ['browse', ['browse', 'a', 'b'], 'Example: mdns-actors browse _http._tcp'],
    ['nothing', [], 'Usage: mdns-actors <command>'],
    ...(
      [
        [['publish', 'Shop', 'h_ttp', '80', '--loopback', '--no-ipv6'], 'is not a service type'],
        [['publish', '--file', '/nowhere/services.json'], '/nowhere/services.json cannot be read'],
        [['browse', '--frobnicate'], 'come after "--"'],
        [['lookup', 'a.example', '--loopback', '--no-ipv6'], 'is not below ".local"'],
        [['browse', '_tcp'], 'is the protocol of a service type without the service'],
        [['publish', 'Web._http._tcp.local', 'http', '80'], 'give only the name of the instance, "Web"'],
        [['publish', 'Web', 'http', '80', '--host', 'a.b'], 'give one label'],
        [['publish', 'Web', 'http', '80', '--subtype', 'x'.repeat(64)], 'use 1 to 63'],
        [['publish', 'Web', 'http', '80', `k=${'x'.repeat(300)}`], 'at most 255 fit'],
        [['browse', '_http._tcp.example'], 'the domain must be "local"'],
        [['discover', 'http', '--timeout', `1${'0'.repeat(400)}`], 'give a time above 0'],
        [['resolve', 'Web._http._tcp.local', 'http'], 'give only the name of the instance, "Web"'],
        [['query', 'printer', 'nope'], 'give a record type such as "SRV"'],
        [['lookup', 'printer', '--timeuot', '5'], 'Did you mean --timeout?'],
        [['lokup', 'printer'], 'Did you mean lookup?'],
      ] as const
    ).map(([args, sentence]): [string, readonly string[], string] => ['a wrong value', args, sentence]),
  ])('%s %j ends with code 2 and a way out', async (_, args, example) => {
    const program = await call(...args);
    expect(program.exit).toMatchObject({ code: 2 });
    expect(program.lines).toEqual([]);
    expect(program.errors.join('\n')).toContain(example);
  });

  it('--help and --version are no mistakes', async () => {
    const [help, version] = await Promise.all([call('--help'), call('--version')]);
    for (const program of [help, version]) {
      expect(program.exit).toMatchObject({ code: 0 });
      expect(program.errors).toEqual([]);
    }
    expect(help.lines[0]).toBe('Usage: mdns-actors <command> [options]');
    expect(version.lines).toEqual([expect.stringMatching(/^\d+\.\d+\.\d+/)]);
  });
});

function temporaryDirectory(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'mdns-actors-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) };
}
