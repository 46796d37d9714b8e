/** The programs of README and of the pages that need no other package do what the pages say. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asJavaScript, programsOf } from './programs.js';
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

const pages = ['README.md', 'docs/errors.md'];

describe('the programs of the docs', () => {
  it.each(pages.flatMap((page) => programsOf(page)))('$at', async (program) => {
    const { output, how, missing } = await stage.run(asJavaScript(program), program.prints);
    expect(missing, output).toEqual([]);
    expect(how, output).toBe(program.prints && how !== 0 ? 'SIGINT' : 0);
  });
});
