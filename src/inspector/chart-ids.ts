/** The ids of states and transitions in the state charts of docs/machines, and at run time. */
import type { AnyStateNode, AnyTransitionDefinition, StateValue } from 'xstate';

/** The machine's id and the path: `announcer.probing`. */
export function stateId(node: AnyStateNode): string {
  return [node.machine.id, ...node.path].join('.');
}

/** `always`, `after deferral`, or the type of the event without `xstate.`. */
export function eventName(type: string, node: AnyStateNode): string {
  const delay = /^xstate\.after\.(.+)$/.exec(type)?.[1];
  if (delay === undefined) return type === '' ? 'always' : type.replace(/^xstate\./, '');
  const name = delay.endsWith(`.${node.id}`) ? delay.slice(0, -node.id.length - 1) : delay;
  return `after ${/^\d+$/.test(name) ? `${name}ms` : name}`;
}

/** State, event and place among the transitions on that event: `announcer.deferring:after.deferral:0`. */
export function transitionId(node: AnyStateNode, type: string, place: number): string {
  return `${stateId(node)}:${eventName(type, node).replace(' ', '.')}:${place}`;
}

const known = new WeakMap<AnyTransitionDefinition, string>();

/** The same for a transition that was taken; undefined for the start of a machine, which has none. */
export function takenTransitionId(taken: AnyTransitionDefinition): string | undefined {
  const found = known.get(taken);
  if (found !== undefined) return found;
  const { source, eventType } = taken;
  const list = eventType === '' ? source.always : source.transitions.get(eventType);
  const place = list?.indexOf(taken) ?? -1;
  if (place < 0) return undefined;
  const id = transitionId(source, eventType, place);
  known.set(taken, id);
  return id;
}

/** The paths of the innermost states, with spaces between them. */
export function innermost(value: StateValue, path = ''): string {
  if (typeof value === 'string') return path + value;
  const inner = Object.entries(value).map(([key, below]) => (below ? innermost(below, `${path}${key}.`) : ''));
  return inner.length === 0 ? path.slice(0, -1) : inner.join(' ');
}
