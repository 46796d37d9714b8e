/**
 * What watches cost, in counts that do not depend on the machine: events between actors and steps of machines for each
 * of so many browses of one type, opened and closed. When a change makes it cheaper, write the new count here.
 */
import type { Subscription } from 'rxjs';
import { expect, it } from 'vitest';
import type { InspectionEvent } from 'xstate';
import { StubNetwork } from '../../bench/stub-network.js';
import { createMdns } from '../../src/index.js';

const BROWSES = 100;

it('a browse among a hundred is opened with seven events and one step, and closed with seven events and two steps', () => {
  const network = new StubNetwork();
  let events = 0;
  let steps = 0;
  const inspect = ({ type, ...rest }: InspectionEvent) => {
    if (type === '@xstate.event' && 'sourceRef' in rest && rest.sourceRef !== rest.actorRef) events++;
    if (type === '@xstate.microstep') steps++;
  };
  const mdns = createMdns({ network, ipv6: false, announceHost: false, inspect });
  mdns.browse('t').subscribe();
  network.clock.advance(5_000);
  const browses: Subscription[] = [];
  const countedIn = (run: () => void) => {
    events = 0;
    steps = 0;
    run();
    return { events: events / BROWSES, steps: steps / BROWSES };
  };
  const opened = countedIn(() => {
    for (let i = 0; i < BROWSES; i++) browses.push(mdns.browse('t').subscribe());
  });
  const closed = countedIn(() => {
    for (const browse of browses) browse.unsubscribe();
  });
  // A group of 25 is made and stopped by steps of its own.
  expect(opened.events).toBeLessThanOrEqual(7.1);
  expect(opened.steps).toBeLessThanOrEqual(1.1);
  expect(closed.events).toBeLessThanOrEqual(7.1);
  expect(closed.steps).toBeLessThanOrEqual(2.2);
  expect(Math.min(opened.events, closed.events)).toBeGreaterThan(1);
});
