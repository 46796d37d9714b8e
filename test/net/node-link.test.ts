/** What the real link does when Node's sockets report what no test can bring about: the sockets are real, some answers are not. */
import { type BindOptions, createSocket, Socket } from 'node:dgram';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Attribution } from '../../src/net/attribution.js';
import { systemError } from '../../src/net/faults.js';
import type { Destination, Link, LinkOptions, NetworkInterface } from '../../src/net/network.js';
import { NodeLink } from '../../src/net/node-link.js';
import { NodeNetwork } from '../../src/net/node-network.js';
import { PortOccupancy } from '../../src/net/port-occupancy.js';
import { isPortTaken } from '../../src/net/socket.js';

const network = new NodeNetwork();
const links: Link[] = [];
let port = 25_400 + (process.pid % 500) * 10;

const eventually = (check: () => void) => vi.waitFor(check, { interval: 2 });

/** Opens a link on loopback; `told` is what its handlers and its sends were told. */
async function open(overrides: Partial<LinkOptions> = {}) {
  const loopback = network.interfaces().find((found) => found.loopback);
  if (loopback === undefined) throw new Error('These tests need a loopback interface.');
  const joined = vi.spyOn(Socket.prototype, 'addMembership');
  const told: string[] = [];
  port += 1;
  const link = network.openLink(
    { interface: loopback, family: 'ipv4', group: '224.0.0.254', port, ...overrides },
    {
      opened: ({ portShared }) => told.push(portShared ? 'opened shared' : 'opened'),
      received: ({ bytes, address, to }) => told.push(`${to} ${address} ${Buffer.from(bytes)}`),
      failed: ({ code }) => told.push(`failed ${code}`),
    },
  );
  links.push(link);
  await eventually(() => expect(told).not.toEqual([]));
  const send = (to: Destination = 'group') =>
    link.send(Buffer.from('ping'), to, (fault) => told.push(`sent ${fault?.code ?? 'well'}`));
  return { link, port, told, send, socket: joined.mock.contexts.at(-1) as Socket | undefined };
}

/** Pretends that a datagram arrived at a socket. */
function arrive(socket: Socket | undefined, text: string, address: string): void {
  socket?.emit('message', Buffer.from(text), { address, port: 5353, family: 'IPv4', size: text.length });
}

/** Lets the next sends end so. */
function sendingEndsWith(code: string) {
  return vi.spyOn(Socket.prototype, 'send').mockImplementation((...args: unknown[]) => {
    const done = args.at(-1) as (error: Error) => void;
    setImmediate(done, systemError(code));
  });
}

/** Lets a call of this kind throw. */
function failing(call: 'addMembership' | 'setMulticastInterface' | 'setRecvBufferSize' | 'setTTL', code: string) {
  return vi.spyOn(Socket.prototype, call).mockImplementation(() => {
    throw systemError(code);
  });
}

describe('node link', () => {
  afterEach(async () => {
    vi.restoreAllMocks();
    await Promise.all(links.splice(0).map((link) => new Promise<void>((resolve) => link.close(resolve))));
  });

  it('SRC-01 A-67 A-68 A-74 sets both hop limits to 255, loopback on, and joins the group on its interface', async () => {
    const calls = ['setMulticastTTL', 'setTTL', 'setMulticastLoopback', 'setMulticastInterface'] as const;
    const spies = calls.map((call) => vi.spyOn(Socket.prototype, call));
    const joined = vi.spyOn(Socket.prototype, 'addMembership');
    const bound = vi.spyOn(Socket.prototype, 'bind');
    const { told, port: opened } = await open();
    expect(told).toEqual(['opened']);
    const [multicastTtl, ttl, loopback, multicastInterface] = spies.map((spy) => spy.mock.calls);
    expect(new Set(multicastTtl?.flat())).toEqual(new Set([255]));
    // The group socket and the unicast socket, and the one that tries whether sending is possible.
    expect(ttl).toEqual([[255], [255], [255]]);
    expect(loopback).toEqual([[true]]);
    expect(new Set(multicastInterface?.flat())).toEqual(new Set(['127.0.0.1']));
    expect(joined.mock.calls).toEqual([['224.0.0.254', '127.0.0.1']]);
    const bindings = bound.mock.calls.map(([options]) => options as BindOptions);
    // A cluster's primary would hand its own socket to every worker.
    expect(bindings.every((options) => options.exclusive)).toBe(true);
    expect(bindings.filter((options) => options.port === opened).map(({ address }) => address)).toEqual([
      undefined,
      process.platform === 'win32' ? undefined : '224.0.0.254',
      '127.0.0.1',
    ]);
  });

  it.each(['ENODEV', 'EADDRNOTAVAIL', 'EBADF'])(
    'A-69 %s while sending to the group is the end of the link',
    async (code) => {
      const { told, send } = await open();
      sendingEndsWith(code);
      send();
      send();
      await eventually(() => expect(told).toEqual(['opened', `sent ${code}`, `failed ${code}`, `sent ${code}`]));
    },
  );

  it.each(['ENETUNREACH', 'EHOSTUNREACH', 'EPERM', 'ENOBUFS'])('A-69 %s while sending is not', async (code) => {
    const { told, send } = await open();
    const spy = sendingEndsWith(code);
    send();
    await eventually(() => expect(told).toEqual(['opened', `sent ${code}`]));
    spy.mockRestore();
    send();
    await eventually(() => expect(told.slice(2)).toEqual(['sent well', 'group 127.0.0.1 ping']));
  });

  it('A-69 a send that fails because the interface or its address is gone tells so', async () => {
    const [loopback] = network.interfaces().filter((found) => found.loopback);
    if (loopback === undefined) throw new Error('These tests need a loopback interface.');
    for (const [now, code] of [
      [undefined, 'ENODEV'],
      [{ ...loopback, index: loopback.index + 1 }, 'ENODEV'],
      [{ ...loopback, addresses: [] }, 'EADDRNOTAVAIL'],
    ] as const) {
      let current: NetworkInterface | undefined = loopback;
      const host = {
        keepAlive: false,
        ports: new PortOccupancy(async () => false),
        attribution: new Attribution(),
        clock: { noteReceived: () => {} },
        interfaceNamed: () => current,
      };
      const told: string[] = [];
      port += 1;
      const link = new NodeLink(
        { interface: loopback, family: 'ipv4', group: '224.0.0.254', port },
        { opened: () => told.push('opened'), received: () => {}, failed: (fault) => told.push(`failed ${fault.code}`) },
        host,
      );
      links.push(link);
      await eventually(() => expect(told).toEqual(['opened']));
      current = now;
      const spy = sendingEndsWith('ENETUNREACH');
      link.send(Buffer.from('x'), 'group', (fault) => told.push(`sent ${fault?.code}`));
      await eventually(() => expect(told).toEqual(['opened', `sent ${code}`, `failed ${code}`]));
      spy.mockRestore();
    }
  });

  it('no peer ends a link by the address that it is answered at', async () => {
    const { told, send } = await open();
    sendingEndsWith('EADDRNOTAVAIL');
    send({ address: '127.0.0.9', port: 1 });
    await eventually(() => expect(told).toEqual(['opened', 'sent EADDRNOTAVAIL']));
    await sleep(5);
    expect(told).toHaveLength(2);
  });

  it('SRC-03 answers neighbours from its own address, and lets the system choose for others', async () => {
    const { send } = await open();
    const sending = vi.spyOn(Socket.prototype, 'send').mockImplementation(() => {});
    for (const address of ['127.0.0.9', '10.9.9.9']) send({ address, port: 1 });
    const from = sending.mock.contexts.map((socket) => (socket as Socket).address().address);
    expect(from).toEqual(['127.0.0.1', process.platform === 'win32' ? '0.0.0.0' : '224.0.0.254']);
    for (const call of sending.mock.calls as unknown[][]) (call.at(-1) as (error: null) => void)(null);
  });

  it('SRC-02 one link takes a stray, and when it is closed the next one does', async () => {
    const first = await open();
    const second = await open({ port: first.port });
    const stray = () => {
      for (const { socket } of [first, second]) arrive(socket, 'stray', '10.9.9.9');
    };
    stray();
    expect([first.told, second.told]).toEqual([['opened', 'group 10.9.9.9 stray'], ['opened']]);
    await new Promise<void>((resolve) => first.link.close(resolve));
    stray();
    expect([first.told.length, second.told]).toEqual([2, ['opened', 'group 10.9.9.9 stray']]);
  });

  it('is deaf as soon as it is told to close', async () => {
    const { link, told, socket } = await open();
    arrive(socket, 'before', '127.0.0.9');
    link.close(() => told.push('closed'));
    arrive(socket, 'after', '127.0.0.9');
    await eventually(() => expect(told).toEqual(['opened', 'group 127.0.0.9 before', 'closed']));
  });

  it('A-63 over IPv6 names the zone to the system, and takes it off what comes in', async () => {
    // A loopback without a multicast route is no obstacle to what is not really sent.
    vi.spyOn(Socket.prototype, 'connect').mockImplementation((...args: unknown[]) => (args.at(-1) as () => void)());
    const { told, socket, send } = await open({ family: 'ipv6', group: 'ff02::ff' });
    if (told[0] !== 'opened') {
      // This system has no IPv6 at all.
      expect(told).toEqual([expect.stringMatching(/^failed (EADDRNOTAVAIL|EAFNOSUPPORT)$/)]);
      return;
    }
    const [zone] = network.interfaces().flatMap((found) => (found.loopback ? [found.zone] : []));
    const sending = vi.spyOn(Socket.prototype, 'send').mockImplementation((...args: unknown[]) => {
      setImmediate(args.at(-1) as (error: null) => void, null);
    });
    send();
    send({ address: 'fe80::9', port: 1 });
    send({ address: '2001:db8::9', port: 1 });
    expect(sending.mock.calls.map((call) => call[2])).toEqual([`ff02::ff%${zone}`, `fe80::9%${zone}`, '2001:db8::9']);
    arrive(socket, 'ours', `fe80::9%${zone}`);
    arrive(socket, 'not ours', 'fe80::9%elsewhere');
    arrive(socket, 'global', '2001:db8::9');
    expect(told.slice(1)).toEqual(['group fe80::9 ours', 'group 2001:db8::9 global']);
  });

  it('SMH-02 A-66 the families of a port are taken apart', async () => {
    port += 1;
    const holder = createSocket('udp4');
    await new Promise<void>((resolve) => holder.bind(port, resolve));
    expect([await isPortTaken('ipv4', port), await isPortTaken('ipv6', port)]).toEqual([true, false]);
    await new Promise<void>((resolve) => holder.close(resolve));
    expect(await isPortTaken('ipv4', port)).toBe(false);
  });

  it("an 'error' of a socket ends the link, unless it is about somebody else's port", async () => {
    const { told, socket } = await open();
    socket?.emit('error', systemError('ECONNREFUSED'));
    expect(told).toEqual(['opened']);
    socket?.emit('error', systemError('EIO'));
    socket?.emit('error', systemError('EIO'));
    expect(told).toEqual(['opened', 'failed EIO']);
  });

  it('a group that cannot be joined is a fault, and leaves no socket behind', async () => {
    const closed = vi.spyOn(Socket.prototype, 'close');
    failing('addMembership', 'ENOBUFS');
    const { told, link } = await open();
    expect(told).toEqual(['failed ENOBUFS']);
    await new Promise<void>((resolve) => link.close(resolve));
    // The trial bind, the trial of sending, and the group socket.
    expect(closed).toHaveBeenCalledTimes(3);
  });

  it('a receive buffer that cannot be enlarged is no fault', async () => {
    failing('setRecvBufferSize', 'EINVAL');
    expect((await open()).told).toEqual(['opened']);
  });

  it('QU-09 an own address that cannot be bound counts as a port that is shared', async () => {
    const bind = Socket.prototype.bind as (this: Socket, options: { address?: string }, done: () => void) => Socket;
    vi.spyOn(Socket.prototype, 'bind').mockImplementation(function (this: Socket, ...args: unknown[]) {
      const [options, done] = args as [{ address?: string }, () => void];
      if (options.address !== '127.0.0.1') return bind.call(this, options, done);
      setImmediate(() => this.emit('error', systemError('EACCES')));
      return this;
    });
    expect((await open()).told).toEqual(['opened shared']);
  });

  it('A-73 waits a second, not for ever, for what the system does not take', async () => {
    const { link, told, send } = await open();
    const spy = vi.spyOn(Socket.prototype, 'send').mockImplementation(() => {});
    send();
    const start = performance.now();
    await new Promise<void>((resolve) => link.close(resolve));
    expect(spy).toHaveBeenCalledTimes(1);
    expect(performance.now() - start).toBeGreaterThan(950);
    expect(told).toEqual(['opened']);
  });
});
