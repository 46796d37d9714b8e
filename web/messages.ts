/**
 * What has happened, as a sequence: each line of time is a row, each actor a lane, and a message an arrow between lanes.
 * Choosing a row shows everything as it was then.
 */
import type { ActorId } from '../src/inspector/frames.js';
import { el, searchField, visible } from './dom.js';
import { type History, idsOf, type Line } from './history.js';
import { List } from './list.js';

const LANE = 22;
const ROW = 26;
/** Actors beyond this number share the last lane. */
const MOST_LANES = 16;
const SVG = 'http://www.w3.org/2000/svg';

const KINDS = { all: 'all', message: 'messages', state: 'states', life: 'actors that come and go' } as const;

export class MessagesView {
  readonly element: HTMLElement;
  readonly #history: History;
  readonly #list: List<Line>;
  readonly #heads = el('div', { class: 'lanes', 'aria-hidden': 'true' });
  readonly #search = searchField('Filter by text', () => this.show());
  readonly #kind = el('select', { 'aria-label': 'Kind' });
  readonly #only = el('input', { type: 'checkbox', id: 'only-chosen' });
  #lanes: ReadonlyMap<ActorId, number> = new Map();
  #actor: ActorId | undefined;

  constructor(history: History, timeOf: (at: number) => string, onChosen: (line: Line | undefined) => void) {
    this.#history = history;
    this.#list = new List<Line>({
      label: 'Messages',
      columns: ['time', 'lanes', 'from', 'to', 'what', 'contents'],
      cells: (line) => [timeOf(line.entry.at), this.#drawing(line), ...cellsOf(line)],
      key: ({ number }) => number,
      chosen: onChosen,
      empty: 'Nothing has happened so far. Publish or browse something, or wait for the network.',
      isFixed: true,
      follows: true,
    });
    for (const [value, text] of Object.entries(KINDS)) this.#kind.append(el('option', { value, text }));
    for (const control of [this.#kind, this.#only]) control.addEventListener('change', () => this.show());
    const only = el('label', { for: 'only-chosen' }, this.#only, ' only the chosen actor');
    this.element = el('section', { class: 'pane messages-pane', 'aria-label': 'Messages' });
    this.element.append(el('div', { class: 'tools' }, this.#search, this.#kind, only), this.#heads, this.#list.element);
  }

  /** The actor that "only the chosen actor" means. */
  set actor(id: ActorId | undefined) {
    this.#actor = id;
    if (this.#only.checked) this.show();
  }

  get search(): HTMLInputElement {
    return this.#search;
  }

  /** @param order the place of each actor in the tree, in which the lanes are; by default as before */
  show(order?: ReadonlyMap<ActorId, number>): void {
    const lines = this.#history.lines.filter((line) => this.#takes(line));
    if (order) this.#arrange(lines, order);
    this.#list.emptyText =
      this.#history.lines.length === 0
        ? 'Nothing has happened so far. Publish or browse something, or wait for the network.'
        : 'No line has this text and kind: empty the filter to see all of them.';
    this.#list.show(lines);
  }

  choose(line: Line | undefined): void {
    this.#list.choose(line);
  }

  #takes(line: Line): boolean {
    const { entry } = line;
    const kind = entry.kind === 'actor' || entry.kind === 'gone' ? 'life' : entry.kind;
    if (this.#kind.value !== 'all' && this.#kind.value !== kind) return false;
    if (this.#only.checked && this.#actor !== undefined && !idsOf(entry).includes(this.#actor)) return false;
    const wanted = this.#search.value.toLowerCase();
    return wanted === '' || cellsOf(line).join(' ').toLowerCase().includes(wanted);
  }

  /** Gives lanes to the actors that say most, in the order of the tree. */
  #arrange(lines: readonly Line[], order: ReadonlyMap<ActorId, number>): void {
    const weights = new Map<ActorId, { label: string; count: number }>();
    for (const { entry, from, to } of lines.slice(-MOST_LANES * ROW)) {
      if (entry.kind !== 'message') continue;
      for (const [id, label] of [
        [entry.from, from],
        [entry.to, to],
      ] as const) {
        const weight = weights.get(id);
        if (weight) weight.count++;
        else weights.set(id, { label, count: 1 });
      }
    }
    const most = [...weights].sort(([, a], [, b]) => b.count - a.count).slice(0, MOST_LANES);
    const placeOf = (id: ActorId) => order.get(id) ?? Number.POSITIVE_INFINITY;
    const lanes = most.sort(([a], [b]) => placeOf(a) - placeOf(b));
    if (lanes.map(([id]) => id).join() === [...this.#lanes.keys()].join()) return;
    this.#lanes = new Map(lanes.map(([id], index) => [id, index]));
    const heads = lanes.map(([, { label }], index) => {
      const head = el('span', { text: visible(label), title: visible(label) });
      head.style.left = `${(index + 0.5) * LANE}px`;
      return head;
    });
    this.#heads.replaceChildren(...heads);
    this.element.style.setProperty('--lanes', `${Math.max(1, lanes.length) * LANE}px`);
    this.#list.redraw();
  }

  #drawing({ entry }: Line): Node {
    const [from, to] = idsOf(entry).map((id) => this.#lanes.get(id));
    const picture = svg('svg', { width: String(MOST_LANES * LANE), height: String(ROW), 'aria-hidden': 'true' });
    for (let lane = 0; lane < this.#lanes.size; lane++)
      picture.append(line(middle(lane), 0, middle(lane), ROW, 'lane'));
    const y = ROW / 2;
    if (from === undefined && to === undefined) return picture;
    const [start, end] = [middle(from ?? this.#lanes.size), middle(to ?? this.#lanes.size)];
    if (start === end) {
      picture.append(
        svg('rect', { x: String(start - 4), y: String(y - 4), width: '8', height: '8', class: entry.kind }),
      );
      return picture;
    }
    const back = end > start ? -6 : 6;
    picture.append(line(start, y, end, y, 'arrow'));
    picture.append(svg('path', { d: `M${end} ${y}l${back} -4v8z`, class: 'arrow-head' }));
    return picture;
  }
}

/** From, to, what, contents. */
function cellsOf({ entry, from, to }: Line): readonly [string, string, string, string] {
  switch (entry.kind) {
    case 'message':
      return [visible(from), visible(to), visible(entry.type), visible(entry.data)];
    case 'state':
      return [visible(from), '', `→ ${entry.state.replaceAll(' ', ' + ')}`, entry.by];
    case 'actor':
      return [visible(from), '', 'starts', entry.actor.state];
    case 'gone':
      return [visible(from), '', 'has ended', ''];
  }
}

function middle(lane: number): number {
  return (lane + 0.5) * LANE;
}

function svg(tag: string, attributes: Readonly<Record<string, string>>): SVGElement {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element as SVGElement;
}

function line(x1: number, y1: number, x2: number, y2: number, className: string): SVGElement {
  const ends = { x1: String(x1), y1: String(y1), x2: String(x2), y2: String(y2) };
  return svg('line', { ...ends, class: className });
}
