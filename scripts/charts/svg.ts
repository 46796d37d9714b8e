/**
 * A picture as SVG. Each state has `data-state`, each arrow and each statement `data-transition` with the ids of its
 * transitions, so that a page can light up what is active. Coordinates are absolute: no transforms.
 */
import type { Box, Picture, PlacedArrow, PlacedState, PlacedText, Point } from './picture.js';
import { STYLE } from './style.js';
import { widthOf } from './text.js';

const CORNER = 5;
const ARROW_LENGTH = 7;
const ARROW_WIDTH = 3.5;

export function svgOf({ chart, width, height, states, starts, arrows }: Picture): string {
  const parallel = states.filter(({ state }) => state.kind === 'parallel');
  const regions = new Set(parallel.flatMap(({ state }) => state.states.map(({ id }) => id)));
  const [w, h] = [Math.ceil(width), Math.ceil(height)];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}" class="chart" role="img" aria-label="State chart of ${escaped(chart.id)}">`,
    `<style>${STYLE}</style>`,
    `<rect class="paper" width="${w}" height="${h}"/>`,
    ...states.map((placed) => drawState(placed, regions.has(placed.state.id))),
    ...starts.flatMap(({ dot, points }) => [
      `<circle class="start" cx="${n(dot.x + dot.width / 2)}" cy="${n(dot.y + dot.height / 2)}" r="${n(dot.width / 2)}"/>`,
      `<g class="arrow">${drawLine(points)}</g>`,
    ]),
    // The lines first: a label covers every line.
    ...arrows.map(({ texts, points }) => `<g class="arrow"${transitionsOf(texts)}>${drawLine(points)}</g>`),
    ...arrows.map(drawLabel),
    '</svg>',
    '',
  ].join('\n');
}

function drawState({ state, box, texts, depth }: PlacedState, isRegion: boolean): string {
  const classes = ['state', state.kind, depth % 2 === 0 ? 'even' : 'odd', ...(isRegion ? ['region'] : [])];
  const inner = { x: box.x + 3, y: box.y + 3, width: box.width - 6, height: box.height - 6 };
  return [
    `<g class="${classes.join(' ')}" data-state="${escaped(state.id)}">`,
    rect('box', box),
    ...(state.kind === 'final' ? [rect('inner', inner)] : []),
    ...texts.map(drawText),
    '</g>',
  ].join('\n');
}

function drawLabel({ label, texts }: PlacedArrow): string {
  return [`<g class="label"${transitionsOf(texts)}>`, rect('box', label), ...texts.map(drawText), '</g>'].join('\n');
}

function drawText({ ids, lines }: PlacedText): string {
  const drawn = lines.map(({ x, y, line }) => {
    const words = line.words.map(({ kind, text }) => `<tspan class="${kind}">${escaped(text)}</tspan>`);
    return `<text x="${n(x)}" y="${n(y)}" textLength="${n(widthOf(line))}">${words.join(' ')}</text>`;
  });
  return ids.length === 0 ? drawn.join('') : `<g data-transition="${escaped(ids.join(' '))}">${drawn.join('')}</g>`;
}

function transitionsOf(texts: readonly PlacedText[]): string {
  return ` data-transition="${escaped(texts.flatMap(({ ids }) => ids).join(' '))}"`;
}

function rect(className: string, { x, y, width, height }: Box): string {
  return `<rect class="${className}" x="${n(x)}" y="${n(y)}" width="${n(width)}" height="${n(height)}" rx="${CORNER}"/>`;
}

/** A line with round corners and an arrow head at its end. */
function drawLine(points: readonly Point[]): string {
  const [last, before] = [points.at(-1), points.at(-2)];
  if (!last || !before) return '';
  const base = towards(last, before, ARROW_LENGTH);
  const way = [...points.slice(0, -1), base];
  const parts = way.map((point, index) => {
    const [from, to] = [way[index - 1], way[index + 1]];
    if (!from) return `M${at(point)}`;
    if (!to) return `L${at(point)}`;
    const radius = Math.min(CORNER, distance(from, point) / 2, distance(point, to) / 2);
    return `L${at(towards(point, from, radius))}Q${at(point)} ${at(towards(point, to, radius))}`;
  });
  const across = {
    x: ((last.y - base.y) / ARROW_LENGTH) * ARROW_WIDTH,
    y: ((base.x - last.x) / ARROW_LENGTH) * ARROW_WIDTH,
  };
  const [left, right] = [
    { x: base.x + across.x, y: base.y + across.y },
    { x: base.x - across.x, y: base.y - across.y },
  ];
  return `<path class="line" d="${parts.join('')}"/><path class="head" d="M${at(left)}L${at(last)}L${at(right)}Z"/>`;
}

function towards(from: Point, to: Point, length: number): Point {
  const all = distance(from, to) || 1;
  return { x: from.x + ((to.x - from.x) / all) * length, y: from.y + ((to.y - from.y) / all) * length };
}

function distance(a: Point, b: Point): number {
  return Math.abs(a.x - b.x) + Math.abs(a.y - b.y);
}

function at({ x, y }: Point): string {
  return `${n(x)} ${n(y)}`;
}

/** A tenth of a pixel is enough, and the same on every machine. */
function n(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
