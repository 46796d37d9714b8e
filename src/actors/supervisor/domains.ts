/**
 * How the supervisor manages domains beyond the link. Their code is loaded when the first is needed. The second part of
 * the machine in `supervisor.ts`.
 */

import { type AnyActorLogic, emit, enqueueActions } from 'xstate';
import { addressClass } from '../../ip/address.js';
import type { Name } from '../../protocol/name.js';
import { subnetName } from '../../protocol/unicast/enumeration.js';
import type { SupervisorEmitted, WatchRequest } from '../commands.js';
import type { DomainReport } from '../domain-messages.js';
import { emitEach, sendEach } from '../send-each.js';
import { thrownData } from '../thrown.js';
import {
  type ChildError,
  countBreakdown,
  domainActor,
  domainOf,
  log,
  pauseOf,
  type SupervisorContext,
  type SupervisorEvent,
} from './context.js';
import { domainCode, loadDomainCode } from './domain-code.js';
import { domainLists, newDomain, ROOT } from './domain-entry.js';
import { placesSetup } from './places.js';

type Of<T extends SupervisorEvent['type']> = Extract<SupervisorEvent, { type: T }>;

export const domainsSetup = placesSetup.extend({
  actions: {
    /** Loads the code that domains need, unless there are none. */
    loadDomains: ({ context, self }) => {
      if (context.domains.size > 0) load((error) => self.send({ type: 'domains.loaded', error }));
    },
    /** A request for the domains that the network recommends asks the servers of the system. */
    noteRoot: ({ context, self }, { request }: Of<'watch.open'>) => {
      if (request.kind !== 'domains' || context.domains.has(ROOT)) return;
      context.domains.set(ROOT, newDomain({ name: ROOT, servers: undefined }));
      load((error) => self.send({ type: 'domains.loaded', error }));
    },
    openDomains: enqueueActions(({ context, enqueue, self }) => {
      const { logic } = domainCode;
      if (!logic) return;
      for (const [id, entry] of context.domains) {
        if (entry.ref) continue;
        const { network, maxCacheRecords: maxRecords, maxCacheBytes: maxBytes } = context.input;
        const input = { domain: entry.name, servers: entry.servers, network, maxRecords, maxBytes, supervisor: self };
        // Logic that is loaded later is not among the machine's actors.
        (enqueue.spawnChild as unknown as SpawnLoaded)(logic, { id: domainActor(id), input });
        // The error of a domain that breaks while it starts arrives before this.
        enqueue.sendTo(self, { type: 'domain.opened', domain: id });
      }
    }),
    noteDomainOpened: ({ context, self }, { domain }: Of<'domain.opened'>) => {
      const entry = context.domains.get(domain);
      if (entry) entry.ref = self.getSnapshot().children[domainActor(domain)];
    },
    noteDomain: emitEach(({ context }, report: DomainReport) => noteDomain(context, report)),
    logDomainsNotLoaded: emit((_, { error }: Of<'domains.loaded'>) => {
      return log('error', 'The code for domains could not be loaded.', { error: thrownData(error) });
    }),
    forgetDomain: ({ context }, error: ChildError<`domain.${string}`>) => {
      const entry = context.domains.get(domainOf(error));
      if (entry) Object.assign(entry, { ref: undefined, state: 'retrying' });
    },
    replaceDomain: enqueueActions(({ context, enqueue }, error: ChildError<`domain.${string}`>) => {
      const id = domainOf(error);
      countBreakdown(context, domainActor(id));
      enqueue.stopChild(domainActor(id));
      enqueue.raise({ type: 'domains.loaded', error: undefined }, { delay: pauseOf(context, domainActor(id)) });
    }),
    closeDomains: sendEach(({ context }) => {
      return [...context.domains].flatMap(([id, { ref }]) => {
        return ref ? { to: domainActor(id), event: { type: 'domain.close' } } : [];
      });
    }),
  },
  guards: {
    isLoaded: (_, { error }: Of<'domains.loaded'>) => error === undefined,
  },
});

type SpawnLoaded = (logic: AnyActorLogic, options: { readonly id: string; readonly input: unknown }) => void;

function load(done: (error?: unknown) => void): void {
  if (domainCode.logic) done();
  else loadDomainCode().then(() => done(), done);
}

/** @returns lines for the log */
function noteDomain(context: SupervisorContext, { domain, state, fault }: DomainReport): SupervisorEmitted[] {
  const entry = context.domains.get(domain);
  if (!entry) return [];
  const before = { state: entry.state, message: entry.fault?.message };
  entry.state = state;
  entry.fault = fault;
  if (state === 'up') {
    context.breakdowns.delete(domainActor(domain));
    for (const watcher of context.watchers.values()) if (watcher.where.domains.includes(domain)) watcher.usable = true;
  }
  if (fault && fault.message !== before.message) return [log('warn', fault.message, { domain, code: fault.code })];
  return state === before.state ? [] : [log('debug', `domain ${domain} is ${state}`, { domain })];
}

/** The request with the lists of domains that it reads, if it reads lists: what the network recommends included. */
export function withLists(
  { domains, input, interfaces }: Pick<SupervisorContext, 'domains' | 'input' | 'interfaces'>,
  request: WatchRequest,
): WatchRequest {
  if (request.kind !== 'domains') return request;
  // Not of link-local addresses, of which there is a reverse mapping by Multicast DNS alone (RFC 6763 section 11).
  const own = [...interfaces.values()]
    .flatMap(({ addresses }) => addresses)
    .filter(({ address }) => {
      return ['routable', 'unique-local'].includes(addressClass(address));
    });
  const reverse = own.flatMap(({ address, prefixLength }): Name | never[] => subnetName(address, prefixLength) ?? []);
  const recommended = [...(input.network.dns?.settings().search ?? []), ...reverse];
  return { ...request, lists: domainLists(request.domain, domains, recommended.slice(0, MAX_LISTS)) };
}

/** Each is asked about with five questions. */
const MAX_LISTS = 64;
