/**
 * Asks DNS servers until one answers: over UDP, over TCP what does not fit (RFC 7766 section 5), the next server when
 * one is silent, unreachable or refuses. A server that failed is asked last for a while, so that its silence is waited
 * for once and not with each question.
 */
import { DNS_PORT, RCODE } from '../protocol/constants.js';
import type { DnsNetwork, DnsOutcome, DnsServer } from './dns.js';
import { serverText } from './dns-address.js';
import { dnsFault } from './dns-faults.js';
import { codeOf, isTruncated } from './dns-match.js';
import type { Clock, LinkFault } from './network.js';

/** Milliseconds for an answer over UDP, in each round over the servers. Our choice, below that of glibc (5 s). */
const UDP_ROUNDS_MS = [1_000, 2_000, 3_000] as const;
/** Milliseconds for connection and answer. */
const TCP_MS = 5_000;
const FIRST_AVOIDANCE_MS = 2_000;
const MAX_AVOIDANCE_MS = 60_000;
/** Servers come from a short list, which may change; entries of earlier lists are of no use. */
const MAX_AVOIDED = 64;
const ANSWERED: ReadonlySet<number> = new Set([RCODE.NOERROR, RCODE.NXDOMAIN]);
/** Another server may answer better. */
const TRY_ANOTHER: ReadonlySet<number> = new Set([RCODE.FORMERR, RCODE.SERVFAIL, RCODE.NOTIMP, RCODE.REFUSED]);

export interface DnsClientCounters {
  asked: number;
  answered: number;
  overTcp: number;
  /** No answer in time, from one server. */
  timeouts: number;
  /** Servers that could not be reached, or sent over TCP what does not answer the question. */
  faults: number;
  /** Answers that another server was asked after, since it refused or failed. */
  refusals: number;
  /** Messages that answer no question of ours: late, forged or from elsewhere. */
  ignored: number;
}

export type DnsAnswer =
  | { readonly reply: Uint8Array; readonly server: DnsServer; readonly fault: undefined }
  | { readonly reply: undefined; readonly server: DnsServer | undefined; readonly fault: LinkFault };

export interface DnsClientOptions {
  readonly dns: DnsNetwork;
  readonly clock: Clock;
  /** The servers to ask, in order. Default: those of the system, read anew for each question. */
  readonly servers?: readonly DnsServer[] | undefined;
}

interface Avoided {
  readonly until: number;
  readonly times: number;
}

/** Where a question has got to. */
interface Asking {
  readonly message: Uint8Array;
  readonly servers: readonly DnsServer[];
  readonly overTcp: boolean;
  readonly done: (answer: DnsAnswer) => void;
  attempt: number;
  /** The best refusal so far: delivered if no server does better. */
  refusal: DnsAnswer | undefined;
  cancel: () => void;
}

export class DnsClient {
  readonly counters: DnsClientCounters = {
    asked: 0,
    answered: 0,
    overTcp: 0,
    timeouts: 0,
    faults: 0,
    refusals: 0,
    ignored: 0,
  };
  readonly #options: DnsClientOptions;
  /** By server; forgotten when it answers. */
  readonly #avoided = new Map<string, Avoided>();

  constructor(options: DnsClientOptions) {
    this.#options = options;
  }

  /**
   * Asks one question, or sends one update. `done` is called once, in a later turn; the returned function cancels.
   *
   * @param overTcp whether to begin with TCP, for what is longer than a datagram
   */
  ask(message: Uint8Array, done: (answer: DnsAnswer) => void, overTcp = false): () => void {
    this.counters.asked += 1;
    const servers = this.#inOrder(this.#options.servers ?? this.#options.dns.settings().servers);
    const asking: Asking = { message, servers, overTcp, done, attempt: 0, refusal: undefined, cancel: () => {} };
    if (servers.length === 0) {
      const { clock } = this.#options;
      const fault = dnsFault('ENOSERVER', { address: 'of the system', port: DNS_PORT });
      const timer = clock.setTimeout(() => done({ reply: undefined, server: undefined, fault }), 0);
      return () => clock.clearTimeout(timer);
    }
    this.#attempt(asking, overTcp ? 'tcp' : 'udp');
    return () => asking.cancel();
  }

  /** Those that failed lately come last. */
  #inOrder(servers: readonly DnsServer[]): readonly DnsServer[] {
    const now = this.#options.clock.now();
    const isAvoided = (server: DnsServer) => (this.#avoided.get(serverText(server))?.until ?? 0) > now;
    return [...servers.filter((server) => !isAvoided(server)), ...servers.filter(isAvoided)];
  }

  #attempt(asking: Asking, over: 'udp' | 'tcp'): void {
    const { servers, message, attempt } = asking;
    const server = servers[attempt % servers.length] as DnsServer;
    const round = Math.floor(attempt / servers.length);
    const timeoutMs = over === 'tcp' ? TCP_MS : (UDP_ROUNDS_MS[round] ?? TCP_MS);
    if (over === 'tcp') this.counters.overTcp += 1;
    asking.cancel = this.#options.dns.exchange({ server, over, message, timeoutMs }, (outcome) => {
      this.#conclude(asking, server, over, outcome);
    });
  }

  #conclude(asking: Asking, server: DnsServer, over: 'udp' | 'tcp', outcome: DnsOutcome): void {
    const { reply, fault, ignored } = outcome;
    this.counters.ignored += ignored;
    if (reply === undefined) {
      this.counters[fault.code === 'ETIMEDOUT' ? 'timeouts' : 'faults'] += 1;
      this.#avoid(server);
      this.#next(asking, { reply, server, fault });
      return;
    }
    this.#avoided.delete(serverText(server));
    if (over === 'udp' && isTruncated(reply)) this.#attempt(asking, 'tcp');
    else if (TRY_ANOTHER.has(codeOf(reply))) this.#refused(asking, { reply, server, fault: undefined });
    else this.#deliver(asking, { reply, server, fault: undefined });
  }

  /** A server that refuses refuses again: it is not asked in another round. */
  #refused(asking: Asking, answer: DnsAnswer): void {
    this.counters.refusals += 1;
    asking.refusal ??= answer;
    this.#next(asking, asking.refusal, 1);
  }

  #next(asking: Asking, otherwise: DnsAnswer, rounds: number = UDP_ROUNDS_MS.length): void {
    asking.attempt += 1;
    const last = asking.servers.length * (asking.refusal || asking.overTcp ? 1 : rounds);
    if (asking.attempt < last) this.#attempt(asking, asking.overTcp ? 'tcp' : 'udp');
    else this.#deliver(asking, asking.refusal ?? otherwise);
  }

  #deliver({ done }: Asking, answer: DnsAnswer): void {
    if (answer.reply && ANSWERED.has(codeOf(answer.reply))) this.counters.answered += 1;
    done(answer);
  }

  #avoid(server: DnsServer): void {
    const key = serverText(server);
    const now = this.#options.clock.now();
    const before = this.#avoided.get(key);
    // Questions that were asked at the same time fail at the same time: that is one failure.
    if (before && before.until > now) return;
    const times = (before?.times ?? 0) + 1;
    if (before === undefined && this.#avoided.size >= MAX_AVOIDED) this.#avoided.clear();
    const until = now + Math.min(MAX_AVOIDANCE_MS, FIRST_AVOIDANCE_MS * 2 ** (times - 1));
    this.#avoided.set(key, { until, times });
  }
}
