/**
 * What publishing costs, in counts that do not depend on the machine: events between actors and steps of machines for
 * each of so many services, from `publish` until it is announced. When a change makes it cheaper, write the new count
 * here.
 */
import { expect, it } from 'vitest';
import type { InspectionEvent } from 'xstate';
import { StubNetwork } from '../../bench/stub-network.js';
import { createMdns } from '../../src/index.js';

const SERVICES = 100;

it('a service among a hundred is announced with 12 events and 3 steps', async () => {
  const network = new StubNetwork();
  let events = 0;
  let steps = 0;
  const inspect = ({ type, ...rest }: InspectionEvent) => {
    if (type === '@xstate.event' && 'sourceRef' in rest && rest.sourceRef !== rest.actorRef) events++;
    if (type === '@xstate.microstep') steps++;
  };
  const mdns = createMdns({ network, ipv6: false, inspect });
  const first = mdns.publish({ name: 'First', type: 'own', port: 1 });
  network.clock.advance(5_000);
  await first.announced;
  events = 0;
  steps = 0;
  const services = Array.from({ length: SERVICES }, (_, i) => mdns.publish({ name: `Own ${i}`, type: 'own', port: 1 }));
  // Until the first announcement.
  network.clock.advance(1_050);
  await Promise.all(services.map(({ announced }) => announced));
  expect(events / SERVICES).toBeLessThanOrEqual(12.5);
  expect(steps / SERVICES).toBeLessThanOrEqual(3.5);
  expect(events).toBeGreaterThan(SERVICES);
});
