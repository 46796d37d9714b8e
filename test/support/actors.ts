/** Driving one actor by itself: on a virtual clock, with ports that note what comes, and a record of the states it was in. */

import { afterEach, beforeEach, expect, type MockInstance, vi } from 'vitest';
import {
  type Actor,
  type ActorOptions,
  type AnyActorLogic,
  type AnyStateMachine,
  type AnyStateNode,
  createActor,
  type EventObject,
  fromCallback,
  type InspectionEvent,
} from 'xstate';
import type { Port } from '../../src/actors/messages.js';
import { VirtualClock } from '../../src/net/simulated/index.js';

/** A port that keeps what is sent to it. */
export interface Recorder<E extends EventObject> {
  readonly port: Port<E>;
  readonly events: readonly E[];
  /** What came since the last time. */
  take(): E[];
}

/** Where an actor is tried out. */
export class Bench {
  readonly clock = new VirtualClock();

  recorder<E extends EventObject>(): Recorder<E> {
    const events: E[] = [];
    const logic = fromCallback<E>(({ receive }) => receive((event) => events.push(event)));
    const port = createActor(logic, { clock: this.clock }).start() as unknown as Port<E>;
    return { port, events, take: () => events.splice(0) };
  }

  /** Starts an actor on the virtual clock; `beforeStart` is for listeners that are to miss nothing. */
  start<T extends AnyActorLogic>(
    logic: T,
    options: Omit<NonNullable<ActorOptions<T>>, 'clock'>,
    beforeStart: (actor: Actor<T>) => void = () => {},
  ): Actor<T> {
    const actor = createActor(logic, { ...options, clock: this.clock } as ActorOptions<T>);
    beforeStart(actor);
    actor.start();
    return actor;
  }
}

/** In a `describe`: XState prints nothing, least of all that an event was sent to a stopped actor. */
export function expectSilence(): void {
  const spies: MockInstance[] = [];
  beforeEach(() => {
    for (const method of ['warn', 'error'] as const) spies.push(vi.spyOn(console, method).mockImplementation(() => {}));
  });
  afterEach(() => {
    const printed = spies.flatMap((spy) => spy.mock.calls);
    for (const spy of spies.splice(0)) spy.mockRestore();
    expect(printed).toEqual([]);
  });
}

/** Tells which states and transitions of a machine no test has come to. Its `inspect` goes into the options of each actor. */
export class Coverage {
  readonly #machine: AnyStateMachine;
  readonly #states = new Set<string>();
  readonly #transitions = new Set<string>();

  constructor(machine: AnyStateMachine) {
    this.#machine = machine;
  }

  readonly inspect = (event: InspectionEvent): void => {
    if (event.type !== '@xstate.microstep' || !('_nodes' in event.snapshot)) return;
    const nodes = event.snapshot._nodes as readonly AnyStateNode[];
    if (nodes[0]?.machine.id !== this.#machine.id) return;
    for (const node of nodes) this.#states.add(node.id);
    for (const transition of event._transitions) {
      // A machine may begin in a state that it leaves at once.
      this.#states.add(transition.source.id);
      this.#transitions.add(nameOf(transition.source, transition.eventType, transition.target));
    }
  };

  get missingStates(): string[] {
    return nodesOf(this.#machine.root)
      .map(({ id }) => id)
      .filter((id) => !this.#states.has(id));
  }

  /** Those that are declared, each as `state: event -> targets`. */
  get missingTransitions(): string[] {
    const declared = nodesOf(this.#machine.root).flatMap((node) =>
      [...node.transitions.values(), ...(node.always ? [node.always] : [])]
        .flat()
        .map((transition) => nameOf(node, transition.eventType, transition.target)),
    );
    return [...new Set(declared)].filter((name) => !this.#transitions.has(name));
  }
}

function nodesOf(node: AnyStateNode): AnyStateNode[] {
  return [node, ...Object.values(node.states).flatMap((child) => nodesOf(child as AnyStateNode))];
}

function nameOf(source: AnyStateNode, event: string, target: readonly AnyStateNode[] | undefined): string {
  // The ids of delayed events repeat that of the state.
  const what = event === '' ? 'always' : event.replace(`.${source.id}`, '');
  return `${source.id}: ${what} -> ${target?.map(({ id }) => id).join(', ') ?? 'itself'}`;
}
