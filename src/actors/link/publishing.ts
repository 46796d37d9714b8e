/**
 * What a multicast interface publishes: an announcer for each publication, and which names belong to whom. The first half of
 * the machine in `multicast-interface.ts`, which adds the socket and the phases.
 */
import { assertEvent, assign, enqueueActions, setup } from 'xstate';
import type { MulticastInterfaceEvent } from '../messages.js';
import { announcerMachine } from './announcer.js';
import { hostIsHeld, type LinkContext, type MulticastInterfaceInput, nextProbeTime, recordSetHere } from './context.js';
import { querierMachine } from './querier.js';
import { recordCacheMachine } from './record-cache.js';
import { responderMachine } from './responder.js';
import { socketLogic } from './socket.js';

/** Spawning and stopping take time: so many announcers at a time, then others have their turn. */
const SPAWNED_AT_ONCE = 25;

export const publishingSetup = setup({
  types: {
    context: {} as LinkContext,
    events: {} as MulticastInterfaceEvent,
    input: {} as MulticastInterfaceInput,
  },
  actors: {
    socket: socketLogic,
    recordCache: recordCacheMachine,
    querier: querierMachine,
    responder: responderMachine,
    announcer: announcerMachine,
  },
  actions: {
    addPublication: enqueueActions(({ context, event, enqueue }) => {
      assertEvent(event, 'publication.added');
      const { id } = event.publication;
      context.publications.set(id, event.publication);
      context.hosts.put(event.publication);
      if (context.toIntroduce.size === 0) enqueue.raise({ type: 'announcers.introduce' }, { delay: 0 });
      context.toIntroduce.add(id);
    }),
    introduceSome: assign(({ context, spawn, self }) => {
      const { input, toIntroduce, publications, announcers, querier, responder } = context;
      const startAt = context.probeAt === undefined ? undefined : nextProbeTime(context);
      for (const id of [...toIntroduce].slice(0, SPAWNED_AT_ONCE)) {
        toIntroduce.delete(id);
        const publication = publications.get(id);
        if (!publication) continue;
        const set = recordSetHere(context, publication);
        context.sets.put(set);
        input.own.add(set);
        const { announcements, reannounceMs } = input;
        const { clock } = input.network;
        const ports = { querier, responder, link: self };
        const start = { set, startAt, hostIsHeld: hostIsHeld(context, publication) };
        const rest = { clock, isOwn: input.own.has, announcements, reannounceMs, ...ports };
        announcers.set(id, spawn('announcer', { id, input: { ...start, ...rest } }));
      }
      return { probeAt: startAt };
    }),
    introduceMore: enqueueActions(({ context, enqueue }) => {
      if (context.toIntroduce.size > 0) enqueue.raise({ type: 'announcers.introduce' }, { delay: 0 });
    }),
    changePublication: enqueueActions(({ context, event, enqueue }) => {
      assertEvent(event, ['publication.changed', 'publication.renamed']);
      const { publication } = event;
      context.publications.set(publication.id, publication);
      context.hosts.put(publication);
      const announcer = context.announcers.get(publication.id);
      if (!announcer) return;
      const set = recordSetHere(context, publication);
      replaceSet(context, set);
      const news = { set, hostIsHeld: hostIsHeld(context, publication) };
      if (event.type === 'publication.changed') {
        enqueue.sendTo(announcer, { type: 'set.changed', ...news });
        return;
      }
      const startAt = context.probeAt === undefined ? undefined : nextProbeTime(context) + event.holdOffMs;
      enqueue.sendTo(announcer, { type: 'name.assigned', ...news, startAt });
    }),
    /** The interface's addresses or its neighbours changed: so did the records of hosts (RFC 6762 section 8.4). */
    changeHosts: enqueueActions(({ context, enqueue }) => {
      for (const publication of context.publications.values()) {
        const announcer = context.announcers.get(publication.id);
        if (publication.kind !== 'host' || !announcer) continue;
        const set = recordSetHere(context, publication);
        replaceSet(context, set);
        enqueue.sendTo(announcer, { type: 'set.changed', set, hostIsHeld: true });
      }
    }),
    removePublication: enqueueActions(({ context, event, enqueue }) => {
      assertEvent(event, 'publication.removed');
      context.publications.delete(event.id);
      context.hosts.delete(event.id);
      const announcer = context.announcers.get(event.id);
      if (announcer) enqueue.sendTo(announcer, { type: 'set.withdraw' });
      else enqueue.sendTo(context.input.supervisor, { type: 'publication.gone', link: context.input.id, id: event.id });
      context.toIntroduce.delete(event.id);
    }),
    /** The services of a host wait for its name. A claim of the name that it had before counts for nothing. */
    passHost: enqueueActions(({ context, event, enqueue }) => {
      assertEvent(event, ['name.claimed', 'name.released']);
      const isHeld = event.type === 'name.claimed';
      if (isHeld && event.revision !== (context.publications.get(event.id)?.revision ?? 0)) return;
      const services = isHeld ? context.hosts.claimed(event.id) : context.hosts.released(event.id);
      for (const id of services) {
        const announcer = context.announcers.get(id);
        if (announcer) enqueue.sendTo(announcer, { type: isHeld ? 'host.held' : 'host.lost' });
      }
    }),
    giveUpReverse: assign({ reverseContested: true }),
    forgetAnnouncer: enqueueActions(({ context, event, enqueue }) => {
      assertEvent(event, 'set.withdrawn');
      const { id } = event;
      context.announcers.delete(id);
      context.announced.delete(id);
      const set = context.sets.delete(id);
      if (set) context.input.own.remove(set);
      enqueue.stopChild(id);
      enqueue.sendTo(context.responder, { type: 'set.forget', id });
    }),
    /** A withdrawal is over though its goodbye could not be sent; an announcement has to have left. */
    takeReceipt: enqueueActions(({ context, event, enqueue }) => {
      assertEvent(event, 'receipt.returned');
      const { supervisor, id: link } = context.input;
      const { announced, forgotten } = event.receipt;
      for (const id of forgotten) enqueue.sendTo(supervisor, { type: 'publication.gone', link, id });
      if (!event.sent) return;
      for (const { id, revision } of announced.filter((each) => isNews(context, each)))
        enqueue.sendTo(supervisor, { type: 'publication.announced', link, id, revision });
    }),
    /** Whatever became of its packets: a full queue of the system is no reason to wait for ever. */
    reportAnnounced: enqueueActions(({ context, event, enqueue }) => {
      assertEvent(event, 'set.announced');
      const { supervisor, id: link } = context.input;
      const { id, revision } = event;
      if (isNews(context, event)) enqueue.sendTo(supervisor, { type: 'publication.announced', link, id, revision });
    }),
    reportLost: enqueueActions(({ context, event, enqueue }) => {
      assertEvent(event, 'name.lost');
      const { supervisor, id: link } = context.input;
      enqueue.sendTo(supervisor, { type: 'publication.lost', link, id: event.id, name: event.name });
    }),
    /** Stopping takes time as spawning does: when a machine reaches its final state, all its children at once. */
    stopSome: enqueueActions(({ context, enqueue }) => {
      for (const id of [...context.announcers.keys()].slice(0, SPAWNED_AT_ONCE)) {
        context.announcers.delete(id);
        const set = context.sets.delete(id);
        if (set) context.input.own.remove(set);
        enqueue.stopChild(id);
      }
    }),
  },
});

/** Whether a revision has not been reported yet; it has been from now on. */
function isNews({ announced, announcers }: LinkContext, { id, revision }: { id: string; revision: number }): boolean {
  if (!announcers.has(id) || announced.get(id) === revision) return false;
  announced.set(id, revision);
  return true;
}

function replaceSet(context: LinkContext, set: ReturnType<typeof recordSetHere>): void {
  const before = context.sets.get(set.id);
  if (before) context.input.own.remove(before);
  context.sets.put(set);
  context.input.own.add(set);
}
