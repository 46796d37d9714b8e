/** Which files a program loads. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const preload = new URL('loaded.mjs', import.meta.url).href;
const dist = realpathSync(fileURLToPath(new URL('../../dist', import.meta.url)));

export interface Loaded {
  /** The files of `dist`, relative to it. */
  readonly own: readonly string[];
  /** How many files of other packages, by their names. */
  readonly packages: Readonly<Record<string, number>>;
}

/** @param args of `node`; the program has to end by itself, with whatever code */
export function loadedBy(args: readonly string[]): Loaded {
  const folder = mkdtempSync(join(tmpdir(), 'mdns-actors-loaded-'));
  const file = join(folder, 'loaded.json');
  try {
    const env = { ...process.env, LOADED: file };
    spawnSync(process.execPath, ['--import', preload, ...args], { env });
    return sorted(JSON.parse(readFileSync(file, 'utf8')) as string[]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function sorted(files: readonly string[]): Loaded {
  const packages: Record<string, number> = {};
  for (const file of files) {
    const [, name] = /.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(file) ?? [];
    if (name !== undefined) packages[name] = (packages[name] ?? 0) + 1;
  }
  return { own: files.filter((file) => file.startsWith(dist)).map((file) => file.slice(dist.length + 1)), packages };
}
