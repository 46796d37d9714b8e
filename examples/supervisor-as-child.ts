/** A program that is itself an XState machine: it invokes the supervisor as a child, and hears what that emits. */
import { publishCommand, type SupervisorEmitted, supervisor, supervisorOptions } from 'mdns-actors/xstate';
import { assign, createActor, sendTo, setup, toPromise } from 'xstate';

const server = setup({
  types: { context: {} as { announcedAs: string | undefined }, events: {} as SupervisorEmitted },
  actors: { mdns: supervisor },
}).createMachine({
  id: 'server',
  context: { announcedAs: undefined },
  invoke: {
    src: 'mdns',
    id: 'mdns',
    // What the child emits comes as events of ours.
    input: ({ self }) => ({ ...supervisorOptions({ interfaces: 'loopback' }), listener: self }),
    onDone: '.stopped',
  },
  initial: 'announcing',
  states: {
    announcing: {
      entry: sendTo('mdns', publishCommand('web', { name: 'Machine', type: 'http', port: 3000 })),
      on: {
        'publication.announced': { actions: assign({ announcedAs: ({ event }) => event.name }), target: 'serving' },
      },
    },
    serving: { entry: () => console.log('the machine serves'), after: { 500: 'stopping' } },
    stopping: { entry: sendTo('mdns', { type: 'mdns.close' }) },
    stopped: { type: 'final' },
  },
  output: ({ context }) => context.announcedAs,
});

const actor = createActor(server);
actor.start();
console.log('it was announced as', await toPromise(actor));
