/**
 * What is published into a domain: finds its zone, and has a registrar for each publication. It stands where a link
 * does: the supervisor sends it the same commands, and gets the same reports.
 */
import { type ActorRefFrom, assign, enqueueActions, sendTo, setup, stopChild } from 'xstate';
import type { NetworkInterface } from '../../net/network.js';
import type { Name } from '../../protocol/name.js';
import { recordKey } from '../../protocol/record.js';
import type { RecordSet } from '../../protocol/record-set.js';
import { type Refusal, refused } from '../../protocol/unicast/outcome.js';
import { retryMs } from '../../protocol/unicast/renewal.js';
import { BOUNDED } from '../deadline.js';
import { HostNames } from '../host-names.js';
import type { EventOf, Port } from '../messages.js';
import { claimedName, type Publication } from '../publication.js';
import { type Letter, letter, sendEach } from '../send-each.js';
import { withEvent } from '../with-event.js';
import { registrarMachine } from './registrar.js';
import type {
  DeskRequest,
  RegistrarEvent,
  RegistrarReport,
  RegistryCommand,
  RegistryReport,
} from './registration-events.js';
import { type DeskInput, updateDesk, type ZoneReport } from './update-desk.js';
import { type ZoneSurroundings, zoneRecordSet } from './zone-publication.js';

export interface RegistryInput extends DeskInput, ZoneSurroundings {
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly supervisor: Port<RegistryReport>;
}

type Registrar = ActorRefFrom<typeof registrarMachine>;

interface Registration {
  publication: Publication;
  set: RecordSet;
  readonly registrar: Registrar;
  /** What was reported last, so that a server that refuses is reported once. */
  refusal: string | undefined;
}

export interface Context {
  readonly input: RegistryInput;
  readonly interfaces: readonly NetworkInterface[];
  readonly registrations: Map<string, Registration>;
  /** Withdrawn, and not gone yet. */
  readonly leaving: Map<string, Registrar>;
  readonly hosts: HostNames;
  readonly zone: Name | undefined;
  /** Why the zone was not found. */
  readonly refusal: Refusal | undefined;
  readonly attempts: number;
  /** Requests that wait for the zone, at most one of each registrar. */
  readonly pending: DeskRequest[];
}

/** A registrar has removed its records. */
type RegistrarDone = {
  readonly type: `xstate.done.actor.registrar.${string}`;
  readonly output: { readonly id: string };
};

type Event = RegistryCommand | DeskRequest | RegistrarReport | ZoneReport | RegistrarDone;
type On<T extends Event['type']> = EventOf<Event, T>;

const DESK = 'desk';

export const registryMachine = setup({
  types: { context: {} as Context, events: {} as Event, input: {} as RegistryInput },
  actors: { desk: updateDesk, registrar: registrarMachine },
  actions: {
    findZone: sendTo(DESK, { type: 'zone.find' }),
    takeZone: assign((_, { zone }: On<'zone.found'>) => ({ zone, refusal: undefined, attempts: 0 })),
    takeRefusal: assign(({ context }, { refusal }: On<'zone.missing'>) => {
      return { refusal, zone: undefined, attempts: context.attempts + 1 };
    }),
    postpone: ({ context }, request: DeskRequest) => {
      context.pending.push(request);
    },
    pass: sendTo(DESK, ({ context }, request: DeskRequest) => ({ ...request, zone: context.zone ?? '.' })),
    passPending: sendEach(({ context: { pending, zone = '.' } }) => {
      return pending.splice(0).map((request): Letter => {
        const event = { ...request, zone };
        return { to: DESK, event };
      });
    }),
    refusePending: sendEach(({ context }) => context.pending.splice(0).map((request) => refusalOf(context, request))),
    refuse: sendEach(({ context }, request: DeskRequest) => [refusalOf(context, request)]),
    add: enqueueActions(({ context, enqueue, self }, { publication }: On<'publication.added'>) => {
      const { input, registrations, hosts } = context;
      const set = zoneRecordSet(publication, surroundings(context));
      hosts.put(publication);
      const hostIsHeld = publication.kind === 'host' || hosts.isReady(publication.host);
      enqueue.assign(({ spawn }) => {
        const start = { set, hostIsHeld, random: input.random, desk: self };
        const registrar = spawn('registrar', { id: registrarId(publication.id), input: start });
        registrations.set(publication.id, { publication, set, registrar, refusal: undefined });
        return {};
      });
    }),
    change: sendEach(({ context }, { publication }: On<'publication.changed'>) => {
      return renew(context, publication, (renewed) => ({ type: 'set.changed', ...renewed }));
    }),
    rename: sendEach(({ context }, { publication, holdOffMs: pauseMs }: On<'publication.renamed'>) => {
      return renew(context, publication, (renewed) => ({ type: 'name.assigned', ...renewed, pauseMs }));
    }),
    remove: sendEach(({ context }, { id }: On<'publication.removed'>) => withdraw(context, id)),
    removeAll: sendEach(({ context }) => [...context.registrations.keys()].flatMap((id) => withdraw(context, id))),
    takeInterfaces: assign((_, { interfaces }: On<'interfaces.changed'>) => ({ interfaces })),
    renewHosts: sendEach(({ context }) => {
      return [...context.registrations.values()].flatMap(({ publication, set }) => {
        if (publication.kind !== 'host' || isSame(set, zoneRecordSet(publication, surroundings(context)))) return [];
        return renew(context, publication, (renewed) => ({ type: 'set.changed', ...renewed }));
      });
    }),
    reportRegistered: sendEach(({ context }, { id, revision }: On<'set.registered'>) => {
      const registration = context.registrations.get(id);
      if (registration) registration.refusal = undefined;
      const services = toRegistrars(context, context.hosts.claimed(id), { type: 'host.held' });
      const about = { link: context.input.domain, id, revision };
      const { supervisor } = context.input;
      return [
        letter(supervisor, { type: 'publication.probed', ...about }),
        letter(supervisor, { type: 'publication.announced', ...about }),
        ...services,
      ];
    }),
    passHostLost: sendEach(({ context }, { id }: On<'name.released' | 'name.lost'>) => {
      return toRegistrars(context, context.hosts.released(id), { type: 'host.lost' });
    }),
    reportLost: sendEach(({ context }, { id }: On<'name.lost'>) => {
      const publication = context.registrations.get(id)?.publication;
      if (!publication) return [];
      const { domain: link, supervisor } = context.input;
      return [letter(supervisor, { type: 'publication.lost', link, id, name: claimedName(publication) })];
    }),
    reportRefused: sendEach(({ context }, { id, refusal }: On<'set.refused'>) => {
      const registration = context.registrations.get(id);
      if (!registration || registration.refusal === refusal.reason) return [];
      registration.refusal = refusal.reason;
      const { domain: link, supervisor } = context.input;
      return [letter(supervisor, { type: 'publication.refused', link, id, refusal })];
    }),
    stop: stopChild((_, { output: { id } }: RegistrarDone) => registrarId(id)),
    forget: sendEach(({ context }, { output: { id } }: RegistrarDone) => {
      context.leaving.delete(id);
      const { domain: link, supervisor } = context.input;
      return [letter(supervisor, { type: 'publication.gone', link, id })];
    }),
  },
  guards: {
    isEmpty: ({ context }) => context.leaving.size === 0,
    hasZone: ({ context }) => context.zone !== undefined,
  },
  delays: {
    pause: ({ context: { refusal, attempts, input } }) => {
      return retryMs(refusal?.code ?? 'unanswered', Math.max(0, attempts - 1), input.random());
    },
  },
}).createMachine({
  id: 'registry',
  options: BOUNDED,
  context: ({ input }) => ({
    input,
    interfaces: input.interfaces,
    registrations: new Map(),
    leaving: new Map(),
    hosts: new HostNames(),
    zone: undefined,
    refusal: undefined,
    attempts: 0,
    pending: [],
  }),
  invoke: { id: DESK, src: 'desk', input: ({ context }) => context.input },
  initial: 'idle',
  on: {
    'publication.added': { actions: withEvent('add') },
    'publication.changed': { actions: withEvent('change') },
    'publication.renamed': { actions: withEvent('rename') },
    'publication.removed': { actions: withEvent('remove') },
    'interfaces.changed': { actions: [withEvent('takeInterfaces'), 'renewHosts'] },
    'set.registered': { actions: withEvent('reportRegistered') },
    'name.released': { actions: withEvent('passHostLost') },
    'name.lost': { actions: [withEvent('passHostLost'), withEvent('reportLost')] },
    'set.refused': { actions: withEvent('reportRefused') },
    'xstate.done.actor.registrar.*': { actions: [withEvent('stop'), withEvent('forget')] },
    'update.wanted': { actions: withEvent('postpone') },
    'read.wanted': { actions: withEvent('postpone') },
    'registry.close': '.closing',
  },
  states: {
    /** Nothing is published there. */
    idle: {
      on: {
        'update.wanted': { actions: withEvent('postpone'), target: 'finding' },
        'read.wanted': { actions: withEvent('postpone'), target: 'finding' },
      },
    },
    /** Asks for the SOA record of the domain: its owner is the zone. */
    finding: {
      entry: 'findZone',
      on: {
        'zone.found': { actions: [withEvent('takeZone'), 'passPending'], target: 'ready' },
        'zone.missing': { actions: [withEvent('takeRefusal'), 'refusePending'], target: 'retrying' },
      },
    },
    ready: {
      on: { 'update.wanted': { actions: withEvent('pass') }, 'read.wanted': { actions: withEvent('pass') } },
    },
    /** There is no zone, or no server that answers: registrars try again, too. */
    retrying: {
      after: { pause: 'finding' },
      on: { 'update.wanted': { actions: withEvent('refuse') }, 'read.wanted': { actions: withEvent('refuse') } },
    },
    /** Removes everything from the zone. */
    closing: {
      entry: ['refusePending', 'removeAll'],
      always: { guard: 'isEmpty', target: 'closed' },
      on: {
        'publication.added': {},
        'update.wanted': [{ guard: 'hasZone', actions: withEvent('pass') }, { actions: withEvent('refuse') }],
        'read.wanted': [{ guard: 'hasZone', actions: withEvent('pass') }, { actions: withEvent('refuse') }],
      },
    },
    closed: { type: 'final' },
  },
  output: ({ context }) => ({ domain: context.input.domain }),
});

function registrarId(id: string): string {
  return `registrar.${id}`;
}

function surroundings({ input, interfaces }: Context): ZoneSurroundings {
  return { ...input, interfaces };
}

function isSame(one: RecordSet, other: RecordSet): boolean {
  return one.records.map(recordKey).join() === other.records.map(recordKey).join();
}

function refusalOf({ refusal, input: { domain, signer } }: Context, { registrar, name }: DeskRequest): Letter {
  const attempt = { zone: domain, name, signer, epochSeconds: 0 };
  return letter(registrar, { type: 'request.refused', refusal: refusal ?? refused('no-zone', attempt), unsent: true });
}

/** Makes a new record set, and an event about it for its registrar. */
function renew(
  context: Context,
  publication: Publication,
  event: (renewed: { readonly set: RecordSet; readonly hostIsHeld: boolean }) => RegistrarEvent,
): Letter[] {
  const registration = context.registrations.get(publication.id);
  if (!registration) return [];
  registration.publication = publication;
  registration.refusal = undefined;
  registration.set = zoneRecordSet(publication, surroundings(context));
  context.hosts.put(publication);
  const hostIsHeld = publication.kind === 'host' || context.hosts.isReady(publication.host);
  return [letter(registration.registrar, event({ set: registration.set, hostIsHeld }))];
}

function withdraw(context: Context, id: string): Letter[] {
  const { registrations, leaving, hosts } = context;
  const registration = registrations.get(id);
  if (!registration) return [];
  registrations.delete(id);
  leaving.set(id, registration.registrar);
  hosts.delete(id);
  return [letter(registration.registrar, { type: 'set.withdraw' })];
}

function toRegistrars({ registrations }: Context, ids: Iterable<string>, event: RegistrarEvent): Letter[] {
  return [...ids].flatMap((id) => {
    const registration = registrations.get(id);
    return registration ? [letter(registration.registrar, event)] : [];
  });
}
