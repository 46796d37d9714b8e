/** Memory and CPU of a process, as Linux counts them; and scenarios that run in a process of their own. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const TICKS_PER_SECOND = 100;

/** MiB of RSS: now, and at the most since `forgetPeak`. */
export function memoryOf(pid: number | 'self'): { readonly now: number; readonly peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mebibytes = (key: string) => Number(new RegExp(`${key}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1_024;
  return { now: mebibytes('VmRSS'), peak: mebibytes('VmHWM') };
}

export function forgetPeak(pid: number | 'self'): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

/** Milliseconds of CPU that all its threads have used, in the system too. */
export function cpuOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number);
  return (((user ?? 0) + (system ?? 0)) * 1_000) / TICKS_PER_SECOND;
}

/** UDP datagrams that the programs of its network have been handed; a busy machine loses some before. */
export function datagramsOf(pid: number): number {
  const rows = readFileSync(`/proc/${pid}/net/snmp`, 'utf8').split('\n');
  const [names, values] = rows.filter((row) => row.startsWith('Udp:')).map((row) => row.split(' '));
  return Number(values?.[names?.indexOf('InDatagrams') ?? -1]);
}

/**
 * Lets this session's processes run before those of others, whose work would show as delays of the victim; Linux schedules by
 * session first, where it does so at all.
 */
export function runFirst(): void {
  if (existsSync('/proc/self/autogroup')) writeFileSync('/proc/self/autogroup', '-15');
}

/** The command that runs a file of this directory. The loader of TypeScript takes some 40 MiB, so what is measured does without. */
export function command(
  file: string,
  args: readonly (string | number)[],
  nodeOptions: readonly string[] = [],
): string[] {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const loader = file.endsWith('.ts') ? ['--import', import.meta.resolve('tsx')] : [];
  return [process.execPath, ...nodeOptions, ...loader, path, ...args.map(String)];
}

/** Runs a file of this directory to its end; what it writes is JSON. undefined when it dies or takes too long. */
export function runChild<T>(
  file: string,
  args: readonly (string | number)[],
  { nodeOptions = ['--expose-gc'], limitMs = 180_000 }: { nodeOptions?: readonly string[]; limitMs?: number } = {},
): Promise<T | undefined> {
  const [node = '', ...argv] = command(file, args, nodeOptions);
  return new Promise((resolve) => {
    const child = spawn(node, argv, { stdio: ['ignore', 'pipe', 'pipe'] });
    const kill = () => child.kill('SIGKILL');
    const limit = setTimeout(kill, limitMs);
    process.once('exit', kill);
    let output = '';
    let errors = '';
    child.stdout.on('data', (text) => {
      output += text;
    });
    child.stderr.on('data', (text) => {
      errors = (errors + text).slice(-2_000);
    });
    child.on('close', (code) => {
      clearTimeout(limit);
      process.removeListener('exit', kill);
      if (code !== 0 && !/heap out of memory/.test(errors) && errors !== '') console.error(errors);
      resolve(code === 0 ? (JSON.parse(output) as T) : undefined);
    });
  });
}
