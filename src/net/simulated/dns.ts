/**
 * Unicast DNS in memory. Over UDP questions and replies are packets on the LAN, with its delays, losses and rules; over
 * TCP, which loses nothing, they are handed over after the time of a connection.
 */
import { familyOf } from '../../ip/family.js';
import type { DnsExchange, DnsOutcome, DnsSettings } from '../dns.js';
import { dnsFault } from '../dns-faults.js';
import { isReplyTo, withId } from '../dns-match.js';
import type { Clock } from '../network.js';
import type { SimulatedDnsNetwork } from './dns-server.js';
import type { Nic } from './nic.js';
import type { Endpoint, Packet } from './packet.js';
import type { Random } from './random.js';

/** Milliseconds of a connection and its reply: two round trips of a LAN. */
const TCP_MS = 4;
const FIRST_EPHEMERAL = 49_152;
const EPHEMERAL_PORTS = 0x10000 - FIRST_EPHEMERAL;

/** What it needs from its host. */
export interface DnsSite {
  readonly clock: Clock;
  readonly random: Random;
  nics(): Iterable<Nic>;
}

interface Pending {
  readonly sent: Uint8Array;
  readonly from: Endpoint;
  receive(packet: Packet): void;
}

export class SimulatedDns implements SimulatedDnsNetwork {
  readonly #site: DnsSite;
  readonly #pending = new Map<number, Pending>();
  system: DnsSettings = { servers: [], search: [] };

  constructor(site: DnsSite) {
    this.#site = site;
  }

  /** Seconds by which the wall clock of the host is wrong. */
  clockError = 0;

  settings(): DnsSettings {
    return this.system;
  }

  epochSeconds(): number {
    return this.#site.clock.now() / 1000 + this.clockError;
  }

  exchange(exchange: DnsExchange, done: (outcome: DnsOutcome) => void): () => void {
    const { clock, random } = this.#site;
    const { server, timeoutMs } = exchange;
    const sent = withId(exchange.message, Math.floor(random() * 0x10000));
    const port = this.#freePort();
    let ignored = 0;
    const end = () => {
      clock.clearTimeout(timer);
      this.#pending.delete(port);
    };
    const timer = clock.setTimeout(() => {
      end();
      done({ reply: undefined, fault: dnsFault('ETIMEDOUT', server), ignored });
    }, timeoutMs);
    const receive = (bytes: Uint8Array) => {
      if (!isReplyTo(sent, bytes)) {
        ignored += 1;
        if (exchange.over === 'udp') return;
        end();
        done({ reply: undefined, fault: dnsFault('EBADMSG', server), ignored });
        return;
      }
      end();
      done({ reply: bytes, fault: undefined, ignored });
    };
    const [nic, address] = this.#wayTo(server.address) ?? [];
    const from = { address: address ?? '', port };
    this.#pending.set(port, {
      sent,
      from,
      // A connected socket receives nothing from elsewhere.
      receive: ({ source, bytes }) => {
        if (source.address === server.address && source.port === server.port) receive(Uint8Array.from(bytes));
      },
    });
    if (exchange.over === 'udp') nic?.send(from, server, sent, false);
    else this.#connect(nic, exchange, sent, from, receive);
    return end;
  }

  /** For the host: whether this packet answers a question. */
  takes(packet: Packet): boolean {
    const pending = this.#pending.get(packet.destination.port);
    if (pending?.from.address !== packet.destination.address) return false;
    pending.receive(packet);
    return true;
  }

  #connect(
    nic: Nic | undefined,
    { server }: DnsExchange,
    sent: Uint8Array,
    from: Endpoint,
    receive: (bytes: Uint8Array) => void,
  ): void {
    const port = from.port;
    this.#site.clock.setTimeout(() => {
      const reply = nic?.dnsServerAt(server)?.answer(Uint8Array.from(sent), 'tcp', from);
      if (reply !== undefined && this.#pending.get(port)?.sent === sent) receive(Uint8Array.from(reply));
    }, TCP_MS);
  }

  /** The first interface with an address of the server's family, and that address. */
  #wayTo(server: string): readonly [Nic, string] | undefined {
    const family = familyOf(server);
    for (const nic of this.#site.nics()) {
      const own = nic.addresses.find((address) => address.family === family);
      if (own && !nic.loopback) return [nic, own.address];
    }
    return undefined;
  }

  #freePort(): number {
    const { random } = this.#site;
    let port: number;
    do port = FIRST_EPHEMERAL + Math.floor(random() * EPHEMERAL_PORTS);
    while (this.#pending.has(port) && this.#pending.size < EPHEMERAL_PORTS);
    return port;
  }
}
