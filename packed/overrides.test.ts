/** A replacement in the place of the package that a library depends on: with npm's `overrides`, and with an alias. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Project, root, run } from './project.js';

const project = new Project();
/** A program with a library that depends on the package; the tarballs stand for what the registry has. */
const program = join(project.folder, 'program');

beforeAll(async () => {
  await project.install();
  mkdirSync(program);
  const stub = join(root, 'compat/stubs/multicast-dns');
  await run('npm', ['pack', '--silent', '--pack-destination', program, stub], program);
  const [packed] = readdirSync(program);
  const about = {
    private: true,
    dependencies: { 'bonjour-service': '^1.3.0', 'mdns-actors': `file:${project.tarball}` },
    overrides: { 'multicast-dns': `file:./${packed}` },
  };
  writeFileSync(join(program, 'package.json'), JSON.stringify(about));
});
afterAll(() => project.remove());

describe('a library on a replacement', () => {
  it('by the overrides of npm', async () => {
    const installed = await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund'], program);
    expect(installed).toMatchObject({ code: 0, stderr: '' });
    const code = `
      const { createRequire } = require('node:module');
      const there = createRequire(require.resolve('bonjour-service'));
      console.log(there('multicast-dns') === require('mdns-actors/compat/multicast-dns'));`;
    const { stdout, stderr } = await run(process.execPath, ['--eval', code], program);
    expect([stdout, stderr]).toEqual(['true\n', '']);
  });

  it('by an alias of esbuild', async () => {
    const { metafile } = await build({
      stdin: { contents: "require('bonjour-service');", resolveDir: program },
      alias: { 'multicast-dns': 'mdns-actors/compat/multicast-dns' },
      absWorkingDir: program,
      bundle: true,
      platform: 'node',
      write: false,
      metafile: true,
    });
    const files = Object.keys(metafile.inputs).join('\n');
    expect(files).toContain('mdns-actors/dist/compat/multicast-dns');
    expect(files).not.toContain('node_modules/multicast-dns/');
  });
});
