/** The context of a unicast domain, and functions that read and change it. See `unicast-domain.ts`. */

import { addressClass } from '../../ip/address.js';
import type { DnsNetwork, DnsServer } from '../../net/dns.js';
import { serverText } from '../../net/dns-address.js';
import { type DnsAnswer, DnsClient } from '../../net/dns-client.js';
import type { LinkFault, Network } from '../../net/network.js';
import { recordsAlong } from '../../protocol/cache/along.js';
import { CLASS_IN } from '../../protocol/constants.js';
import { LOCAL_DOMAIN } from '../../protocol/dns-sd/service.js';
import { isWithin, type Name } from '../../protocol/name.js';
import { keptQuestion, type QuestionKey, type ResourceRecord, setKey } from '../../protocol/record.js';
import { queryFor } from '../../protocol/unicast/ask.js';
import { noAnswer } from '../../protocol/unicast/no-answer.js';
import { type PolledChanges, PollPlan } from '../../protocol/unicast/poll-plan.js';
import { readReply, type UnicastReply } from '../../protocol/unicast/reply.js';
import type { RecordChanges } from '../../protocol/view/view.js';
import { AskerIndex } from '../asker-index.js';
import { Alarm, type Timed } from '../deadline.js';
import type { DomainCommand, DomainReport } from '../domain-messages.js';
import type { EventOf, Port, WatcherId } from '../messages.js';
import { Outbox } from '../outbox.js';

export interface DomainInput {
  /** `office.example`; the root for whatever the servers of the system know. */
  readonly domain: Name;
  /** The servers to ask, in order; undefined for those of the system. */
  readonly servers: readonly DnsServer[] | undefined;
  readonly network: Network;
  readonly maxRecords: number;
  readonly maxBytes: number | undefined;
  readonly supervisor: Port<DomainReport>;
}

type Answer = Extract<UnicastReply, { kind: 'answer' }>;

/** The answer to a question, or the reason why there is none. */
export type Heard =
  | { readonly answer: Answer; readonly fault: undefined; readonly from: string }
  /** `from`: the server that refuses; undefined if none has answered. */
  | { readonly answer: undefined; readonly fault: LinkFault; readonly from: string | undefined };

export type ReplyArrived = {
  readonly type: 'reply.arrived';
  readonly question: QuestionKey;
  readonly askedAt: number;
  readonly heard: Heard;
};
export type ProbeAnswered = { readonly type: 'probe.answered'; readonly heard: Heard };

export interface DomainContext extends Timed {
  readonly input: DomainInput;
  readonly plan: PollPlan;
  readonly client: DnsClient;
  readonly askers: AskerIndex;
  readonly outbox: Outbox;
  /** Ends an exchange with a server. */
  readonly exchanges: Set<() => void>;
  /** When a server last answered anything. */
  readonly answeredAt: number;
  readonly fault: LinkFault | undefined;
  /** How often in a row no server was found. */
  readonly attempts: number;
}

type On<T extends DomainCommand['type']> = EventOf<DomainCommand, T>;

export function newDomainContext(input: DomainInput): DomainContext {
  const { clock, dns } = input.network;
  return {
    input,
    clock,
    plan: new PollPlan({
      domain: input.domain,
      random: () => input.network.random(),
      maxRecords: input.maxRecords,
      maxBytes: input.maxBytes,
    }),
    client: new DnsClient({ dns: dns ?? noDns, clock, servers: dns ? input.servers : [] }),
    askers: new AskerIndex(),
    outbox: new Outbox(),
    exchanges: new Set(),
    answeredAt: -Infinity,
    fault: undefined,
    attempts: 0,
    alarm: new Alarm(),
  };
}

/** For a network without unicast DNS: no server is known. */
const noDns: DnsNetwork = {
  settings: () => ({ servers: [], search: [] }),
  exchange: () => () => {},
  epochSeconds: () => 0,
};

/** The question that finds out whether a server answers for the domain: every zone has an SOA record. */
export function probeOf({ input: { domain } }: DomainContext): QuestionKey {
  return { name: domain, type: 'SOA', class: CLASS_IN };
}

/** Asks a server; `done` is not called once `dropExchanges` was. */
export function ask(context: DomainContext, question: QuestionKey, done: (heard: Heard) => void): void {
  const { client, exchanges, input } = context;
  const end = client.ask(queryFor(question), (answer) => {
    exchanges.delete(end);
    done(heardFrom(input.domain, question, answer));
  });
  exchanges.add(end);
}

function heardFrom(domain: Name, question: QuestionKey, { reply: bytes, server, fault }: DnsAnswer): Heard {
  if (bytes === undefined) return { answer: undefined, fault, from: undefined };
  const reply = readReply(bytes, question, domain);
  if (reply.kind === 'answer') return { answer: usable(reply, server), fault: undefined, from: server.address };
  return { answer: undefined, fault: noAnswer(domain, question, serverText(server), reply), from: server.address };
}

/**
 * Without addresses that no host has, or that lead elsewhere than they were meant to: to this machine, unless the
 * server is on it, or to a link that is not said.
 */
function usable(answer: Answer, { address }: DnsServer): Answer {
  const isHere = addressClass(address) === 'loopback';
  const isUsable = (record: ResourceRecord) => {
    if (record.type !== 'A' && record.type !== 'AAAA') return true;
    const kind = addressClass(record.address);
    return kind === 'routable' || kind === 'unique-local' || (kind === 'loopback' && isHere);
  };
  return { ...answer, answers: answer.answers.filter(isUsable), others: answer.others.filter(isUsable) };
}

export function dropExchanges({ exchanges }: DomainContext): void {
  for (const end of exchanges) end();
  exchanges.clear();
}

export function takeHeard(context: DomainContext, { question, heard: { answer, from } }: ReplyArrived): void {
  const now = context.clock.now();
  if (answer) tell(context, context.plan.answered(question, answer, now), from);
  else context.plan.failed(question, now);
}

/** Opens the questions of a watcher, and reports what is known about them. */
export function open(context: DomainContext, event: On<'questions.opened'>): void {
  const { plan, askers, clock, outbox, input } = context;
  const now = clock.now();
  const added: ResourceRecord[] = [];
  const heardAt: number[] = [];
  const leftMs: number[] = [];
  const denied: QuestionKey[] = [];
  for (const asked of event.questions) {
    const { name, follow, told = [] } = asked;
    const question = asked.kept ?? keptQuestion(asked);
    const first = askers.open(event.watcher, event.port, question, follow);
    if (first === undefined) continue;
    // Names below `local` are never asked of unicast DNS (RFC 6762 section 22.1): here they have no records.
    if (isWithin(name, LOCAL_DOMAIN)) denied.push(question);
    else if (first) plan.want(question, now);
    if (plan.denies(question, now)) denied.push(question);
    const known = new Set<ResourceRecord>(told);
    for (const { record, firstHeardAt, expiresAt } of plan.lookup(question, now)) {
      if (known.has(record)) continue;
      added.push(record);
      heardAt.push(firstHeardAt);
      leftMs.push(expiresAt - now);
    }
  }
  if (added.length === 0 && denied.length === 0) return;
  const changes = { added, heardAt, leftMs, removed: [], denied, ...alongWith(context, event.watcher, added) };
  outbox.sendTo(event.port, { type: 'records.changed', link: input.domain, changes });
}

export function close({ plan, askers }: DomainContext, watcher: WatcherId, questions: readonly QuestionKey[]): void {
  for (const question of questions) if (askers.close(watcher, question)) plan.unwant(question);
}

/** Reports to each watcher the changes that concern it. */
export function tell(context: DomainContext, changes: PolledChanges, source: string): void {
  const { askers, outbox, input } = context;
  const shares = new Map<WatcherId, { [K in keyof PolledChanges]: PolledChanges[K][number][] }>();
  const shareOf = (watcher: WatcherId) => {
    const share = shares.get(watcher) ?? { added: [], removed: [], denied: [] };
    shares.set(watcher, share);
    return share;
  };
  const each = (key: QuestionKey, to: (id: WatcherId) => void) => new Set(askers.askersOf(key)).forEach(to);
  for (const record of changes.added) each(record, (id) => shareOf(id).added.push(record));
  for (const gone of changes.removed) each(gone.record, (id) => shareOf(id).removed.push(gone));
  for (const question of changes.denied) each(question, (id) => shareOf(id).denied.push(question));
  for (const [watcher, share] of shares) {
    const sources = share.added.map(() => source);
    const told: RecordChanges = { ...share, sources, ...alongWith(context, watcher, share.added) };
    const port = askers.port(watcher);
    if (port) outbox.sendTo(port, { type: 'records.changed', link: input.domain, changes: told });
  }
}

function alongWith(
  { askers, plan, clock }: DomainContext,
  watcher: WatcherId,
  added: readonly ResourceRecord[],
): Pick<RecordChanges, 'along'> {
  if (!askers.follows(watcher)) return {};
  const along = recordsAlong(plan, added, (question) => askers.asks(watcher, question), clock.now());
  return along.length > 0 ? { along } : {};
}

/** The open questions that doubted records answer. */
export function doubtedQuestions({ records }: On<'records.doubted'>): readonly QuestionKey[] {
  const questions = records.map(({ name, type, class: rrclass = CLASS_IN }) => ({ name, type, class: rrclass }));
  return [...new Map(questions.map((question) => [setKey(question), question])).values()];
}
