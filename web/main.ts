/** The page of a running system: what comes in is kept in `History`, and shown at most once for each picture of the screen. */
import type { ActorId, Frame } from '../src/inspector/frames.js';
import { ChartView } from './chart.js';
import { Connection, fetchCharts } from './connection.js';
import { button, el, setText } from './dom.js';
import { History, type Line, labelOf } from './history.js';
import { MessagesView } from './messages.js';
import { PacketsView } from './packets.js';
import { PlotsView } from './plots.js';
import { Shell } from './shell.js';
import { cacheView, linksView, publicationsView, servicesView } from './tables.js';
import { TreeView } from './tree.js';

const history = new History();
/** The line as of which everything is shown; undefined for now. */
let moment: Line | undefined;
let chosen: ActorId | undefined;
/** The clock of the system, and the time of day at the same moment. */
let clock = { at: 0, here: 0, wall: Date.now() };
let isDrawing = false;

const wall = (at: number): number => clock.wall + at - clock.at;
const now = (): number => clock.at + performance.now() - clock.here;
function timeOf(at: number): string {
  const time = new Date(wall(at));
  return `${time.toLocaleTimeString('en-GB')}.${String(time.getMilliseconds()).padStart(3, '0')}`;
}

const connection = new Connection(take, (state, why) => {
  document.body.dataset.connection = state;
  setText(light, state === 'live' ? '● live' : `○ ${state}`);
  setText(trouble, why);
});

/* ---- the parts of the page ---- */

const light = el('span', { class: 'light', role: 'status', text: '○ connecting' });
const trouble = el('p', { class: 'trouble', role: 'alert' });
const note = el('span', { class: 'note' });
const then = el('span', { class: 'moment', role: 'status' });
const slider = el('input', { type: 'range', 'aria-label': 'Moment', min: '0', max: '0' });
const pause = button('Pause', () => (history.isPaused ? goLive() : goTo(history.lines.at(-1))), { title: 'Pause (p)' });
const heading = el('header', {}, el('h1', { text: 'mdns-actors' }), light, pause, slider, then, note);
const chart = new ChartView(await fetchCharts().catch(() => ({})));
const tree = new TreeView((id) => {
  chosen = id;
  messages.actor = id;
  draw();
});
const messages = new MessagesView(history, timeOf, (line) => line && goTo(line));
const packets = new PacketsView(timeOf, wall);
const plots = new PlotsView();
slider.addEventListener('input', () => messages.choose(lineOf(Number(slider.value))));

const actors = el('div', { class: 'actors' });
actors.append(
  el('section', { class: 'pane', 'aria-label': 'Tree of actors' }, tree.element),
  chart.element,
  messages.element,
);
const shell = new Shell(
  heading,
  [
    { name: 'Actors', element: actors, search: messages.search, open: draw },
    tabOf('Services', servicesView(connection, now)),
    tabOf('Publications', publicationsView(connection)),
    tabOf('Cache', cacheView(connection, now)),
    { name: 'Packets', element: packets.element, search: packets.search, open: draw },
    tabOf('Interfaces', linksView(connection)),
    { name: 'Plots', element: plots.element, open: draw },
  ],
  { pause: () => pause.click(), live: goLive },
);
document.body.prepend(trouble);

function tabOf(name: string, view: { element: HTMLElement; search: HTMLInputElement; open(): void; close(): void }) {
  return { name, element: view.element, search: view.search, open: () => view.open(), close: () => view.close() };
}

/* ---- what happens ---- */

function take(frame: Frame): void {
  clock = { at: frame.at, here: performance.now(), wall: Date.now() };
  history.apply(frame);
  packets.add(frame.packets, frame.packetsUnseen);
  if (frame.sample) plots.add(frame.sample);
  const partly =
    frame.looked < frame.span ? `detail for ${Math.round(frame.looked)} of ${Math.round(frame.span)} ms` : '';
  const omitted = frame.actorsUnseen > 0 ? `${frame.actorsUnseen} more actors` : '';
  setText(note, [partly, omitted].filter(Boolean).join(', '));
  draw();
}

/** Shows everything as of a line, and keeps the lines as they are. */
function goTo(line: Line | undefined): void {
  if (!history.isPaused) history.pause();
  moment = line;
  draw();
}

function goLive(): void {
  history.resume();
  moment = undefined;
  messages.choose(undefined);
  draw();
}

function lineOf(number: number): Line | undefined {
  return history.lines.find((line) => line.number === number);
}

function draw(): void {
  if (isDrawing) return;
  isDrawing = true;
  requestAnimationFrame(() => {
    isDrawing = false;
    drawNow();
  });
}

function drawNow(): void {
  const [first, last] = [history.lines.at(0), history.lines.at(-1)];
  slider.min = String(first?.number ?? 0);
  slider.max = String(last?.number ?? 0);
  slider.value = String((moment ?? last)?.number ?? 0);
  setText(pause, history.isPaused ? 'Go on' : 'Pause');
  pause.setAttribute('aria-pressed', String(history.isPaused));
  const missed = history.missed > 0 ? `, ${history.missed} later entries not kept` : '';
  setText(then, history.isPaused ? `as of ${moment ? timeOf(moment.entry.at) : 'the pause'}${missed}` : '');
  document.body.classList.toggle('paused', history.isPaused);
  if (shell.shown === 'Packets') packets.show();
  if (shell.shown === 'Plots') plots.show();
  if (shell.shown === 'Actors') drawActors();
}

function drawActors(): void {
  const shown = moment ? history.actorsAt(moment.number) : history.live;
  tree.show(shown);
  if (chosen === undefined && shown.size > 0) tree.choose([...shown.keys()][0] ?? '');
  const actor = shown.get(chosen ?? '');
  const step = actor && history.lastStep(actor.id, moment?.number);
  chart.show(actor, actor ? labelOf(actor, shown) : '', step?.by ?? '');
  messages.show(tree.order());
}

await connection.follow();
