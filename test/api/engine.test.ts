/** The face's connection to the actors: who hears what, and what harm a listener or a logger can do. */
import { describe, expect, it } from 'vitest';
import type { SupervisorEmitted } from '../../src/actors/commands.js';
import { Engine } from '../../src/api/engine.js';
import type { Logger } from '../../src/index.js';
import { SimulatedLan } from '../../src/testing.js';
import { publishCommand, supervisorOptions } from '../../src/xstate.js';

function setup(logger: Partial<Logger> = {}) {
  const lan = new SimulatedLan();
  const network = lan.host('h1', ['198.18.0.1/24']);
  const errors: string[] = [];
  const all: Logger = { debug() {}, info() {}, warn() {}, error: (message) => errors.push(message), ...logger };
  const others: SupervisorEmitted[] = [];
  const engine = new Engine(supervisorOptions({ network, ipv6: false }), { logger: all }, (event) =>
    others.push(event),
  );
  engine.start();
  return { lan, network, engine, errors, others };
}

const publish = (id: string) => publishCommand(id, { name: id, type: 'http', port: 80 });
const typesOf = (events: readonly SupervisorEmitted[]) => events.map(({ type }) => type);

describe('the engine', () => {
  it('makes a new id each time', () => {
    const { engine } = setup();
    const ids = [engine.newId('a-'), engine.newId('b-'), engine.newId('a-')];
    expect(ids.map((id) => id.slice(0, 2))).toEqual(['a-', 'b-', 'a-']);
    expect(new Set(ids).size).toBe(3);
  });

  it('passes what is emitted to the listener of its id, and the rest to the one for all', () => {
    const { lan, engine, others } = setup();
    const heard: Record<string, SupervisorEmitted[]> = { a: [], b: [] };
    const forget = engine.listen('a', (event) => heard.a?.push(event));
    engine.listen('b', (event) => heard.b?.push(event));
    for (const id of ['a', 'b']) engine.send(publish(id));
    lan.clock.advance(5_000);
    expect(typesOf(heard.a ?? [])).toEqual(['publication.probing', 'publication.probed', 'publication.announced']);
    expect(typesOf(heard.b ?? [])).toEqual(typesOf(heard.a ?? []));
    expect(typesOf(others)).not.toContain('publication.announced');
    forget();
    engine.send({ type: 'publication.withdraw', id: 'a' });
    lan.clock.advance(5_000);
    expect(typesOf(others)).toContain('publication.withdrawn');
    expect(heard.a).toHaveLength(3);
  });

  it('goes on when a listener throws, and says so', () => {
    const { lan, engine, errors } = setup();
    engine.listen('a', () => {
      throw new Error('a bug');
    });
    const heard: SupervisorEmitted[] = [];
    engine.listen('b', (event) => heard.push(event));
    for (const id of ['a', 'b']) engine.send(publish(id));
    lan.clock.advance(5_000);
    expect(typesOf(heard)).toContain('publication.announced');
    expect(errors).toEqual(Array(3).fill('A listener threw: Error: a bug'));
  });

  it('drops the errors of a logger, thrown or rejected', async () => {
    const { engine } = setup({
      info() {
        throw new Error('a bug');
      },
      warn: (() => Promise.reject(new Error('a bug'))) as never,
    });
    engine.log('info', 'x', {});
    engine.log('warn', 'x', {});
    await new Promise((resolve) => setImmediate(resolve));
  });

  it('has the status, each new one once, and is closed once all is closed', () => {
    const { lan, network, engine } = setup();
    const states: string[] = [];
    let isComplete = false;
    engine.status$.subscribe({ next: ({ state }) => states.push(state), complete: () => (isComplete = true) });
    lan.clock.advance(5_000);
    expect(engine.status.state).toBe('up');
    engine.refuseWhenEnded();
    engine.send({ type: 'mdns.close' });
    lan.clock.advance(5_000);
    expect(states).toEqual([...new Set(states)]);
    expect([engine.ended, isComplete, engine.status.state]).toEqual([true, true, 'closed']);
    expect(() => engine.refuseWhenEnded()).toThrow(expect.objectContaining({ code: 'closed' }));
    engine.send(publish('late'));
    expect(network.pendingTimers).toBe(0);
  });
});
