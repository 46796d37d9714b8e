/**
 * Processes a received datagram: checks it, decodes it once, and sends one event to each actor that needs it. Cheap
 * checks come first. The socket has already dropped irrelevant datagrams (see `protocol/query/relevance`).
 */

import { isLinkLocal, sameSubnet } from '../../ip/address.js';
import type { Family } from '../../ip/family.js';
import type { Clock, Datagram, NetworkInterface } from '../../net/network.js';
import type { Repeat } from '../../protocol/cache/repeats.js';
import type { Sources } from '../../protocol/intake/sources.js';
import { isAnnouncement } from '../../protocol/query/announcement.js';
import type { RecordChoice } from '../../protocol/query/record-choice.js';
import type { Relevance } from '../../protocol/query/relevance.js';
import type { Message, ResourceRecord } from '../../protocol/record.js';
import { type Asker, isForeign } from '../../protocol/respond/asker.js';
import type { RepeatedQueries } from '../../protocol/respond/repeated-queries.js';
import { decodeMessage, peekMessage } from '../../protocol/wire/decode.js';
import type { LinkCounters } from '../counters.js';
import type { AnnouncerEvent, Port, QuerierEvent, RecordCacheEvent, ResponderEvent } from '../messages.js';
import type { LinkContext } from './context.js';
import { letGoOfRecords } from './let-go.js';
import type { OwnRecords } from './own-records.js';
import { readAbout, readAsked, readBefore } from './read-unread.js';
import type { SetIndex } from './set-index.js';
import { usableRecords } from './usable-records.js';

/** The actors of a link that receive events about datagrams. */
interface Listeners {
  readonly cache: Port<RecordCacheEvent>;
  readonly querier: Port<QuerierEvent>;
  readonly responder: Port<ResponderEvent>;
  readonly announcers: ReadonlyMap<string, Port<AnnouncerEvent>>;
}

export interface HearingPlace extends Listeners {
  readonly interface: NetworkInterface;
  readonly port: number;
  readonly sets: SetIndex;
  readonly counters: LinkCounters;
  readonly sources: Sources;
  readonly own: OwnRecords;
  readonly clock: Clock;
  readonly relevance: Relevance;
  readonly queries?: RepeatedQueries;
}

export function placeOf(context: LinkContext): HearingPlace {
  const { interface: on, sets, counters, sources, relevance, queries, cache, querier, responder, announcers } = context;
  const { port, own, network } = context.input;
  const actors = { cache, querier, responder, announcers };
  return { interface: on, sets, counters, sources, relevance, queries, port, own, clock: network.clock, ...actors };
}

/** Collects the events to send. */
export interface Outbox {
  sendTo(port: Port<RecordCacheEvent>, event: RecordCacheEvent): void;
  sendTo(port: Port<QuerierEvent>, event: QuerierEvent): void;
  sendTo(port: Port<ResponderEvent>, event: ResponderEvent): void;
  sendTo(port: Port<AnnouncerEvent>, event: AnnouncerEvent): void;
}

/**
 * Processes a datagram.
 *
 * @param own whether it is a copy of one that we sent. It is processed, since a host finds its own services too, but it
 *   is not a rival's, and its questions and answers are not those of another host
 * @param repeat for a response that may be remembered; the cache fills it in
 */
export function hearDatagram(
  at: HearingPlace,
  datagram: Datagram,
  own: boolean,
  outbox: Outbox,
  repeat?: Repeat,
): void {
  const { counters } = at;
  counters.received++;
  const header = peekMessage(datagram.bytes);
  if (!header) {
    counters.malformed++;
    return;
  }
  // Messages with another opcode or an error are ignored silently (RFC 6762 sections 18.3 and 18.11).
  if (header.opcode !== 0 || header.rcode !== 0) {
    counters.ignored++;
    return;
  }
  const choice = header.response && !own ? choiceOf(at, datagram) : undefined;
  const { message, faults } = decodeMessage(datagram.bytes, choice);
  if (choice) counters.skipped += choice.skipped;
  if (faults.length > 0) counters.malformed++;
  if (!message) return;
  const mayRepeat = faults.length === 0 && !choice?.skippedForNow;
  if (choice?.skipped) repeat?.leaveOut();
  if (message.response) hearResponse(at, message, datagram, own, outbox, mayRepeat ? repeat : undefined);
  else hearQuery(at, message, datagram, own, outbox, faults.length === 0);
}

/** Which records of a response to decode; undefined for all of them. */
function choiceOf({ relevance, clock }: HearingPlace, { bytes, address }: Datagram): RecordChoice | undefined {
  return relevance.choice(bytes, address, clock.now());
}

function hearQuery(
  at: HearingPlace,
  message: Message,
  from: Datagram,
  own: boolean,
  outbox: Outbox,
  isWhole: boolean,
): void {
  const { address, port, to } = from;
  const asker: Asker = { address, port, to, onLink: isOnLink(address, at.interface), isLegacy: port !== at.port };
  if (isForeign(asker)) {
    at.counters.ignored++;
    return;
  }
  // Do not defend a name against our own probe, which another interface on the same LAN has sent.
  const isOwnProbe = own && message.authorities.length > 0;
  if (!own) hearRivals(at, message, outbox);
  const isMore = message.questions.length === 0;
  const concernsUs = isMore || message.questions.some((question) => at.sets.knows(question.name));
  if (concernsUs && !isOwnProbe) {
    outbox.sendTo(at.responder, { type: 'query.heard', message: { ...message }, from: asker });
    if (isWhole && !own) at.queries?.remember(from.bytes, message, asker);
  }
  // If more known answers follow, it is not known yet what will be answered (RFC 6762 sections 7.2, 7.3 and 10.5).
  const isForAll = to === 'group' && port === at.port && !message.truncated;
  if (!isForAll || own) return;
  readAsked(at, message.questions, at.clock.now(), outbox);
  outbox.sendTo(at.cache, { type: 'question.heard', message: { ...message } });
}

/** Announcers get a probe before the responder does: they may find that there is nothing to defend. */
function hearRivals(at: HearingPlace, message: Message, outbox: Outbox): void {
  if (message.authorities.length === 0) return;
  const rivals = new Set(message.questions.flatMap((question) => [...at.sets.ownersOf(question.name)]));
  for (const id of rivals) {
    const announcer = at.announcers.get(id);
    if (announcer) outbox.sendTo(announcer, { type: 'probe.heard', message });
  }
}

function hearResponse(
  at: HearingPlace,
  message: Message,
  from: Datagram,
  own: boolean,
  outbox: Outbox,
  repeat: Repeat | undefined,
): void {
  // Responses come from the mDNS port (RFC 6762 section 6).
  if (from.port !== at.port) {
    at.counters.ignored++;
    return;
  }
  const records = [...message.answers, ...message.authorities, ...message.additionals];
  // All were passed over.
  if (records.length === 0) return;
  const announced = isAnnouncement(message);
  for (const section of [message.answers, message.authorities, message.additionals]) letGoOfRecords(section);
  if (from.to === 'group') {
    hearRecords(at, records, from.address, own ? 'own' : 'multicast', outbox, repeat, announced);
    return;
  }
  // A unicast response from outside the link is forged or misdirected (RFC 6762 section 11).
  if (isOnLink(from.address, at.interface)) {
    outbox.sendTo(at.querier, { type: 'unicast.heard', records, source: from.address });
  } else {
    at.counters.ignored++;
  }
}

/**
 * Passes on the records of an accepted response, to be cached and compared with our own (RFC 6762 sections 9 and 18.1).
 * No other host has received a unicast response, so it does not replace an answer of our responder (RFC 6762 section
 * 7.4).
 */
export function hearRecords(
  at: HearingPlace,
  records: readonly ResourceRecord[],
  source: string,
  via: 'own' | 'multicast' | 'unicast',
  outbox: Outbox,
  repeat?: Repeat,
  announced = false,
): void {
  // Announcers get all records: a host that claims our name with an unusable address is a rival too.
  const usable = usableRecords(records, at.interface, via === 'own');
  at.counters.unusable += records.length - usable.length;
  // What others have of the lists that our own are in is known before ours are withdrawn (RFC 6763 section 9).
  if (via === 'own') readAbout(at, records, at.clock.now(), outbox);
  else readBefore(at, records, at.clock.now(), outbox);
  const ours = via === 'own' ? [] : records.filter((record) => at.sets.knows(record.name));
  const mayRepeat = ours.length === 0 && usable.length === records.length;
  const heard = { type: 'records.heard', records: usable, source, announced } as const;
  outbox.sendTo(at.cache, mayRepeat ? { ...heard, repeat } : heard);
  if (ours.length === 0) return;
  if (via === 'multicast') {
    outbox.sendTo(at.responder, { type: 'records.heard', records: ours });
    if (ours.some((record) => record.cacheFlush && at.own.has(record))) at.sources.repeatsOurs(source, at.clock.now());
  }
  for (const [id, contested] of at.sets.byOwner(ours)) {
    const announcer = at.announcers.get(id);
    if (announcer) outbox.sendTo(announcer, { type: 'records.heard', records: contested });
  }
}

/** Whether the source is in a subnet of the interface (RFC 6762 section 11). */
function isOnLink(address: string, on: NetworkInterface): boolean {
  const family: Family = address.includes(':') ? 'ipv6' : 'ipv4';
  if (family === 'ipv6' && isLinkLocal(address)) return true;
  return on.addresses.some((own) => own.family === family && sameSubnet(own.address, address, own.prefixLength));
}
