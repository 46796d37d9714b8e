/**
 * Walks through a model: every shortest path to each of its states, then on and on until every transition has been taken, and
 * every ordered pair of transitions that can follow one another. A model is a machine without context, delays or actions: what
 * the system under test should be like is all in its states.
 */
import { type AnyMachineSnapshot, type AnyStateMachine, createActor, type EventObject } from 'xstate';
import { createTestModel } from 'xstate/graph';
import { type Random, seededRandom } from '../../src/net/simulated/index.js';

/** One transition of a model. */
export interface Edge {
  readonly from: string;
  readonly event: string;
  readonly to: string;
}

/** The system under test, from the model's initial state until the model is done. */
export interface Run<E extends string, S extends string> {
  /** How each event of the model is done to the system. */
  readonly events: Readonly<Record<E, () => void | Promise<void>>>;
  /** What holds of the system in each state of the model. */
  readonly states: Readonly<Record<S, () => void | Promise<void>>>;
  /** What holds in every state, then ends what is still there. */
  end(): Promise<void>;
  /** What a failure message tells besides the steps. */
  report(): string;
}

interface Adjacency {
  readonly state: AnyMachineSnapshot;
  readonly transitions: Readonly<Record<string, { readonly event: EventObject; readonly state: AnyMachineSnapshot }>>;
}

export type StartRun<E extends string, S extends string> = (random: Random) => Run<E, S>;

export class Walker<E extends string, S extends string> {
  readonly edges: readonly Edge[];
  readonly initial: string;
  /** How often each transition has been taken. */
  readonly taken = new Map<Edge, number>();
  /** `from --event--> to --event-->` as text. */
  readonly pairs = new Set<string>();
  steps = 0;
  readonly #machine: AnyStateMachine;
  readonly #start: StartRun<E, S>;
  readonly #seed: string;
  readonly #after = new Map<string, Edge[]>();

  constructor(machine: AnyStateMachine, seed: number | string, start: StartRun<E, S>) {
    this.#machine = machine;
    this.#seed = String(seed);
    this.#start = start;
    const map = Object.values(createTestModel(machine).getAdjacencyMap()) as readonly Adjacency[];
    const edges = map.flatMap(({ state, transitions }) =>
      Object.values(transitions)
        .map(({ event, state: next }) => ({ from: nameOf(state), event: event.type, to: nameOf(next) }))
        .filter(({ from, event }) => isDeclared(machine, from, event)),
    );
    // The map has a state once for each event that led there.
    this.edges = [...new Map(edges.map((edge) => [`${edge.from} ${edge.event}`, edge])).values()];
    for (const edge of this.edges) {
      const known = this.#after.get(edge.from);
      if (known) known.push(edge);
      else this.#after.set(edge.from, [edge]);
    }
    this.initial = nameOf(createActor(machine).getSnapshot());
  }

  /** Every state of the model, final ones included. */
  get states(): string[] {
    return [...new Set(this.edges.flatMap(({ from, to }) => [from, to]))];
  }

  get eventTypes(): string[] {
    return [...new Set(this.edges.map(({ event }) => event))];
  }

  get allPairs(): string[] {
    return this.edges.flatMap((edge) => this.#following(edge).map((next) => pairName(edge, next)));
  }

  /** A run for each shortest path. @returns how many there are */
  async walkShortestPaths(): Promise<number> {
    const paths = createTestModel(this.#machine).getShortestPaths();
    for (const [i, path] of paths.entries()) {
      const events = path.steps.map(({ event }) => event.type).filter((event) => event !== 'xstate.init');
      const route: Edge[] = [];
      for (const event of events) {
        const edge = this.#from(route.at(-1)?.to ?? this.initial).find((each) => each.event === event);
        if (!edge) throw new Error(`The model has no ${event} after ${route.map((each) => each.event).join(', ')}.`);
        route.push(edge);
      }
      await this.#run(`path-${i}`, () => route.shift());
    }
    return paths.length;
  }

  /** Random walks, each to the next pair of transitions that is new, until there is none. */
  async walkAllPairs(): Promise<void> {
    for (let i = 0; this.pairs.size < this.allPairs.length; i++) {
      const before = this.pairs.size;
      await this.#run(`pairs-${i}`, (last, random) => this.#towardsNewPair(last, random));
      if (this.pairs.size === before) throw new Error(`No walk leads to ${this.missingPairs.join('; ')}`);
    }
  }

  /** One walk, to transitions that are new as long as there are any, until it is over; without the edges that are left out. */
  async walkNewTransitions(isOver: () => boolean, isLeftOut: (edge: Edge) => boolean): Promise<void> {
    await this.#run('new', (last, random) => {
      const ways = this.#from(last?.to ?? this.initial).filter((edge) => !isLeftOut(edge));
      if (isOver() || ways.length === 0) return undefined;
      const seldom = shuffled(ways, random).sort((a, b) => this.#timesTaken(a) - this.#timesTaken(b));
      return seldom[0];
    });
  }

  /** Walks without a plan, of so many steps; none of them ends in a final state before. */
  async walkAtRandom(walks: number, steps: number): Promise<void> {
    for (let i = 0; i < walks; i++) {
      let left = steps;
      await this.#run(`random-${i}`, (last, random) => {
        left -= 1;
        const ways = this.#from(last?.to ?? this.initial).filter(({ to }) => this.#from(to).length > 0);
        return left < 0 ? undefined : shuffled(ways, random)[0];
      });
    }
  }

  get missingPairs(): string[] {
    return this.allPairs.filter((pair) => !this.pairs.has(pair));
  }

  async #run(name: string, next: (last: Edge | undefined, random: Random) => Edge | undefined): Promise<void> {
    const seed = `${this.#seed}/${name}`;
    const random = seededRandom(seed);
    const run = this.#start(random);
    const done: string[] = [];
    try {
      let last: Edge | undefined;
      await run.states[this.initial as S]();
      for (let edge = next(last, random); edge; edge = next(last, random)) {
        done.push(edge.event);
        await run.events[edge.event as E]();
        await run.states[edge.to as S]();
        this.#note(last, edge);
        last = edge;
      }
      await run.end();
    } catch (error) {
      if (error instanceof Error) error.message += `\n\nseed ${seed}, steps: ${done.join(', ')}\n${run.report()}`;
      throw error;
    }
  }

  #note(last: Edge | undefined, edge: Edge): void {
    this.steps += 1;
    this.taken.set(edge, this.#timesTaken(edge) + 1);
    if (last) this.pairs.add(pairName(last, edge));
  }

  /** The next step of the shortest way to a pair of transitions that has not been taken; undefined when there is no way. */
  #towardsNewPair(last: Edge | undefined, random: Random): Edge | undefined {
    const start = this.#from(last?.to ?? this.initial);
    const isNew = (edge: Edge, next: Edge) => !this.pairs.has(pairName(edge, next));
    const fresh = last ? start.filter((edge) => isNew(last, edge)) : [];
    if (fresh.length > 0) return shuffled(fresh, random)[0];
    const ways = shuffled(start, random).map((first) => ({ first, at: first }));
    const seen = new Set(start);
    for (const { first, at } of ways) {
      for (const next of this.#following(at)) {
        if (isNew(at, next)) return first;
        if (seen.has(next)) continue;
        seen.add(next);
        ways.push({ first, at: next });
      }
    }
    return undefined;
  }

  #timesTaken(edge: Edge): number {
    return this.taken.get(edge) ?? 0;
  }

  #following(edge: Edge): readonly Edge[] {
    return this.#from(edge.to);
  }

  #from(state: string): readonly Edge[] {
    return this.#after.get(state) ?? [];
  }
}

function pairName(one: Edge, other: Edge): string {
  return `${one.from} --${one.event}--> ${one.to} --${other.event}-->`;
}

/** `up.settled` for the state value `{ up: 'settled' }`. */
function nameOf({ value }: AnyMachineSnapshot): string {
  const parts: string[] = [];
  let rest: unknown = value;
  for (; typeof rest === 'object' && rest !== null; [rest] = Object.values(rest)) parts.push(...Object.keys(rest));
  return [...parts, String(rest)].join('.');
}

/** Events that a state does not know leave it as it is; such are no transitions. */
function isDeclared(machine: AnyStateMachine, state: string, event: string): boolean {
  let node = machine.root;
  let isKnown = node.ownEvents.includes(event);
  for (const key of state.split('.')) {
    node = node.states[key] as typeof node;
    isKnown ||= node.ownEvents.includes(event);
  }
  return isKnown;
}

function shuffled<T>(list: readonly T[], random: Random): T[] {
  return list
    .map((each) => [random(), each] as const)
    .sort(([a], [b]) => a - b)
    .map(([, each]) => each);
}
