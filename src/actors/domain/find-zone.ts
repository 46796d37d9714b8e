/** Finds the zone of a domain by its SOA record, and the primary that takes updates (RFC 2136 sections 4.1 and 4.3). */
import { DNS_PORT, RCODE } from '../../protocol/constants.js';
import { isWithin, type Name, nameKey } from '../../protocol/name.js';
import type { ResourceRecord, UnicastMessage } from '../../protocol/record.js';
import { queryFor } from '../../protocol/unicast/ask.js';
import { type Attempt, outcomeOf, type Refusal, refused } from '../../protocol/unicast/outcome.js';
import { namesWithinRdata } from '../../protocol/wire/layouts.js';
import { SignedClient, type SignedClientOptions } from './signed-client.js';

export type FoundZone =
  /** `client` asks the servers of the zone. */
  | { readonly zone: Name; readonly client: SignedClient; readonly refusal: undefined }
  | { readonly zone: undefined; readonly refusal: Refusal };

/** `done` is called once, in a later turn, unless the returned function is called before. */
export function findZone(domain: Name, options: SignedClientOptions, done: (found: FoundZone) => void): () => void {
  // The servers of the system need not know the key of a zone.
  const client = new SignedClient(options.servers ? options : { ...options, signer: undefined });
  const attempt = client.attempt(domain, domain);
  client.ask(queryFor({ name: domain, type: 'SOA' }), attempt, ({ message, refusal }) => {
    const soa = message && soaIn(message, domain);
    if (!soa) done({ zone: undefined, refusal: message ? withoutZone(message, attempt) : refusal });
    else if (options.servers) done({ zone: soa.name, client, refusal: undefined });
    else findPrimary(soa, client, options, done);
  });
  return () => client.close();
}

/** It owns the zone, whether it is the answer or, below the apex, an authority record (RFC 2308 section 3). */
function soaIn({ answers, authorities }: UnicastMessage, domain: Name): ResourceRecord | undefined {
  const records = [...answers, ...authorities].filter((record) => !('bare' in record)) as ResourceRecord[];
  return records.find(({ name, type }) => type === 'SOA' && isWithin(domain, name));
}

function withoutZone({ rcode }: UnicastMessage, attempt: Attempt): Refusal {
  const outcome = rcode === RCODE.NXDOMAIN ? undefined : outcomeOf(rcode, undefined, attempt);
  return outcome?.kind === 'refused' ? outcome.refusal : refused('no-zone', attempt);
}

/** The server that the SOA record names takes the updates; it is asked for at the servers of the system. */
function findPrimary(
  soa: ResourceRecord,
  finder: SignedClient,
  options: SignedClientOptions,
  done: (found: FoundZone) => void,
): void {
  const [primary = '.'] = ('rdata' in soa && namesWithinRdata('SOA', soa.rdata)?.names) || [];
  const attempt = finder.attempt(soa.name, primary);
  const addresses: string[] = [];
  const ask = (type: 'A' | 'AAAA', then: () => void) => {
    finder.ask(queryFor({ name: primary, type }), attempt, ({ message }) => {
      for (const record of message?.answers ?? []) {
        if ('address' in record && nameKey(record.name) === nameKey(primary)) addresses.push(record.address);
      }
      then();
    });
  };
  ask('A', () =>
    ask('AAAA', () => {
      const servers = addresses.map((address) => ({ address, port: DNS_PORT }));
      const why = `no address of its primary "${primary}" is known`;
      if (servers.length === 0) done({ zone: undefined, refusal: refused('unanswered', attempt, why) });
      else done({ zone: soa.name, client: new SignedClient({ ...options, servers }), refusal: undefined });
    }),
  );
}
