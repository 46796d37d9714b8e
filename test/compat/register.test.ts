/** `node --import mdns-actors/compat/register`, with packages of the same names installed, which must not be loaded. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REPLACED } from '../../src/compat/replaced.js';
import { loadedBy } from '../support/loaded.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'mdns-actors-register-'));
const names = Object.keys(REPLACED);

function write(file: string, text: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
}

beforeAll(() => {
  for (const name of names) {
    write(`node_modules/${name}/package.json`, '{ "version": "1.2.3", "main": "index.js" }');
    write(`node_modules/${name}/index.js`, `module.exports = 'the original';`);
  }
  write('node_modules/library/index.js', names.map((name) => `exports['${name}'] = require('${name}');`).join('\n'));
  write('node_modules/other/index.js', `module.exports = 'other';`);
  symlinkSync(root, join(folder, 'node_modules/mdns-actors'), 'dir');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a program prints as JSON. */
async function printed(file: string, text: string): Promise<unknown> {
  write(file, text);
  const args = ['--import', 'mdns-actors/compat/register', file];
  const { stdout, stderr } = await run(process.execPath, args, { cwd: folder });
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

const replaced = Object.fromEntries(names.map((name) => [name, true]));

describe('register', () => {
  it('redirects what a CommonJS program and its libraries require', async () => {
    const tests = names.map(
      (name) => `[${JSON.stringify(name)}]:
        require(${JSON.stringify(name)}) === require('mdns-actors/compat/${REPLACED[name]}')
        && require('library')[${JSON.stringify(name)}] === require(${JSON.stringify(name)})`,
    );
    const text = `process.stdout.write(JSON.stringify({ ${tests.join()}, other: require('other') }));`;
    expect(await printed('program.cjs', text)).toEqual({ ...replaced, other: 'other' });
  });

  it('redirects what an ES module and its libraries import', async () => {
    const imports = names.map((name, i) => `import original${i} from '${name}';`);
    const tests = names.map(
      (name, i) => `[${JSON.stringify(name)}]:
        original${i} === (await import('mdns-actors/compat/${REPLACED[name]}')).default
        && original${i} === (await import('${name}')).default && library[${JSON.stringify(name)}] === original${i}`,
    );
    const text = `${imports.join('\n')}
      import library from 'library';
      import other from 'other';
      process.stdout.write(JSON.stringify({ ${tests.join()}, other }));`;
    expect(await printed('program.mjs', text)).toEqual({ ...replaced, other: 'other' });
  });

  it('redirects in worker threads', async () => {
    const text = `
      const { isMainThread, Worker, parentPort } = require('node:worker_threads');
      if (isMainThread) new Worker(__filename).on('message', (text) => process.stdout.write(text));
      else parentPort.postMessage(JSON.stringify(require('multicast-dns') !== 'the original'));`;
    expect(await printed('worker.cjs', text)).toBe(true);
  });

  it('leaves the other files of a package alone', async () => {
    const text = `process.stdout.write(JSON.stringify(require('multicast-dns/package.json').version));`;
    expect(await printed('version.cjs', text)).toBe('1.2.3');
  });

  it('loads nothing of the engine until a replacement is imported', () => {
    const register = join(root, 'dist/compat/register.js');
    const { own, packages } = loadedBy(['--import', register, '--eval', '']);
    expect(packages).toEqual({});
    expect(own.length).toBeLessThanOrEqual(3);
  });
});
