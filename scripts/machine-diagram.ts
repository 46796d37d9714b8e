/**
 * Draws a machine as a Mermaid state diagram with a table of what it does without changing its state. The state nodes are
 * walked, since `toJSON` of a machine leaves out its `always` transitions.
 */
import type { AnyStateMachine, AnyStateNode } from 'xstate';

type Transition = AnyStateNode['always'] extends readonly (infer T)[] | undefined ? T : never;

interface Edge {
  readonly from: AnyStateNode;
  readonly label: string;
  readonly transition: Transition;
}

/** A Markdown page: the diagram, then the table. */
export function machinePage(machine: AnyStateMachine, source: string): string {
  const edges = edgesOf(machine.root);
  const drawn = edges.flatMap(drawEdge);
  const any = drawn.some((line) => line.startsWith('  rootany')) ? ['  state "in any state" as rootany'] : [];
  const lines = ['stateDiagram-v2', ...drawStates(machine.root, 1), ...any, ...drawn];
  const rows = edges.filter(({ transition }) => !transition.target?.length && transition.actions.length > 0).map(row);
  const table = rows.length === 0 ? [] : ['', '| in | on | does |', '| --- | --- | --- |', ...rows];
  const entries = nodesOf(machine.root).map((node) => ({ node, names: namesOf(node.entry.filter(isOwn)) }));
  const entryTable = entries.flatMap(({ node, names }) => (names === '' ? [] : [`| ${nameOf(node)} | ${names} |`]));
  return [
    `# ${machine.id}`,
    '',
    `Drawn from [${source}](../../${source}) by \`npm run machines\`. A label reads: event [guard] / actions; a time in quotes is a delay.`,
    '',
    '```mermaid',
    ...lines,
    '```',
    ...table,
    ...(entryTable.length > 0 ? ['', '| entering | does |', '| --- | --- |', ...entryTable] : []),
    '',
  ].join('\n');
}

function nodesOf(node: AnyStateNode): AnyStateNode[] {
  return [node, ...Object.values(node.states).flatMap(nodesOf)];
}

function edgesOf(root: AnyStateNode): Edge[] {
  return nodesOf(root).flatMap((node) => {
    const always = (node.always ?? []).map((transition) => ({ from: node, label: 'always', transition }));
    const others = [...node.transitions.values()].flat().map((transition) => ({
      from: node,
      label: labelOf(transition.eventType),
      transition,
    }));
    return [...always, ...others];
  });
}

function drawStates(node: AnyStateNode, depth: number): string[] {
  const indent = '  '.repeat(depth);
  const children = Object.values(node.states);
  const isParallel = node.type === 'parallel';
  const lines = children.flatMap((child, index) => {
    const own = [`${indent}state "${child.key}" as ${idOf(child)}${Object.keys(child.states).length > 0 ? ' {' : ''}`];
    if (Object.keys(child.states).length > 0) own.push(...drawStates(child, depth + 1), `${indent}}`);
    if (child.type === 'final') own.push(`${indent}${idOf(child)} --> [*]`);
    if (isParallel && index < children.length - 1) own.push(`${indent}--`);
    return own;
  });
  const initial = node.type === 'compound' ? node.initial.target[0] : undefined;
  return initial ? [...lines, `${indent}[*] --> ${idOf(initial)}`] : lines;
}

function drawEdge({ from, label, transition }: Edge): string[] {
  const text = [label, guardOf(transition), actionsOf(transition)].filter((part) => part !== '').join(' ');
  // The root is the whole picture: what it handles leads from every state.
  if (from.parent === undefined) {
    return (transition.target ?? []).map((target) => `  rootany --> ${idOf(target)} : ${text}`);
  }
  return (transition.target ?? []).map((target) => `  ${idOf(from)} --> ${idOf(target)} : ${text}`);
}

function row({ from, label, transition }: Edge): string {
  const place = from.parent === undefined ? 'any state' : nameOf(from);
  return `| ${place} | ${[label, guardOf(transition)].filter((part) => part !== '').join(' ')} | ${namesOf(transition.actions)} |`;
}

function labelOf(event: string): string {
  const delay = /^xstate\.after\.(.+?)\.[^.]+(\..*)?$/.exec(event);
  return delay ? `'${delay[1]}'` : event;
}

function guardOf({ guard }: Transition): string {
  if (guard === undefined) return '';
  return `[${typeof guard === 'string' ? guard : typeof guard === 'function' ? guard.name : guard.type}]`;
}

function actionsOf({ actions }: Transition): string {
  return actions.length === 0 ? '' : `/ ${namesOf(actions)}`;
}

function namesOf(actions: readonly unknown[]): string {
  return actions.map(nameOfAction).join(', ');
}

/** Delays raise their events on entry: they are drawn as transitions. */
function isOwn(action: unknown): boolean {
  return (action as { readonly type?: string }).type !== 'xstate.raise';
}

function nameOfAction(action: unknown): string {
  if (typeof action === 'string') return action;
  const { type, params } = action as { readonly type?: string; readonly params?: object };
  if (type?.startsWith('xstate.')) return type.slice('xstate.'.length);
  return `${type ?? 'inline'}${params ? ` ${Object.values(params).join(' ')}` : ''}`;
}

function idOf(node: AnyStateNode): string {
  return node.path.length === 0 ? 'root' : node.path.join('_').replace(/[^A-Za-z0-9_]/g, '_');
}

function nameOf(node: AnyStateNode): string {
  return node.path.length === 0 ? 'the machine' : node.path.join('.');
}
