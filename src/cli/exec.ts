/** The command of `publish --exec`, which runs while services are published. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import process from 'node:process';
import { Failure } from './failure.js';

/**
 * Runs a program with its arguments, without a shell, on the same terminal. When the user stops this program, the other
 * is stopped, too.
 *
 * @returns its exit code; for a program that a signal has ended, the one that shells report
 * @throws Failure if it cannot be run
 */
export function exec([program, ...args]: readonly [string, ...string[]], stop: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'inherit', shell: false });
    const pass = () => {
      // A terminal sends Ctrl-C to both.
      if (stop.reason === 'SIGINT' && process.stdin.isTTY) return;
      child.kill(stop.reason === 'SIGINT' ? 'SIGINT' : 'SIGTERM');
    };
    stop.addEventListener('abort', pass, { once: true });
    if (stop.aborted) pass();
    child.once('error', (error) => reject(new Failure(`${JSON.stringify(program)} cannot be run: ${error.message}.`)));
    child.once('exit', (code, signal) => {
      stop.removeEventListener('abort', pass);
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}
