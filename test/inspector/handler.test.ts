/** The page over HTTP: who is let in, what a page that does not read costs, and what is served. */
import { createServer, type IncomingMessage, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Frame, InspectionSource } from '../../src/inspector/frames.js';
import { InspectorPages } from '../../src/inspector/handler.js';
import { type InspectorServer, serve } from '../../src/inspector/server.js';
import { MAX_CLIENTS, MOST_WAITING } from '../../src/inspector/streams.js';

/** A system of which each frame is sent by hand. */
class Source implements InspectionSource {
  sinks = new Set<(frame: Frame) => void>();
  refreshed = 0;
  asked: unknown[] = [];

  watch(sink: (frame: Frame) => void): () => void {
    this.sinks.add(sink);
    return () => this.sinks.delete(sink);
  }

  refresh(): void {
    this.refreshed++;
  }

  view(request: unknown): Promise<never> {
    this.asked.push(request);
    return Promise.resolve({ at: 1, rows: [], more: 0 } as never);
  }

  send(over: Partial<Frame> = {}): void {
    const frame = { at: 1, log: [], packets: [], looked: 100, span: 100, packetsUnseen: 0, actorsUnseen: 0, ...over };
    for (const sink of this.sinks) sink(frame);
  }
}

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

async function served(): Promise<{ source: Source; server: InspectorServer; token: string }> {
  const source = new Source();
  const server = await serve(source, 0);
  open.push(server);
  return { source, server, token: server.url.split('#t=')[1] ?? '' };
}

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

/** With headers that `fetch` would not let through. */
function ask(port: number, path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const made = request({ host: '127.0.0.1', port, path, headers, method, agent: false }, (response) => {
      let text = '';
      response.on('data', (part) => (text += part));
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, text }));
    });
    made.on('error', reject).end();
  });
}

/** Follows the stream; resolves once it answers. */
function follow(port: number, token: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` };
    const made = request({ host: '127.0.0.1', port, path: '/stream', headers, agent: false }, resolve);
    made.on('error', reject).end();
    open.push({ close: () => made.destroy() });
  });
}

async function eventually(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setImmediate(resolve));
}

describe('a request is refused', () => {
  it.each([
    ['a name that resolves to this computer', { host: 'evil.example' }, 421],
    ['another port', { host: '127.0.0.1:1' }, 421],
    ['a page of another site', { origin: 'http://evil.example' }, 403],
    ['a page without an origin of its own', { origin: 'null' }, 403],
    ['a page of another site, as the browser says', { 'sec-fetch-site': 'cross-site' }, 403],
    ['a page of a neighbouring site', { 'sec-fetch-site': 'same-site' }, 403],
  ])('from %s', async (_, headers, status) => {
    const { server, token } = await served();
    for (const path of ['/', '/stream', '/view?kind=links']) {
      const answer = await ask(server.port, path, { authorization: `Bearer ${token}`, ...headers });
      expect(answer.status).toBe(status);
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  it('without the token, or with another, where it would see the system', async () => {
    const { server, token } = await served();
    for (const path of ['/stream', '/view?kind=cache', `/view?kind=cache&t=${token}`])
      for (const headers of [{}, { authorization: 'Bearer x' }, { authorization: token }])
        expect((await ask(server.port, path, headers as Record<string, string>)).status).toBe(401);
  });

  it('if it would change anything, or asks for a path that there is not', async () => {
    const { server } = await served();
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD'])
      expect((await ask(server.port, '/', {}, method)).status).toBe(405);
    for (const path of ['/x', '/../package.json', '/%2e%2e/x', '/constructor', '/__proto__'])
      expect((await ask(server.port, path)).status).toBe(404);
  });

  it('for a view that there is not', async () => {
    const { server, token } = await served();
    const headers = { authorization: `Bearer ${token}` };
    expect((await ask(server.port, '/view?kind=secrets', headers)).status).toBe(400);
  });
});

describe('the server', () => {
  it('serves the page with a policy that admits its own files only', async () => {
    const { server } = await served();
    for (const [path, type] of [
      ['/', 'text/html'],
      ['/app.js', 'text/javascript'],
      ['/app.css', 'text/css'],
      ['/charts.json', 'application/json'],
    ] as const) {
      const { status, headers, text } = await ask(server.port, path);
      expect([status, headers['content-type']?.split(';')[0]]).toEqual([200, type]);
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(headers['content-security-policy']).not.toContain('unsafe');
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(text.length).toBeGreaterThan(100);
      expect(text).not.toMatch(/https?:\/\/(?!www\.w3\.org\/2000\/svg)/);
    }
  });

  it('listens on 127.0.0.1 only, with a token of 192 bits', async () => {
    const { server, token } = await served();
    expect(server.url).toBe(`http://127.0.0.1:${server.port}/#t=${token}`);
    expect(Buffer.from(token, 'base64url')).toHaveLength(24);
    const other = connect(server.port, '127.0.0.2');
    await expect(new Promise((resolve) => other.on('error', resolve))).resolves.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('says which port it cannot have', async () => {
    const { server, source } = await served();
    const error = await serve(source, server.port).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'invalid-option', message: expect.stringContaining(`port ${server.port}`) });
  });

  it('answers views with what was asked', async () => {
    const { server, token, source } = await served();
    const headers = { authorization: `Bearer ${token}`, host: `localhost:${server.port}` };
    const { text } = await ask(server.port, '/view?kind=cache&link=eth0%2Fipv4&filter=a', headers);
    expect(JSON.parse(text)).toEqual({ at: 1, rows: [], more: 0 });
    expect(source.asked).toEqual([{ kind: 'cache', link: 'eth0/ipv4', filter: 'a' }]);
  });
});

describe('a stream', () => {
  it('begins with a whole frame, and ends the watch when its page leaves', async () => {
    const { server, token, source } = await served();
    const stream = await follow(server.port, token);
    let text = '';
    stream.on('data', (part) => (text += part));
    source.send({ at: 1 });
    source.send({ at: 2, whole: [] });
    source.send({ at: 3 });
    await eventually(() => text.split('\n\n').length === 3);
    expect(text.match(/"at":\d/g)).toEqual(['"at":2', '"at":3']);
    expect(source.sinks.size).toBe(1);
    stream.destroy();
    await eventually(() => source.sinks.size === 0);
  });

  it(`is for ${MAX_CLIENTS} pages at most, which share one watch`, async () => {
    const { server, token, source } = await served();
    for (let index = 0; index < MAX_CLIENTS; index++) expect((await follow(server.port, token)).statusCode).toBe(200);
    expect((await follow(server.port, token)).statusCode).toBe(503);
    expect(source.sinks.size).toBe(1);
  });

  it('leaves out a page that does not read, and begins anew when it does', async () => {
    const { server, token, source } = await served();
    const stream = await follow(server.port, token);
    stream.pause();
    const asked = source.refreshed;
    const data = 'x'.repeat(2 ** 16);
    const entry = { kind: 'message', at: 1, from: 'x:1', to: 'x:2', type: 'big', data } as const;
    source.send({ whole: [] });
    // 64 MiB: far more than the system's buffers take.
    for (let index = 0; index < 1_000; index++) source.send({ log: [entry] });
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    for (let index = 0; index < 1_000; index++) source.send({ log: [entry] });
    let bytes = 0;
    let last = '';
    stream.on('data', (part: Buffer) => {
      bytes += part.length;
      last = part.subarray(-1_000).toString();
    });
    stream.resume();
    // A whole frame was asked for when the page had read, whenever that was.
    await eventually(() => source.refreshed > asked);
    source.send({ log: [entry] });
    source.send({ at: 99, whole: [] });
    await eventually(() => last.includes('"at":99'));
    // What the kernel has taken comes on top of what waits in this process.
    expect(bytes).toBeLessThan(20 * MOST_WAITING + 16_000_000);
  });
});

describe("the handler in a server of one's own", () => {
  async function mounted(access: ConstructorParameters<typeof InspectorPages>[1]) {
    const pages = new InspectorPages(new Source(), access);
    const server = createServer((incoming, response) =>
      pages.handle(incoming, response, () => response.writeHead(418).end()),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    open.push({
      close: () => {
        server.close();
        server.closeAllConnections();
      },
    });
    return (server.address() as AddressInfo).port;
  }

  it('lets in whom `authorize` admits, for the page as well', async () => {
    const port = await mounted({ authorize: async ({ headers }) => headers['x-user'] === 'me' });
    for (const path of ['/inspect/', '/inspect/app.js', '/inspect/view?kind=links']) {
      expect((await ask(port, path)).status).toBe(403);
      expect((await ask(port, path, { 'x-user': 'me' })).status).toBe(200);
      expect((await ask(port, path, { 'x-user': 'me', origin: 'http://evil.example' })).status).toBe(403);
    }
  });

  it('lets in nobody if `authorize` throws, or says something else than true', async () => {
    const throwing = await mounted({
      authorize: () => {
        throw new Error('a bug');
      },
    });
    expect((await ask(throwing, '/')).status).toBe(403);
    expect((await ask(await mounted({ authorize: () => 'yes' }), '/')).status).toBe(403);
  });

  it('leaves other paths to the server, and goes to the folder of the page', async () => {
    const port = await mounted({ token: 'a token of its own' });
    expect((await ask(port, '/other')).status).toBe(418);
    expect((await ask(port, '/deep/in/a/path/')).status).toBe(200);
    const pages = new InspectorPages(new Source(), { authorize: () => true });
    const server = createServer((incoming, response) => {
      // As Express does where a handler is mounted.
      Object.assign(incoming, { originalUrl: incoming.url, url: '/' });
      pages.handle(incoming, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    open.push(server);
    const { port: second } = server.address() as AddressInfo;
    expect(await ask(second, '/inspect')).toMatchObject({ status: 302, headers: { location: 'inspect/' } });
    expect((await ask(second, '/inspect/')).status).toBe(200);
  });
});
