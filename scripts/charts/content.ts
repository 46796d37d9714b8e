/**
 * What is written where: a transition to another state is an arrow with a label; one to the state itself, to a state in
 * it or around it, or to none is a row in the box of the state. Rows and labels that differ only in their event share a
 * line; arrows between the same two states are one.
 */
import { type Chart, type ChartState, type ChartTransition, isWithin, statesIn } from './model.js';
import { list, type Text, transitionWords, type Word, wrap } from './text.js';

const ROW_CHARACTERS = 48;
const LABEL_CHARACTERS = 30;

export interface ChartContent {
  /** The rows in the box of each state. */
  readonly rows: ReadonlyMap<string, readonly Text[]>;
  readonly arrows: readonly Arrow[];
}

export interface Arrow {
  readonly source: string;
  readonly target: string;
  readonly label: readonly Text[];
}

export function contentOf(chart: Chart): ChartContent {
  const arrows = new Map<string, { source: string; target: string; transitions: ChartTransition[] }>();
  for (const transition of chart.transitions) {
    if (isRow(transition)) continue;
    for (const target of transition.targets) {
      const key = `${transition.source} ${target}`;
      const arrow = arrows.get(key) ?? { source: transition.source, target, transitions: [] };
      arrow.transitions.push(transition);
      arrows.set(key, arrow);
    }
  }
  return {
    rows: new Map(statesIn(chart.root).map((state) => [state.id, rowsOf(state, chart)])),
    arrows: [...arrows.values()].map(({ source, target, transitions }) => ({
      source,
      target,
      label: grouped(transitions).map((group) => textOf(group, transitionWords(group, undefined), LABEL_CHARACTERS)),
    })),
  };
}

/** Between a state and one that it is in an arrow would cross what is written there. */
function isRow({ source, targets }: ChartTransition): boolean {
  return targets.every((target) => isWithin(target, source) || isWithin(source, target));
}

function rowsOf(state: ChartState, { transitions }: Chart): Text[] {
  const own = (keyword: string, items: readonly string[]): Text[] => {
    if (items.length === 0) return [];
    const words: Word[] = [{ kind: 'keyword', text: `${keyword} /`, leads: true }, ...list('action', items)];
    return [{ ids: [], lines: wrap(words, ROW_CHARACTERS) }];
  };
  const rows = grouped(transitions.filter((transition) => transition.source === state.id && isRow(transition)));
  return [
    ...own('entry', state.entry),
    ...own('exit', state.exit),
    ...own('invoke', state.invoke),
    ...rows.map((group) => textOf(group, transitionWords(group, targetOf(group, state)), ROW_CHARACTERS)),
  ];
}

/** The names of the targets as seen from the state. */
function targetOf([first]: readonly ChartTransition[], { id }: ChartState): string | undefined {
  const names = first?.targets.map((target) =>
    target !== id && isWithin(target, id) ? target.slice(id.length + 1) : target.slice(target.lastIndexOf('.') + 1),
  );
  return names?.length ? names.join(', ') : undefined;
}

function textOf(transitions: readonly ChartTransition[], words: readonly Word[], limit: number): Text {
  return { ids: transitions.map(({ id }) => id), lines: wrap(words, limit) };
}

function grouped(transitions: readonly ChartTransition[]): ChartTransition[][] {
  const groups = new Map<string, ChartTransition[]>();
  for (const transition of transitions) {
    const key = JSON.stringify([transition.targets, transition.guard ?? '', transition.actions]);
    groups.set(key, [...(groups.get(key) ?? []), transition]);
  }
  return [...groups.values()];
}
