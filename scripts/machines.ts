/** Writes docs/machines from the machines. `npm run machines`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { announcerMachine } from '../src/actors/link/announcer.js';
import { multicastInterfaceMachine } from '../src/actors/link/multicast-interface.js';
import { querierMachine } from '../src/actors/link/querier.js';
import { recordCacheMachine } from '../src/actors/link/record-cache.js';
import { responderMachine } from '../src/actors/link/responder.js';
import { placeMachine } from '../src/actors/supervisor/place.js';
import { supervisorMachine } from '../src/actors/supervisor/supervisor.js';
import { watcherMachine } from '../src/actors/watcher/watcher.js';
import { pictureOf } from './charts/draw.js';
import { chartOf } from './charts/model.js';
import { indexPage, pageOf } from './charts/page.js';
import { svgOf } from './charts/svg.js';

/** Each machine with the room of `src/actors` in which its file is. */
export const machines = [
  ['supervisor', supervisorMachine],
  ['supervisor', placeMachine],
  ['link', multicastInterfaceMachine],
  ['link', recordCacheMachine],
  ['link', querierMachine],
  ['link', responderMachine],
  ['link', announcerMachine],
  ['watcher', watcherMachine],
] as const;

/** The pages and pictures by file name. */
export async function machinePages(): Promise<Map<string, string>> {
  const pages = new Map<string, string>();
  const listed = [];
  for (const [room, machine] of machines) {
    const chart = chartOf(machine);
    const source = `src/actors/${room}/${chart.id}.ts`;
    pages.set(`${chart.id}.md`, pageOf(chart, source));
    pages.set(`${chart.id}.svg`, svgOf(await pictureOf(chart)));
    listed.push({ chart, about: firstSentence(source) });
  }
  return pages.set('README.md', indexPage(listed));
}

/** Of the comment at the top of the file. */
function firstSentence(source: string): string {
  const text = readFileSync(new URL(`../${source}`, import.meta.url), 'utf8');
  const comment = /^\/\*\*(.*?)\*\//s.exec(text)?.[1] ?? '';
  const plain = comment.replace(/\s*\n \* ?/g, ' ').trim();
  return /^.*?\.(?= |$)/.exec(plain)?.[0] ?? plain;
}

export const MACHINES_FOLDER = new URL('../docs/machines/', import.meta.url);

if (process.argv[1]?.endsWith('machines.ts')) {
  for (const [name, text] of await machinePages()) writeFileSync(new URL(name, MACHINES_FOLDER), text);
}
