/** A list of any length of which only the visible rows are in the page. The arrow keys choose a row. */
import { el } from './dom.js';

/** Pixels. The style sheet has the same number. */
const ROW = 26;
const MARGIN_ROWS = 6;

export interface ListOptions<T> {
  readonly label: string;
  /** The titles of the columns. */
  readonly columns: readonly string[];
  /** The contents of a row. */
  readonly cells: (item: T) => readonly (Node | string)[];
  /** Items with equal keys are the same row. */
  readonly key: (item: T) => string | number;
  readonly chosen: (item: T | undefined) => void;
  /** What stands in the place of the list while it is empty. */
  readonly empty: string;
  /** Whether the contents of a row never change. Default: false. */
  readonly isFixed?: boolean;
  /** Whether the list, while its end is in view, moves on with what is added. Default: false. */
  readonly follows?: boolean;
}

let lists = 0;

export class List<T> {
  readonly element: HTMLElement;
  readonly #options: ListOptions<T>;
  readonly #id = `list-${++lists}`;
  readonly #box: HTMLElement;
  readonly #inner = el('div', { class: 'rows', role: 'presentation' });
  readonly #empty: HTMLElement;
  readonly #rows = new Map<string | number, HTMLElement>();
  readonly #texts = new WeakMap<HTMLElement, string>();
  #items: readonly T[] = [];
  #chosen: string | number | undefined;
  #made = 0;

  constructor(options: ListOptions<T>) {
    this.#options = options;
    this.#empty = el('p', { class: 'empty', text: options.empty });
    this.#box = el('div', { class: 'list', role: 'listbox', tabindex: '0', 'aria-label': options.label }, this.#inner);
    const titles = options.columns.map((title) => el('span', { text: title }));
    const head = el('div', { class: 'head', 'aria-hidden': 'true' }, ...titles);
    this.element = el('div', { class: `listing columns-${options.columns.length}` }, head, this.#box, this.#empty);
    this.#box.addEventListener('scroll', () => this.#draw(false));
    this.#box.addEventListener('keydown', (event) => this.#press(event));
    new ResizeObserver(() => this.#draw(false)).observe(this.#box);
  }

  get chosen(): T | undefined {
    return this.#items.find((item) => this.#options.key(item) === this.#chosen);
  }

  /** Says in other words why the list is empty. */
  set emptyText(text: string) {
    this.#empty.textContent = text;
  }

  show(items: readonly T[]): void {
    const { scrollTop, clientHeight } = this.#box;
    const isAtEnd = scrollTop + clientHeight >= (this.#items.length - 2) * ROW;
    this.#items = items;
    this.#draw(!this.#options.isFixed);
    if (this.#options.follows && isAtEnd) this.#box.scrollTop = this.#box.scrollHeight;
  }

  /** The contents of all rows have changed. */
  redraw(): void {
    this.#draw(true);
  }

  /** Chooses a row and scrolls to it; undefined for none. */
  choose(item: T | undefined): void {
    this.#chosen = item && this.#options.key(item);
    this.#options.chosen(item);
    const index = item ? this.#items.indexOf(item) : -1;
    if (index >= 0) this.#reveal(index);
    this.#draw(true);
  }

  #reveal(index: number): void {
    const [top, height] = [index * ROW, this.#box.clientHeight];
    if (top < this.#box.scrollTop) this.#box.scrollTop = top;
    if (top + ROW > this.#box.scrollTop + height) this.#box.scrollTop = top + ROW - height;
  }

  #draw(anew: boolean): void {
    const { scrollTop, clientHeight } = this.#box;
    this.#empty.hidden = this.#items.length > 0;
    this.#box.hidden = this.#items.length === 0;
    const first = Math.max(0, Math.floor(scrollTop / ROW) - MARGIN_ROWS);
    const last = Math.min(this.#items.length, Math.ceil((scrollTop + clientHeight) / ROW) + MARGIN_ROWS);
    this.#inner.style.height = `${this.#items.length * ROW}px`;
    const kept = new Set<string | number>();
    for (let index = first; index < last; index++) {
      const item = this.#items[index] as T;
      const key = this.#options.key(item);
      kept.add(key);
      let row = this.#rows.get(key);
      if (!row || anew) row = this.#row(item, key, row);
      row.style.top = `${index * ROW}px`;
      row.setAttribute('aria-posinset', String(index + 1));
      row.setAttribute('aria-setsize', String(this.#items.length));
    }
    for (const [key, row] of this.#rows) {
      if (kept.has(key)) continue;
      row.remove();
      this.#rows.delete(key);
    }
    const chosen = this.#chosen === undefined ? undefined : this.#rows.get(this.#chosen);
    if (chosen) this.#box.setAttribute('aria-activedescendant', chosen.id);
    else this.#box.removeAttribute('aria-activedescendant');
  }

  #row(item: T, key: string | number, old: HTMLElement | undefined): HTMLElement {
    const row = old ?? el('div', { class: 'row', role: 'option', id: `${this.#id}-${++this.#made}` });
    const contents = this.#options.cells(item);
    // The same texts as before make the same row; a change would make the browser lay it out anew.
    const texts = contents.every((cell) => typeof cell === 'string') ? contents.join('\n') : '';
    if (texts === '' || this.#texts.get(row) !== texts) {
      const cells = contents.map((cell) => el('span', { class: 'cell' }, cell));
      for (const [index, cell] of cells.entries()) cell.title = cell.textContent ?? this.#options.columns[index] ?? '';
      row.replaceChildren(...cells);
      this.#texts.set(row, texts);
    }
    row.setAttribute('aria-selected', String(key === this.#chosen));
    if (old) return row;
    // The item of that key at the time of the click.
    row.addEventListener('click', () => this.choose(this.#items.find((each) => this.#options.key(each) === key)));
    this.#rows.set(key, row);
    this.#inner.append(row);
    return row;
  }

  #press(event: KeyboardEvent): void {
    const page = Math.max(1, Math.floor(this.#box.clientHeight / ROW) - 1);
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: page,
      PageUp: -page,
      Home: Number.NEGATIVE_INFINITY,
      End: Number.POSITIVE_INFINITY,
    };
    const step = steps[event.key];
    if (step === undefined || this.#items.length === 0) return;
    event.preventDefault();
    const now = this.#items.findIndex((item) => this.#options.key(item) === this.#chosen);
    // The first press chooses the row at the end from which it comes.
    const from = now < 0 ? (step > 0 ? -1 : this.#items.length) : now;
    const next = Math.min(this.#items.length - 1, Math.max(0, from + step));
    this.choose(this.#items[next]);
  }
}
