/** One system for several clients: what each has is its own, and the wire sees one host. */
import { describe, expect, it } from 'vitest';
import type { SupervisorEmitted } from '../../src/actors/commands.js';
import { RemoteSystem } from '../../src/worker/remote-system.js';
import { browseCommand, publishCommand, supervisorOptions } from '../../src/xstate.js';
import { FakeThread } from '../support/fake-thread.js';
import { World } from '../support/world.js';

function setup() {
  const world = new World();
  const network = world.lan.host('h1', ['198.18.0.1/24']);
  const thread = new FakeThread(supervisorOptions({ network, ipv6: false, hostname: 'h1' }));
  const client = (role: 'owner' | 'guest' = 'guest') => {
    const events: SupervisorEmitted[] = [];
    let ends = 0;
    let endings = 0;
    let leave = () => {};
    const system = new RemoteSystem(
      {
        clock: network.clock,
        reopens: false,
        open: (to) => {
          const line = thread.line(role, to);
          leave = () => line.close();
          return line;
        },
        keepAlive: () => () => {},
        publishingKeepsAlive: true,
        explain: (reason) => reason,
      },
      { emitted: (event) => events.push(event), ending: () => endings++, ended: () => ends++ },
    );
    system.start();
    const seen = () =>
      events.flatMap((event) =>
        event.type === 'watch.saw' && event.kind === 'browse'
          ? event.events.map(({ event: what, instance }) => `${event.id} ${what} ${instance.name}`)
          : [],
      );
    return { system, events, seen, leave: () => leave(), ends: () => ends, endings: () => endings };
  };
  const owner = client('owner');
  thread.start();
  world.advance(2_000);
  const questions = () => world.log.find({ from: 'h1', kind: 'query' }).length;
  return { world, network, thread, client, owner, questions };
}

const web = (id: string, name = id) => publishCommand(id, { name, type: 'http', port: 80 });

describe('clients of one system', () => {
  it('use the same ids without a clash, and hear of their own', () => {
    const { world, client } = setup();
    const [one, two] = [client(), client()];
    one.system.send(web('x', 'A'));
    two.system.send(web('x', 'B'));
    for (const { system } of [one, two]) system.send(browseCommand('w', 'http'));
    world.advance(5_000);
    const announced = (of: typeof one) => of.events.filter(({ type }) => type === 'publication.announced');
    expect(announced(one)).toMatchObject([{ id: 'x', name: 'A' }]);
    expect(announced(two)).toMatchObject([{ id: 'x', name: 'B' }]);
    expect(one.seen().sort()).toEqual(['w up A', 'w up B']);
    two.system.send({ type: 'publication.withdraw', id: 'x' });
    world.advance(5_000);
    expect(one.events.filter(({ type }) => type === 'publication.withdrawn')).toEqual([]);
  });

  it('ask one question, however many they are', () => {
    const { world, client, questions } = setup();
    const before = questions();
    const clients = Array.from({ length: 20 }, () => client());
    for (const { system } of clients) system.send(browseCommand('w', 'http'));
    world.advance(300);
    expect(questions() - before).toBe(1);
    const peer = world.host('h2');
    peer.mdns.publish({ name: 'Web', type: 'http', port: 80 });
    world.advance(5_000);
    for (const { seen } of clients) expect(seen()).toEqual(['w up Web']);
  });

  it('are told on arrival how the system is', () => {
    const { client } = setup();
    const { events } = client();
    expect(events).toMatchObject([
      { type: 'host.renamed', host: 'h1.local' },
      { type: 'status.changed', status: { state: 'up' } },
    ]);
  });

  it.each([
    ['closes', (of: { system: RemoteSystem }) => of.system.send({ type: 'mdns.close' })],
    ['ends without a word', (of: { leave: () => void }) => of.leave()],
  ])('that %s takes its publications and watches with it, and nothing else', (_, end) => {
    const { world, client, owner } = setup();
    const [one, two] = [client(), client()];
    one.system.send(web('x', 'A'));
    one.system.send(browseCommand('w', 'http'));
    two.system.send(web('x', 'B'));
    two.system.send(browseCommand('w', 'http'));
    world.advance(5_000);
    end(one);
    world.advance(2_000);
    expect(world.log.find({ from: 'h1', kind: 'goodbye' })).not.toEqual([]);
    expect(two.seen()).toEqual(['w up A', 'w up B', 'w down A']);
    expect([owner.ends(), two.ends()]).toEqual([0, 0]);
  });

  it('are told of its end once everything of theirs is withdrawn', () => {
    const { world, client } = setup();
    const one = client();
    one.system.send(web('x'));
    one.system.send(browseCommand('w', 'http'));
    world.advance(5_000);
    one.system.send({ type: 'mdns.close' });
    world.advance(3_000);
    expect(one.events.slice(-3)).toMatchObject([
      { type: 'watch.ended', reason: 'stopped' },
      { type: 'publication.withdrawn', id: 'x' },
      { type: 'status.changed', status: { state: 'closed', reason: undefined } },
    ]);
    expect(one.ends()).toBe(1);
  });

  it('end with the system of the owner', () => {
    const { world, network, client, owner } = setup();
    const one = client();
    one.system.send(web('x'));
    world.advance(5_000);
    expect(one.endings()).toBe(0);
    owner.system.send({ type: 'mdns.close' });
    expect(one.endings(), 'told before anything ends').toBe(1);
    const joining = client();
    expect([joining.endings(), joining.ends()]).toEqual([1, 0]);
    world.advance(3_000);
    expect([owner.ends(), one.ends()]).toEqual([1, 1]);
    expect([network.openLinks, world.clock.pending]).toEqual([0, 0]);
    const late = client();
    expect(late.ends()).toBe(1);
  });

  it('of a thread that has crashed end with the reason', () => {
    const { world, thread, client } = setup();
    const one = client();
    one.system.send(web('x'));
    world.advance(5_000);
    thread.crash('the port has closed');
    world.advance(3_000);
    expect(one.events.at(-1)).toMatchObject({ status: { state: 'closed', reason: 'the port has closed' } });
    expect(one.events).toContainEqual({ type: 'publication.withdrawn', id: 'x' });
    expect(one.ends()).toBe(1);
  });
});
