/**
 * A machine as plain data: its states, and each transition with event, guard, actions and targets. The state nodes are
 * walked, since `toJSON` of a machine leaves out its `always` transitions.
 */
import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { eventName, stateId, transitionId } from '../../src/inspector/chart-ids.js';

export interface Chart {
  /** The machine's id. */
  readonly id: string;
  readonly root: ChartState;
  /** In document order: of two transitions on one event, the first whose guard holds is taken. */
  readonly transitions: readonly ChartTransition[];
}

export interface ChartState {
  /** The machine's id and the path, for example `announcer.probing`. */
  readonly id: string;
  readonly name: string;
  readonly kind: AnyStateNode['type'];
  /** The id of the state in which a compound state starts. */
  readonly initial: string | undefined;
  readonly entry: readonly string[];
  readonly exit: readonly string[];
  readonly invoke: readonly string[];
  readonly states: readonly ChartState[];
}

export interface ChartTransition {
  /** State, event and place among the transitions on that event: `announcer.waiting:after.untilStart:0`. */
  readonly id: string;
  readonly source: string;
  /** Ids of states; none if the transition stays where it is. */
  readonly targets: readonly string[];
  /** `always`, `after untilStart`, or the type of the event without `xstate.`. */
  readonly event: string;
  readonly guard: string | undefined;
  readonly actions: readonly string[];
}

type Transition = AnyStateNode['always'] extends readonly (infer T)[] | undefined ? T : never;

export function chartOf(machine: AnyStateMachine): Chart {
  return { id: machine.id, root: stateOf(machine.root), transitions: nodesOf(machine.root).flatMap(transitionsOf) };
}

/** A state and all states in it, in document order. */
export function statesIn(state: ChartState): ChartState[] {
  return [state, ...state.states.flatMap(statesIn)];
}

/** A state is in itself. */
export function isWithin(id: string, ancestor: string): boolean {
  return id === ancestor || id.startsWith(`${ancestor}.`);
}

function nodesOf(node: AnyStateNode): AnyStateNode[] {
  return [node, ...Object.values(node.states).flatMap(nodesOf)];
}

function stateOf(node: AnyStateNode): ChartState {
  const initial = node.type === 'compound' ? node.initial.target[0] : undefined;
  return {
    id: stateId(node),
    name: node.key,
    kind: node.type,
    initial: initial && stateId(initial),
    entry: node.entry.filter((action) => !belongsToDelay(action)).map(nameOfAction),
    exit: node.exit.filter((action) => !belongsToDelay(action)).map(nameOfAction),
    invoke: node.invoke.map(({ src }) => (typeof src === 'string' ? src : 'inline')),
    states: Object.values(node.states).map(stateOf),
  };
}

function transitionsOf(node: AnyStateNode): ChartTransition[] {
  const lists: [string, readonly Transition[]][] = [['', node.always ?? []], ...node.transitions.entries()];
  return lists.flatMap(([type, list]) => {
    const event = eventName(type, node);
    return list.map(({ target, guard, actions }, place) => ({
      id: transitionId(node, type, place),
      source: stateId(node),
      targets: (target ?? []).map(stateId),
      event,
      guard: nameOfGuard(guard),
      actions: actions.map(nameOfAction),
    }));
  });
}

function nameOfGuard(guard: Transition['guard']): string | undefined {
  if (guard === undefined || typeof guard === 'string') return guard;
  return typeof guard === 'function' ? guard.name || 'inline' : guard.type;
}

/** Delays raise their events on entry and cancel them on exit: they are drawn as transitions. */
function belongsToDelay(action: unknown): boolean {
  const { type } = action as { readonly type?: string };
  return type === 'xstate.raise' || type === 'xstate.cancel';
}

function nameOfAction(action: unknown): string {
  if (typeof action === 'string') return action;
  const { type, params } = action as { readonly type?: string; readonly params?: unknown };
  if (type?.startsWith('xstate.')) return type.slice('xstate.'.length);
  // A word speaks for itself; a number or a truth value needs its name.
  const given = typeof params === 'object' && params !== null ? Object.entries(params) : [];
  const values = given.map(([name, value]) => (typeof value === 'string' ? value : `${name}=${value}`));
  return [type ?? 'inline', ...values].join(' ');
}
