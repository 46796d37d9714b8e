/** A chart as a graph for ELK, the Eclipse Layout Kernel, which finds a place for its states, arrows and labels. */
import elk, { type ElkExtendedEdge, type ElkNode, type LayoutOptions } from 'elkjs/lib/elk.bundled.js';
import type { Arrow, ChartContent } from './content.js';
import { type Chart, type ChartState, statesIn } from './model.js';
import { LABEL_PADDING, STATE_PADDING } from './picture.js';
import { sizeOf, type Text } from './text.js';

const OPTIONS: LayoutOptions = {
  'elk.algorithm': 'layered',
  'elk.direction': 'DOWN',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.json.edgeCoords': 'ROOT',
  'elk.json.shapeCoords': 'ROOT',
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
  'elk.spacing.nodeNode': '24',
  'elk.spacing.edgeNode': '14',
  'elk.spacing.edgeEdge': '10',
  'elk.layered.spacing.nodeNodeBetweenLayers': '28',
  'elk.layered.spacing.edgeNodeBetweenLayers': '14',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '10',
  'elk.padding': paddingOf(14),
};
const START_SIZE = 10;

/** The dot in a compound state, and the line from it. */
export function startId(state: string): string {
  return `start of ${state}`;
}

/** What is written in a state that has others in it: a node, so that lines into those others go around it. */
export function headerId(state: string): string {
  return `header of ${state}`;
}

export function arrowId(index: number): string {
  return `arrow ${index}`;
}

/** The states in the root, with the texts of each, as ELK places them. */
export function layOut(chart: Chart, content: ChartContent): Promise<ElkNode> {
  const starts = statesIn(chart.root).flatMap(({ id, initial }): ElkExtendedEdge[] =>
    initial === undefined ? [] : [{ id: startId(id), sources: [startId(id)], targets: [initial] }],
  );
  const edges = [...starts, ...content.arrows.map((arrow, index) => edgeOf(chart, arrow, index))];
  const children = childrenOf(chart.root, content);
  return new elk.default().layout({ id: chart.id, layoutOptions: OPTIONS, children, edges });
}

/**
 * Whether the target stands above the source in the machine's text. ELK gets such an arrow the other way round, so that
 * the picture runs downwards in the order of the text.
 */
export function isBackward({ root }: Chart, { source, target }: Arrow): boolean {
  const states = statesIn(root);
  const [from, to] = [source, target].map((id) => states.findIndex((state) => state.id === id));
  return from !== undefined && to !== undefined && from > to && states[to]?.kind !== 'final';
}

/** The label is at the source: what can happen in a state is read next to it. */
function edgeOf(chart: Chart, arrow: Arrow, index: number): ElkExtendedEdge {
  const { width, height } = sizeOf(arrow.label);
  const backward = isBackward(chart, arrow);
  const label = {
    text: ' ',
    width: width + 2 * LABEL_PADDING,
    height: height + 2 * LABEL_PADDING,
    layoutOptions: {
      'elk.edgeLabels.inline': 'true',
      'elk.layered.edgeLabels.centerLabelPlacementStrategy': backward ? 'HEAD_LAYER' : 'TAIL_LAYER',
    },
  };
  const [from, to] = backward ? [arrow.target, arrow.source] : [arrow.source, arrow.target];
  return { id: arrowId(index), sources: [from], targets: [to], labels: [label] };
}

function nodeOf(state: ChartState, content: ChartContent): ElkNode {
  const { width, height } = sizeOf(textsOf(state, content));
  if (state.states.length === 0) {
    // Nothing comes after a final state.
    const layoutOptions: LayoutOptions =
      state.kind === 'final' ? { 'elk.layered.layering.layerConstraint': 'LAST' } : {};
    return { id: state.id, width: width + 2 * STATE_PADDING, height: height + 2 * STATE_PADDING, layoutOptions };
  }
  const header = headerId(state.id);
  // The dot is below the header, and so are the regions of a parallel state.
  const below = state.initial === undefined ? state.states.map(({ id }) => id) : [startId(state.id)];
  return {
    id: state.id,
    layoutOptions: { 'elk.padding': paddingOf(STATE_PADDING) },
    children: [{ id: header, width, height }, ...childrenOf(state, content)],
    edges: below.map((id) => ({ id: `${header} above ${id}`, sources: [header], targets: [id] })),
  };
}

function childrenOf(state: ChartState, content: ChartContent): ElkNode[] {
  const children = state.states.map((child) => nodeOf(child, content));
  const start = { id: startId(state.id), width: START_SIZE, height: START_SIZE };
  return state.initial === undefined ? children : [start, ...children];
}

/** The name of the state, and its rows. */
export function textsOf(state: ChartState, { rows }: ChartContent): Text[] {
  const name: Text = { ids: [], lines: [{ words: [{ kind: 'name', text: state.name }], indent: 0 }] };
  return [name, ...(rows.get(state.id) ?? [])];
}

function paddingOf(pixels: number): string {
  return `[top=${pixels},left=${pixels},bottom=${pixels},right=${pixels}]`;
}
