/** Elements and texts. Everything from the network is set as text, never as markup. */

type Child = Node | string | undefined;

export interface Properties {
  readonly class?: string;
  readonly text?: string;
  readonly [attribute: string]: string | undefined;
}

export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Properties = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined) continue;
    if (name === 'text') element.textContent = value;
    else element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== undefined));
  return element;
}

export function button(text: string, onClick: () => void, properties: Properties = {}): HTMLButtonElement {
  const made = el('button', { type: 'button', ...properties }, text);
  made.addEventListener('click', onClick);
  return made;
}

/** An input with a label that only screen readers read; its placeholder says the same. */
export function searchField(label: string, onInput: (text: string) => void): HTMLInputElement {
  const input = el('input', { type: 'search', 'aria-label': label, placeholder: label, class: 'search' });
  input.addEventListener('input', () => onInput(input.value));
  return input;
}

/** Sets a text only if it differs, since a change makes the browser lay out the page anew. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** Control characters, lone surrogates, and characters that change the direction of text. */
const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Bidi_C}]/gu;

/** Text from the network on one line: what cannot be seen, or moves other text, is written as `\u001b`. */
export function visible(text: string): string {
  return text.replace(UNSAFE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
