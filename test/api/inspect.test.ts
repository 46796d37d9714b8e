/** The page as users get it: `serveInspector` and `inspectorHandler`. */
import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createMdns, type Mdns } from '../../src/index.js';
import { SimulatedLan } from '../../src/testing.js';

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

function start(): { lan: SimulatedLan; mdns: Mdns } {
  const lan = new SimulatedLan({ seed: 1 });
  const mdns = createMdns({ network: lan.host('one', ['198.18.0.1/24']), ipv6: false });
  lan.clock.advance(5_000);
  return { lan, mdns };
}

function follow(url: string): Promise<IncomingMessage> {
  const { origin, hash } = new URL(url);
  const headers = { authorization: `Bearer ${hash.slice('#t='.length)}` };
  return new Promise((resolve, reject) => {
    const request = get(`${origin}/stream`, { headers, agent: false }, resolve).on('error', reject);
    open.push(() => request.destroy());
  });
}

describe('serveInspector', () => {
  it('streams what happens, until the Mdns closes', async () => {
    const { lan, mdns } = start();
    const { url } = await mdns.serveInspector();
    const stream = await follow(url);
    let text = '';
    stream.on('data', (part) => (text += part));
    const ended = new Promise((resolve) => stream.on('end', resolve));
    while (!text.includes('"whole":[{')) {
      lan.clock.advance(100);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(text).toContain('"name":"link.eth0/ipv4"');
    const closed = mdns.close();
    lan.clock.advance(5_000);
    await closed;
    await ended;
    await expect(fetch(url)).rejects.toThrow();
    await expect(mdns.serveInspector()).rejects.toMatchObject({ code: 'closed' });
    expect(() => mdns.inspectorHandler({ authorize: () => true })).toThrow(expect.objectContaining({ code: 'closed' }));
  });

  it('refuses what is not a port', async () => {
    const { mdns } = start();
    for (const port of [-1, 65_536, 1.5, '80', null])
      await expect(mdns.serveInspector({ port: port as never })).rejects.toMatchObject({ code: 'invalid-option' });
    const host = { host: '0.0.0.0' } as never;
    await expect(mdns.serveInspector(host)).rejects.toMatchObject({ message: expect.stringContaining('127.0.0.1') });
  });
});

describe('inspectorHandler', () => {
  it('is refused if anyone could see the page', () => {
    const { mdns } = start();
    const error = expect.objectContaining({ code: 'invalid-option', message: expect.stringContaining('"authorize"') });
    expect(() => mdns.inspectorHandler({})).toThrow(error);
  });

  it('answers in a server of the user', async () => {
    const { mdns } = start();
    const handler = mdns.inspectorHandler({ authorize: ({ headers }) => headers['x-role'] === 'admin' });
    const server = createServer((request, response) => handler(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    open.push(() => server.close());
    const page = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mdns/`;
    const headers = { 'x-role': 'admin', connection: 'close' };
    expect(await (await fetch(page, { headers })).text()).toContain('<script type="module" src="app.js">');
    const { rows } = (await (await fetch(`${page}view?kind=links`, { headers })).json()) as { rows: object[] };
    expect(rows).toContainEqual(expect.objectContaining({ link: 'eth0/ipv4', state: 'up' }));
    expect((await fetch(page, { headers: { connection: 'close' } })).status).toBe(403);
  });
});
