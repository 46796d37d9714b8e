/** The pages of `docs/machines`: a picture with tables of what the machine does, and the list of all machines. */
import { type Chart, type ChartTransition, statesIn } from './model.js';

/** `source` is a path from the root of the project. */
export function pageOf(chart: Chart, source: string): string {
  const inside = chart.transitions.filter(({ targets, actions }) => targets.length === 0 && actions.length > 0);
  const states = statesIn(chart.root);
  const doing = (when: 'entry' | 'exit') =>
    states
      .filter((state) => state[when].length > 0)
      .map((state) => `| ${nameOf(state.id, chart)} | ${state[when].join(', ')} |`);
  return [
    `# ${chart.id}`,
    '',
    `Drawn from [${source}](../../${source}) by \`npm run machines\`; [how to read it](README.md#how-to-read-a-chart).`,
    '',
    `[![State chart of ${chart.id}](${chart.id}.svg)](${chart.id}.svg)`,
    ...table(
      '| in | on | does |',
      inside.map(
        (transition) =>
          `| ${nameOf(transition.source, chart)} | ${labelOf(transition)} | ${transition.actions.join(', ')} |`,
      ),
    ),
    ...table('| entering | does |', doing('entry')),
    ...table('| leaving | does |', doing('exit')),
    '',
  ].join('\n');
}

const HOW_TO_READ = `## How to read a chart

- A box is a state; its name is bold. A box in a box is a state within a state: the machine is in both at once.
- A dot has an arrow to the state in which the machine, or the state around the dot, starts.
- Boxes with dashed borders are parallel regions: the machine is in each of them at once.
- A double border is a final state: the actor ends there.
- An arrow is a transition. Its label is near the state that it leaves and reads \`event [guard] / actions\`: on the event,
  if the guard holds, the machine does the actions and goes to the other state. \`always\` needs no event; \`after x\`
  happens when the machine has been in the state for the time \`x\`. An arrow with several lines stands for several
  transitions; one line may list several events.
- A row in a box reads the same. It says what happens without a change of state, or with \`→ x\` where the machine goes:
  to a state in the box, or anew into the box itself or one around it. \`(ignored)\` means that the state takes the event
  and does nothing. The rows at the top of a picture hold in every state, unless an inner state takes the event.
- \`entry /\` and \`exit /\` are what the machine does when it enters or leaves the state; \`invoke /\` is what runs
  while it is there.
- \`done.actor.x\` and \`error.actor.x\` report that the child actor \`x\` has ended, or broken.

Where one event has several transitions, the first whose guard holds is taken, in the order of the file and of the tables.
In the SVG each state has \`data-state\` (\`announcer.probing\`) and each transition \`data-transition\`
(\`announcer.probing:probe.heard:0\`: state, event, place among the transitions on that event).`;

/** Each machine with a sentence about it. */
export function indexPage(machines: readonly { readonly chart: Chart; readonly about: string }[]): string {
  const rows = machines.map(
    ({ chart: { id }, about }) =>
      `| [**${id}**](${id}.md)<br>${about} | <a href="${id}.md"><img src="${id}.svg" alt="" width="200"></a> |`,
  );
  return [
    '# State charts',
    '',
    'Drawn from the machines by `npm run machines`. The actors as a tree are in [architecture](../architecture.md).',
    ...table('| machine | |', rows),
    '',
    HOW_TO_READ,
    '',
  ].join('\n');
}

function table(head: string, rows: readonly string[]): string[] {
  if (rows.length === 0) return [];
  return ['', head, head.replace(/[^|]+/g, ' --- '), ...rows];
}

function nameOf(id: string, { root }: Chart): string {
  if (id !== root.id) return id.slice(root.id.length + 1);
  return 'any state';
}

function labelOf({ event, guard }: ChartTransition): string {
  return guard === undefined ? event : `${event} [${guard}]`;
}
