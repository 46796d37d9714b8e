/** The packages in `compat/stubs`, installed in place of others. */
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readStub, stubFiles } from '../../scripts/stubs.js';
import { REPLACED } from '../../src/compat/replaced.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const stubs = join(root, 'compat/stubs');
const folder = mkdtempSync(join(tmpdir(), 'mdns-actors-stubs-'));

beforeAll(() => {
  mkdirSync(join(folder, 'node_modules/@homebridge'), { recursive: true });
  const names = Object.keys(REPLACED);
  for (const name of names.filter((each) => !names.some((other) => each.startsWith(`${other}/`))))
    cpSync(join(stubs, name.replace(/^@.*?\//, '')), join(folder, 'node_modules', name), { recursive: true });
  symlinkSync(root, join(folder, 'node_modules/mdns-actors'), 'dir');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the stubs', () => {
  it.each([...stubFiles()])('%s is as the table says; if not: npm run stubs', (file, text) => {
    expect(readStub(file)).toBe(text);
  });

  it('are no others', () => {
    const files = readdirSync(stubs, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const found = files.map(({ parentPath, name }) => join(parentPath, name).slice(stubs.length + 1));
    expect(found.sort()).toEqual([...stubFiles().keys(), 'README.md'].sort());
  });

  it.each(Object.entries(REPLACED))('%s is the replacement, for require and for import', async (name, path) => {
    const text = `
      import { createRequire } from 'node:module';
      import imported from '${name}';
      import ours from 'mdns-actors/compat/${path}';
      const required = createRequire(import.meta.url)('${name}');
      process.stdout.write(JSON.stringify([imported === ours, required === ours]));`;
    const file = join(folder, 'program.mjs');
    writeFileSync(file, text);
    const { stdout, stderr } = await run(process.execPath, [file]);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual([true, true]);
  });
});
