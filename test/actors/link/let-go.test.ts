/** The contents of an event are released once it is read, since XState's closures keep the event itself for long. */
import { expect } from 'vitest';
import { question, service } from '../../support/records.js';
import { scenario } from '../../support/scenario.js';
import { QUIET } from '../../support/world.js';

interface Heard {
  readonly type: string;
  readonly datagram?: { readonly bytes: Uint8Array };
  readonly records?: readonly unknown[];
  readonly message?: { readonly questions: readonly unknown[]; readonly answers: readonly unknown[] };
}

scenario('SEC-02 datagrams, records and queries are released once they are read', (world) => {
  const events: Heard[] = [];
  const peer = world.peer();
  const h1 = world.host('h1', {
    inspect: (each) => {
      if (each.type === '@xstate.event') events.push((each as unknown as { readonly event: Heard }).event);
    },
  });
  h1.mdns.publish({ name: 'I', type: 't', port: 8085 });
  const browse = world.record(h1.mdns.browse('t'));
  world.advance(QUIET);
  const said = service('P', '_t._tcp.local', 'p.local', 80, { addresses: ['198.18.0.200'] });
  peer.say(said);
  peer.ask({ questions: [question('_t._tcp.local', 'PTR')], answers: said.slice(0, 1) });
  world.advance(1_000);
  browse.stop();
  expect(browse.events.map(({ instance }) => instance.name).sort()).toEqual(['I', 'P']);
  const of = (type: string) => events.filter((event) => event.type === type);
  for (const { datagram } of of('datagram.received')) expect(datagram?.bytes).toHaveLength(0);
  for (const { records } of of('records.heard')) expect(records).toEqual([]);
  for (const type of ['query.heard', 'question.heard']) {
    for (const { message } of of(type)) expect(message).toMatchObject({ questions: [], answers: [] });
  }
  for (const type of ['datagram.received', 'records.heard', 'query.heard', 'question.heard']) {
    expect(of(type).length).toBeGreaterThan(0);
  }
});
