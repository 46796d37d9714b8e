/** Runs every example, one after the other; each has to end by itself without an error. `npm run examples`. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = new URL('./', import.meta.url);
const examples = readdirSync(folder).filter((file) => file.endsWith('.ts') && file !== 'run-all.ts');
let failed = 0;
for (const example of examples.sort()) {
  console.log(`\n— ${example}`);
  const args = ['--import', 'tsx', fileURLToPath(new URL(example, folder))];
  const { status, signal } = spawnSync(process.execPath, args, { stdio: 'inherit', timeout: 60_000 });
  if (status !== 0) {
    failed++;
    console.error(`${example} ended with ${signal ?? status}`);
  }
}
console.log(`\n${examples.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
