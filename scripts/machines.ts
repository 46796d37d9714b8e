/** Writes docs/machines from the machines. `npm run machines`. */
import { writeFileSync } from 'node:fs';
import { announcerMachine } from '../src/actors/announcer.js';
import { interfaceScannerMachine } from '../src/actors/interface-scanner.js';
import { multicastInterfaceMachine } from '../src/actors/multicast-interface.js';
import { querierMachine } from '../src/actors/querier.js';
import { recordCacheMachine } from '../src/actors/record-cache.js';
import { responderMachine } from '../src/actors/responder.js';
import { supervisorMachine } from '../src/actors/supervisor.js';
import { watcherMachine } from '../src/actors/watcher.js';
import { machinePage } from './machine-diagram.js';

const machines = [
  supervisorMachine,
  interfaceScannerMachine,
  multicastInterfaceMachine,
  recordCacheMachine,
  querierMachine,
  responderMachine,
  announcerMachine,
  watcherMachine,
];

/** The pages by file name. */
export function machinePages(): Map<string, string> {
  const pages = new Map(
    machines.map((machine) => [`${machine.id}.md`, machinePage(machine, `src/actors/${machine.id}.ts`)]),
  );
  const list = machines.map(({ id }) => `- [${id}](${id}.md)`);
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
