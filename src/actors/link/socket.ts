/**
 * A socket as an actor: one group on one interface. It marks copies of our own datagrams (RFC 6762 section 11; A-01),
 * and reports no datagrams without a relevant name, since looking at the names costs less than an event: responses stay
 * unread. Datagrams that arrive too fast wait in the intake, or are dropped there.
 */
import { fromCallback } from 'xstate';
import type { Datagram, LinkOptions, Network } from '../../net/network.js';
import type { Repeats } from '../../protocol/cache/repeats.js';
import type { Sources } from '../../protocol/intake/sources.js';
import type { Relevance } from '../../protocol/query/relevance.js';
import type { RepeatedQueries } from '../../protocol/respond/repeated-queries.js';
import { isResponse } from '../../protocol/wire/header.js';
import type { LinkCounters } from '../counters.js';
import type { Port, RecordCacheEvent, ResponderEvent, SocketCommand, SocketEvent } from '../messages.js';
import type { Inlet, Intake } from './intake.js';
import { letGoOfDatagram } from './let-go.js';
import type { PacketTap } from './packet-tap.js';
import type { SentPackets } from './sent-packets.js';

/** The least time between two reports of dropped datagrams, so that a flood does not cause a flood of reports. */
const REPORT_GAP_MS = 60_000;

export interface SocketInput {
  readonly id: string;
  readonly network: Network;
  readonly options: LinkOptions;
  /** Shared by all sockets of the system: two interfaces may be on one LAN. */
  readonly sent: SentPackets;
  /** Shared by all sockets of the system: they all run in one thread. */
  readonly intake: Intake;
  /** Shared by all sockets of the system. */
  readonly tap: PacketTap;
  /** Those of the link. */
  readonly sources: Sources;
  /** Decides which datagrams are reported; all are, unless given. */
  readonly relevance?: Relevance;
  /** Responses that were received before; none are remembered unless given. */
  readonly repeats?: Repeats;
  /** Queries that were received before; none are remembered unless given. */
  readonly queries?: RepeatedQueries;
  /** Gets the responses that are received again, and what others ask. */
  readonly cache?: Port<RecordCacheEvent>;
  /** Gets the queries that are received again. */
  readonly responder?: Port<ResponderEvent>;
  readonly counters: LinkCounters;
}

export const socketLogic = fromCallback<SocketCommand, SocketInput>(({ input, sendBack, receive }) => {
  const { id, network, options, sent, intake, tap, relevance, queries, counters } = input;
  const report = (event: SocketEvent) => sendBack(event);
  let over = false;
  let reportedAt = Number.NEGATIVE_INFINITY;

  const inlet: Inlet = {
    id: options.interface.name,
    sources: input.sources,
    isOpen: () => !over,
    handle: (datagram, own, now) => {
      if (!own) counters.receivedBytes += datagram.bytes.length;
      const query =
        own || datagram.to !== 'group' || datagram.port !== options.port
          ? undefined
          : queries?.hear(datagram.bytes, datagram.address);
      if (query) {
        counters.received++;
        letGoOfDatagram(datagram);
        input.responder?.send({ type: 'query.repeated', query, now });
        // What it means to the cache has time until the answer has left.
        input.cache?.send({ type: 'question.heard', message: { ...query.message } });
        return;
      }
      if (relevance !== undefined && !relevance.concerns(datagram.bytes)) {
        counters.received++;
        counters.irrelevant++;
        if (!own && isForAll(input, datagram)) relevance.leaveUnread(datagram.bytes, datagram.address, now);
        letGoOfDatagram(datagram);
        return;
      }
      const repeat =
        !own && isForAll(input, datagram) ? input.repeats?.hear(datagram.bytes, datagram.address, now) : undefined;
      if (repeat?.isKnown) {
        counters.received++;
        counters.repeated++;
        letGoOfDatagram(datagram);
        input.cache?.send({ type: 'response.repeated', repeat });
        return;
      }
      report({ type: 'datagram.received', datagram, own, ...(repeat && { repeat }) });
    },
    dropped: (datagram) => {
      const { address } = datagram;
      letGoOfDatagram(datagram);
      counters.received++;
      counters.throttled++;
      const now = network.clock.now();
      if (now - reportedAt < REPORT_GAP_MS) return;
      reportedAt = now;
      report({ type: 'datagrams.throttled', source: address });
    },
  };

  const link = network.openLink(options, {
    opened: ({ portShared }) => report({ type: 'socket.opened', portShared }),
    received: (datagram) => {
      if (over) return;
      const isFromHere = sent.isFromHere(datagram);
      const own = isFromHere && sent.has(datagram, network.clock.now());
      if (tap.observer !== undefined) tap.received(options, datagram, own);
      intake.receive(inlet, datagram, own, isFromHere);
    },
    failed: (fault) => {
      if (!over) report({ type: 'socket.failed', socket: id, fault });
    },
  });

  receive((command) => {
    if (over) return;
    if (command.type === 'socket.close') {
      over = true;
      link.close(() => report({ type: 'socket.closed', socket: id }));
      return;
    }
    sent.add(command.bytes, network.clock.now());
    if (tap.observer !== undefined) tap.sent(options, command.bytes, command.to);
    link.send(command.bytes, command.to, (fault) => {
      if (!fault) counters.sent++;
      else counters.unsent++;
      if (command.receipt) report({ type: 'receipt.returned', receipt: command.receipt, sent: !fault });
      // An unreachable neighbour or a full queue does not mean that the link has failed.
      const isOfTheLink = command.to === 'group' && fault?.code !== 'ENOBUFS';
      if (fault && isOfTheLink && !over) report({ type: 'datagram.unsent', fault });
    });
  });

  return () => {
    if (over) return;
    over = true;
    link.close(() => {});
  };
});

/** Whether it is a response that was multicast, as RFC 6762 section 6 wants it. */
function isForAll({ options }: SocketInput, { bytes, port, to }: Datagram): boolean {
  return to === 'group' && port === options.port && isResponse(bytes);
}
