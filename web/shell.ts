/** The frame of the page: heading, tabs, the help, and the keys. */
import { button, el } from './dom.js';

export interface Tab {
  readonly name: string;
  readonly element: HTMLElement;
  readonly search?: HTMLInputElement;
  readonly open?: () => void;
  readonly close?: () => void;
}

export interface Keys {
  readonly pause: () => void;
  readonly live: () => void;
}

const HELP = [
  ['1 to 7', 'show a tab'],
  ['/', 'go to the filter'],
  ['arrow keys', 'choose a row; left: the parent of an actor'],
  ['p', 'pause, or go on'],
  ['Escape', 'back to what happens now'],
  ['?', 'show or hide these keys'],
] as const;

export class Shell {
  readonly #tabs: readonly Tab[];
  readonly #buttons: readonly HTMLButtonElement[];
  readonly #help = el('dialog', { class: 'help', 'aria-labelledby': 'help-title' });
  #open = 0;

  constructor(heading: HTMLElement, tabs: readonly Tab[], keys: Keys) {
    this.#tabs = tabs;
    this.#buttons = tabs.map(({ name }, index) =>
      button(name, () => this.open(index), { role: 'tab', id: `tab-${index}`, 'aria-controls': `panel-${index}` }),
    );
    const bar = el('div', { role: 'tablist', 'aria-label': 'Views', class: 'tabs' }, ...this.#buttons);
    bar.addEventListener('keydown', (event) => this.#turn(event));
    const panels = tabs.map(({ element }, index) =>
      el(
        'section',
        { role: 'tabpanel', id: `panel-${index}`, 'aria-labelledby': `tab-${index}`, class: 'panel' },
        element,
      ),
    );
    const rows = HELP.flatMap(([key, text]) => [el('dt', {}, el('kbd', { text: key })), el('dd', { text })]);
    this.#help.append(
      el('h2', { text: 'Keys', id: 'help-title' }),
      el('dl', {}, ...rows),
      button('Close', () => this.#help.close()),
    );
    heading.append(button('?', () => this.#help.showModal(), { 'aria-label': 'Keys', title: 'Keys (?)' }));
    document.body.append(heading, el('nav', {}, bar), el('main', {}, ...panels), this.#help);
    document.addEventListener('keydown', (event) => this.#press(event, keys));
    this.open(0);
  }

  get shown(): string {
    return this.#tabs[this.#open]?.name ?? '';
  }

  open(index: number): void {
    const tab = this.#tabs[index];
    if (!tab) return;
    this.#tabs[this.#open]?.close?.();
    this.#open = index;
    for (const [at, made] of this.#buttons.entries()) {
      made.setAttribute('aria-selected', String(at === index));
      made.tabIndex = at === index ? 0 : -1;
      const panel = document.getElementById(`panel-${at}`);
      if (panel) panel.hidden = at !== index;
    }
    tab.open?.();
  }

  #turn(event: KeyboardEvent): void {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    this.open((this.#open + step + this.#tabs.length) % this.#tabs.length);
    this.#buttons[this.#open]?.focus();
  }

  #press(event: KeyboardEvent, keys: Keys): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target instanceof HTMLInputElement && event.target.type === 'search') {
      if (event.key === 'Escape') event.target.blur();
      return;
    }
    if (this.#help.open) {
      if (event.key === '?') this.#help.close();
      return;
    }
    if (event.target instanceof HTMLSelectElement) return;
    if (/^[1-9]$/.test(event.key)) this.open(Number(event.key) - 1);
    else if (event.key === '?') this.#help.showModal();
    else if (event.key === 'p') keys.pause();
    else if (event.key === 'Escape') keys.live();
    else if (event.key === '/') this.#tabs[this.#open]?.search?.focus();
    else return;
    event.preventDefault();
  }
}
