/**
 * The desk of one zone: sends what its registrars ask for, a few requests at a time (RFC 2136). It has a signer, and
 * never sees the key.
 */
import { fromCallback } from 'xstate';
import { CLASS_IN, RCODE } from '../../protocol/constants.js';
import { type Name, nameKey } from '../../protocol/name.js';
import { answers, type ResourceRecord, type UnicastMessage } from '../../protocol/record.js';
import { queryFor } from '../../protocol/unicast/ask.js';
import { type Outcome, outcomeOf, type Refusal } from '../../protocol/unicast/outcome.js';
import { grantedLease, updateMessage } from '../../protocol/unicast/update.js';
import { encodeUnicast } from '../../protocol/wire/unicast.js';
import { findZone } from './find-zone.js';
import type { DeskRequest, RequestEnd } from './registration-events.js';
import type { SignedClient, SignedClientOptions } from './signed-client.js';

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
  const waiting: Exclude<DeskCommand, { type: 'zone.find' }>[] = [];
  let client: SignedClient | undefined;
  let stopFinding = () => {};
  let underWay = 0;
  const next = (): void => {
    const command = client && underWay < MAX_UNDER_WAY ? waiting.shift() : undefined;
    if (!client || !command) return;
    underWay += 1;
    serve(client, command, (event) => {
      underWay -= 1;
      command.registrar.send(event);
      next();
    });
  };
  const find = () => {
    stopFinding = findZone(input.domain, input, (found) => {
      if (found.refusal) {
        sendBack({ type: 'zone.missing', refusal: found.refusal });
        return;
      }
      client = found.client;
      sendBack({ type: 'zone.found', zone: found.zone });
    });
  };
  receive((command) => {
    if (command.type === 'zone.find') {
      find();
      return;
    }
    waiting.push(command);
    next();
  });
  return () => {
    stopFinding();
    client?.close();
  };
});

type Done = (event: RequestEnd) => void;

function serve(client: SignedClient, command: DeskRequest & { readonly zone: Name }, done: Done): void {
  if (command.type === 'read.wanted') {
    new Reading(client, command, done).next();
    return;
  }
  const attempt = client.attempt(command.zone, command.name);
  client.ask(encodeUnicast(updateMessage(0, command.zone, command.update)), attempt, ({ message, refusal }) => {
    if (message) done(endOf(outcomeOf(message.rcode, grantedLease(message), attempt)));
    else done({ type: 'request.refused', refusal });
  });
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
