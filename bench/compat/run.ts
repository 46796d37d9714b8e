/**
 * Each replacement beside the package that it replaces, over real sockets in network namespaces.
 *
 *     npm run --prefix bench compat                           everything: about six minutes, root, Linux
 *     npm run --prefix bench compat -- --with bonjour,dnssd   some of the packages
 */
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { REPLACED } from '../../src/compat/replaced.js';
import { sweep } from '../../test/interop/world.js';
import { begin, type Contender, type Role } from '../peers/contender.js';
import { Stage } from '../peers/stage.js';

/** What each can do; the original of mdns is native, and ends Node.js 20. */
const ROLES: Readonly<Record<string, readonly Role[]>> = {
  'bonjour-service': ['browse', 'answer'],
  bonjour: ['browse', 'answer'],
  'bonjour-hap': ['browse', 'answer'],
  'multicast-dns': ['browse'],
  dnssd: ['browse', 'answer'],
  '@homebridge/ciao': ['answer'],
  'dnssd-advertise': ['answer'],
  mdns: ['browse', 'answer'],
};
const WITHOUT_ORIGINAL = ['mdns'];
const COUNTS: Readonly<Record<Role, readonly number[]>> = { browse: [100, 1_000], answer: [100] };
const DEADLINE = 30_000;
/** ms after the last service: what follows at once belongs to it. */
const AFTERWARDS: Readonly<Record<Role, number>> = { browse: 1_000, answer: 5_000 };

const path = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const { values: options } = parseArgs({ options: { with: { type: 'string' } } });
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
sweep();

const notes: string[] = [];
console.log('| | s | CPU s | MiB | packets | s | CPU s | MiB | packets |');
console.log('| --- | --- | --- | --- | --- | --- | --- | --- | --- |');
for (const name of Object.keys(ROLES)) {
  if (!(name in REPLACED) || !(options.with?.split(',').includes(name) ?? true)) continue;
  for (const role of ROLES[name] ?? []) {
    for (const count of COUNTS[role]) {
      const original = WITHOUT_ORIGINAL.includes(name) ? [] : await measured(name, role, count, []);
      const ours = await measured(name, role, count, ['--import', path('../../dist/compat/register.js')]);
      const what = `${name}, ${count.toLocaleString('en')} ${role === 'browse' ? 'found' : 'published'}`;
      console.log(`| ${[what, ...cells(original), ...cells(ours)].join(' | ')} |`);
    }
  }
}

for (const note of notes) console.log(`\n${note}`);

/** Seconds, CPU seconds, MiB and packets sent; nothing if it does not get so far in time. */
async function measured(name: string, role: Role, count: number, nodeOptions: readonly string[]): Promise<number[]> {
  const contender: Contender = {
    name,
    abilities: ['find'],
    missing: () => (existsSync(path('../../compat/node_modules')) ? undefined : 'npm run test:compat installs it'),
    start: (host, as) => {
      const argv = [process.execPath, ...nodeOptions, path('user.mjs'), as, String(count), name];
      return begin(host.start(argv, name), as);
    },
  };
  try {
    return await Stage.with(contender, role, count, async (stage) => {
      const seconds = await stage.contender.found(DEADLINE);
      await sleep(AFTERWARDS[role]);
      return [seconds, stage.cpu(), stage.memory(), stage.sent()];
    });
  } catch (error) {
    const [reason = ''] = String(error).split('\n');
    notes.push(`${name}, ${count} of ${nodeOptions.length === 0 ? 'the original' : 'ours'}: ${reason}`);
    return [];
  }
}

function cells(values: readonly number[]): string[] {
  const [seconds, cpu, memory, packets] = values;
  const shown = [seconds?.toFixed(2), cpu?.toFixed(2), memory?.toFixed(0), packets?.toString()];
  return shown.map((value) => value ?? '-');
}
