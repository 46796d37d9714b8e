/** A program that is itself an XState machine: it invokes the supervisor as a child, and hears what that emits. */
import { publishCommand, type SupervisorEmitted, supervisor, supervisorOptions } from 'mdns-actors/xstate';
import { assign, createActor, enqueueActions, setup, toPromise } from 'xstate';

const server = setup({
  types: { context: {} as { announcedAs: string | undefined }, events: {} as SupervisorEmitted },
  actors: { mdns: supervisor },
  actions: {
    publish: enqueueActions(({ enqueue, self }) => {
      // What a child emits becomes an event of ours.
      const child = self.getSnapshot().children.mdns;
      child?.on('publication.announced', (event) => self.send(event as SupervisorEmitted));
      enqueue.sendTo('mdns', publishCommand('web', { name: 'Machine', type: 'http', port: 3000 }));
    }),
    close: enqueueActions(({ enqueue }) => enqueue.sendTo('mdns', { type: 'mdns.close' })),
  },
}).createMachine({
  id: 'server',
  context: { announcedAs: undefined },
  invoke: { src: 'mdns', id: 'mdns', input: () => supervisorOptions({ interfaces: 'loopback' }), onDone: '.stopped' },
  initial: 'starting',
  states: {
    starting: { after: { 1: 'announcing' } },
    announcing: {
      entry: 'publish',
      on: {
        'publication.announced': { actions: assign({ announcedAs: ({ event }) => event.name }), target: 'serving' },
      },
    },
    serving: { after: { 500: 'stopping' } },
    stopping: { entry: 'close' },
    stopped: { type: 'final' },
  },
  output: ({ context }) => context.announcedAs,
});

const actor = createActor(server);
actor.subscribe(({ value }) => console.log('the server is', value));
actor.start();
console.log('it was announced as', await toPromise(actor));
