/** From ELK's coordinates to the picture: the box of the root goes around all of it, with its rows on top. */
import type { ElkExtendedEdge, ElkNode, ElkShape } from 'elkjs/lib/elk.bundled.js';
import { type ChartContent, contentOf } from './content.js';
import { arrowId, headerId, isBackward, layOut, startId, textsOf } from './elk.js';
import { type Chart, type ChartState, isWithin, statesIn } from './model.js';
import {
  type Box,
  columnsOf,
  LABEL_PADDING,
  type Picture,
  type PlacedArrow,
  type PlacedState,
  type Point,
  placeColumns,
  placeTexts,
  STATE_PADDING,
  sizeOfColumns,
} from './picture.js';
import { LINE_HEIGHT, sizeOf } from './text.js';

const MARGIN = 10;
const MIN_WIDTH = 360;
/** Between a line and a text. */
const CLEARANCE = 6;

export async function pictureOf(chart: Chart): Promise<Picture> {
  const content = contentOf(chart);
  const graph = await layOut(chart, content);
  const root = placeRoot(chart, content, graph);
  const at = { x: MARGIN, y: MARGIN + root.box.height - (graph.height ?? 0) };
  const [boxes, edges] = [boxesIn(graph, at), new Map(graph.edges?.map((edge) => [edge.id, edge]))];
  const starts = statesIn(chart.root).flatMap(({ id, initial }) => {
    if (initial === undefined) return [];
    return [{ dot: found(boxes, startId(id)), points: pointsOf(found(edges, startId(id)), at) }];
  });
  const arrows = content.arrows.map((arrow, index): PlacedArrow => {
    const edge = found(edges, arrowId(index));
    const [points, label] = [pointsOf(edge, at), boxAt(edge.labels?.[0] ?? {}, at)];
    const texts = placeTexts(arrow.label, inset(label, LABEL_PADDING));
    return { ...arrow, points: isBackward(chart, arrow) ? points.reverse() : points, label, texts };
  });
  const lines = [...starts, ...arrows].map(({ points }) => points);
  const states = chart.root.states.flatMap(statesIn).map((state) => placeState(chart, content, state, boxes, lines));
  return {
    chart,
    width: root.box.width + 2 * MARGIN,
    height: root.box.height + 2 * MARGIN,
    states: [root, ...states],
    starts,
    arrows,
  };
}

/** Its rows are in as many columns as the picture is wide. */
function placeRoot({ root }: Chart, content: ChartContent, graph: ElkNode): PlacedState {
  const least = Math.max(graph.width ?? 0, MIN_WIDTH);
  const [name, ...rows] = textsOf(root, content);
  const columns = columnsOf(rows, least - 2 * STATE_PADDING);
  const { width, height } = sizeOfColumns(columns);
  const from = { x: MARGIN + STATE_PADDING, y: MARGIN + STATE_PADDING };
  const texts = [
    ...placeTexts(name ? [name] : [], from),
    ...placeColumns(columns, { ...from, y: from.y + LINE_HEIGHT }),
  ];
  const box = {
    x: MARGIN,
    y: MARGIN,
    width: Math.ceil(Math.max(least, width + 2 * STATE_PADDING)),
    height: STATE_PADDING + LINE_HEIGHT + height + (graph.height ?? 0),
  };
  return { state: root, depth: 0, box, texts };
}

function placeState(
  { root }: Chart,
  content: ChartContent,
  state: ChartState,
  boxes: ReadonlyMap<string, Box>,
  lines: readonly (readonly Point[])[],
): PlacedState {
  const box = found(boxes, state.id);
  const header = boxes.get(headerId(state.id)) ?? { ...sizeOf(textsOf(state, content)), ...inset(box, STATE_PADDING) };
  const texts = placeTexts(textsOf(state, content), leftmost(header, box.x + STATE_PADDING, lines));
  return { state, depth: statesIn(root).filter(({ id }) => isWithin(state.id, id)).length - 1, box, texts };
}

/** At the left edge of its state, if no line is in the way. */
function leftmost(header: Box, x: number, lines: readonly (readonly Point[])[]): Point {
  const isCrossed = lines.some((points) =>
    points.some((point, index) => {
      const next = points[index + 1] ?? point;
      const [left, right] = [Math.min(point.x, next.x), Math.max(point.x, next.x)];
      const [top, bottom] = [Math.min(point.y, next.y), Math.max(point.y, next.y)];
      return (
        right > x - CLEARANCE && left < header.x + header.width && bottom > header.y && top < header.y + header.height
      );
    }),
  );
  return isCrossed ? header : { x, y: header.y };
}

function found<T>(map: ReadonlyMap<string, T>, id: string): T {
  const value = map.get(id);
  if (value === undefined) throw new Error(`ELK has no place for ${id}`);
  return value;
}

function boxesIn(node: ElkNode, origin: Point): Map<string, Box> {
  return new Map(
    (node.children ?? []).flatMap((child) => [[child.id, boxAt(child, origin)] as const, ...boxesIn(child, origin)]),
  );
}

function boxAt({ x = 0, y = 0, width = 0, height = 0 }: ElkShape, origin: Point): Box {
  return { x: x + origin.x, y: y + origin.y, width, height };
}

function pointsOf({ sections = [] }: ElkExtendedEdge, origin: Point): Point[] {
  const points = sections.flatMap(({ startPoint, bendPoints = [], endPoint }) => [startPoint, ...bendPoints, endPoint]);
  return points.map(({ x, y }) => ({ x: x + origin.x, y: y + origin.y }));
}

function inset({ x, y }: Point, by: number): Point {
  return { x: x + by, y: y + by };
}
