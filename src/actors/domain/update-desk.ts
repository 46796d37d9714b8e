/**
 * The desk of one zone: finds the zone, and sends what its registrars ask for, a few requests at a time (RFC 2136). It
 * has a signer, and never sees the key.
 */
import { fromCallback } from 'xstate';
import { CLASS_IN, RCODE } from '../../protocol/constants.js';
import { isWithin, type Name, nameKey } from '../../protocol/name.js';
import { answers, type ResourceRecord, type UnicastMessage } from '../../protocol/record.js';
import { queryFor } from '../../protocol/unicast/ask.js';
import { type Outcome, outcomeOf, type Refusal, refused } from '../../protocol/unicast/outcome.js';
import { grantedLease, updateMessage } from '../../protocol/unicast/update.js';
import { encodeUnicast } from '../../protocol/wire/unicast.js';
import type { DeskRequest, RequestEnd } from './registration-events.js';
import { type Reply, SignedClient, type SignedClientOptions } from './signed-client.js';

export interface DeskInput extends SignedClientOptions {
  /** The domain to publish into: that of a zone, or one within it. */
  readonly domain: Name;
}

/** `zone.find` is answered with a `ZoneReport`. */
export type DeskCommand = { readonly type: 'zone.find' } | (DeskRequest & { readonly zone: Name });

export type ZoneReport =
  | { readonly type: 'zone.found'; readonly zone: Name }
  | { readonly type: 'zone.missing'; readonly refusal: Refusal };

/** Requests under way at once; further ones wait, at most one of each registrar. */
const MAX_UNDER_WAY = 16;

export const updateDesk = fromCallback<DeskCommand, DeskInput>(({ input, sendBack, receive }) => {
  const client = new SignedClient(input);
  const waiting: DeskCommand[] = [];
  let underWay = 0;
  const next = (): void => {
    const command = underWay < MAX_UNDER_WAY ? waiting.shift() : undefined;
    if (!command) return;
    underWay += 1;
    serve(client, input.domain, command, (event) => {
      underWay -= 1;
      if (command.type === 'zone.find') sendBack(event);
      else command.registrar.send(event as RequestEnd);
      next();
    });
  };
  receive((command) => {
    waiting.push(command);
    next();
  });
  return () => client.close();
});

type Done = (event: ZoneReport | RequestEnd) => void;

function serve(client: SignedClient, domain: Name, command: DeskCommand, done: Done): void {
  switch (command.type) {
    case 'zone.find': {
      const attempt = client.attempt(domain, domain);
      client.ask(queryFor({ name: domain, type: 'SOA' }), attempt, (reply) => done(zoneIn(reply, domain, client)));
      break;
    }
    case 'update.wanted': {
      const attempt = client.attempt(command.zone, command.name);
      client.ask(encodeUnicast(updateMessage(0, command.zone, command.update)), attempt, ({ message, refusal }) => {
        if (message) done(endOf(outcomeOf(message.rcode, grantedLease(message), attempt)));
        else done({ type: 'request.refused', refusal });
      });
      break;
    }
    case 'read.wanted':
      new Reading(client, command, done).next();
  }
}

function endOf(outcome: Outcome): RequestEnd {
  switch (outcome.kind) {
    case 'done':
      return { type: 'update.done', leaseSeconds: outcome.leaseSeconds };
    case 'denied':
      return { type: 'update.denied' };
    case 'refused':
      return { type: 'request.refused', refusal: outcome.refusal };
  }
}

/** The zone is the owner of the SOA record, in the answer or, below the apex, in the authority section (RFC 2308). */
function zoneIn({ message, refusal }: Reply, domain: Name, client: SignedClient): ZoneReport {
  if (!message) return { type: 'zone.missing', refusal };
  const attempt = client.attempt(domain, domain);
  const found = [...message.answers, ...message.authorities].find(
    ({ name, type }) => type === 'SOA' && isWithin(domain, name),
  );
  if (found) return { type: 'zone.found', zone: found.name };
  const outcome = outcomeOf(message.rcode, undefined, attempt);
  return { type: 'zone.missing', refusal: outcome.kind === 'refused' ? outcome.refusal : refused('no-zone', attempt) };
}

/** Reads what a name has, one type after another: a server need not answer for type ANY (RFC 8482). */
class Reading {
  readonly #found: ResourceRecord[] = [];
  readonly #types: Iterator<ResourceRecord['type']>;

  constructor(
    readonly client: SignedClient,
    readonly command: Extract<DeskCommand, { type: 'read.wanted' }>,
    readonly done: Done,
  ) {
    this.#types = command.types[Symbol.iterator]();
  }

  next(): void {
    const { value: type } = this.#types.next();
    if (type === undefined) {
      this.done({ type: 'name.read', records: this.#found });
      return;
    }
    const { zone, name } = this.command;
    const attempt = this.client.attempt(zone, name);
    this.client.ask(queryFor({ name, type }), attempt, ({ message, refusal }) => {
      if (message && (message.rcode === RCODE.NOERROR || message.rcode === RCODE.NXDOMAIN)) {
        this.#take(message, type);
        this.next();
        return;
      }
      if (message) this.done(endOf(outcomeOf(message.rcode, undefined, attempt)));
      else this.done({ type: 'request.refused', refusal });
    });
  }

  #take({ answers: records }: UnicastMessage, type: ResourceRecord['type']): void {
    const question = { type, class: CLASS_IN };
    for (const record of records) {
      const isMeant = nameKey(record.name) === nameKey(this.command.name) && answers(question, record);
      if (isMeant && !('bare' in record)) this.#found.push(record);
    }
  }
}
