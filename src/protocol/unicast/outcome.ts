/** What became of an update (RFC 2136 section 2.2 and 3.8), and what to do about it, in a sentence. */
import { RCODE } from '../constants.js';
import type { Name } from '../name.js';
import type { TsigSigner, Verdict } from './tsig.js';

/** Why an update was not done: what the server, or the lack of one, says. */
export type RefusalCode =
  | 'FORMERR'
  | 'SERVFAIL'
  | 'NOTIMP'
  | 'REFUSED'
  | 'NOTAUTH'
  | 'NOTZONE'
  | 'BADSIG'
  | 'BADKEY'
  | 'BADTIME'
  | 'BADTRUNC'
  /** Any other answer. */
  | 'unexpected'
  /** The reply to a signed update is not signed, or not by the key. */
  | 'unsigned'
  /** No reply came. */
  | 'unanswered'
  /** There is no zone for the domain. */
  | 'no-zone';

/** `reason`: a sentence that says what to do. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly reason: string;
}

/** `denied`: a prerequisite did not hold, so nothing was changed. */
export type Outcome =
  | { readonly kind: 'done'; readonly leaseSeconds: number | undefined }
  | { readonly kind: 'denied' }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** What the update was about, for the sentence. */
export interface Attempt {
  readonly zone: Name;
  /** The name that is claimed, changed or withdrawn. */
  readonly name: Name;
  readonly signer: Pick<TsigSigner, 'name' | 'algorithm'> | undefined;
  readonly epochSeconds: number;
}

const DENIED: readonly number[] = [RCODE.NXDOMAIN, RCODE.YXDOMAIN, RCODE.YXRRSET, RCODE.NXRRSET];
const rcodeNames = new Map(Object.entries(RCODE).map(([name, code]) => [code as number, name as keyof typeof RCODE]));

/** What a verified reply says. */
export function outcomeOf(rcode: number, leaseSeconds: number | undefined, attempt: Attempt): Outcome {
  if (rcode === RCODE.NOERROR) return { kind: 'done', leaseSeconds };
  if (DENIED.includes(rcode)) return { kind: 'denied' };
  const name = rcodeNames.get(rcode);
  const code = name !== undefined && name in sentences ? (name as RefusalCode) : 'unexpected';
  return { kind: 'refused', refusal: refused(code, attempt, `RCODE ${rcode}`) };
}

/** Why a reply is not used that is not signed by our key. `rcode` is not to be trusted, but may be a hint. */
export function unsignedRefusal(rcode: number, attempt: Attempt): Refusal {
  const name = rcodeNames.get(rcode) ?? `RCODE ${rcode}`;
  return refused('unsigned', attempt, rcode === RCODE.NOERROR ? '' : ` (${name})`);
}

/** What a reply says that reports an error of our signature. */
export function signatureRefusal(verdict: Extract<Verdict, { kind: 'error' }>, attempt: Attempt): Refusal {
  const { error, serverSeconds } = verdict;
  return refused(error, attempt, serverSeconds === undefined ? '' : clocks(serverSeconds, attempt.epochSeconds));
}

export function refused(code: RefusalCode, attempt: Attempt, detail = ''): Refusal {
  return { code, reason: sentences[code](attempt, detail) };
}

function clocks(serverSeconds: number, ourSeconds: number): string {
  const difference = Math.round(ourSeconds - serverSeconds);
  const minutes = Math.max(1, Math.round(Math.abs(difference) / 60));
  return `: this machine's clock is ${minutes} min ${difference < 0 ? 'behind' : 'ahead'}`;
}

const keyOf = ({ signer }: Attempt) => (signer ? `the key "${signer.name}"` : 'updates without a key');

const sentences: Readonly<Record<RefusalCode, (attempt: Attempt, detail: string) => string>> = {
  REFUSED: (attempt) =>
    `The server does not let ${keyOf(attempt)} change "${attempt.name}" (REFUSED): allow it, with "allow-update" or "update-policy" of the zone in BIND, or an "acl" with "action: update" in Knot.`,
  NOTAUTH: ({ zone, signer }) =>
    signer
      ? `The server is not the primary of the zone "${zone}", or ${`the key "${signer.name}"`} is not allowed there (NOTAUTH): name the primary in "server", and allow the key.`
      : `The server is not the primary of the zone "${zone}", or asks for a signature (NOTAUTH): name the primary in "server", and give a "key".`,
  NOTZONE: ({ zone, name }) =>
    `"${name}" is not in the zone "${zone}" (NOTZONE): publish into the domain of a zone of this server.`,
  SERVFAIL: ({ name }) =>
    `The server failed to change "${name}" (SERVFAIL). BIND refuses more than 100 records of a name and type, so the 101st instance of a service type: set "max-records-per-type 0" in its options. Otherwise its log has the reason.`,
  FORMERR: () => 'The server does not understand the update (FORMERR): its log has the reason.',
  NOTIMP: () => 'The server takes no updates (NOTIMP): name a server that does in "server", such as BIND or Knot.',
  BADKEY: ({ signer }) =>
    `The server does not know the key "${signer?.name}" with ${signer?.algorithm}, or allows it nothing here (BADKEY): check name and algorithm on both sides, and in Knot the "acl" of the zone.`,
  BADSIG: ({ signer }) =>
    `The server has another secret for the key "${signer?.name}" (BADSIG): copy the secret from its configuration again.`,
  BADTIME: (_, detail) =>
    `The clocks of this machine and the server differ by more than 5 min (BADTIME)${detail}: set both by NTP.`,
  BADTRUNC: () => 'The server asks for a longer signature (BADTRUNC): let it take the whole HMAC.',
  unexpected: (_, detail) =>
    `The server answers with ${detail}, which updates do not have: its log may have the reason.`,
  unsigned: ({ signer }, detail) =>
    `The reply${detail} is not signed by the key "${signer?.name}", so it is not used: let "server" be the zone's primary, which has the key, and nothing between it and this machine change the replies.`,
  unanswered: ({ zone }, detail) =>
    `The server of the zone "${zone}" does not answer${detail && ` (${detail})`}: check the address and port in "server", and that a firewall lets UDP and TCP pass.`,
  'no-zone': ({ name }) =>
    `No zone has "${name}": create it on the server, or name the server that has it in "server".`,
};
