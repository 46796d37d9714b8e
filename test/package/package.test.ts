/**
 * The package as users get it: packed, unpacked into an empty project, compiled against under the settings that people have, and
 * run. Dependencies are links to those that are installed here, so it needs no network.
 */
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };

const root = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);
let project = '';

beforeAll(async () => {
  project = mkdtempSync(join(tmpdir(), 'mdns-actors-package-'));
  const modules = join(project, 'node_modules');
  mkdirSync(join(modules, '@types'), { recursive: true });
  // Scripts would build into a folder that other tests read.
  await run('npm', ['pack', '--ignore-scripts', '--offline', '--silent', '--pack-destination', project], { cwd: root });
  const [tarball = ''] = readdirSync(project).filter((name) => name.endsWith('.tgz'));
  mkdirSync(join(modules, 'mdns-actors'));
  await run('tar', ['-xzf', join(project, tarball), '-C', join(modules, 'mdns-actors'), '--strip-components=1']);
  for (const name of [...Object.keys(packageJson.dependencies), '@types/node'])
    symlinkSync(join(root, 'node_modules', name), join(modules, name));
  cpSync(join(root, 'test/package/consumers'), project, { recursive: true });
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
}, 60_000);

afterAll(() => rmSync(project, { recursive: true, force: true }));

interface Settings {
  readonly module: string;
  readonly moduleResolution: string;
  readonly exactOptionalPropertyTypes?: boolean;
}

const settings: readonly Settings[] = [
  { module: 'nodenext', moduleResolution: 'nodenext' },
  { module: 'node16', moduleResolution: 'node16' },
  { module: 'esnext', moduleResolution: 'bundler' },
];

/** Compiles consumers into `out`, and resolves with what the compiler says. */
async function compile(
  files: readonly string[],
  out: string,
  over: Settings,
  args: readonly string[] = [],
): Promise<string[]> {
  const compilerOptions = {
    target: 'es2020',
    lib: ['es2020'],
    types: ['node'],
    strict: true,
    exactOptionalPropertyTypes: true,
    declaration: true,
    skipLibCheck: false,
    outDir: out,
    ...over,
  };
  const config = join(project, `tsconfig.${out}.json`);
  writeFileSync(config, JSON.stringify({ compilerOptions, files }));
  const tsc = [join(root, 'node_modules/typescript/bin/tsc'), '-p', config, ...args];
  const { stdout } = await run(process.execPath, tsc, { cwd: project }).catch((error: { stdout: string }) => error);
  return stdout.split('\n').filter((line) => line !== '' && !line.startsWith(' '));
}

async function outputOf(path: string): Promise<unknown> {
  const { stdout } = await run(process.execPath, [join(project, path)], { timeout: 60_000 });
  return JSON.parse(stdout);
}

describe('the packed package', { timeout: 120_000 }, () => {
  for (const each of settings) {
    it(`compiles with moduleResolution ${each.moduleResolution}, and the program runs`, async () => {
      const out = `esm-${each.moduleResolution}`;
      expect(await compile(['main.ts', 'testing.ts'], out, each)).toEqual([]);
      const found = { port: 81, host: true, code: 'timeout', inspected: true };
      expect(await outputOf(`${out}/main.js`)).toEqual(found);
      expect(await outputOf(`${out}/testing.js`)).toEqual({ packets: true, text: true });
    });
  }

  it('needs no declaration of XState for its main and testing entries', async () => {
    const [first = settings[0] as Settings] = settings;
    const files = await compile(['main.ts', 'testing.ts'], 'list', first, ['--listFilesOnly']);
    expect(files.some((file) => file.includes('/mdns-actors/'))).toBe(true);
    expect(files.filter((file) => /\/(xstate|dns-packet)\//.test(file))).toEqual([]);
  });

  it('is imported by CommonJS', async () => {
    expect(await compile(['dynamic.cts'], 'cjs16', { module: 'node16', moduleResolution: 'node16' })).toEqual([]);
    expect(await outputOf('cjs16/dynamic.cjs')).toEqual({ state: 'closed' });
  });

  it('is required by CommonJS', async () => {
    expect(await compile(['required.cts'], 'cjs', { module: 'nodenext', moduleResolution: 'nodenext' })).toEqual([]);
    expect(await outputOf('cjs/required.cjs')).toEqual({ state: 'closed', links: [] });
  });

  for (const each of settings) {
    it(`has the types of the packages that it replaces, with moduleResolution ${each.moduleResolution}`, async () => {
      const out = `compat-${each.moduleResolution}`;
      // A bundler's TypeScript has no `import = require()`.
      const files = each.module === 'esnext' ? ['compat.mts'] : ['compat.mts', 'compat.cts'];
      expect(await compile(files, out, each)).toEqual([]);
      for (const file of files)
        expect(await outputOf(`${out}/${file.replace('ts', 'js')}`)).toEqual({ asked: 'a.local' });
    });
  }

  for (const each of settings) {
    it(`has the types of the bonjour packages and ciao, with moduleResolution ${each.moduleResolution}`, async () => {
      const out = `bonjour-${each.moduleResolution}`;
      const files = each.module === 'esnext' ? ['bonjour.mts'] : ['bonjour.mts', 'bonjour.cts'];
      expect(await compile(files, out, each)).toEqual([]);
      for (const file of files)
        expect(await outputOf(`${out}/${file.replace('ts', 'js')}`)).toEqual({ found: 'Web', a: '1' });
    });
  }

  for (const each of settings) {
    it(`runs in a machine of XState, with moduleResolution ${each.moduleResolution}`, async () => {
      const out = `machine-${each.moduleResolution}`;
      // XState's own declarations are not for exactOptionalPropertyTypes without skipLibCheck; nothing of ours adds to that.
      const strict = await compile(['machine.ts'], `${out}-exact`, each);
      expect(strict.filter((line) => !line.includes('xstate/dist/declarations/'))).toEqual([]);
      expect(await compile(['machine.ts'], out, { ...each, exactOptionalPropertyTypes: false })).toEqual([]);
      expect(await outputOf(`${out}/machine.js`)).toEqual({ name: 'Web' });
    });
  }
});
