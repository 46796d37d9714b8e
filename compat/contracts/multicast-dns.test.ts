/** The contract of multicast-dns 7: each test runs on the original and on the replacement. */
import { execFile } from 'node:child_process';
import { createSocket, type RemoteInfo } from 'node:dgram';
import { EventEmitter, once } from 'node:events';
import { promisify } from 'node:util';
import dnsPacket from 'dns-packet';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type multicastDns from '../../src/compat/multicast-dns.js';
import type { FullPacket, MulticastDNS, Packet } from '../../src/compat/multicast-dns.js';
import { both, filesOfBoth, freePort } from './both.js';

const run = promisify(execFile);

describe.each(both<typeof multicastDns>('multicast-dns'))('%s', (_, mdns) => {
  let port = 0;
  let dns: MulticastDNS;
  const warnings: Error[] = [];

  beforeEach(async () => {
    port = await freePort();
    warnings.length = 0;
    dns = mdns({ ip: '127.0.0.1', port, multicast: false });
    dns.on('warning', (warning) => warnings.push(warning));
  });
  afterEach(() => new Promise<void>((destroyed) => dns.destroy(destroyed)));

  /** The next message with its sender. */
  async function next(event: 'packet' | 'query' | 'response' = 'packet'): Promise<[FullPacket, RemoteInfo]> {
    return (await once(dns, event)) as [FullPacket, RemoteInfo];
  }

  /** Sends bytes to it, from a socket of its own. */
  async function say(bytes: Uint8Array): Promise<number> {
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const { port: from } = socket.address();
    await new Promise((sent) => socket.send(bytes, port, '127.0.0.1', sent));
    socket.close();
    return from;
  }

  it('is an emitter, made by a function', () => {
    expect(dns).toBeInstanceOf(EventEmitter);
    expect(mdns).toBeInstanceOf(Function);
  });

  it('is ready without being asked', async () => {
    await once(dns, 'ready');
  });

  it('hears its own query, with an exact message and an exact sender', async () => {
    const heard = next();
    dns.query('hello-world');
    const [packet, from] = await heard;
    expect(packet).toStrictEqual({
      id: 0,
      type: 'query',
      flags: 0,
      flag_qr: false,
      opcode: 'QUERY',
      flag_aa: false,
      flag_tc: false,
      flag_rd: false,
      flag_ra: false,
      flag_z: false,
      flag_ad: false,
      flag_cd: false,
      rcode: 'NOERROR',
      questions: [{ name: 'hello-world', type: 'ANY', class: 'IN' }],
      answers: [],
      authorities: [],
      additionals: [],
    });
    expect(from).toEqual({ address: '127.0.0.1', family: 'IPv4', port, size: 29 });
  });

  it.each<[string, Parameters<MulticastDNS['query']>]>([
    ['a name and a type', ['a.local', 'SRV']],
    ['a name, a type and no peer', ['a.local', 'SRV', null]],
    ['questions', [[{ name: 'a.local', type: 'SRV' }]]],
    ['a message', [{ questions: [{ name: 'a.local', type: 'SRV' }], id: 7 }]],
  ])('asks %s', async (_what, args) => {
    const heard = next('query');
    const sent = new Promise((called) => {
      const [query, ...rest] = args;
      dns.query(query, ...rest, (...result) => called(result));
    });
    expect(await sent).toEqual([null, 25]);
    const [{ questions }] = await heard;
    expect(questions).toEqual([{ name: 'a.local', type: 'SRV', class: 'IN' }]);
  });

  it('responds with records, or a message, with the bit AA; "response" is the same', async () => {
    const a = { name: 'a.local', type: 'A', ttl: 120, data: '192.0.2.7' } as const;
    const seen: FullPacket[] = [];
    dns.on('response', (packet) => seen.push(packet));
    dns.respond([a]);
    dns.response({ answers: [{ ...a, flush: true }], additionals: [a] }, (error) => expect(error).toBeNull());
    await expect.poll(() => seen.length).toBe(2);
    const plain = { ...a, class: 'IN', flush: false };
    expect(seen[0]).toMatchObject({ type: 'response', flag_aa: true, flags: 1024, answers: [plain] });
    expect(seen[1]).toMatchObject({ flag_aa: true, answers: [{ ...plain, flush: true }], additionals: [plain] });
  });

  it('sends a message as it is: without the bit AA', async () => {
    const heard = next('response');
    dns.send({ type: 'response', id: 9, answers: [{ name: 'x', type: 'PTR', data: 'y.x' }] });
    const [packet] = await heard;
    expect(packet).toMatchObject({ id: 9, flag_aa: false });
    expect(packet.answers).toEqual([{ name: 'x', type: 'PTR', ttl: 0, class: 'IN', flush: false, data: 'y.x' }]);
  });

  it.each([
    ['text', 'a=1'],
    ['bytes', Buffer.from('a=1')],
    ['an array of both', ['a=1', Buffer.from('b')]],
  ])('takes TXT data as %s, and gives an array of buffers', async (_what, data) => {
    const heard = next('response');
    dns.respond([{ name: 'x', type: 'TXT', data }]);
    const [{ answers }] = await heard;
    expect(answers[0]).toMatchObject({ data: [data].flat().map((each) => Buffer.from(each)) });
  });

  it.each<[string, Packet['answers']]>([
    ['SRV', [{ name: 'x', type: 'SRV', data: { port: 1, target: 'h.local', priority: 2, weight: 3 } }]],
    ['AAAA', [{ name: 'x', type: 'AAAA', data: 'fe80::1' }]],
    ['NSEC', [{ name: 'x', type: 'NSEC', data: { nextDomain: 'x', rrtypes: ['A', 'AAAA'] } }]],
    ['HINFO', [{ name: 'x', type: 'HINFO', data: { cpu: 'ARM', os: 'LINUX' } }]],
  ])('passes on %s', async (_type, answers) => {
    const heard = next('response');
    dns.respond({ answers: answers ?? [] });
    expect((await heard)[0].answers).toMatchObject(answers ?? []);
  });

  it('hears a peer, with its address and port', async () => {
    await once(dns, 'ready');
    const heard = next('query');
    const question = { name: 'a.local', type: 'A' } as const;
    const from = await say(dnsPacket.encode({ type: 'query', id: 3, questions: [question] }));
    const [packet, sender] = await heard;
    expect(packet).toMatchObject({ id: 3, questions: [{ ...question, class: 'IN' }] });
    expect(sender).toMatchObject({ address: '127.0.0.1', port: from });
  });

  it('shows a question for a unicast response as one of an unknown class', async () => {
    await once(dns, 'ready');
    const heard = next('query');
    const bytes = dnsPacket.encode({ type: 'query', questions: [{ name: 'a.local', type: 'A' }] });
    bytes[bytes.length - 2] = 0x80;
    await say(bytes);
    expect((await heard)[0].questions).toEqual([{ name: 'a.local', type: 'A', class: 'UNKNOWN_32769' }]);
  });

  it('answers a peer at its own port, from the port of the group', async () => {
    const peer = createSocket('udp4').bind(0, '127.0.0.1');
    await once(peer, 'listening');
    const received = once(peer, 'message') as Promise<[Buffer, RemoteInfo]>;
    const { port: to } = peer.address();
    dns.respond([{ name: 'x', type: 'A', data: '192.0.2.7' }], { port: to, address: '127.0.0.1' });
    const [bytes, from] = await received;
    expect(dnsPacket.decode(bytes).answers).toMatchObject([{ name: 'x', data: '192.0.2.7' }]);
    expect(from.port).toBe(port);
    const again = once(peer, 'message');
    dns.query('x', 'A', { host: '127.0.0.1', port: to } as never);
    await again;
    peer.close();
  });

  it('emits "packet" before "query"', async () => {
    const order: string[] = [];
    for (const event of ['query', 'packet'] as const) dns.on(event, () => order.push(event));
    dns.query('x');
    await expect.poll(() => order).toEqual(['packet', 'query']);
  });

  it('warns of a message that cannot be read, and goes on', async () => {
    await once(dns, 'ready');
    await say(Uint8Array.of(1, 2, 3));
    await expect.poll(() => warnings.length).toBe(1);
    expect(warnings[0]).toBeInstanceOf(Error);
    const heard = next();
    dns.query('x');
    await heard;
  });

  it('lets go of its methods', async () => {
    const heard = next('query');
    const { query } = dns;
    query('x', 'A');
    await heard;
  });

  it('calls back when it is destroyed, also for the second time; then it sends nothing, without an error', async () => {
    const other = mdns({ ip: '127.0.0.1', port: await freePort(), multicast: false });
    await once(other, 'ready');
    await new Promise<void>((destroyed) => other.destroy(destroyed));
    await new Promise<void>((destroyed) => other.destroy(destroyed));
    const result = await new Promise<unknown[]>((called) => other.query('x', (...args) => called(args)));
    expect(result[0] ?? null).toBeNull();
  });

  it('emits an error when the port is taken by a program that does not share it', async () => {
    const taken = createSocket('udp4').bind(0, '127.0.0.1');
    await once(taken, 'listening');
    const other = mdns({ ip: '127.0.0.1', port: taken.address().port, multicast: false, bind: '127.0.0.1' });
    const errors: Error[] = [];
    other.on('error', (error) => errors.push(error));
    other.on('warning', () => {});
    await expect.poll(() => errors[0]).toMatchObject({ code: 'EADDRINUSE' });
    await new Promise<void>((destroyed) => other.destroy(destroyed));
    taken.close();
  });

  it('refuses IPv6 without a group and an interface', () => {
    expect(() => mdns({ type: 'udp6' })).toThrow('For IPv6 multicast you must specify `ip` and `interface`');
  });
});

describe.each(filesOfBoth('multicast-dns'))('%s', (_, file) => {
  const options = async () => JSON.stringify({ ip: '127.0.0.1', port: await freePort(), multicast: false });

  it('keeps the process alive until it is destroyed', async () => {
    const program = `
      const dns = require(${JSON.stringify(file)})(${await options()});
      setTimeout(() => process.stdout.write('alive'), 300).unref();
      setTimeout(() => dns.destroy(() => process.stdout.write(' destroyed')), 400).unref();`;
    const { stdout, stderr } = await run(process.execPath, ['--eval', program], { timeout: 20_000 });
    expect({ stdout, stderr }).toEqual({ stdout: 'alive destroyed', stderr: '' });
  });

  it('leaves an exception of a listener, or of a callback, to the process', async () => {
    const program = `
      const dns = require(${JSON.stringify(file)})(${await options()});
      const caught = [];
      process.on('uncaughtException', ({ message }) => {
        if (caught.push(message) < 2) return;
        process.stdout.write(caught.sort().join());
        dns.destroy();
      });
      dns.on('query', () => { throw new Error('listener'); });
      dns.query('x', () => { throw new Error('callback'); });`;
    const { stdout } = await run(process.execPath, ['--eval', program], { timeout: 20_000 });
    expect(stdout).toBe('callback,listener');
  });
});
