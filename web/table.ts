/** A view that asks the program once a second while it is open: a filter, rows, and the details of the chosen row. */
import type { Rows } from '../src/inspector/frames.js';
import { el, searchField, setText } from './dom.js';
import { List, type ListOptions } from './list.js';

const PERIOD_MS = 1_000;

export interface TableOptions<Row> extends Pick<ListOptions<Row>, 'label' | 'columns' | 'cells' | 'key' | 'empty'> {
  /** Asks for the rows. Undefined when there is no answer. */
  readonly ask: (filter: string) => Promise<Rows<Row> | undefined>;
  /** The details of a row, as a term and its descriptions. */
  readonly details: (row: Row) => readonly (readonly [string, readonly string[]])[];
  /** Stands between the filter and the rows. */
  readonly extra?: HTMLElement;
  /** Gets the whole answer, before the rows are shown. */
  readonly answered?: (answer: Rows<Row>) => void;
}

export class TableView<Row> {
  readonly element: HTMLElement;
  readonly search: HTMLInputElement;
  readonly #options: TableOptions<Row>;
  readonly #list: List<Row>;
  readonly #note = el('span', { class: 'note', role: 'status' });
  readonly #details = el('div', { class: 'details', tabindex: '0', role: 'region', 'aria-label': 'Details' });
  #isOpen = false;
  #round = 0;

  constructor(options: TableOptions<Row>) {
    this.#options = options;
    this.search = searchField('Filter by text', () => this.#refresh());
    this.#list = new List<Row>({ ...options, chosen: (row) => this.#explain(row) });
    const tools = el('div', { class: 'tools' }, this.search, options.extra, this.#note);
    this.element = el('div', { class: 'table-view' }, tools, this.#list.element, this.#details);
    this.#explain(undefined);
  }

  open(): void {
    this.#isOpen = true;
    this.#refresh();
  }

  close(): void {
    this.#isOpen = false;
  }

  #refresh(): void {
    void this.#ask(++this.#round);
  }

  /** Asks until it is closed, or asks for something else. */
  async #ask(round: number): Promise<void> {
    while (this.#isOpen && round === this.#round) {
      const filter = this.search.value;
      const answer = await this.#options.ask(filter);
      if (answer && round === this.#round) this.#show(answer, filter);
      await new Promise((resolve) => setTimeout(resolve, PERIOD_MS));
    }
  }

  #show(answer: Rows<Row>, filter: string): void {
    const { rows, more } = answer;
    this.#options.answered?.(answer);
    const hidden = more > 0 ? `, ${more} more: filter to see them` : '';
    setText(this.#note, `${rows.length} shown${hidden}`);
    this.#list.emptyText = filter === '' ? this.#options.empty : 'Nothing has this text: empty the filter to see all.';
    this.#list.show(rows);
    this.#explain(this.#list.chosen);
  }

  #explain(row: Row | undefined): void {
    this.#details.hidden = row === undefined;
    if (row === undefined) return;
    const lists = this.#options.details(row).map(([term, texts]) => {
      const values = texts.length > 0 ? texts : ['none'];
      return el('dl', {}, el('dt', { text: term }), ...values.map((text) => el('dd', { text })));
    });
    // Only if it differs: the reader may have selected text.
    const made = el('div', {}, ...lists);
    if (made.textContent !== this.#details.textContent) this.#details.replaceChildren(made);
  }
}
