import { describe, expect, it } from 'vitest';
import { createActor, fromCallback, setup } from 'xstate';
import { emitEach, letter, sendEach } from '../../src/actors/send-each.js';

type News = { readonly type: 'news'; readonly n: number };
type Count = { readonly type: 'count'; readonly to: number };

function start() {
  const heard: string[] = [];
  const listener = (name: string) =>
    fromCallback<News>(({ receive }) => receive(({ n }) => heard.push(`${name} ${n}`)));
  const port = createActor(listener('port')).start();
  const machine = setup({
    types: { events: {} as Count, emitted: {} as News },
    actors: { child: listener('child') },
    actions: {
      send: sendEach((_, { to }: Count) => {
        return numbers(to).flatMap((n) => [
          { to: 'child', event: { type: 'news', n } },
          letter(port, { type: 'news', n }),
        ]);
      }),
      emit: emitEach((_, { to }: Count) => numbers(to).map((n) => ({ type: 'news' as const, n }))),
    },
  }).createMachine({
    invoke: { id: 'child', src: 'child' },
    on: {
      count: {
        actions: [
          { type: 'send', params: ({ event }) => event },
          { type: 'emit', params: ({ event }) => event },
        ],
      },
    },
  });
  const actor = createActor(machine);
  actor.on('news', ({ n }) => heard.push(`emitted ${n}`));
  return { actor: actor.start(), heard };
}

function numbers(to: number): number[] {
  return Array.from({ length: to }, (_, i) => i + 1);
}

describe('sendEach and emitEach', () => {
  it('send to ports and to children, and emit, in order', () => {
    const { actor, heard } = start();
    actor.send({ type: 'count', to: 2 });
    expect(heard).toEqual(['child 1', 'port 1', 'child 2', 'port 2', 'emitted 1', 'emitted 2']);
  });

  it('do nothing without events', () => {
    const { actor, heard } = start();
    actor.send({ type: 'count', to: 0 });
    expect(heard).toEqual([]);
  });
});
