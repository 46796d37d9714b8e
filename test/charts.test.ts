/** How machines become pictures, with a machine that has one of everything; and what would be wrong with a picture. */
import { describe, expect, it } from 'vitest';
import { setup } from 'xstate';
import { pictureOf } from '../scripts/charts/draw.js';
import { chartOf } from '../scripts/charts/model.js';
import { pageOf } from '../scripts/charts/page.js';
import { svgOf } from '../scripts/charts/svg.js';
import { type Box, type Drawing, faultsOf, readSvg } from './support/chart-svg.js';

const act = () => {};
const machine = setup({
  actions: { open: act, close: act, note: (_, _params: { how: string; often?: number }) => {} },
  guards: { isNew: () => true },
  delays: { patience: 5 },
}).createMachine({
  id: 'door',
  initial: 'shut',
  entry: 'open',
  on: { halt: '.gone', poke: { actions: 'close' }, nudge: { actions: 'close' } },
  states: {
    shut: {
      exit: { type: 'note', params: { how: 'loudly', often: 2 } },
      always: { guard: 'isNew', target: 'wide' },
      after: { patience: { target: 'wide', actions: 'open' }, 250: 'gone' },
      on: { push: [{ guard: 'isNew', target: 'wide.left.moving' }, { target: 'wide' }], poke: {} },
    },
    wide: {
      type: 'parallel',
      entry: ['open', { type: 'note', params: { how: 'at length, in a row that is too long for one line' } }],
      on: { pull: 'shut', swing: '.left.moving', back: '.right.before' },
      states: {
        left: {
          initial: 'still',
          states: {
            still: { on: { push: 'moving' } },
            moving: {
              on: {
                stop: 'still',
                slam: { target: '#door.shut', actions: 'close' },
                again: { target: 'moving', reenter: true },
              },
            },
          },
        },
        right: {
          initial: 'a',
          states: {
            a: { on: { flip: 'b' } },
            b: { on: { flip: 'a', all: '#door.wide' } },
            before: { type: 'history' },
          },
        },
      },
    },
    gone: { type: 'final' },
  },
});
const chart = chartOf(machine);
const svg = svgOf(await pictureOf(chart));

describe('a chart', () => {
  const transition = (id: string) => chart.transitions.find((found) => found.id === id);

  it('names each transition by state, event and place', () => {
    expect(transition('door.shut:push:0')).toMatchObject({ guard: 'isNew', targets: ['door.wide.left.moving'] });
    expect(transition('door.shut:push:1')).toMatchObject({ guard: undefined, targets: ['door.wide'] });
    expect(transition('door.shut:always:0')).toMatchObject({ event: 'always', targets: ['door.wide'] });
    expect(transition('door.shut:after.patience:0')).toMatchObject({ event: 'after patience', actions: ['open'] });
    expect(transition('door.shut:after.250ms:0')).toMatchObject({ event: 'after 250ms', targets: ['door.gone'] });
  });

  it('leaves delays out of entries and exits', () => {
    const shut = chart.root.states[0];
    expect([shut?.entry, shut?.exit]).toEqual([[], ['note loudly often=2']]);
  });

  it('has the same picture whenever it is drawn', async () => {
    expect(svgOf(await pictureOf(chartOf(machine)))).toBe(svg);
  });

  it('has a page with tables', () => {
    const page = pageOf(chart, 'src/door.ts');
    for (const row of ['| any state | poke | close |', '| any state | open |', '| shut | note loudly often=2 |'])
      expect(page.split('\n')).toContain(row);
  });
});

describe('a picture', () => {
  const groups = [...svg.matchAll(/<g data-transition="([^"]*)">(.*?)<\/g>/g)].map(([, ids, text = '']) => [
    ids,
    text
      .replace(/<\/text>/g, ' ')
      .replace(/<[^>]*>/g, '')
      .trim(),
  ]);

  it('says each thing once, what differs only in its event together', () => {
    expect(groups).toContainEqual(['door:poke:0 door:nudge:0', 'poke, nudge / close']);
    expect(groups).toContainEqual(['door:halt:0', 'halt → gone']);
    expect(groups).toContainEqual(['door.shut:poke:0', 'poke (ignored)']);
    expect(groups).toContainEqual(['door.wide:swing:0', 'swing → left.moving']);
    expect(groups).toContainEqual(['door.wide.left.moving:again:0', 'again → moving']);
    expect(groups).toContainEqual(['door.shut:after.patience:0', 'after patience / open']);
    expect(groups).toContainEqual(['door.wide.right.b:all:0', 'all → wide']);
    expect(groups.flatMap(([ids = '']) => ids.split(' ')).sort()).toEqual(chart.transitions.map(({ id }) => id).sort());
  });

  it('has nothing that lies over something else', () => {
    expect(faultsOf(readSvg(svg))).toEqual([]);
  });
});

describe('a picture with a fault', () => {
  const drawing = readSvg(svg);
  const moved = (box: Box, to: Box): Box => ({
    left: to.left,
    top: to.top,
    right: to.left + box.right - box.left,
    bottom: to.top + box.bottom - box.top,
  });
  const boxOf = (id: string) => drawing.states.find((state) => state.id === id)?.box ?? drawing.picture;
  const withState = (id: string, box: Box): Drawing => ({
    ...drawing,
    states: drawing.states.map((state) => (state.id === id ? { ...state, box } : state)),
  });
  const withLabel = (box: Box): Drawing => ({
    ...drawing,
    labels: drawing.labels.map((label, index) => (index === 0 ? { ...label, box: moved(label.box, box) } : label)),
  });
  const other = drawing.labels[1]?.box ?? drawing.picture;
  const outside = { left: -50, top: -50, right: 0, bottom: 0 };
  const long = { left: 0, top: 0, right: drawing.picture.right, bottom: drawing.picture.bottom };
  const leaf = boxOf('door.wide.left.still');

  for (const [what, broken, fault] of [
    ['a label over a state', withLabel(leaf), 'lies over state door.wide.left.still'],
    ['a label over the text of a state', withLabel(boxOf('door')), 'lies over state door'],
    ['a label over a label', withLabel(other), 'lies over'],
    ['a label outside the picture', withLabel(outside), 'is outside the picture'],
    ['a label far from its line', withLabel(outside), 'is not at its line'],
    ['states over each other', withState('door.shut', boxOf('door.gone')), 'lies over door.shut'],
    ['a state outside the one it is in', withState('door.wide.left.still', outside), 'is outside door.wide.left'],
    ['a state over the text around it', withState('door.shut', boxOf('door')), 'lies over the text of door'],
    [
      'a text wider than its state',
      withState('door.wide', { ...boxOf('door.wide'), right: 0 }),
      'text of door.wide is outside',
    ],
    ['a line through a state', { ...drawing, lines: [{ ids: '', box: leaf }] }, 'a line crosses door.wide.left.still'],
    ['a line through a text', { ...drawing, lines: [{ ids: '', box: long }] }, 'a line crosses the text of door'],
    ['a line through a label', { ...drawing, lines: [{ ids: 'x', box: long }] }, 'line x crosses label'],
    ['a dot over a state', { ...drawing, starts: [leaf] }, 'a dot lies over door.wide.left.still'],
    ['a dot over a label', { ...drawing, starts: [other] }, 'a dot lies over label'],
  ] as const) {
    it(`is found: ${what}`, () => {
      expect(faultsOf(broken)).toContainEqual(expect.stringContaining(fault));
    });
  }
});
