/** A test that walks through a model until nothing in it is new. MODEL_WALKS=200 has it walk on without a plan, 200 times. */
import { expect, it, vi } from 'vitest';
import type { AnyStateMachine } from 'xstate';
import { seededRandom } from '../../src/net/simulated/index.js';
import { type StartRun, Walker } from './walk.js';

const MORE_WALKS = Number(process.env.MODEL_WALKS ?? 0);
/** Of each of these. */
const STEPS = 100;
const SEED = process.env.MODEL_SEED ?? '1';
/** Real milliseconds. */
const TIMEOUT = 900_000 + MORE_WALKS * 10_000;

export function walks<E extends string, S extends string>(
  title: string,
  model: AnyStateMachine,
  start: StartRun<E, S>,
): void {
  it(`${title}: every shortest path, every transition, every pair of transitions`, { timeout: TIMEOUT }, async () => {
    const printed = [vi.spyOn(console, 'warn'), vi.spyOn(console, 'error')];
    try {
      const walker = new Walker(model, SEED, start);
      const { events, states } = start(seededRandom('an example'));
      expect(Object.keys(events).sort(), 'each event is carried out').toEqual(walker.eventTypes.sort());
      expect(Object.keys(states).sort(), 'each state is checked').toEqual(walker.states.sort());
      expect(walker.edges).toHaveLength(declaredTransitions(model));

      expect(await walker.walkShortestPaths(), 'shortest paths').toBeGreaterThan(0);
      await walker.walkAllPairs();
      await walker.walkAtRandom(MORE_WALKS, STEPS);

      expect(walker.taken.size, 'transitions taken').toBe(walker.edges.length);
      expect(walker.pairs.size, 'pairs taken').toBe(walker.allPairs.length);
      expect(walker.missingPairs).toEqual([]);
      const calls = printed.flatMap((spy) => spy.mock.calls);
      expect(calls, 'printed by XState: events to stopped actors are bugs').toEqual([]);
    } finally {
      for (const spy of printed) spy.mockRestore();
    }
  });
}

/** Counted in the model itself: a state's own, and for each of its inmost states those that hold in all of it. */
function declaredTransitions({ root }: AnyStateMachine): number {
  type Node = typeof root;
  const count = (node: Node, inherited: ReadonlySet<string>): number => {
    const events = new Set([...inherited, ...node.ownEvents]);
    const inner = Object.values(node.states) as Node[];
    return inner.length === 0 ? events.size : inner.reduce((sum, each) => sum + count(each, events), 0);
  };
  return count(root, new Set());
}
