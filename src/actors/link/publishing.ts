/**
 * What a multicast interface publishes: an announcer for each publication, and which names belong to which announcer.
 * The first half of the machine in `multicast-interface.ts`, which adds the socket and the phases.
 */
import { assign, enqueueActions, raise, sendTo, setup } from 'xstate';
import type { RecordSet } from '../../protocol/record-set.js';
import type { Send } from '../hot-path.js';
import type { AnnouncerEvent, MulticastInterfaceEvent, Receipt } from '../messages.js';
import type { Publication } from '../publication.js';
import { type Letter, letter, type PortLetter, sendEach } from '../send-each.js';
import type { AnnouncerInput } from './announcer.js';
import { type AnnouncerGroup, announcerGroupMachine } from './announcer-group.js';
import { hostIsHeld, type LinkContext, type MulticastInterfaceInput, nextProbeTime, recordSetHere } from './context.js';
import { querierLogic } from './querier.js';
import { readAbout } from './read-unread.js';
import { recordCacheLogic } from './record-cache.js';
import { responderLogic } from './responder.js';
import { socketLogic } from './socket.js';

/** Spawning and stopping take time: the number of announcers per turn of the event loop. */
const SPAWNED_AT_ONCE = 10;

type Of<T extends MulticastInterfaceEvent['type']> = Extract<MulticastInterfaceEvent, { type: T }>;

export const publishingSetup = setup({
  types: {
    context: {} as LinkContext,
    events: {} as MulticastInterfaceEvent,
    input: {} as MulticastInterfaceInput,
  },
  actors: {
    socket: socketLogic,
    recordCache: recordCacheLogic,
    querier: querierLogic,
    responder: responderLogic,
    announcerGroup: announcerGroupMachine,
  },
  actions: {
    notePublication: ({ context }, { publication }: { readonly publication: Publication }) => {
      notePublication(context, publication);
    },
    planIntroduction: ({ context }, { publication }: Of<'publication.added'>) => {
      context.toIntroduce.add(publication.id);
    },
    introduceSoon: raise({ type: 'announcers.introduce' }, { delay: 0 }),
    introduceSome: assign(({ context, spawn, self }) => {
      const { toIntroduce, publications, announcers, groups } = context;
      const startAt = context.probeAt === undefined ? undefined : nextProbeTime(context);
      const starting: AnnouncerInput[] = [];
      for (const id of [...toIntroduce].slice(0, SPAWNED_AT_ONCE)) {
        toIntroduce.delete(id);
        const publication = publications.get(id);
        if (!publication) continue;
        starting.push(announcerInput(context, publication, startAt, self));
      }
      if (starting.length === 0) return { probeAt: startAt };
      const number = context.groupsSpawned + 1;
      const ref = spawn('announcerGroup', { id: `announcers.${number}`, input: { starting } });
      const group = { ref, running: starting.length };
      for (const [id, announcer] of ref.getSnapshot().context.announcers) {
        announcers.set(id, announcer);
        groups.set(id, group);
      }
      return { probeAt: startAt, groupsSpawned: number };
    }),
    passChange: sendEach(({ context }, { publication, silent = false }: Of<'publication.changed'>) => {
      return renew(context, [publication], (renewed) => ({ type: 'set.changed', ...renewed, silent }));
    }),
    passName: sendEach(({ context }, { publication, holdOffMs }: Of<'publication.renamed'>) => {
      return renew(context, [publication], (renewed) => {
        const startAt = context.probeAt === undefined ? undefined : nextProbeTime(context) + holdOffMs;
        return { type: 'name.assigned', ...renewed, startAt };
      });
    }),
    /**
     * The interface's addresses or neighbours have changed, and with them the records of hosts (RFC 6762 section 8.4).
     */
    changeHosts: sendEach(({ context }) => {
      const hosts = [...context.publications.values()].filter(({ kind }) => kind === 'host');
      return renew(context, hosts, (renewed) => ({ type: 'set.changed', ...renewed }));
    }),
    dropPublication: ({ context }, { id }: Of<'publication.removed'>) => {
      context.publications.delete(id);
      context.hosts.delete(id);
      context.toIntroduce.delete(id);
    },
    withdraw: sendEach(({ context }, { id }: Of<'publication.removed'>) => {
      const announcer = context.announcers.get(id);
      return [announcer ? letter(announcer, { type: 'set.withdraw' }) : goneReport(context, id)];
    }),
    passClaimed: sendEach(({ context }, claimed: Of<'name.claimed'>) => claimedLetters(context, claimed)),
    passHostLost: sendEach(({ context }, { id }: Of<'name.released'>) => {
      return toAnnouncers(context, context.hosts.released(id), { type: 'host.lost' });
    }),
    giveUpReverse: assign({ reverseContested: true }),
    stopAnnouncer: enqueueActions(({ context, enqueue }, { id }: Of<'set.withdrawn'>) => {
      stopAnnouncer(context, id, enqueue);
    }),
    awaitGoodbye: sendTo(
      ({ context }) => context.responder,
      (_, { id }: Of<'set.withdrawn'>) => ({ type: 'set.forget', id }),
    ),
    /** A withdrawal is over even if the goodbye could not be sent; an announcement must have been sent. */
    passReceipt: sendEach(({ context }, { receipt, sent }: Of<'receipt.returned'>) => {
      const gone = receipt.forgotten.map((id) => goneReport(context, id));
      return sent ? [...gone, ...announcedReports(context, receipt.announced)] : gone;
    }),
    /** Even if its packets could not be sent: a full queue of the system must not delay the report for ever. */
    reportAnnounced: sendEach(({ context }, announced: Of<'set.announced'>) => announcedReports(context, [announced])),
    reportLost: sendTo(
      ({ context }) => context.input.supervisor,
      ({ context }, { id, name }: Of<'name.lost'>) => {
        return { type: 'publication.lost', link: context.input.id, id, name } as const;
      },
    ),
    /** Stopping takes time, like spawning. A machine that reaches its final state stops all its children at once. */
    stopSome: enqueueActions(({ context, enqueue }) => {
      for (const id of [...context.announcers.keys()].slice(0, SPAWNED_AT_ONCE)) stopAnnouncer(context, id, enqueue);
    }),
  },
  guards: {
    isIntroducing: ({ context }) => context.toIntroduce.size > 0,
    isMoreThanATurn: ({ context }) => context.toIntroduce.size > SPAWNED_AT_ONCE,
  },
});

/**
 * What is asked about found instances; one more publication while others wait for their announcers; and a claimed name.
 *
 * @returns whether the event was handled
 */
export function handledAtOnce(context: LinkContext, event: MulticastInterfaceEvent, send: Send): boolean {
  if (event.type === 'questions.opened') {
    context.repeats.questions += 1;
    readAbout(context, event.questions, context.input.network.clock.now(), { sendTo: send });
    send(context.cache, event);
    return true;
  }
  if (event.type === 'questions.closed' || event.type === 'watcher.gone') {
    send(context.cache, event);
    return true;
  }
  if (event.type === 'publication.added' && context.toIntroduce.size > 0) {
    notePublication(context, event.publication);
    context.toIntroduce.add(event.publication.id);
    return true;
  }
  if (event.type !== 'name.claimed') return false;
  for (const { to, event: letter } of claimedLetters(context, event)) send(to, letter);
  return true;
}

function notePublication({ publications, hosts }: LinkContext, publication: Publication): void {
  publications.set(publication.id, publication);
  hosts.put(publication);
}

/**
 * The services of a host wait for its name, and the supervisor for that of each publication. A claim of a publication's
 * previous name does not count.
 */
function claimedLetters(context: LinkContext, { id, revision }: Of<'name.claimed'>): PortLetter[] {
  const { input, publications, hosts } = context;
  if (revision !== (publications.get(id)?.revision ?? 0)) return [];
  const held = toAnnouncers(context, hosts.claimed(id), { type: 'host.held' });
  return [...held, letter(input.supervisor, { type: 'publication.probed', link: input.id, id, revision })];
}

/** Addresses the event to those of the announcers that have been spawned. */
function toAnnouncers({ announcers }: LinkContext, ids: Iterable<string>, event: AnnouncerEvent): PortLetter[] {
  return [...ids].flatMap((id) => {
    const announcer = announcers.get(id);
    return announcer ? letter(announcer, event) : [];
  });
}

/** Makes new record sets, and an event about each for its announcer, if that has been spawned. */
function renew(
  context: LinkContext,
  publications: readonly Publication[],
  event: (renewed: { readonly set: RecordSet; readonly hostIsHeld: boolean }) => AnnouncerEvent,
): Letter[] {
  const { announcers, sets, input } = context;
  return publications.flatMap((publication) => {
    const announcer = announcers.get(publication.id);
    if (!announcer) return [];
    const set = recordSetHere(context, publication);
    const before = sets.get(set.id);
    if (before) input.own.remove(before);
    sets.put(set);
    input.own.add(set);
    return letter(announcer, event({ set, hostIsHeld: hostIsHeld(context, publication) }));
  });
}

function goneReport({ input: { id: link, supervisor } }: LinkContext, id: string): Letter {
  return letter(supervisor, { type: 'publication.gone', link, id });
}

/** Each revision is reported once. */
function announcedReports(context: LinkContext, announced: Receipt['announced']): Letter[] {
  const { id: link, supervisor } = context.input;
  return announced
    .filter((each) => isNews(context, each))
    .map(({ id, revision }) => letter(supervisor, { type: 'publication.announced', link, id, revision }));
}

/** Whether a revision has not been reported before. Marks it as reported. */
function isNews({ announced, announcers }: LinkContext, { id, revision }: { id: string; revision: number }): boolean {
  if (!announcers.has(id) || announced.get(id) === revision) return false;
  announced.set(id, revision);
  return true;
}

interface Stopping {
  readonly stopChild: (group: AnnouncerGroup['ref']) => void;
  readonly sendTo: (group: AnnouncerGroup['ref'], event: { type: 'announcer.stop'; id: string }) => void;
}

/** Stops an announcer, and its group with the last of them. */
function stopAnnouncer(context: LinkContext, id: string, { stopChild, sendTo }: Stopping): void {
  const { announcers, groups, announced, sets, input } = context;
  announcers.delete(id);
  announced.delete(id);
  const set = sets.delete(id);
  if (set) input.own.remove(set);
  const group = groups.get(id);
  groups.delete(id);
  if (!group) return;
  group.running -= 1;
  if (group.running === 0) stopChild(group.ref);
  else sendTo(group.ref, { type: 'announcer.stop', id });
}

function announcerInput(
  context: LinkContext,
  publication: Publication,
  startAt: number | undefined,
  link: AnnouncerInput['link'],
): AnnouncerInput {
  const { input, querier, responder } = context;
  const { announcements, reannounceMs, own, network } = input;
  const set = recordSetHere(context, publication);
  context.sets.put(set);
  own.add(set);
  const start = { set, startAt, hostIsHeld: hostIsHeld(context, publication) };
  const rest = { clock: network.clock, isOwn: own.has, announcements, reannounceMs };
  return { ...start, ...rest, querier, responder, link };
}
