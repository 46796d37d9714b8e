/** How many events the actors exchange for what happens most: each costs tens of microseconds. */
import { expect } from 'vitest';
import type { AnyActorRef, InspectionEvent } from 'xstate';
import { response, service } from '../support/records.js';
import { scenario } from '../support/scenario.js';
import { QUIET } from '../support/world.js';

const TYPE = '_t._tcp.local';
const records = service('I', TYPE, 'h.local', 80, { addresses: ['198.18.0.200'] });

/** The events between actors, as `receiver: event`, and when they lead to something. */
class Exchange {
  events: string[] = [];
  readonly inspect = (event: InspectionEvent): void => {
    if (event.type !== '@xstate.event' || event.sourceRef === event.actorRef) return;
    // The looks at the list of interfaces have nothing to do with what happens here.
    if (event.event.type === 'interval.over' || event.event.type === 'interfaces.scanned') return;
    this.events.push(`${(event.actorRef as AnyActorRef).id}: ${event.event.type}`);
  };

  /** Those since the last call. */
  take(): readonly string[] {
    return this.events.splice(0);
  }
}

function countedBy(limit: number, events: readonly string[]): void {
  expect(events.length, events.join('\n')).toBeLessThanOrEqual(limit);
  expect(events.length).toBeGreaterThan(0);
}

scenario('a service that is announced is found after seven events, and two follow', (world) => {
  const exchange = new Exchange();
  const h1 = world.host('h1', { inspect: exchange.inspect });
  const peer = world.peer();
  let found: readonly string[] = [];
  h1.mdns.browse('t').subscribe(({ event }) => {
    if (event === 'up') found = exchange.take();
  });
  world.advance(QUIET);
  exchange.take();
  peer.send(response({ answers: records }));
  world.advance(1);
  countedBy(7, found);
  countedBy(2, exchange.take());
});

scenario('what is known and heard again costs three events', (world) => {
  const exchange = new Exchange();
  const h1 = world.host('h1', { inspect: exchange.inspect });
  const peer = world.peer();
  h1.mdns.browse('t').subscribe();
  peer.send(response({ answers: records }));
  world.advance(QUIET);
  exchange.take();
  peer.send(response({ answers: records }));
  world.advance(1);
  countedBy(3, exchange.take());
});

scenario(
  'a service is published with 23 events, announced again with six, and the system closes with 17',
  async (world) => {
    const exchange = new Exchange();
    const h1 = world.host('h1', { inspect: exchange.inspect });
    world.advance(QUIET);
    exchange.take();
    await world.settle(h1.mdns.publish({ name: 'I', type: 't', port: 80 }).announced);
    countedBy(23, exchange.take());
    world.advance(QUIET);
    countedBy(6, exchange.take());
    await world.settle(h1.mdns.close());
    countedBy(17, exchange.take());
  },
);
