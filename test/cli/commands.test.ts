/** Further commands as programs on the loopback interface: what runs meanwhile, what is watched, what is wrong. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PATIENCE_MS, slowness } from '../support/patience.js';
import { call, jsonLines, Neighbours, seen } from './command.js';

const wait = String(Math.round(2_000 * slowness()));

describe.concurrent('the services of all types', () => {
  it('are found by browse --all and discover --all', async () => {
    await using lan = new Neighbours();
    await lan.publish('Shop', 'veyronns', '1', '--host', 'one');
    await lan.publish('Print', 'ipp', '2', '--host', 'two');
    const browser = lan.start('browse', '--all', '--json');
    const ups = () => jsonLines(browser).filter(({ event }) => event === 'up');
    await browser.until('both', () => (ups().length === 2 ? ups() : undefined));
    expect(await browser.stop('SIGINT')).toMatchObject({ code: 0 });
    const found = lan.start('discover', '--all', '--json', '--timeout', wait);
    expect(await found.ended()).toMatchObject({ code: 0 });
    for (const program of [browser, found])
      expect(
        jsonLines(program)
          .map(({ name, type }) => `${name} ${type}`)
          .sort(),
      ).toEqual(['Print _ipp._tcp', 'Shop _veyronns._tcp']);
  });

  it('are none if none answers', async () => {
    await using lan = new Neighbours();
    const found = lan.start('discover', '--all', '--timeout', '0.3s');
    expect(await found.ended()).toMatchObject({ code: 1 });
    expect(found.errors).toEqual(['mdns-actors: No service answered within 300 ms.']);
  });
});

describe.concurrent('a service and its host', () => {
  it('are confirmed and followed', async () => {
    await using lan = new Neighbours();
    const publisher = await lan.publish('Shop', 'veyronns', '1', '--host', 'till');
    const watcher = lan.start('watch-host', 'till', '--json');
    expect(await seen(watcher, 'found')).toMatchObject({ host: 'till.local', addresses: [{ address: '127.0.0.1' }] });
    const confirmed = lan.start('reconfirm', 'Shop', 'veyronns', '--json', '--timeout', String(PATIENCE_MS));
    expect(await confirmed.ended()).toMatchObject({ code: 0 });
    expect(jsonLines(confirmed)).toMatchObject([{ event: 'confirmed', name: 'Shop', port: 1 }]);
    await publisher.stop('SIGINT');
    expect(await seen(watcher, 'lost')).toEqual({ event: 'lost', host: 'till.local', reason: 'goodbye' });
    expect(await watcher.stop('SIGINT')).toMatchObject({ code: 0 });
  });

  it('that do not answer end with code 1', async () => {
    await using lan = new Neighbours();
    const gone = lan.start('reconfirm', 'Shop', 'veyronns', '--timeout', '0.3s');
    const nameless = lan.start('reverse', '198.18.0.9', '--timeout', '300ms');
    for (const program of [gone, nameless]) expect(await program.ended()).toMatchObject({ code: 1 });
    expect(gone.errors).toEqual([
      'mdns-actors: "Shop" has not answered within 300 ms. Hosts that have heard the questions forget it.',
    ]);
    expect(nameless.errors[0]).toContain('9.0.18.198.in-addr.arpa');
  });

  it('doctor is content with a link that works, and not with one that does not', async () => {
    await using lan = new Neighbours();
    const doctor = lan.start('doctor', '--json', '--timeout', '300ms');
    expect(await doctor.ended()).toMatchObject({ code: 0 });
    expect(jsonLines(doctor)).toContainEqual(
      expect.objectContaining({ event: 'works', interface: 'lo', family: 'ipv4', text: 'it sends and receives' }),
    );
    expect(jsonLines(doctor).at(-1)).toMatchObject({ event: 'summary', healthy: true });
    const broken = await call('doctor', '--interface', 'nope9', '--timeout', '100ms');
    expect(broken.exit).toMatchObject({ code: 1 });
    expect(broken.lines.at(-1)).toContain('No interface is used');
  });
});

describe.concurrent('publish --exec', () => {
  const node = (script: string) => ['--exec', process.execPath, '-e', script];

  it('publishes while the command runs, and ends with its exit code', async () => {
    await using lan = new Neighbours();
    const browser = lan.start('browse', 'veyronns', '--json');
    const script = 'process.stdin.once("data", () => process.exit(7)); console.log(process.argv[1])';
    const [program, ...args] = lan.argv('publish', 'Shop', 'veyronns', '1', ...node(script), '$(a b) "c"');
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    const [output, errors]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
    await seen(browser, 'up');
    child.stdin.end('now');
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(7);
    expect(await seen(browser, 'down')).toMatchObject({ reason: 'goodbye' });
    // Standard output belongs to the command, and no shell has read its arguments.
    expect(String(Buffer.concat(output))).toBe('$(a b) "c"\n');
    expect(String(Buffer.concat(errors))).toMatch(/^probing .*\nannounced .*\nwithdrawn /);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('passes %s on, and waits for the command', async (signal) => {
    await using lan = new Neighbours();
    const script = `process.on('${signal}', () => setTimeout(() => process.exit(3), 100)); setInterval(() => {}, 1e6); console.log('ready')`;
    const publisher = lan.start('publish', 'Shop', 'veyronns', '1', ...node(script));
    await publisher.until('ready', () => publisher.lines.find((line) => line === 'ready'));
    expect(await publisher.stop(signal)).toMatchObject({ code: 3 });
  });

  it('says if the command cannot be run', async () => {
    await using lan = new Neighbours();
    const publisher = lan.start('publish', 'Shop', 'veyronns', '1', '--exec', '/nowhere/program');
    expect(await publisher.ended()).toMatchObject({ code: 1 });
    expect(publisher.errors.join()).toContain('"/nowhere/program" cannot be run');
  });

  it('takes its services from package.json', async () => {
    await using lan = new Neighbours();
    const path = mkdtempSync(join(tmpdir(), 'mdns-actors-'));
    writeFileSync(join(path, 'package.json'), '{ "name": "shop", "mdns": { "type": "veyronns", "port": 9 } }');
    const publisher = await lan.publish('--from', join(path, 'package.json'));
    expect(await seen(publisher, 'announced')).toMatchObject({ name: 'shop', port: 9 });
    expect(await publisher.stop('SIGINT')).toMatchObject({ code: 0 });
    rmSync(path, { recursive: true });
  });
});

describe.concurrent('a reader that leaves', () => {
  /** How a browse ends whose reader leaves after the first line, while nothing happens on the network. */
  async function ends(lan: Neighbours, through: string | undefined): Promise<unknown> {
    const [command, ...args] = lan.argv('browse', 'veyronns', '--json');
    const words = [command, ...args].map((word) => `'${word}'`).join(' ');
    const script = `set -o pipefail; ${words}${through === undefined ? '' : ` | ${through}`}`;
    const child = spawn('bash', ['-c', script], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.once('data', () => child.stdout.destroy());
    const errors: Buffer[] = [];
    child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
    const code = await new Promise((resolve) => child.on('close', resolve));
    return { code, errors: String(Buffer.concat(errors)) };
  }

  it.skipIf(process.platform === 'win32').each([
    ['of a socket', undefined],
    ['of a pipe', 'head -1'],
  ])('%s ends the command without a further event', async (_, through) => {
    await using lan = new Neighbours();
    await lan.publish('Shop', 'veyronns', '1');
    expect(await ends(lan, through)).toEqual({ code: 0, errors: '' });
  });
});

describe.concurrent('without a network', () => {
  it('help, version and completion are printed', async () => {
    for (const [args, expected] of [
      [['help'], /^Usage: mdns-actors <command>/],
      [['help', 'browse'], /^Usage: mdns-actors browse \[<type>\]/],
      [['browse', '-h'], /^Usage: mdns-actors browse \[<type>\]/],
      [['-V'], /^\d+\.\d+\.\d+/],
      [['completion', 'bash'], /^# Completion of mdns-actors for bash/],
    ] as const) {
      const program = await call(...args);
      expect(program.exit).toMatchObject({ code: 0 });
      expect(program.errors).toEqual([]);
      expect(program.lines.join('\n')).toMatch(expected);
    }
  });
});
