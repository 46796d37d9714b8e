/** Sends signed messages to the servers of a zone, and takes only replies signed by the same key (RFC 8945). */
import type { DnsNetwork, DnsServer } from '../../net/dns.js';
import { type DnsAnswer, DnsClient } from '../../net/dns-client.js';
import { codeOf } from '../../net/dns-match.js';
import type { Clock } from '../../net/network.js';
import { EDNS_UDP_BYTES } from '../../protocol/constants.js';
import type { Name } from '../../protocol/name.js';
import type { UnicastMessage } from '../../protocol/record.js';
import {
  type Attempt,
  type Refusal,
  refused,
  signatureRefusal,
  unsignedRefusal,
} from '../../protocol/unicast/outcome.js';
import { type Signed, sign, type TsigSigner, verify } from '../../protocol/unicast/tsig.js';
import { decodeUnicast } from '../../protocol/wire/unicast.js';

export interface SignedClientOptions {
  /** The servers of the zone; undefined for those of the system. */
  readonly servers: readonly DnsServer[] | undefined;
  /** Undefined: messages are not signed. */
  readonly signer: TsigSigner | undefined;
  readonly dns: DnsNetwork;
  readonly clock: Clock;
}

/** A reply that can be trusted as far as the server can, or why there is none. */
export type Reply =
  | { readonly message: UnicastMessage; readonly refusal: undefined }
  | { readonly message: undefined; readonly refusal: Refusal };

export class SignedClient {
  readonly #options: SignedClientOptions;
  readonly #client: DnsClient;
  readonly #underWay = new Set<() => void>();

  constructor(options: SignedClientOptions) {
    this.#options = options;
    this.#client = new DnsClient({ dns: options.dns, clock: options.clock, servers: options.servers });
  }

  /** What a sentence about a request has to name. */
  attempt(zone: Name, name: Name): Attempt {
    const { signer, dns } = this.#options;
    return { zone, name, signer, epochSeconds: dns.epochSeconds() };
  }

  /** `done` is called once, in a later turn, unless the client is closed before. */
  ask(message: Uint8Array, attempt: Attempt, done: (reply: Reply) => void): void {
    const { signer } = this.#options;
    const signed = signer && sign(message, signer, Math.floor(attempt.epochSeconds));
    const bytes = signed?.bytes ?? message;
    const cancel = this.#client.ask(
      bytes,
      (answer) => {
        this.#underWay.delete(cancel);
        done(this.#read(answer, signed, attempt));
      },
      bytes.length > EDNS_UDP_BYTES,
    );
    this.#underWay.add(cancel);
  }

  close(): void {
    for (const cancel of this.#underWay) cancel();
    this.#underWay.clear();
  }

  #read({ reply, fault }: DnsAnswer, signed: Signed | undefined, attempt: Attempt): Reply {
    if (reply === undefined) return { message: undefined, refusal: refused('unanswered', attempt, fault.message) };
    const refusal = this.#signatureRefusal(reply, signed, attempt);
    if (refusal) return { message: undefined, refusal };
    const { message } = decodeUnicast(reply);
    if (message) return { message, refusal: undefined };
    return { message: undefined, refusal: refused('unexpected', attempt, 'bytes that are no DNS message') };
  }

  #signatureRefusal(reply: Uint8Array, signed: Signed | undefined, attempt: Attempt): Refusal | undefined {
    const { signer, dns } = this.#options;
    if (!signer || !signed) return undefined;
    const verdict = verify(reply, signer, dns.epochSeconds(), signed.mac);
    if (verdict.kind === 'good') return undefined;
    return verdict.kind === 'error' ? signatureRefusal(verdict, attempt) : unsignedRefusal(codeOf(reply), attempt);
  }
}
