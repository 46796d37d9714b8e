/** The tree of actors with their states. Up and down choose an actor, left goes to its parent. */
import type { ActorId, ActorInfo } from '../src/inspector/frames.js';
import { visible } from './dom.js';
import type { Actors } from './history.js';
import { List } from './list.js';

interface Leaf {
  readonly actor: ActorInfo;
  readonly depth: number;
}

export class TreeView {
  readonly element: HTMLElement;
  readonly #list: List<Leaf>;
  #leaves: readonly Leaf[] = [];

  constructor(onChosen: (id: ActorId | undefined) => void) {
    this.#list = new List<Leaf>({
      label: 'Actors',
      columns: ['actor', 'state'],
      cells: ({ actor, depth }) => [`${'  '.repeat(depth)}${visible(actor.name)}`, actor.state.replaceAll(' ', ' + ')],
      key: ({ actor }) => actor.id,
      chosen: (leaf) => onChosen(leaf?.actor.id),
      empty: 'No actors so far: the program has not answered.',
    });
    this.element = this.#list.element;
    this.element.classList.add('tree');
    this.element.addEventListener('keydown', (event) => {
      if (event.key !== 'ArrowLeft') return;
      const parent = this.#list.chosen?.actor.parent;
      if (parent !== undefined) this.choose(parent);
    });
  }

  show(actors: Actors): void {
    const below = new Map<ActorId | undefined, ActorInfo[]>();
    for (const actor of actors.values()) {
      const siblings = below.get(actor.parent);
      if (siblings) siblings.push(actor);
      else below.set(actor.parent, [actor]);
    }
    const leaves: Leaf[] = [];
    const add = (parent: ActorId | undefined, depth: number) => {
      for (const actor of below.get(parent) ?? []) {
        leaves.push({ actor, depth });
        add(actor.id, depth + 1);
      }
    };
    add(undefined, 0);
    this.#leaves = leaves;
    this.#list.show(leaves);
  }

  choose(id: ActorId): void {
    this.#list.choose(this.#leaves.find(({ actor }) => actor.id === id));
  }

  /** The place of each actor in the tree. */
  order(): ReadonlyMap<ActorId, number> {
    return new Map(this.#leaves.map(({ actor }, index) => [actor.id, index]));
  }
}
