/** What it costs to load the package, as `light.ts` measures it: for all in one run. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Measure } from './measure.js';

/** By contender. */
const packages: Readonly<Record<string, string>> = {
  us: 'mdns-actors',
  ciao: '@homebridge/ciao',
  'bonjour-service': 'bonjour-service',
  'multicast-dns': 'multicast-dns',
};

let report: Promise<string> | undefined;

export const imports: readonly Measure[] = [
  {
    section: 'import',
    rows: [{ what: 'import', unit: 'CPU ms', goal: { ratio: 0.7, of: 'ciao' } }],
    needs: 'import',
    run: async ({ name }) => {
      report ??= light();
      const line = (await report).split('\n').find((each) => each.startsWith(`import ${packages[name]}: `));
      return [Number(/: (\d+) ms above bare Node/.exec(line ?? '')?.[1])];
    },
  },
];

async function light(): Promise<string> {
  const path = fileURLToPath(new URL('../light.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', import.meta.resolve('tsx'), path]);
  return stdout;
}
