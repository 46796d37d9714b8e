import { ADDRCONFIG, ALL, type lookup as dnsLookup, type LookupAddress, type LookupOptions, V4MAPPED } from 'node:dns';
import { createServer, get } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type LookupSource, type NodeLookup, nodeLookup } from '../../src/api/node-lookup.js';
import { createMdns, type Mdns, MdnsError, type MdnsErrorCode } from '../../src/index.js';
import type { ServiceAddress } from '../../src/protocol/dns-sd/instance.js';

const v4: ServiceAddress = { address: '198.18.0.7', family: 'ipv4', interface: 'eth0' };
const linkLocal: ServiceAddress = { address: 'fe80::7', family: 'ipv6', interface: 'eth0', scopeId: 'eth0' };
const v6: ServiceAddress = { address: '2001:db8::7', family: 'ipv6', interface: 'eth0' };

interface Outcome {
  readonly error: NodeJS.ErrnoException | null;
  readonly address: string | LookupAddress[];
  readonly family: number | undefined;
}

function call(lookup: NodeLookup, hostname: string, options: LookupOptions): Promise<Outcome> {
  return new Promise((resolve) => {
    lookup(hostname, options, (error, address, family) => resolve({ error, address, family }));
  });
}

/** A lookup that finds these addresses for any name. */
function finding(...addresses: ServiceAddress[]): NodeLookup & { readonly asked: string[] } {
  const asked: string[] = [];
  const source: LookupSource = {
    addressesOf: async (host) => {
      asked.push(host);
      return addresses;
    },
    hasFamily: (family) => family === 'ipv4',
    fallsBack: false,
  };
  return Object.assign(nodeLookup(source), { asked });
}

describe('nodeLookup with systemLookup', () => {
  /** A lookup that finds nothing, for this reason, and asks a system that knows every name. */
  function failing(code: MdnsErrorCode, fallsBack: boolean) {
    const waits: number[] = [];
    const source: LookupSource = {
      addressesOf: async (_host, timeout) => {
        waits.push(timeout);
        throw new MdnsError(code, 'nothing');
      },
      hasFamily: () => true,
      fallsBack,
    };
    const system = ((hostname: string, _options: unknown, callback: (...args: unknown[]) => void) =>
      callback(null, `system:${hostname}`, 4)) as unknown as typeof dnsLookup;
    return { lookup: nodeLookup(source, system), waits };
  }

  it.each(['timeout', 'no-network'] as const)('asks the system for a name that no host has (%s)', async (code) => {
    const { lookup, waits } = failing(code, true);
    expect(await call(lookup, 'crm.local', {})).toEqual({ error: null, address: 'system:crm.local', family: 4 });
    expect(waits).toEqual([1_500]);
  });

  it.each(['not-found', 'closed', 'internal'] as const)('does not ask it otherwise (%s)', async (code) => {
    expect((await call(failing(code, true).lookup, 'crm.local', {})).error).toMatchObject({ code: 'ENOTFOUND' });
  });

  it('does not ask it unless it is wanted', async () => {
    const { lookup, waits } = failing('timeout', false);
    expect((await call(lookup, 'crm.local', { all: true })).error).toMatchObject({ code: 'ENOTFOUND' });
    expect(waits).toEqual([3_000]);
  });

  it('is an option of createMdns', async () => {
    const mdns = createMdns({ interfaces: ['none'], systemLookup: true });
    const { error } = await call(mdns.nodeLookup, 'no-such-host-here.local', {});
    expect(error).toMatchObject({ syscall: 'getaddrinfo' });
    await mdns.close();
  });
});

describe('nodeLookup', () => {
  it('gives the best address, or all in their order, link-local ones with their zone', async () => {
    const lookup = finding(v4, linkLocal, v6);
    expect(await call(lookup, 'h.local', {})).toEqual({ error: null, address: '198.18.0.7', family: 4 });
    expect((await call(lookup, 'h.local', { all: true })).address).toEqual([
      { address: '198.18.0.7', family: 4 },
      { address: 'fe80::7%eth0', family: 6 },
      { address: '2001:db8::7', family: 6 },
    ]);
    expect(lookup.asked).toEqual(['h.local', 'h.local']);
  });

  it.each<[LookupOptions, string[]]>([
    [{ family: 0 }, ['198.18.0.7', 'fe80::7%eth0']],
    [{ family: 4 }, ['198.18.0.7']],
    [{ family: 'IPv4' }, ['198.18.0.7']],
    [{ family: 6 }, ['fe80::7%eth0']],
    [{ family: 'IPv6' }, ['fe80::7%eth0']],
    [{ hints: ADDRCONFIG }, ['198.18.0.7']],
    [{ family: 6, hints: V4MAPPED }, ['fe80::7%eth0']],
    [{ family: 6, hints: V4MAPPED | ALL }, ['fe80::7%eth0', '::ffff:198.18.0.7']],
    [{ family: 6, hints: V4MAPPED | ADDRCONFIG }, ['::ffff:198.18.0.7']],
  ])('takes %o as dns.lookup does', async (options, expected) => {
    const { address } = await call(finding(v4, linkLocal), 'h.local', { ...options, all: true });
    expect((address as LookupAddress[]).map((each) => each.address)).toEqual(expected);
  });

  it('orders by family only when told to', async () => {
    const families = async (options: LookupOptions & { readonly order?: string }) =>
      ((await call(finding(v6, v4), 'h.local', { ...options, all: true })).address as LookupAddress[]).map(
        ({ family }) => family,
      );
    expect(await families({})).toEqual([6, 4]);
    expect(await families({ verbatim: true })).toEqual([6, 4]);
    expect(await families({ verbatim: false })).toEqual([4, 6]);
    expect(await families({ order: 'ipv4first' })).toEqual([4, 6]);
    expect(await families({ order: 'ipv6first' })).toEqual([6, 4]);
  });

  it.each([
    [
      'nobody answers',
      nodeLookup({ addressesOf: () => Promise.reject(new Error('nobody')), hasFamily: () => true, fallsBack: false }),
    ],
    ['there is none of the family', finding(linkLocal)],
  ])('fails with ENOTFOUND when %s', async (_, lookup) => {
    const { error } = await call(lookup, 'h.local', { family: 4 });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ code: 'ENOTFOUND', hostname: 'h.local', syscall: 'queryMdns' });
    expect(error?.message).toBe('queryMdns ENOTFOUND h.local');
  });

  it('NAM-01 keeps names below .local away from the system, and gives it all others', async () => {
    const lookup = finding(v4);
    for (const name of ['h.LOCAL', 'h.local.', 'web.h.local', 'local']) await call(lookup, name, {});
    expect(lookup.asked).toEqual(['h.LOCAL', 'h.local.', 'web.h.local', 'local']);
    expect(await call(lookup, 'localhost', { family: 4 })).toMatchObject({ address: '127.0.0.1', family: 4 });
    expect(lookup.asked).toHaveLength(4);
  });
});

describe('nodeLookup on loopback', () => {
  const open: Mdns[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((mdns) => mdns.close()));
  });

  function start(hostname: string): Mdns {
    const mdns = createMdns({ hostname, interfaces: 'loopback', ipv4: '224.0.0.254:35353', ipv6: false });
    open.push(mdns);
    return mdns;
  }

  it('http.get and net.connect reach a server by its .local name', async () => {
    start('web-server');
    const client = start('client');
    const server = createServer((_, response) => response.end('hello'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    try {
      const body = await new Promise<string>((resolve, reject) => {
        const request = get(`http://web-server.local:${port}/`, { lookup: client.nodeLookup }, (response) => {
          response.setEncoding('utf8').once('data', resolve);
        });
        request.once('error', reject);
      });
      expect(body).toBe('hello');
      const remote = await new Promise<string | undefined>((resolve, reject) => {
        const socket = connect({ host: 'web-server.local', port, lookup: client.nodeLookup }, () => {
          resolve(socket.remoteAddress);
          socket.destroy();
        });
        socket.once('error', reject);
      });
      expect(remote).toBe('127.0.0.1');
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});
