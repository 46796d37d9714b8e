/**
 * What is loaded, counted in files since times vary (docs/decisions/0023-what-is-loaded.md), and that RxJS is the same for users
 * however their programs are put together.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, describe, expect, it } from 'vitest';
import { loadedBy } from '../support/loaded.js';

const dist = fileURLToPath(new URL('../../dist/', import.meta.url));
const program = join(dist, 'cli/main.js');

/** The commands of which something is loaded: `publish` for `publish-ABC.js`. */
function commandsIn(own: readonly string[]): string[] {
  const found = own.map((file) => /^([\w-]+)-[A-Z0-9]{8}\.js$/.exec(file)?.[1]);
  return found.filter((name) => name !== undefined && !['chunk', 'session'].includes(name)) as string[];
}

describe('importing the package', () => {
  it('loads a few files of ours and the parts of the dependencies that we use', () => {
    const { own, packages } = loadedBy([join(dist, 'index.js')]);
    expect(own.length).toBeLessThanOrEqual(7);
    // Guards of the machines of domains, which are loaded with the first domain.
    for (const guard of ['isSilence', 'isToBeRemoved']) {
      expect(own.filter((file) => readFileSync(join(dist, file), 'utf8').includes(guard))).toEqual([]);
    }
    expect(own.filter((file) => file.startsWith('compat/'))).toEqual([]);
    expect(Object.keys(packages).sort()).toEqual(['@leichtgewicht/ip-codec', 'dns-packet', 'rxjs', 'xstate']);
    expect(packages.rxjs).toBeLessThanOrEqual(30);
    expect(packages.xstate).toBeLessThanOrEqual(8);
    expect(packages['dns-packet']).toBeLessThanOrEqual(6);
  });

  it('as XState logic loads nothing of RxJS', () => {
    expect(Object.keys(loadedBy([join(dist, 'xstate.js')]).packages)).not.toContain('rxjs');
  });
});

describe('the command line loads', () => {
  it.each([['--version'], ['--help'], ['browse', '--help'], ['lokup', 'printer']])(
    'nothing of the engine for %s %s',
    (...args) => {
      const { own, packages } = loadedBy([program, ...args.filter((each) => typeof each === 'string')]);
      expect(packages).toEqual({});
      expect(own.length).toBeLessThanOrEqual(7);
      expect(own.reduce((sum, file) => sum + readFileSync(join(dist, file)).length, 0)).toBeLessThan(60_000);
    },
  );

  it('nothing of the engine for a file of services that is not there', () => {
    const { own, packages } = loadedBy([program, 'publish', '--file', '/nowhere/services.json']);
    expect(packages).toEqual({});
    expect(commandsIn(own)).toEqual(['service-file']);
  });

  it('nothing of other commands for a command, and the parts of RxJS that it uses', () => {
    const { own, packages } = loadedBy([program, 'lookup', 'a.example', '--loopback', '--no-ipv6']);
    expect(commandsIn(own)).toEqual(['ask']);
    expect(packages.rxjs).toBeGreaterThan(10);
    expect(packages.rxjs).toBeLessThanOrEqual(90);
  });
});

describe('RxJS is the one that users import', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mdns-actors-light-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const source = `
    import { Observable } from 'rxjs';
    import { Browse } from ${JSON.stringify(join(dist, 'index.js'))};
    process.stdout.write(String(Browse.prototype instanceof Observable));`;

  it('in Node', () => {
    expect(String(execFileSync(process.execPath, ['--input-type=module', '--eval', source]))).toBe('true');
  });

  it.each([
    ['for Node', ['node']],
    ['that does not know Node', []],
  ])('in a bundle made %s', async (_, conditions) => {
    const outfile = join(folder, `bundle-${conditions.length}.mjs`);
    const { metafile } = await build({
      stdin: { contents: source, resolveDir: dist },
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'neutral',
      mainFields: ['module', 'main'],
      conditions,
      external: ['node:*', 'buffer', 'util'],
      banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
      logLevel: 'error',
      metafile: true,
    });
    expect(String(execFileSync(process.execPath, [outfile]))).toBe('true');
    // One copy, not two that get along.
    const copies = Object.keys(metafile.inputs).filter((file) => /\binternal\/Observable\.js$/.test(file));
    expect(copies).toHaveLength(1);
  });

  it('with the same parts through either door', async () => {
    const [required, imported] = await Promise.all([import(join(dist, 'rxjs.cjs')), import(join(dist, 'rxjs.js'))]);
    expect(Object.keys(required).filter((name) => !['default', 'module.exports'].includes(name))).toEqual(
      Object.keys(imported),
    );
  });
});

describe('what is published', () => {
  it('is what runs, what describes it, the manual page, and no map of sources that are not there', () => {
    const files = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((file) => /\.\w+$/.test(file));
    expect(files.filter((file) => !/\.(?:js|cjs|d\.c?ts|1)$/.test(file))).toEqual([]);
    const texts = files.map((file) => readFileSync(join(dist, file), 'utf8'));
    expect(texts.filter((text) => text.includes('sourceMappingURL'))).toEqual([]);
  });
});
