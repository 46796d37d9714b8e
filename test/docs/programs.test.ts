/** The programs of README and of the docs do what the pages say. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { asJavaScript, leaving, packagesOf, pagesForUsers, programsOf } from './programs.js';
import { DocsStage } from './stage.js';

const dist = fileURLToPath(new URL('../../dist/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'mdns-actors-docs-'));
const entries = Object.fromEntries(['index', 'testing', 'xstate'].map((name) => [name, join(dist, `${name}.js`)]));
const stage = new DocsStage(folder, entries, '224.0.0.254:49130');

beforeAll(() => stage.start());
afterAll(async () => {
  await stage.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Those that need other packages run by `npm run test:package`. */
const programs = pagesForUsers()
  .flatMap((page) => programsOf(page))
  .filter((program) => packagesOf(program).length === 0);

describe('the programs of the docs', () => {
  it.concurrent.for(programs)('$at', async (program, { expect }) => {
    const { output, how, missing } = await stage.run(asJavaScript(program), program.prints);
    expect(missing, output).toEqual([]);
    expect(how, output).toBe(program.prints && how !== 0 ? 'SIGINT' : 0);
    for (const name of leaving(program)) await expect.poll(() => stage.hasLeft(name), { timeout: 60_000 }).toBe(true);
  });
});
