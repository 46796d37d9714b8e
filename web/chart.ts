/**
 * The state chart of one actor, as in docs/machines: its active states are lit, and so is the transition that was taken
 * last. What a machine does in every state is many rows, which are folded.
 */
import type { ActorInfo } from '../src/inspector/frames.js';
import { button, el, setText, visible } from './dom.js';

/** Rows above the states that are shown without being asked for. */
const MOST_ROWS = 3;
const MARGIN = 12;

export class ChartView {
  readonly element: HTMLElement;
  readonly #charts: Readonly<Record<string, string>>;
  readonly #title = el('h2', { text: 'State chart' });
  readonly #states = el('p', { class: 'states', 'aria-live': 'off' });
  readonly #last = el('p', { class: 'last-step' });
  readonly #fold = button('', () => this.#setFolded(!this.#isFolded));
  readonly #fit = button('Fit', () => this.#setFitted(!this.#isFitted), { 'aria-pressed': 'false' });
  readonly #paper = el('div', { class: 'paper-box', tabindex: '0', role: 'region', 'aria-label': 'State chart' });
  #shown: string | undefined;
  #picture: SVGSVGElement | undefined;
  #size = { width: 0, height: 0 };
  #isFolded = true;
  #isFitted = false;
  /** What is marked in the picture. */
  #lit = '';
  #rows = 0;

  constructor(charts: Readonly<Record<string, string>>) {
    this.#charts = charts;
    this.element = el('section', { class: 'pane chart-pane', 'aria-label': 'Chosen actor' });
    const tools = el('div', { class: 'chart-tools' }, this.#fit, this.#fold);
    this.element.append(this.#title, this.#states, this.#last, tools, this.#paper);
    this.show(undefined, '', '');
  }

  /** `by`: the ids of the transitions that were taken last. */
  show(actor: ActorInfo | undefined, label: string, by: string): void {
    setText(this.#title, actor ? visible(label) : 'No actor chosen');
    setText(this.#states, actor ? `in ${actor.state.replaceAll(' ', ' and ')}` : 'Choose an actor in the tree.');
    setText(this.#last, by === '' ? '' : `last: ${by.split(' ').map(stepText).join(', then ')}`);
    const chart = actor?.chart;
    if (chart !== this.#shown) this.#draw(chart);
    if (actor && !this.#picture) setText(this.#paper, 'This actor has no states, so it has no chart.');
    if (actor && chart) this.#light(chart, actor.state, by);
  }

  #draw(chart: string | undefined): void {
    this.#shown = chart;
    this.#picture = undefined;
    this.#lit = '';
    this.#paper.replaceChildren();
    const text = chart === undefined ? undefined : this.#charts[chart];
    this.#fold.hidden = true;
    this.#fit.hidden = true;
    if (chart === undefined || text === undefined) return;
    const parsed = new DOMParser().parseFromString(text, 'image/svg+xml').documentElement;
    const picture = document.importNode(parsed, true) as unknown as SVGSVGElement;
    this.#picture = picture;
    this.#size = { width: Number(picture.getAttribute('width')), height: Number(picture.getAttribute('height')) };
    this.#rows = picture.querySelectorAll(`[data-state="${chart}"] > [data-transition]`).length;
    this.#paper.append(picture);
    this.#fit.hidden = false;
    this.#fold.hidden = this.#rows <= MOST_ROWS;
    this.#setFolded(this.#rows > MOST_ROWS);
  }

  /** Cuts off the top of the picture, where the rows of the whole machine are. */
  #setFolded(isFolded: boolean): void {
    this.#isFolded = isFolded;
    setText(this.#fold, `${isFolded ? '+' : '−'} ${this.#rows} handled in any state`);
    this.#fold.setAttribute('aria-expanded', String(!isFolded));
    const picture = this.#picture;
    if (!picture) return;
    const top = isFolded ? Math.max(0, topOf(picture) - MARGIN) : 0;
    const { width, height } = this.#size;
    picture.setAttribute('viewBox', `0 ${top} ${width} ${height - top}`);
    picture.setAttribute('height', String(height - top));
  }

  /** Shows the whole picture, however small. */
  #setFitted(isFitted: boolean): void {
    this.#isFitted = isFitted;
    this.#fit.setAttribute('aria-pressed', String(isFitted));
    this.#paper.classList.toggle('fitted', isFitted);
    this.#reveal();
  }

  #light(chart: string, state: string, by: string): void {
    const shown = [chart, state, by].join('\n');
    if (shown === this.#lit) return;
    this.#lit = shown;
    const paths = state.split(' ');
    const [active, innermost] = [new Set([chart]), new Set(paths.map((path) => `${chart}.${path}`))];
    for (const path of paths) {
      const parts = path.split('.');
      for (let length = 1; length <= parts.length; length++) active.add(`${chart}.${parts.slice(0, length).join('.')}`);
    }
    for (const group of this.#picture?.querySelectorAll('[data-state]') ?? []) {
      const id = group.getAttribute('data-state') ?? '';
      group.classList.toggle('active', active.has(id));
      group.classList.toggle('innermost', innermost.has(id));
    }
    this.#reveal();
    const taken = new Set(by.split(' '));
    for (const group of this.#picture?.querySelectorAll('[data-transition]') ?? []) {
      const ids = group.getAttribute('data-transition')?.split(' ') ?? [];
      group.classList.toggle(
        'taken',
        ids.some((id) => taken.has(id)),
      );
    }
  }

  /** Scrolls to the innermost active state, or the first of them, unless all of it is in view. */
  #reveal(): void {
    const shape = this.#picture?.querySelector('.innermost > rect');
    if (!shape || this.#isFitted) return;
    const [state, pane] = [shape.getBoundingClientRect(), this.#paper.getBoundingClientRect()];
    const isInView =
      state.left >= pane.left && state.right <= pane.right && state.top >= pane.top && state.bottom <= pane.bottom;
    if (isInView) return;
    this.#paper.scrollLeft += (state.left + state.right - pane.left - pane.right) / 2;
    this.#paper.scrollTop += (state.top + state.bottom - pane.top - pane.bottom) / 2;
  }
}

/** Where the first state in the machine begins. */
function topOf(picture: SVGSVGElement): number {
  const inner = [...picture.querySelectorAll('[data-state] ~ [data-state] > rect, .start, .label > rect')];
  const tops = inner.map((shape) => Number(shape.getAttribute('y') ?? Number(shape.getAttribute('cy')) - MARGIN / 2));
  return Math.min(...tops);
}

/** `announcer.probing:probe.heard:0` as `probe.heard in probing`. */
function stepText(id: string): string {
  const [state = '', event = ''] = id.split(':');
  const inner = state.slice(state.indexOf('.') + 1);
  return state.includes('.') ? `${event.replace('after.', 'after ')} in ${inner}` : event;
}
