/** From a packed tarball in an empty folder: what the docs say works as it is written, with every tool that users have. */
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrationRows, type Package, runRow, stepsOf } from '../test/docs/migration.js';
import { asJavaScript, asTypeScript, leaving, pagesForUsers, programsOf } from '../test/docs/programs.js';
import { DocsStage } from '../test/docs/stage.js';
import { Project, root, run } from './project.js';

const tools = join(root, 'packed/node_modules');
const project = new Project();
const programs = pagesForUsers().flatMap((page) => programsOf(page));
let stage: DocsStage;

beforeAll(async () => {
  await project.install();
  const entries = Object.fromEntries(
    ['index', 'testing', 'xstate'].map((name) => [name, project.path(`dist/${name}.js`)]),
  );
  const folder = join(project.folder, 'programs');
  mkdirSync(folder);
  stage = new DocsStage(folder, entries, '224.0.0.254:49131');
  // Frameworks of the guide; what the package itself needs is where npm has installed it.
  const needed = readdirSync(tools).filter((name) => !name.startsWith('.') && !['rxjs', 'typescript'].includes(name));
  for (const name of needed) stage.link(name, join(tools, name));
  await stage.start();
});

afterAll(async () => {
  await stage.close();
  project.remove();
});

describe('the installed package', () => {
  it('is installed without a warning, with three dependencies and what they need', () => {
    expect(project.installed).toMatchObject({ code: 0, stderr: '' });
    const packages = readdirSync(join(project.folder, 'node_modules')).filter((name) => !name.startsWith('.'));
    expect(packages).toEqual(['@leichtgewicht', 'dns-packet', 'mdns-actors', 'rxjs', 'tslib', 'xstate']);
  });

  it('has no file that no user needs', () => {
    const needless = project
      .files()
      .filter((file) => !/^(?:dist\/.*\.(?:c?js|d\.c?ts|1)|[A-Z]+(?:\.md)?|package\.json|man\/.*)$/.test(file));
    expect(needless).toEqual([]);
  });

  it('has what its package.json mentions', () => {
    const about = JSON.parse(readFileSync(project.path('package.json'), 'utf8')) as Record<string, unknown>;
    const mentioned = JSON.stringify([about.main, about.types, about.bin, about.man, about.exports, about.imports]);
    const files = [...mentioned.matchAll(/"(?:\.\/)?((?:dist|man|docs)\/[^"*]+)"/g)].map(([, file = '']) => file);
    expect(files.length).toBeGreaterThan(8);
    expect(files.filter((file) => !project.has(file))).toEqual([]);
  });

  it('has a README whose links lead into the repository', () => {
    const readme = readFileSync(project.path('README.md'), 'utf8');
    expect(readme).toBe(readFileSync(join(root, 'README.md'), 'utf8'));
  });

  it('runs as a command', async () => {
    const { stdout } = await run('npx', ['--no-install', 'mdns-actors', '--version'], project.folder);
    expect(stdout).toContain(JSON.parse(readFileSync(project.path('package.json'), 'utf8')).version);
  });

  it('is required by CommonJS', async () => {
    const code = "const { createMdns } = require('mdns-actors'); console.log(typeof createMdns);";
    expect((await run(process.execPath, ['--input-type=commonjs', '--eval', code], project.folder)).stdout).toBe(
      'function\n',
    );
  });
});

describe('the programs of the docs', () => {
  it.concurrent.for(programs)('$at', async (program, { expect }) => {
    const { output, how, missing } = await stage.run(asJavaScript(program), program.prints);
    expect(missing, output).toEqual([]);
    expect(how, output).toBe(program.prints && how !== 0 ? 'SIGINT' : 0);
    for (const name of leaving(program)) await expect.poll(() => stage.hasLeft(name), { timeout: 60_000 }).toBe(true);
  });

  it('are strict TypeScript', async () => {
    const folder = join(project.folder, 'strict');
    mkdirSync(join(folder, 'node_modules'), { recursive: true });
    for (const name of readdirSync(tools).filter((each) => !each.startsWith('.') && each !== 'rxjs'))
      symlinkSync(join(tools, name), join(folder, 'node_modules', name), 'dir');
    for (const program of programs) {
      const name = program.at.replace(/\W+/g, '-');
      writeFileSync(join(folder, `${name}.${program.language === 'tsx' ? 'tsx' : 'mts'}`), asTypeScript(program));
    }
    const compilerOptions = {
      target: 'es2022',
      module: 'nodenext',
      strict: true,
      noEmit: true,
      jsx: 'react-jsx',
      types: ['node', 'react'],
      experimentalDecorators: true,
      skipLibCheck: true,
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    const { stdout } = await run(process.execPath, [join(tools, 'typescript/bin/tsc'), '-p', folder], folder);
    expect(stdout.split('\n').filter((line) => line !== '')).toEqual([]);
  });
});

describe('coming from another package', () => {
  let installed: Package;
  beforeAll(async () => {
    const [main, testing, rxjs] = await Promise.all(
      ['mdns-actors/dist/index.js', 'mdns-actors/dist/testing.js', 'rxjs/dist/cjs/index.js'].map(
        (file) => import(join(project.folder, 'node_modules', file)),
      ),
    );
    installed = {
      createMdns: main.createMdns,
      SimulatedLan: testing.SimulatedLan,
      firstValueFrom: rxjs.firstValueFrom,
    };
  });

  it.each(migrationRows())('$there', async (row) => {
    const steps = stepsOf(row);
    if (steps !== undefined) await runRow(steps, installed);
  });
});

describe('in a bundle', () => {
  it.each(['esbuild', 'vite', 'rollup', 'webpack'])('of %s it runs by itself, and its worker,', async (bundler) => {
    const program = join(project.folder, 'bundled.js');
    cpSync(join(root, 'packed/programs/bundled.js'), program);
    const folder = join(project.folder, `${bundler}-bundle`, 'alone');
    mkdirSync(folder, { recursive: true });
    const made = await run(
      process.execPath,
      [join(root, 'packed/bundle.mjs'), bundler, program, folder],
      project.folder,
    );
    expect(made).toMatchObject({ code: 0, stderr: '' });
    // Elsewhere, where there are no modules to fall back to.
    const alone = new Project();
    cpSync(folder, alone.folder, { recursive: true });
    const runAlone = (env: Readonly<Record<string, string>>) =>
      run(process.execPath, [join(alone.folder, 'main.mjs')], alone.folder, { ...process.env, ...env });
    const inProcess = await runAlone({ MDNS_GROUP: '224.0.0.254:49132' });
    // webpack has copied the file of the worker; with the others it is one line, as the docs say.
    if (bundler !== 'webpack') cpSync(project.path('dist/worker.cjs'), join(alone.folder, 'worker.cjs'));
    const inWorker = await runAlone({ MDNS_GROUP: '224.0.0.254:49133', MDNS_WORKER: '1' });
    alone.remove();
    for (const { stdout, stderr } of [inProcess, inWorker]) {
      expect(stderr).toBe('');
      expect(JSON.parse(stdout)).toEqual({ found: 'Bundled', simulated: 0 });
    }
  });
});

describe('the critics', () => {
  it('publint has no remark', async () => {
    const { stdout } = await run(
      process.execPath,
      [join(root, 'node_modules/publint/src/cli.js'), project.path(), '--strict', '--pack', 'false'],
      root,
    );
    expect(stdout).toContain('All good!');
  });

  it('arethetypeswrong has no remark, apart from what is so on purpose', async () => {
    // Every Node.js that is supported can require an ES module; the types of a dual package would describe two copies.
    // Resolution of the kind "node10" is older than `exports`. The worker and the redirection export nothing.
    const args = [
      project.tarball,
      '--profile',
      'node16',
      '--ignore-rules',
      'cjs-resolves-to-esm',
      '--exclude-entrypoints',
      'worker',
      'compat/register',
      '--no-emoji',
      '--no-color',
    ];
    const { stdout, code } = await run(
      process.execPath,
      [join(tools, '@arethetypeswrong/cli/dist/index.js'), ...args],
      root,
    );
    expect(stdout).toContain('OK (ESM)');
    expect(code, stdout).toBe(0);
  });
});
