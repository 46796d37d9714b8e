/** A real DNS server on the loopback interface, UDP and TCP on one port, that answers what a test tells it to. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import type { UnicastMessage } from '../../src/protocol/record.js';
import { decodeUnicast } from '../../src/protocol/wire/unicast.js';

export type Answering = (query: UnicastMessage, over: 'udp' | 'tcp') => readonly Uint8Array[];

export class LoopbackDnsServer {
  readonly address = '127.0.0.1';
  readonly port: number;
  readonly #udp: Socket;
  readonly #tcp: Server;

  private constructor(udp: Socket, tcp: Server, port: number) {
    this.#udp = udp;
    this.#tcp = tcp;
    this.port = port;
  }

  static async start(answering: Answering): Promise<LoopbackDnsServer> {
    const tcp = createServer((line) => {
      line.on('error', () => {});
      line.on('data', (bytes) => {
        for (const reply of repliesTo(bytes.subarray(2), 'tcp', answering)) {
          const length = Buffer.alloc(2);
          length.writeUInt16BE(reply.length);
          line.write(Buffer.concat([length, reply]));
        }
      });
    });
    tcp.listen(0, '127.0.0.1');
    await once(tcp, 'listening');
    const { port } = tcp.address() as { port: number };
    const udp = createSocket('udp4');
    udp.on('message', (bytes, remote) => {
      for (const reply of repliesTo(bytes, 'udp', answering)) udp.send(reply, remote.port, remote.address);
    });
    udp.bind(port, '127.0.0.1');
    await once(udp, 'listening');
    return new LoopbackDnsServer(udp, tcp, port);
  }

  async close(): Promise<void> {
    this.#udp.close();
    this.#tcp.close();
    await once(this.#tcp, 'close');
  }
}

function repliesTo(bytes: Uint8Array, over: 'udp' | 'tcp', answering: Answering): readonly Uint8Array[] {
  const { message } = decodeUnicast(bytes);
  return message ? answering(message, over) : [];
}
