/**
 * How the supervisor manages places and links: each interface and IP family has a place, which runs the link. The first
 * part of the machine in `supervisor.ts`.
 */
import { enqueueActions, setup, stopChild } from 'xstate';
import type { Family } from '../../ip/family.js';
import type { NetworkInterface } from '../../net/network.js';
import type { SupervisorEmitted } from '../commands.js';
import { reasonAgainst } from '../interface-choice.js';
import type { LinkId } from '../messages.js';
import { emitEach, sendEach } from '../send-each.js';
import { watcherGroupLogic } from '../watcher/watcher-group.js';
import {
  countBreakdown,
  log,
  noteUsable,
  pauseOf,
  placeActor,
  type SupervisorContext,
  type SupervisorEvent,
} from './context.js';
import type { SupervisorInput } from './input.js';
import { interfaceScanner } from './interface-scanner.js';
import { type LinkSettings, type PlaceReport, placeMachine } from './place.js';
import { linkId } from './status.js';
import { stopsItsChildren } from './stops-its-children.js';

type Report<T extends PlaceReport['type']> = Extract<PlaceReport, { type: T }>;

export const placesSetup = setup({
  types: {
    context: {} as SupervisorContext,
    events: {} as SupervisorEvent,
    input: {} as SupervisorInput,
    emitted: {} as SupervisorEmitted,
  },
  actors: {
    scanner: interfaceScanner,
    place: stopsItsChildren(placeMachine),
    watcherGroup: stopsItsChildren(watcherGroupLogic),
  },
  actions: {
    noteInterface: ({ context }, { interface: on }: { readonly interface: NetworkInterface }) => {
      context.interfaces.set(on.name, on);
      context.sent.interfacesAre(context.interfaces.values());
    },
    forgetInterface: ({ context }, { interface: on }: { readonly interface: NetworkInterface }) => {
      context.interfaces.delete(on.name);
      for (const family of context.families) context.breakdowns.delete(placeActor(linkId(on, family)));
      context.sent.interfacesAre(context.interfaces.values());
    },
    /** Reports the interface to its place for each family, which is spawned if it does not exist yet. */
    tellPlaces: enqueueActions(({ context, enqueue, self }, { name }: { readonly name: string }) => {
      const on = context.interfaces.get(name);
      if (!on) return;
      for (const family of context.families) {
        const settings = linkSettings(context, family);
        if (!settings) continue;
        const id = linkId(on, family);
        const place = context.places.get(id) ?? { interface: name, sightings: 0, status: undefined };
        if (!context.places.has(id)) {
          const input = { id, interface: on, family, settings, supervisor: self };
          enqueue.spawnChild('place', { id: placeActor(id), input });
        }
        context.places.set(id, place);
        place.sightings += 1;
        const against = reasonAgainst(context.input.interfaces, on, family);
        enqueue.sendTo(placeActor(id), { type: 'interface.changed', interface: on, against });
      }
    }),
    tellPlacesOfLoss: sendEach(({ context }, { interface: on }: { readonly interface: NetworkInterface }) => {
      const ids = [...context.families].map((family) => linkId(on, family)).filter((id) => context.places.has(id));
      return ids.map((id) => ({ to: placeActor(id), event: { type: 'interface.vanished' } }));
    }),
    notePlace: emitEach(({ context }, report: Report<'place.changed'>) => notePlace(context, report)),
    stopPlace: stopChild((_, { place }: { readonly place: LinkId }) => placeActor(place)),
    forgetPlace: ({ context }, { place }: { readonly place: LinkId }) => {
      context.places.delete(place);
    },
    noteLink: ({ context }, { link, ref, interface: on, family }: Report<'link.opened'>) => {
      context.links.set(link, { ref, interface: on, family, typesLeftOut: 0 });
    },
    noteLinkChange: ({ context }, { link: id, interface: on }: Report<'link.changed'>) => {
      const link = context.links.get(id);
      if (link) link.interface = on;
    },
    forgetLink: ({ context }, { link }: { readonly link: LinkId }) => {
      context.links.delete(link);
    },
    replacePlace: enqueueActions(({ context, enqueue }, { place: id }: { readonly place: LinkId }) => {
      const name = context.places.get(id)?.interface;
      if (name === undefined || !context.interfaces.has(name)) return;
      countBreakdown(context, placeActor(id));
      enqueue.raise({ type: 'place.replace', interface: name }, { delay: pauseOf(context, placeActor(id)) });
    }),
    closePlaces: sendEach(({ context }) => {
      return [...context.places.keys()].map((id) => ({ to: placeActor(id), event: { type: 'place.close' } }));
    }),
  },
  guards: {
    /** The interface has not come back since the place sent the report. */
    isVacant: ({ context: { places, interfaces } }, { place, sightings }: Report<'place.vacated'>) => {
      const known = places.get(place);
      return known?.sightings === sightings && !interfaces.has(known.interface);
    },
  },
});

/** @returns lines for the log */
function notePlace(context: SupervisorContext, { place: id, status }: Report<'place.changed'>): SupervisorEmitted[] {
  const place = context.places.get(id);
  if (!place) return [];
  const before = place.status;
  place.status = status;
  const { state, fault } = status;
  const link = context.links.get(id);
  if (state === 'up' && link) {
    context.breakdowns.delete(placeActor(id));
    noteUsable(context, link.interface);
  }
  if (fault && fault.code !== before?.fault?.code) {
    return [log('warn', fault.message, { link: id, code: fault.code })];
  }
  return state === before?.state ? [] : [log('debug', `link ${id} is ${state}`, { link: id })];
}

const noFilters = () => undefined;

function linkSettings(
  { input, own, sent, intake, tap, families }: SupervisorContext,
  family: Family,
): LinkSettings | undefined {
  const where = input.groups[family];
  if (!where) return undefined;
  const {
    network,
    addressFilter,
    namedFilters = noFilters,
    announcements,
    reannounceMs,
    maxCacheRecords,
    maxCacheBytes,
  } = input;
  const options = { addressFilter, namedFilters, announcements, reannounceMs, maxCacheRecords, maxCacheBytes };
  return { ...where, network, own, sent, intake, tap, families, ...options };
}
