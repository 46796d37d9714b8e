/** Unicast DNS over the system's sockets: a socket with a port of its own for each question (RFC 5452 section 9.2). */
import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { connect, isIPv6 } from 'node:net';
import { MAX_DNS_MESSAGE_BYTES } from '../protocol/constants.js';
import type { DnsExchange, DnsNetwork, DnsOutcome, DnsServer, DnsSettings } from './dns.js';
import { dnsFault, dnsFaultOf } from './dns-faults.js';
import { isReplyTo, withId } from './dns-match.js';
import { systemError } from './faults.js';
import type { Clock } from './network.js';
import { systemDnsSettings } from './resolv-conf.js';
import { TcpMessage } from './tcp-message.js';

const LENGTH_BYTES = 2;

export interface NodeDnsOptions {
  readonly clock: Clock;
  /** Whether open exchanges keep the process alive. */
  readonly keepAlive: boolean;
  /** Another file than `/etc/resolv.conf`. */
  readonly settingsFile?: string;
}

export class NodeDns implements DnsNetwork {
  readonly #options: NodeDnsOptions;

  constructor(options: NodeDnsOptions) {
    this.#options = options;
  }

  settings(): DnsSettings {
    return systemDnsSettings(this.#options.settingsFile);
  }

  epochSeconds(): number {
    return Date.now() / 1000;
  }

  exchange(exchange: DnsExchange, done: (outcome: DnsOutcome) => void): () => void {
    const { clock } = this.#options;
    const { server, over, timeoutMs } = exchange;
    const sent = withId(exchange.message, randomInt(0x10000));
    let ignored = 0;
    let isOver = false;
    const end = () => {
      isOver = true;
      clock.clearTimeout(timer);
      line.close();
    };
    const fail = (error: unknown) => {
      if (isOver) return;
      end();
      done({ reply: undefined, fault: dnsFaultOf(error, server), ignored });
    };
    const timer = clock.setTimeout(() => {
      end();
      done({ reply: undefined, fault: dnsFault('ETIMEDOUT', server), ignored });
    }, timeoutMs);
    const receive = (bytes: Uint8Array) => {
      if (isOver) return;
      if (!isReplyTo(sent, bytes)) {
        ignored += 1;
        // Over TCP nothing comes from elsewhere, and one question has one answer.
        if (over === 'tcp') fail(systemError('EBADMSG'));
        return;
      }
      end();
      done({ reply: bytes, fault: undefined, ignored });
    };
    const open = over === 'udp' ? udpLine : tcpLine;
    const line = open(server, sent, this.#options.keepAlive, { receive, fail });
    return () => {
      if (!isOver) end();
    };
  }
}

interface Line {
  close(): void;
}
interface Listeners {
  receive(bytes: Uint8Array): void;
  fail(error: unknown): void;
}

/** A connected socket: the system drops what comes from elsewhere, and reports that no server listens. */
function udpLine({ address, port }: DnsServer, sent: Uint8Array, keepAlive: boolean, on: Listeners): Line {
  const version = isIPv6(address) ? 6 : 4;
  const socket = createSocket({
    type: `udp${version}`,
    // Only literal addresses are used.
    lookup: (literal, _options, done) => done(null, literal, version),
  });
  let isClosed = false;
  socket.on('error', (error) => on.fail(error));
  socket.on('message', (bytes) => on.receive(bytes));
  const note = (error?: Error | null) => {
    if (error) on.fail(error);
  };
  socket.connect(port, address, (error?: Error) => {
    if (error) note(error);
    else if (!isClosed) socket.send(sent, note);
  });
  if (!keepAlive) socket.unref();
  return {
    close: () => {
      isClosed = true;
      socket.close();
    },
  };
}

function tcpLine({ address, port }: DnsServer, sent: Uint8Array, keepAlive: boolean, on: Listeners): Line {
  const socket = connect({ host: address, port, noDelay: true });
  const answer = new TcpMessage(sent);
  socket.on('error', (error) => on.fail(error));
  socket.on('close', () => on.fail(systemError('ECONNRESET')));
  socket.on('data', (bytes: Buffer) => {
    const whole = answer.add(bytes);
    if (whole) on.receive(whole);
  });
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt16BE(Math.min(sent.length, MAX_DNS_MESSAGE_BYTES));
  socket.write(Buffer.concat([length, sent]));
  if (!keepAlive) socket.unref();
  return { close: () => socket.destroy() };
}
