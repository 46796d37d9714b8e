/**
 * What a datagram means on a link, and whom it concerns. That it concerns somebody was found out before (see
 * `protocol/query/relevance`). Cheap checks come first; a message is decoded once, and each actor gets one event for it.
 */

import { isLinkLocal, sameSubnet } from '../../ip/address.js';
import type { Family } from '../../ip/family.js';
import type { Clock, Datagram, NetworkInterface } from '../../net/network.js';
import type { Sources } from '../../protocol/intake/sources.js';
import type { RecordChoice } from '../../protocol/query/record-choice.js';
import type { Relevance } from '../../protocol/query/relevance.js';
import type { Message, ResourceRecord } from '../../protocol/record.js';
import { type Asker, isForeign } from '../../protocol/respond/asker.js';
import { decodeMessage, peekMessage } from '../../protocol/wire/decode.js';
import type { LinkCounters } from '../counters.js';
import type { AnnouncerEvent, Port, QuerierEvent, RecordCacheEvent, ResponderEvent } from '../messages.js';
import type { OwnRecords } from './own-records.js';
import type { SetIndex } from './set-index.js';
import { usableRecords } from './usable-records.js';

/** The actors of a link that want to hear. */
export interface Listeners {
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
}

/** What `enqueue.sendTo` looks like here. */
export interface Outbox {
  sendTo(port: Port<RecordCacheEvent>, event: RecordCacheEvent): void;
  sendTo(port: Port<QuerierEvent>, event: QuerierEvent): void;
  sendTo(port: Port<ResponderEvent>, event: ResponderEvent): void;
  sendTo(port: Port<AnnouncerEvent>, event: AnnouncerEvent): void;
}

/**
 * A datagram came in.
 *
 * @param own whether it is one of ours coming back: it is heard like any other, since a host finds its own services too, but
 *   it is no rival, nobody else's question and nobody else's answer
 */
export function hearDatagram(at: HearingPlace, datagram: Datagram, own: boolean, outbox: Outbox): void {
  const { counters } = at;
  counters.received++;
  const header = peekMessage(datagram.bytes);
  if (!header) {
    counters.malformed++;
    return;
  }
  // RFC 6762 sections 18.3 and 18.11: other operations and errors are ignored silently.
  if (header.opcode !== 0 || header.rcode !== 0) {
    counters.ignored++;
    return;
  }
  const choice = header.response && !own ? choiceOf(at, datagram) : undefined;
  const { message, faults } = decodeMessage(datagram.bytes, choice);
  if (choice) counters.skipped += choice.skipped;
  if (faults.length > 0) counters.malformed++;
  if (!message) return;
  if (message.response) hearResponse(at, message, datagram, own, outbox);
  else hearQuery(at, message, datagram, own, outbox);
}

/** Which of a response's records are worth decoding; undefined for all of them. */
function choiceOf({ relevance, clock }: HearingPlace, { bytes, address }: Datagram): RecordChoice | undefined {
  return relevance.choice(bytes, address, clock.now());
}

function hearQuery(at: HearingPlace, message: Message, from: Datagram, own: boolean, outbox: Outbox): void {
  const { address, port, to } = from;
  const asker: Asker = { address, port, to, onLink: isOnLink(address, at.interface), isLegacy: port !== at.port };
  if (isForeign(asker)) {
    at.counters.ignored++;
    return;
  }
  // Our own probe, sent by another interface on the same LAN, is nothing to defend a name against.
  const isOwnProbe = own && message.authorities.length > 0;
  if (!own) hearRivals(at, message, outbox);
  const isMore = message.questions.length === 0;
  const concernsUs = isMore || message.questions.some((question) => at.sets.knows(question.name));
  if (concernsUs && !isOwnProbe) {
    outbox.sendTo(at.responder, { type: 'query.heard', message: { ...message }, from: asker });
  }
  // With more known answers to follow, nobody knows yet what will be answered (RFC 6762 sections 7.2, 7.3 and 10.5).
  const isForAll = to === 'group' && port === at.port && !message.truncated;
  if (isForAll && !own) outbox.sendTo(at.cache, { type: 'question.heard', message: { ...message } });
}

/** Announcers hear of a probe before the responder does: they may find that there is nothing to defend. */
function hearRivals(at: HearingPlace, message: Message, outbox: Outbox): void {
  if (message.authorities.length === 0) return;
  const rivals = new Set(message.questions.flatMap((question) => [...at.sets.ownersOf(question.name)]));
  for (const id of rivals) {
    const announcer = at.announcers.get(id);
    if (announcer) outbox.sendTo(announcer, { type: 'probe.heard', message });
  }
}

function hearResponse(at: HearingPlace, message: Message, from: Datagram, own: boolean, outbox: Outbox): void {
  // RFC 6762 section 6: responses come from the mDNS port.
  if (from.port !== at.port) {
    at.counters.ignored++;
    return;
  }
  const records = [...message.answers, ...message.authorities, ...message.additionals];
  if (from.to === 'group') {
    hearRecords(at, records, from.address, own ? 'own' : 'multicast', outbox);
    return;
  }
  // RFC 6762 section 11: a unicast response from beyond the link is forged or lost.
  if (isOnLink(from.address, at.interface)) {
    outbox.sendTo(at.querier, { type: 'unicast.heard', records, source: from.address });
  } else {
    at.counters.ignored++;
  }
}

/**
 * Records of a response that counts: to be cached, and to be compared with our own (RFC 6762 sections 9 and 18.1). What came
 * by unicast has told nobody else, and so replaces no answer of the responder (RFC 6762 section 7.4).
 */
export function hearRecords(
  at: HearingPlace,
  records: readonly ResourceRecord[],
  source: string,
  via: 'own' | 'multicast' | 'unicast',
  outbox: Outbox,
): void {
  // Announcers hear of all of them: who claims our name with an address that leads nowhere is a rival all the same.
  const usable = usableRecords(records, at.interface, via === 'own');
  at.counters.unusable += records.length - usable.length;
  outbox.sendTo(at.cache, { type: 'records.heard', records: usable, source });
  if (via === 'own') return;
  const ours = records.filter((record) => at.sets.knows(record.name));
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

/** RFC 6762 section 11: the source is in a subnet of the interface. */
function isOnLink(address: string, on: NetworkInterface): boolean {
  const family: Family = address.includes(':') ? 'ipv6' : 'ipv4';
  if (family === 'ipv6' && isLinkLocal(address)) return true;
  return on.addresses.some((own) => own.family === family && sameSubnet(own.address, address, own.prefixLength));
}
