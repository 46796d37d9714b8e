/** The package as users get it: packed, and installed with npm into an empty folder. */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const root = fileURLToPath(new URL('..', import.meta.url));
const execute = promisify(execFile);

export interface Output {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

/** Runs a command to its end, whatever it ends with. */
export async function run(command: string, args: readonly string[], cwd: string, env = process.env): Promise<Output> {
  const options = { cwd, env, maxBuffer: 2 ** 26 };
  const failed = (error: Partial<Output>) => ({ stdout: '', stderr: String(error), code: 1, ...error });
  return execute(command, args, options).then((output) => ({ ...output, code: 0 }), failed);
}

export class Project {
  readonly folder = mkdtempSync(join(tmpdir(), 'mdns-actors-packed-'));
  tarball = '';
  /** What npm said while it installed. */
  installed: Output = { stdout: '', stderr: '', code: 1 };

  async install(): Promise<void> {
    // Scripts would build into the folder that other tests read.
    const options = ['--ignore-scripts', '--silent', '--pack-destination', this.folder];
    await run('npm', ['pack', ...options], root);
    this.tarball = join(this.folder, readdirSync(this.folder).find((name) => name.endsWith('.tgz')) ?? '');
    writeFileSync(join(this.folder, 'package.json'), '{ "private": true, "type": "module" }');
    const install = ['install', '--prefer-offline', '--no-audit', '--no-fund', '--engine-strict', this.tarball];
    this.installed = await run('npm', install, this.folder);
  }

  /** A path in the installed package. */
  path(...parts: readonly string[]): string {
    return join(this.folder, 'node_modules/mdns-actors', ...parts);
  }

  has(file: string): boolean {
    return existsSync(this.path(file));
  }

  files(): string[] {
    const entries = readdirSync(this.path(), { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    return files.map(({ parentPath, name }) => join(parentPath, name).slice(this.path().length + 1)).sort();
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
