import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { LinkFault } from '../../src/net/network.js';
import { NodeNetwork } from '../../src/net/node-network.js';
import { networkContract } from './contract.js';

/** Milliseconds after which a test stops hoping. */
const PATIENCE = 60_000;

async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + PATIENCE;
  while (!condition() && performance.now() < deadline) await sleep(1);
}

/** A port that the system thinks is free for everybody. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    socket.once('error', reject);
    socket.bind(0, () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}

networkContract('node network', () => {
  const network = new NodeNetwork();
  return {
    network,
    other: new NodeNetwork(),
    freePort,
    until,
    settle: () => sleep(25),
    // In a timer, as the ones that fall due meanwhile fire right after it.
    standStill: (ms, before) =>
      new Promise((resolve) => {
        network.clock.setTimeout(() => {
          before();
          for (const end = performance.now() + ms; performance.now() < end; );
          resolve();
        }, 1);
      }),
  };
});

/** What a plain socket makes of sending there: `sent`, or a code. */
function sendOver(address: string, port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = createSocket('udp6');
    socket.send('x', port, address, (error) => {
      socket.close();
      resolve(error === null ? 'sent' : String((error as NodeJS.ErrnoException).code));
    });
  });
}

/** Runs a program with a network and a loopback interface, and tells its exit code and what it said. */
async function run(program: string): Promise<{ code: number | null; output: string }> {
  const module = new URL('../../src/net/node-network.ts', import.meta.url).href;
  const start = `import { NodeNetwork } from '${module}';
    const network = new NodeNetwork();
    const lo = network.interfaces().find((found) => found.loopback);`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', start + program]);
  let output = '';
  child.stdout.on('data', (text) => {
    output += text;
  });
  child.stderr.on('data', (text) => {
    output += text;
  });
  const code = await new Promise<number | null>((resolve) => child.on('exit', resolve));
  return { code, output };
}

describe('node network', () => {
  const network = new NodeNetwork();
  const [loopback] = network.interfaces().filter((found) => found.loopback);
  if (loopback === undefined) throw new Error('These tests need a loopback interface.');

  it('keeps no process alive by its links and timers', async () => {
    const port = await freePort();
    const { code, output } = await run(`
      network.clock.setTimeout(() => process.exit(9), 600_000);
      network.openLink({ interface: lo, family: 'ipv4', group: '224.0.0.254', port: ${port} }, {
        opened: () => end('opened'), received: () => {}, failed: (fault) => end(fault.message),
      });
      const waits = setInterval(() => {}, 1_000);
      function end(what) { console.log(what); clearInterval(waits); }`);
    expect([output, code]).toEqual(['opened\n', 0]);
  });

  it('A-73 holds the process while somebody waits', async () => {
    const { code, output } = await run(`
      const release = network.keepAlive();
      await new Promise((resolve) => network.clock.setTimeout(resolve, 50));
      console.log('waited');
      release();
      network.clock.setTimeout(() => process.exit(9), 600_000);`);
    expect([output, code]).toEqual(['waited\n', 0]);
  });

  it('IFC-04 opens a link on an IPv6 loopback if datagrams can be sent on it, and says why not if not', async () => {
    const port = await freePort();
    const told: string[] = [];
    const link = network.openLink(
      { interface: loopback, family: 'ipv6', group: 'ff02::ff', port },
      {
        opened: () => told.push('sent'),
        received: () => {},
        failed: ({ code, message }) => {
          told.push(code);
          expect(message).toMatch(new RegExp(`^${loopback.name}/ipv6: ${code}: .*(route|address|IPv6).*[.]$`));
        },
      },
    );
    await until(() => told.length > 0);
    await new Promise<void>((resolve) => link.close(resolve));
    const hasIpv6 = loopback.addresses.some((own) => own.family === 'ipv6');
    expect(told).toEqual([hasIpv6 ? await sendOver(`ff02::ff%${loopback.zone}`, port) : 'EADDRNOTAVAIL']);
  });

  it('SMH-02 another program that holds the port for itself alone is a fault with a reason', async () => {
    const port = await freePort();
    const selfish = createSocket('udp4');
    await new Promise<void>((resolve) => selfish.bind(port, resolve));
    const faults: LinkFault[] = [];
    const link = network.openLink(
      { interface: loopback, family: 'ipv4', group: '224.0.0.254', port },
      { opened: () => {}, received: () => {}, failed: (fault) => faults.push(fault) },
    );
    await until(() => faults.length > 0);
    expect(faults.map(({ code }) => code)).toEqual(['EADDRINUSE']);
    expect(faults[0]?.message).toContain(`UDP port ${port}`);
    await new Promise<void>((resolve) => link.close(resolve));
    await new Promise<void>((resolve) => selfish.close(resolve));
  });
});
