/** Writes docs/machines from the machines. `npm run machines`. */
import { writeFileSync } from 'node:fs';
import { announcerMachine } from '../src/actors/link/announcer.js';
import { multicastInterfaceMachine } from '../src/actors/link/multicast-interface.js';
import { querierMachine } from '../src/actors/link/querier.js';
import { recordCacheMachine } from '../src/actors/link/record-cache.js';
import { responderMachine } from '../src/actors/link/responder.js';
import { interfaceScannerMachine } from '../src/actors/supervisor/interface-scanner.js';
import { supervisorMachine } from '../src/actors/supervisor/supervisor.js';
import { watcherMachine } from '../src/actors/watcher/watcher.js';
import { machinePage } from './machine-diagram.js';

/** Each machine with the room of `src/actors` in which its file is. */
const machines = [
  ['supervisor', supervisorMachine],
  ['supervisor', interfaceScannerMachine],
  ['link', multicastInterfaceMachine],
  ['link', recordCacheMachine],
  ['link', querierMachine],
  ['link', responderMachine],
  ['link', announcerMachine],
  ['watcher', watcherMachine],
] as const;

/** The pages by file name. */
export function machinePages(): Map<string, string> {
  const pages = new Map(
    machines.map(([room, machine]) => [
      `${machine.id}.md`,
      machinePage(machine, `src/actors/${room}/${machine.id}.ts`),
    ]),
  );
  const list = machines.map(([, { id }]) => `- [${id}](${id}.md)`);
  pages.set(
    'README.md',
    ['# State charts', '', 'Drawn from the machines by `npm run machines`.', '', ...list, ''].join('\n'),
  );
  return pages;
}

export const MACHINES_FOLDER = new URL('../docs/machines/', import.meta.url);

if (process.argv[1]?.endsWith('machines.ts')) {
  for (const [name, text] of machinePages()) writeFileSync(new URL(name, MACHINES_FOLDER), text);
}
