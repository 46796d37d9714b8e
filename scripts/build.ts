/**
 * Builds `dist` (decision 23): the program as one file for each entry and for what entries share, since loading a file
 * costs more than running it, and file by file the declarations that the entries need.
 */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { redirects, replacements, requiredText } from './compat.js';
import { doorFor, doorText } from './doors.js';
import { joinChunks } from './join-chunks.js';
import { manPage } from './man-page.js';
import { PAGE, PAGE_FILE, pageModule } from './page.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
/** Entries with declarations. */
const entries = ['index', 'xstate', 'testing', ...replacements];
const PROGRAM = 'cli/main';
/** What is to load no more of the package than it needs, beside its index. */
const loadedAlone = ['src/index.ts', 'src/xstate.ts', 'src/cli/main.ts'];
const MAN_PAGE = 'mdns-actors.1';
const WORKER = 'worker.cjs';

/** @returns the files that it has written, below `dist` */
async function writeProgram(): Promise<string[]> {
  const { metafile, outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [...entries, ...redirects, PROGRAM].map((name) => `src/${name}.ts`),
    outdir: dist,
    bundle: true,
    splitting: true,
    // Beside the worker, to which one of them has a relative URL.
    chunkNames: '[name]-[hash]',
    format: 'esm',
    platform: 'node',
    packages: 'external',
    metafile: true,
    write: false,
    logLevel: 'warning',
    plugins: [bundled, throughDoors],
  });
  const made = Object.fromEntries(outputFiles.map(({ path, text }) => [relative(dist, path), text]));
  const programs = await joinChunks(made, metafile.outputs, loadedAlone);
  return writeTexts({
    ...programs,
    ...doorText(Object.values(programs)),
    ...requiredText(join(root, 'src')),
    [PAGE_FILE]: await pageModule(root),
  });
}

/**
 * Each at once, and none that is as it was: a program that starts meanwhile reads whole files.
 *
 * @returns the files, below `dist`
 */
function writeTexts(texts: Readonly<Record<string, string>>): string[] {
  for (const [file, text] of Object.entries(texts)) {
    const path = join(dist, file);
    if (existsSync(path) && readFileSync(path, 'utf8') === text) continue;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(`${path}.new`, text);
    chmodSync(`${path}.new`, file === `${PROGRAM}.js` ? 0o755 : 0o644);
    renameSync(`${path}.new`, path);
  }
  return Object.keys(texts);
}

/** Packages that are part of our files, since only the command line needs them; each with its licence. */
const bundledPackages = ['fast-string-truncated-width'];

const bundled: Plugin = {
  name: 'bundled',
  setup({ onResolve, onLoad, resolve }) {
    onResolve({ filter: /^[\w-]+$/ }, ({ path, kind, pluginData }) => {
      if (!bundledPackages.includes(path) || pluginData === bundled) return undefined;
      // `packages: 'external'` would leave a name as it is, but not a path.
      return resolve(`./node_modules/${path}`, { resolveDir: root, kind, pluginData: bundled });
    });
    const folders = new RegExp(`[\\\\/]node_modules[\\\\/](?:${bundledPackages.join('|')})[\\\\/].*index\\.js$`);
    onLoad({ filter: folders }, ({ path }) => {
      const licence = readFileSync(join(path.replace(/([\\/]node_modules[\\/][^\\/]+).*/, '$1'), 'license'), 'utf8');
      return { contents: `/*!\n${licence}*/\n${readFileSync(path, 'utf8')}`, loader: 'js' };
    });
  },
};

const throughDoors: Plugin = {
  name: 'through doors',
  setup({ onResolve }) {
    onResolve({ filter: new RegExp(`^${PAGE}$`) }, () => ({ path: PAGE, external: true }));
    onResolve({ filter: /^[\w-]+$/ }, ({ path, importer }) => {
      const door = doorFor(path, relative(root, importer).split(sep).join('/'));
      return door === undefined ? undefined : { path: door, external: true };
    });
  },
};

/**
 * The file that a worker runs: complete, so that it can be copied to where a bundle runs; CommonJS, so that it runs
 * there whatever a package.json says.
 *
 * @returns the file, below `dist`
 */
async function writeWorker(): Promise<string[]> {
  const { metafile, outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['src/worker/main.ts'],
    outfile: join(dist, WORKER),
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    metafile: true,
    logLevel: 'warning',
    legalComments: 'none',
  });
  return writeTexts({ [WORKER]: `${outputFiles[0]?.text}${licencesOf(Object.keys(metafile.inputs))}` });
}

/** The licences of the packages that are in a file. */
function licencesOf(inputs: readonly string[]): string {
  const packages = new Set(inputs.flatMap((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? []));
  const texts = [...packages].map((name) => {
    const licence = readFileSync(join(root, 'node_modules', name, 'LICENSE'), 'utf8').trim();
    return `/*\nThis file contains parts of ${name}:\n\n${licence}\n*/\n`;
  });
  return `\n${texts.join('\n')}`;
}

/** @returns the declarations that the entries need, below `dist` */
function writeDeclarations(): Set<string> {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json')], { stdio: 'inherit' });
  const needed = new Set(entries.map((name) => `${name}.d.ts`));
  for (const file of needed) {
    const text = readFileSync(join(dist, file), 'utf8');
    for (const [, , from = ''] of text.matchAll(/\b(?:from |import\()(['"])(\.[^'"]+)\1/g))
      needed.add(join(dirname(file), from).replace(/\.js$/, '.d.ts'));
  }
  return needed;
}

/** @returns the file, below `dist` */
function writeManPage(): string[] {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  return writeTexts({ [MAN_PAGE]: manPage(version) });
}

/** Everything else goes, last, so that a program that starts meanwhile finds its files. */
function tidyUp(kept: ReadonlySet<string>): void {
  const found = readdirSync(dist, { recursive: true, withFileTypes: true });
  for (const entry of found) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && !kept.has(relative(dist, path))) rmSync(path);
  }
  const folders = found.filter((entry) => entry.isDirectory()).map(({ parentPath, name }) => join(parentPath, name));
  for (const folder of folders.sort().reverse()) if (readdirSync(folder).length === 0) rmdirSync(folder);
}

try {
  tidyUp(new Set([...writeDeclarations(), ...(await writeProgram()), ...writeManPage(), ...(await writeWorker())]));
} catch (error) {
  // The compilers have said what is wrong.
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
