import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { DnsOutcome } from '../../src/net/dns.js';
import { NodeNetwork } from '../../src/net/node-network.js';
import { parseResolvConf, systemDnsSettings } from '../../src/net/resolv-conf.js';
import { encodeUnicast } from '../../src/protocol/wire/unicast.js';
import { LoopbackDnsServer } from '../support/dns-server.js';
import { message, question } from '../support/records.js';
import { dnsContract } from './dns-contract.js';

const PATIENCE_MS = 60_000;

dnsContract('node network', () => {
  const network = new NodeNetwork({ keepAlive: true });
  const servers: LoopbackDnsServer[] = [];
  return {
    dns: network.dns,
    clock: network.clock,
    serve: async (respond) => {
      const server = await LoopbackDnsServer.start(respond);
      servers.push(server);
      return server;
    },
    silence: async () => {
      const server = await LoopbackDnsServer.start(() => []);
      await server.close();
      return server;
    },
    until: async (condition) => {
      const deadline = performance.now() + PATIENCE_MS;
      while (!condition() && performance.now() < deadline) await sleep(1);
    },
    settle: () => sleep(25),
    close: async () => {
      await Promise.all(servers.map((server) => server.close()));
    },
  };
});

describe('a server that sends for ever over TCP', () => {
  const QUERY = encodeUnicast(message({ questions: [question('a.example', 'A')] }));
  const LONGEST = 65_535;
  /** The beginning of what it sends, after the length; noise follows. */
  const beginnings: readonly (readonly [string, number, (id: Buffer) => Buffer])[] = [
    ['what answers nothing', 40, () => Buffer.alloc(40)],
    ['another id', LONGEST, (id) => Buffer.from([id[0] ?? 0, (id[1] ?? 0) ^ 1, 0x80, 0])],
    ['messages that are too short', 3, () => Buffer.alloc(3)],
    ['another question', LONGEST, (id) => Buffer.from([...id, 0x80, 0, 0, 1])],
  ];

  it.each(beginnings)('is read no longer than it takes to see that it is no answer: %s', async (_, length, begin) => {
    let taken = 0;
    const server = createServer((line) => {
      line.on('error', () => {});
      line.once('data', (query) => {
        const head = Buffer.alloc(2);
        head.writeUInt16BE(length);
        const send = (bytes: Buffer): void => {
          line.write(bytes, (error) => {
            if (error) return;
            taken += bytes.length;
            send(Buffer.alloc(1_000));
          });
        };
        send(Buffer.concat([head, begin(query.subarray(2, 4))]));
      });
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const { dns } = new NodeNetwork({ keepAlive: true });
    const asked = {
      server: { address: '127.0.0.1', port },
      over: 'tcp',
      message: QUERY,
      timeoutMs: PATIENCE_MS,
    } as const;
    const outcome = await new Promise<DnsOutcome>((resolve) => dns.exchange(asked, resolve));
    expect([outcome.fault?.code, outcome.ignored]).toEqual(['EBADMSG', 1]);
    server.close();
    await once(server, 'close');
    // What the system keeps in its buffers has left the server as well.
    expect(taken).toBeLessThan(20_000_000);
  });
});

describe('the settings of the system', () => {
  it('are those of resolv.conf', () => {
    const text = [
      '# made by hand',
      'nameserver 192.0.2.53 # the office',
      'nameserver fe80::1%eth0',
      'nameserver FD00:0:0::53',
      'nameserver not-an-address',
      'domain old.example',
      'search office.example. corp.example ; more',
      'options ndots:2 edns0',
    ].join('\n');
    expect(parseResolvConf(text)).toEqual({
      servers: [
        { address: '192.0.2.53', port: 53 },
        { address: 'fe80::1%eth0', port: 53 },
        { address: 'fd00::53', port: 53 },
      ],
      search: ['office.example', 'corp.example'],
    });
  });

  it('have bounds', () => {
    const servers = Array.from({ length: 1_000 }, (_, i) => `nameserver 192.0.2.${i % 250}`);
    const { servers: read, search } = parseResolvConf(`${servers.join('\n')}\nsearch ${'a.example '.repeat(1_000)}`);
    expect([read.length, search.length]).toEqual([8, 32]);
  });

  it('are read anew, and Node knows the servers where there is no such file', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'resolv-')), 'resolv.conf');
    writeFileSync(file, 'nameserver 192.0.2.1\n');
    expect(systemDnsSettings(file).servers).toEqual([{ address: '192.0.2.1', port: 53 }]);
    writeFileSync(file, 'nameserver 192.0.2.2\n');
    expect(systemDnsSettings(file).servers).toEqual([{ address: '192.0.2.2', port: 53 }]);
    const { servers, search } = systemDnsSettings(`${file}.gone`);
    expect(search).toEqual([]);
    for (const { address, port } of servers) expect([address.length > 0, port > 0]).toEqual([true, true]);
  });
});
