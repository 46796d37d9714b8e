/** Writes docs/machines from the machines. `npm run machines`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { type AnyStateMachine, createMachine } from 'xstate';
import { BOUNDED } from '../src/actors/deadline.js';
import { registrarMachine } from '../src/actors/domain/registrar.js';
import { registryMachine } from '../src/actors/domain/registry.js';
import { unicastDomainMachine } from '../src/actors/domain/unicast-domain.js';
import { announcerMachine } from '../src/actors/link/announcer.js';
import { announcerGroupMachine } from '../src/actors/link/announcer-group.js';
import { multicastInterfaceMachine } from '../src/actors/link/multicast-interface.js';
import { querierMachine } from '../src/actors/link/querier.js';
import { recordCacheMachine } from '../src/actors/link/record-cache.js';
import { responderMachine } from '../src/actors/link/responder.js';
import { placeMachine } from '../src/actors/supervisor/place.js';
import { supervisorMachine } from '../src/actors/supervisor/supervisor.js';
import { watcherMachine } from '../src/actors/watcher/watcher.js';
import { watcherGroupMachine } from '../src/actors/watcher/watcher-group.js';
import { recordLife } from '../src/protocol/cache/record-life.js';
import { probeLife } from '../src/protocol/claim/probe-life.js';
import { connectionMachine } from '../src/worker/connection.js';
import { pictureOf } from './charts/draw.js';
import { chartOf } from './charts/model.js';
import { indexPage, pageOf } from './charts/page.js';
import { svgOf } from './charts/svg.js';

/** Each machine with the room of `src` in which its file is. */
export const machines = [
  ['actors/supervisor', supervisorMachine],
  ['actors/supervisor', placeMachine],
  ['actors/link', multicastInterfaceMachine],
  ['actors/link', recordCacheMachine],
  ['protocol/cache', machineOf('record-life', recordLife)],
  ['actors/link', querierMachine],
  ['protocol/claim', machineOf('probe-life', probeLife)],
  ['actors/link', responderMachine],
  ['actors/link', announcerMachine],
  ['actors/link', announcerGroupMachine],
  ['actors/domain', registryMachine],
  ['actors/domain', unicastDomainMachine],
  ['actors/domain', registrarMachine],
  ['actors/watcher', watcherMachine],
  ['actors/watcher', watcherGroupMachine],
  ['worker', connectionMachine],
] as const;

/** Of a table of states that is not run by XState. */
interface Phase {
  readonly on?: Readonly<Record<string, string>>;
  readonly states?: Readonly<Record<string, Phase>>;
}

/** A table that is applied to thousands of things, as XState would have it: for its picture. */
function machineOf(id: string, table: Phase): AnyStateMachine {
  return createMachine({ id, options: BOUNDED, ...asConfig(table) });
}

function asConfig({ on = {}, states = {} }: Phase): object {
  const inner = Object.entries(states);
  return {
    on: Object.fromEntries(Object.entries(on).map(([event, target]) => [event, `#${target}`])),
    ...(inner.length > 0 && { initial: inner[0]?.[0] }),
    states: Object.fromEntries(inner.map(([name, phase]) => [name, { id: name, ...asConfig(phase) }])),
  };
}

/** The pages and pictures by file name. */
export async function machinePages(): Promise<Map<string, string>> {
  const pages = new Map<string, string>();
  const listed = [];
  for (const [room, machine] of machines) {
    const chart = chartOf(machine);
    const source = `src/${room}/${chart.id}.ts`;
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
