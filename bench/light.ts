/**
 * What it costs to load the package: processor time above that of bare Node, files loaded, and kB on disk, beside others. Each time
 * is the median of rounds in which the programs take turns, so that what else runs concerns all of them.
 */
import { execFileSync } from 'node:child_process';
import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadedBy } from '../test/support/loaded.js';

const ROUNDS = Number(process.env.ROUNDS ?? 15);
const root = fileURLToPath(new URL('..', import.meta.url));
const preload = join(root, 'bench/cpu.cjs');
const cli = join(root, 'dist/cli/main.js');

/** Programs as arguments of Node. The first is what the others are above. */
const programs: Readonly<Record<string, readonly string[]>> = {
  'node -e 0': ['-e', '0'],
  'import mdns-actors': importing('dist/index.js'),
  'import @homebridge/ciao': importing('bench/node_modules/@homebridge/ciao/lib/index.js'),
  'import bonjour-service': importing('bench/node_modules/bonjour-service/dist/index.js'),
  'import multicast-dns': importing('bench/node_modules/multicast-dns/index.js'),
  'mdns-actors --version': [cli, '--version'],
  'mdns-actors --help': [cli, '--help'],
};

function importing(file: string): string[] {
  return ['--input-type=module', '-e', `import ${JSON.stringify(join(root, file))}`];
}

/** Milliseconds of processor time, user and system, that a program says it has used at its end. */
function cpuOf(args: readonly string[], folder: string): number {
  const file = join(folder, 'cpu');
  const env = { ...process.env, CPU: file };
  execFileSync(process.execPath, ['--require', preload, ...args], { env, stdio: 'pipe' });
  return Number(readFileSync(file, 'utf8')) / 1000;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

function reportTimes(): void {
  const names = Object.keys(programs);
  const times = new Map(names.map((name) => [name, [] as number[]]));
  const folder = mkdtempSync(join(tmpdir(), 'mdns-actors-light-'));
  for (let round = 0; round < ROUNDS; round++)
    for (const name of names) times.get(name)?.push(cpuOf(programs[name] ?? [], folder));
  rmSync(folder, { recursive: true });

  const of = (name: string) => median(times.get(name) ?? []);
  const bare = of('node -e 0');
  const ours = of('import mdns-actors') - bare;
  for (const name of names) {
    const { own, packages } = loadedBy(programs[name] ?? []);
    const others = Object.entries(packages).map(([each, count]) => `${each} ${count}`);
    const above = of(name) - bare;
    const ratio = name.startsWith('import')
      ? `${(above / ours).toFixed(2)} x ours`
      : `${(of(name) / bare).toFixed(2)} x bare`;
    console.log(
      `${name}: ${above.toFixed(0)} ms above bare Node, ${ratio}; files: ours ${own.length}, ${others.join(', ') || 'no others'}`,
    );
  }
}

function kB(path: string): number {
  const entry = lstatSync(path);
  if (!entry.isDirectory()) return entry.blocks / 2;
  return readdirSync(path).reduce((sum, name) => sum + kB(join(path, name)), entry.blocks / 2);
}

function reportDisk(): void {
  const pack = ['pack', '--dry-run', '--ignore-scripts', '--json'];
  const said = JSON.parse(
    execFileSync('npm', pack, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
  );
  const [packed] = Object.values(said) as [
    { size: number; unpackedSize: number; files: { path: string; size: number }[] },
  ];
  const own = packed.files.reduce((sum, { size }) => sum + 4 * Math.ceil(size / 4096), 0);
  console.log(
    `npm pack: ${(packed.size / 1000).toFixed(0)} kB, unpacked ${(packed.unpackedSize / 1000).toFixed(0)} kB in ${packed.files.length} files`,
  );
  const needed = ['rxjs', 'tslib', 'xstate', 'dns-packet', '@leichtgewicht/ip-codec'];
  const sizes = needed.map((name) => [name, kB(join(root, 'node_modules', name))] as const);
  const total = sizes.reduce((sum, [, size]) => sum + size, own);
  console.log(
    `installed: ${total} kB on disk; ours ${own}, ${sizes.map(([name, size]) => `${name} ${size}`).join(', ')}`,
  );
}

reportTimes();
reportDisk();
