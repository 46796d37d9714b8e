/**
 * A socket as an actor: one group on one interface. It marks datagrams of ours that come back (RFC 6762 section 11; A-01), and
 * does not tell of those that concern nobody here: a look at their names costs less than an event.
 */
import { fromCallback } from 'xstate';
import type { LinkOptions, Network } from '../net/network.js';
import type { Interest } from '../protocol/query/interest.js';
import type { LinkCounters } from './counters.js';
import type { SocketCommand, SocketEvent } from './messages.js';
import type { SentPackets } from './sent-packets.js';

export interface SocketInput {
  readonly id: string;
  readonly network: Network;
  readonly options: LinkOptions;
  /** Shared by all sockets of the system: two interfaces may be on one LAN. */
  readonly sent: SentPackets;
  /** What has to be told; everything unless given. */
  readonly interest?: Interest;
  readonly counters: LinkCounters;
}

export const socketLogic = fromCallback<SocketCommand, SocketInput>(({ input, sendBack, receive }) => {
  const { id, network, options, sent, interest, counters } = input;
  const report = (event: SocketEvent) => sendBack(event);
  let over = false;

  const link = network.openLink(options, {
    opened: ({ portShared }) => report({ type: 'socket.opened', portShared }),
    received: (datagram) => {
      if (over) return;
      const own = sent.has(datagram, network.clock.now());
      if (!own) counters.receivedBytes += datagram.bytes.length;
      if (interest?.concerns(datagram.bytes) === false) {
        counters.received++;
        counters.irrelevant++;
        return;
      }
      report({ type: 'datagram.received', datagram, own });
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
    link.send(command.bytes, command.to, (fault) => {
      if (!fault) counters.sent++;
      else counters.unsent++;
      if (command.receipt) report({ type: 'receipt.returned', receipt: command.receipt, sent: !fault });
      // A neighbour that cannot be reached, or a full queue, says nothing about the link.
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
