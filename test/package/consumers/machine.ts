/** A program built on XState, which runs the supervisor itself and looks on. */
import { createMdns } from 'mdns-actors';
import {
  publishCommand,
  type SupervisorEmitted,
  type SupervisorInput,
  supervisor,
  supervisorOptions,
} from 'mdns-actors/xstate';
import { createActor, type InspectionEvent, type Observer, setup } from 'xstate';

const inspector: Observer<InspectionEvent> = { next: (event) => void event.actorRef };
export const watched = [
  () => createMdns({ inspect: inspector }),
  () => createMdns({ inspect: (event: InspectionEvent) => void event.actorRef }),
];
export const machine = setup({
  types: { events: {} as SupervisorEmitted },
  actors: { mdns: supervisor },
}).createMachine({
  invoke: {
    src: 'mdns',
    input: ({ self }) => ({ ...supervisorOptions({ interfaces: 'loopback' }), listener: self }),
  },
});
export const input: SupervisorInput = supervisorOptions({
  interfaces: 'loopback',
  ipv4: '224.0.0.254:49123',
  ipv6: false,
});
const actor = createActor(supervisor, { input, clock: input.network.clock });
actor.on('publication.announced', ({ name }: Extract<SupervisorEmitted, { type: 'publication.announced' }>) => {
  console.log(JSON.stringify({ name }));
  actor.send({ type: 'mdns.close' });
});
actor.start();
actor.send(publishCommand('web', { name: 'Web', type: 'http', port: 80 }));
