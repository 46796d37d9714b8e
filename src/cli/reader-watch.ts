/**
 * Notices that the reader of a pipe has left, as `head -1` does, without writing to it. Node notices it when it writes,
 * which may be hours later.
 */
import { spawn } from 'node:child_process';
import { fstatSync, writeSync } from 'node:fs';
import process from 'node:process';

/** Milliseconds between two looks at a socket. */
const INTERVAL_MS = 200;

/** Calls `onGone` when nothing reads any more what is written to `fd`, a pipe or a socket. */
export function watchReader(fd: number, onGone: () => void): void {
  const stats = fstatSync(fd);
  if (process.platform === 'win32' || (!stats.isFIFO() && !stats.isSocket())) return;
  if (stats.isFIFO() && process.platform === 'linux') watchPipe(onGone);
  else watchByWriting(fd, onGone);
}

/** Writes nothing: a socket, and elsewhere than on Linux a pipe, refuses even that when its reader has left. */
function watchByWriting(fd: number, onGone: () => void): void {
  const nothing = new Uint8Array(0);
  const timer = setInterval(() => {
    try {
      writeSync(fd, nothing);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EPIPE')) return;
      clearInterval(timer);
      onGone();
    }
  }, INTERVAL_MS).unref();
}

/**
 * Linux tells it to those only who poll the pipe, which Node cannot, but `tail -f` does: with the same standard output
 * it ends by SIGPIPE. It ends with this process, however that ends. Where it is missing or another one, the reader is
 * noticed when something is written.
 */
function watchPipe(onGone: () => void): void {
  const tail = spawn('tail', ['-f', `--pid=${process.pid}`, '/dev/null'], { stdio: ['ignore', 'inherit', 'ignore'] });
  const end = () => tail.kill();
  tail.on('error', () => {});
  tail.on('exit', (_, signal) => {
    process.off('exit', end);
    if (signal === 'SIGPIPE') onGone();
  });
  tail.unref();
  process.on('exit', end);
}
