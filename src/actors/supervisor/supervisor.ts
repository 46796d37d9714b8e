/**
 * The root: finds the interfaces, runs a multicast interface for each of them and IP family, hands publications and
 * questions to them, and tells its users what came of it. A child that breaks is reported and replaced; the others go
 * on.
 */
import { assertEvent, emit, enqueueActions, setup } from 'xstate';
import type { SupervisorCommand, SupervisorEmitted } from '../commands.js';
import { reasonAgainst } from '../interface-choice.js';
import { multicastInterfaceMachine } from '../link/multicast-interface.js';
import { viewOf } from '../watcher/view-of-request.js';
import { watcherMachine } from '../watcher/watcher.js';
import {
  byLink,
  type ChildDone,
  type ChildError,
  currentStatus,
  dropLink,
  dropWatcher,
  FIRST_RESTART_MS,
  idsInUse,
  isWanted,
  log,
  missingNow,
  newSupervisorContext,
  noteInBook,
  noteLeftOut,
  noteUsable,
  placeOf,
  restartDelay,
  type SupervisorContext,
  type SupervisorEvent,
  throttledWarning,
  watchEnd,
  watcherId,
} from './context.js';
import { guardCommands } from './guard-commands.js';
import type { SupervisorInput } from './input.js';
import { interfaceScannerMachine } from './interface-scanner.js';
import { breakdownEvents, refusalEvents, refusalOf } from './refusal.js';
import { linkId, linkInfo } from './status.js';

/** All goodbyes have this long to leave. */
const CLOSING_LIMIT_MS = 1_500;

export const supervisorMachine = setup({
  types: {
    context: {} as SupervisorContext,
    events: {} as SupervisorEvent,
    input: {} as SupervisorInput,
    emitted: {} as SupervisorEmitted,
  },
  actors: { scanner: interfaceScannerMachine, link: multicastInterfaceMachine, watcher: watcherMachine },
  actions: {
    startScanner: enqueueActions(({ context, enqueue, self }) => {
      const { network, scanIntervalMs: intervalMs } = context.input;
      const known = [...context.interfaces.values()];
      enqueue.spawnChild('scanner', { id: SCANNER, input: { network, intervalMs, known, supervisor: self } });
    }),
    stopScanner: enqueueActions(({ enqueue }) => enqueue.stopChild(SCANNER)),
    passToScanner: enqueueActions(({ event, enqueue, self }) => {
      assertEvent(event, 'interfaces.scan');
      if (self.getSnapshot().children[SCANNER]) enqueue.sendTo(SCANNER, event);
      // It broke, and is about to be replaced.
      else enqueue.raise(event, { delay: FIRST_RESTART_MS });
    }),
    noteScan: enqueueActions(({ event, enqueue }) => {
      assertEvent(event, 'interfaces.scanned');
      enqueue.assign({ scanned: true, statusIsOutdated: false });
      if (event.request !== undefined) enqueue.emit({ type: 'interfaces.scanned', request: event.request });
    }),
    takeInterface: enqueueActions(({ context, event, enqueue }) => {
      assertEvent(event, ['interface.appeared', 'interface.changed']);
      const on = event.interface;
      enqueue.assign({ statusIsOutdated: true });
      context.interfaces.set(on.name, on);
      context.sent.interfacesAre(context.interfaces.values());
      for (const family of context.families) {
        const link = context.links.get(linkId(on, family));
        const isUsed = reasonAgainst(context.input.interfaces, on, family) === undefined;
        if (link && isUsed) {
          link.interface = on;
          enqueue.sendTo(link.ref, { type: 'interface.changed', interface: on });
          for (const { port, interfaces } of context.watchers.values()) {
            if (isWanted(interfaces, on)) enqueue.sendTo(port, { type: 'link.changed', link: linkInfo(on, family) });
          }
        } else if (link) {
          enqueue.sendTo(link.ref, { type: 'interface.vanished' });
        } else if (isUsed) {
          enqueue.raise({ type: 'link.open', interface: on, family });
        }
      }
    }),
    dropInterface: enqueueActions(({ context, event, enqueue }) => {
      assertEvent(event, 'interface.vanished');
      enqueue.assign({ statusIsOutdated: true });
      context.interfaces.delete(event.interface.name);
      context.sent.interfacesAre(context.interfaces.values());
      for (const family of context.families) {
        const link = context.links.get(linkId(event.interface, family));
        if (link) enqueue.sendTo(link.ref, { type: 'interface.vanished' });
      }
    }),
    openLink: enqueueActions(({ context, event, enqueue, self }) => {
      assertEvent(event, 'link.open');
      const { input, own, sent, intake, families, links } = context;
      const { interface: on, family } = event;
      const where = input.groups[family];
      const id = linkId(on, family);
      if (!where || links.has(id)) return;
      const { network, addressFilter, announcements, reannounceMs, maxCacheRecords, maxCacheBytes } = input;
      const publications = context.book.linkAdded(id, on.name);
      const limits = { announcements, reannounceMs, maxCacheRecords, maxCacheBytes };
      const rest = { network, own, sent, intake, families, addressFilter, ...limits, publications };
      enqueue.assign(({ spawn }) => {
        const ref = spawn('link', { id, input: { id, interface: on, family, ...where, ...rest, supervisor: self } });
        links.set(id, { id, ref, family, interface: on, state: 'opening', fault: undefined, typesLeftOut: 0 });
        return {};
      });
      for (const { port, interfaces } of context.watchers.values()) {
        if (isWanted(interfaces, on)) enqueue.sendTo(port, { type: 'link.opened', link: linkInfo(on, family) });
      }
    }),
    noteLink: enqueueActions(({ context, event, enqueue }) => {
      assertEvent(event, 'link.reported');
      const link = context.links.get(event.link);
      if (!link) return;
      const isNews = event.fault?.code !== link.fault?.code;
      link.state = event.state;
      link.fault = event.fault;
      if (event.state === 'up') {
        context.breakdowns.delete(event.link);
        noteUsable(context, link.interface);
      }
      if (event.fault && isNews)
        enqueue.emit(log('warn', event.fault.message, { link: event.link, code: event.fault.code }));
      else enqueue.emit(log('debug', `link ${event.link} is ${event.state}`, { link: event.link }));
      context.book.linkChanged(event.link, event.state === 'up' || event.state === 'opening');
    }),
    logThrottled: emit(({ event }) => throttledWarning(event)),
    forgetChild: enqueueActions(({ context, event, enqueue }) => {
      const { actorId } = event as ChildDone;
      if (!context.links.has(actorId)) {
        enqueue.stopChild(actorId);
        return;
      }
      dropLink(context, actorId, enqueue);
      // Its interface may have come back while it was ending.
      enqueue.raise({ type: 'link.restart', link: actorId });
    }),
    noteBook: ({ context, event }) => noteInBook(context, event),
    /** A name that no interface has is no mistake: it may come, and until then the log says so. */
    nameMissing: enqueueActions(({ context, event, enqueue }) => {
      assertEvent(event, ['publication.publish', 'watch.open', 'interfaces.scanned']);
      const missing = missingNow(context, event);
      if (missing !== undefined) enqueue.emit(log('warn', missing, { interfaces: [...context.interfaces.keys()] }));
    }),
    /** A caller's mistake, reported to the caller; nothing has happened. */
    refuse: enqueueActions(({ context, event, enqueue }) => {
      const command = event as SupervisorCommand;
      for (const emitted of refusalEvents(command, refusalOf(command, idsInUse(context)))) enqueue.emit(emitted);
    }),
    /** Tells links and users what the book has decided. */
    carryOut: enqueueActions(({ context, enqueue }) => {
      for (const effect of context.book.takeEffects()) {
        if ('emit' in effect) {
          const { emit } = effect;
          if (emit.type === 'publication.failed' || emit.type === 'publication.withdrawn') context.alive.ended(emit.id);
          enqueue.emit(emit);
          continue;
        }
        const link = context.links.get(effect.link);
        if (link) enqueue.sendTo(link.ref, effect.event);
      }
    }),
    openWatch: enqueueActions(({ context, event, enqueue, self }) => {
      assertEvent(event, 'watch.open');
      const { id, request } = event;
      const { once, timeoutMs, interfaces } = event.options;
      const view = viewOf(request, once);
      const { clock } = context.input.network;
      enqueue.assign(({ spawn }) => {
        const input = { id, view, clock, once, timeoutMs, supervisor: self };
        const port = spawn('watcher', { id: watcherId(id), input });
        context.watchers.set(id, { port, interfaces, leavesOut: false, usable: false });
        for (const link of context.links.values()) if (link.state === 'up') noteUsable(context, link.interface);
        return {};
      });
      for (const { interface: on, family } of context.links.values()) {
        if (isWanted(interfaces, on)) {
          enqueue.sendTo(watcherId(id), { type: 'link.opened', link: linkInfo(on, family) });
        }
      }
    }),
    closeWatch: enqueueActions(({ context, event, enqueue }) => {
      assertEvent(event, 'watch.close');
      const watcher = context.watchers.get(event.id);
      if (watcher) enqueue.sendTo(watcher.port, { type: 'watcher.stop' });
    }),
    passQuestions: enqueueActions(({ context, event, enqueue }) => {
      assertEvent(event, 'watcher.asked');
      const { watcher, open, close } = event;
      const port = context.watchers.get(watcher)?.port;
      if (!port) return;
      for (const [id, questions] of byLink(close)) {
        const link = context.links.get(id);
        if (link) enqueue.sendTo(link.ref, { type: 'questions.closed', watcher, questions });
      }
      for (const [id, questions] of byLink(open)) {
        const link = context.links.get(id);
        if (link) enqueue.sendTo(link.ref, { type: 'questions.opened', watcher, port, questions });
      }
    }),
    passSightings: enqueueActions(({ event, enqueue }) => {
      assertEvent(event, 'watcher.saw');
      enqueue.emit({ type: 'watch.saw', id: event.watcher, events: event.events });
    }),
    noteLeftOut: enqueueActions(({ context, event, enqueue }) => {
      assertEvent(event, 'watcher.leftOut');
      const message = noteLeftOut(context, event);
      if (message) enqueue.emit(log('warn', message, { id: event.watcher, links: [...new Set(event.links)] }));
    }),
    forgetWatch: enqueueActions(({ context, event, enqueue }) => {
      assertEvent(event, 'watcher.ended');
      dropWatcher(context, event.watcher, enqueue);
    }),
    reportWatchEnd: enqueueActions(({ context, event, enqueue }) => {
      assertEvent(event, 'watcher.ended');
      enqueue.emit(watchEnd(context, event));
    }),
    doubt: enqueueActions(({ context, event, enqueue }) => {
      assertEvent(event, 'records.doubt');
      for (const { ref } of context.links.values()) {
        enqueue.sendTo(ref, { type: 'records.doubted', records: event.records });
      }
    }),
    reportStatus: enqueueActions(({ context, enqueue }) => {
      enqueue.emit({ type: 'status.changed', status: currentStatus(context) });
    }),
    /** Our own mistake ends one actor; it is reported, and the actor replaced. */
    noteBreakdown: enqueueActions(({ context, event, enqueue }) => {
      const { actorId, error } = event as ChildError;
      const delay = restartDelay(context, actorId);
      enqueue.emit(log('error', `actor ${actorId} broke and will be replaced: ${String(error)}`, { actorId, error }));
      const watcher = [...context.watchers.keys()].find((id) => watcherId(id) === actorId);
      if (watcher !== undefined) {
        dropWatcher(context, watcher, enqueue);
        enqueue.emit({ type: 'watch.ended', id: watcher, reason: 'failed' });
      } else if (context.links.has(actorId)) {
        dropLink(context, actorId, enqueue);
        enqueue.raise({ type: 'link.restart', link: actorId }, { delay });
      } else if (actorId === SCANNER) {
        enqueue.stopChild(SCANNER);
        enqueue.raise({ type: 'scanner.restart' }, { delay });
      }
    }),
    restartLink: enqueueActions(({ context, event, enqueue }) => {
      assertEvent(event, 'link.restart');
      const place = placeOf(context, event.link);
      if (place) enqueue.raise({ type: 'link.open', ...place });
    }),
    closeAll: enqueueActions(({ context, enqueue }) => {
      context.alive.release();
      context.book.withdrawAll();
      for (const { port } of context.watchers.values()) enqueue.sendTo(port, { type: 'watcher.stop' });
      // Watchers and links need not hear of each other's end any more.
      context.watchers.clear();
      for (const { ref } of context.links.values()) enqueue.sendTo(ref, { type: 'link.close' });
    }),
    reportClosed: enqueueActions(({ enqueue }) => {
      enqueue.emit({ type: 'status.changed', status: { state: 'closed', reason: undefined, links: [] } });
    }),
    reportBreakdown: enqueueActions(({ context, event, enqueue }) => {
      assertEvent(event, 'system.broke');
      context.alive.release();
      for (const emitted of breakdownEvents(event.error)) enqueue.emit(emitted);
    }),
  },
  guards: {
    isRefused: ({ context, event }) => refusalOf(event as SupervisorCommand, idsInUse(context)) !== undefined,
    statusIsOutdated: ({ context }) => context.statusIsOutdated,
    everythingIsClosed: ({ context }) => context.links.size === 0,
  },
  delays: { closingLimit: CLOSING_LIMIT_MS },
}).createMachine({
  id: 'supervisor',
  context: ({ input }) => newSupervisorContext(input),
  initial: 'running',
  on: {
    'link.reported': { actions: ['noteLink', 'carryOut', 'reportStatus'] },
    'link.throttled': { actions: 'logThrottled' },
    'publication.announced': { actions: ['noteBook', 'carryOut'] },
    'publication.lost': { actions: ['noteBook', 'carryOut'] },
    'publication.gone': { actions: ['noteBook', 'carryOut'] },
    'watcher.asked': { actions: 'passQuestions' },
    'watcher.saw': { actions: 'passSightings' },
    'watcher.leftOut': { actions: 'noteLeftOut' },
    'watcher.ended': { actions: ['reportWatchEnd', 'forgetWatch'] },
    'xstate.done.actor.*': { actions: ['forgetChild', 'carryOut', 'reportStatus'] },
    'xstate.error.actor.*': { actions: ['noteBreakdown', 'carryOut', 'reportStatus'] },
    'system.broke': '.broken',
  },
  states: {
    running: {
      entry: ['startScanner', 'carryOut'],
      on: {
        'interface.appeared': { actions: 'takeInterface' },
        'interface.changed': { actions: 'takeInterface' },
        'interface.vanished': { actions: 'dropInterface' },
        'interfaces.scanned': [
          { guard: 'statusIsOutdated', actions: ['noteScan', 'nameMissing', 'reportStatus'] },
          { actions: 'noteScan' },
        ],
        'interfaces.scan': [{ guard: 'isRefused', actions: 'refuse' }, { actions: 'passToScanner' }],
        'publication.publish': [
          { guard: 'isRefused', actions: 'refuse' },
          { actions: ['nameMissing', 'noteBook', 'carryOut'] },
        ],
        'publication.update': [{ guard: 'isRefused', actions: 'refuse' }, { actions: ['noteBook', 'carryOut'] }],
        'publication.rename': [{ guard: 'isRefused', actions: 'refuse' }, { actions: ['noteBook', 'carryOut'] }],
        'publication.withdraw': { actions: ['noteBook', 'carryOut'] },
        'watch.open': [{ guard: 'isRefused', actions: 'refuse' }, { actions: ['nameMissing', 'openWatch'] }],
        'watch.close': { actions: 'closeWatch' },
        'records.doubt': [{ guard: 'isRefused', actions: 'refuse' }, { actions: 'doubt' }],
        'link.open': { actions: ['openLink', 'carryOut'] },
        'link.restart': { actions: 'restartLink' },
        'scanner.restart': { actions: 'startScanner' },
        'mdns.close': 'closing',
      },
    },
    /** Goodbyes leave and sockets close. */
    closing: {
      entry: ['stopScanner', 'closeAll', 'carryOut'],
      always: { guard: 'everythingIsClosed', target: 'closed' },
      after: { closingLimit: 'closed' },
      on: {
        'link.reported': {},
        'watcher.ended': { actions: 'reportWatchEnd' },
        'xstate.done.actor.*': { actions: ['forgetChild', 'carryOut'] },
        'xstate.error.actor.*': { actions: ['noteBreakdown', 'carryOut'] },
      },
    },
    closed: { type: 'final', entry: 'reportClosed' },
    /** An event of ours made this machine throw. */
    broken: { type: 'final', entry: 'reportBreakdown' },
  },
});

export const guardedSupervisor = guardCommands(supervisorMachine);

const SCANNER = 'interface-scanner';
