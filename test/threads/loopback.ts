/** What tests with real threads share: options for the loopback interface, and programs in processes of their own. */
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { MdnsOptions } from '../../src/index.js';

export const DIST = new URL('../../dist/', import.meta.url);
const INDEX = new URL('index.js', DIST).href;

let lastPort = 49_300;

/** A group of its own for each test. */
export function onLoopback(): MdnsOptions & { readonly ipv4: string } {
  return { interfaces: 'loopback', ipv4: `224.0.0.254:${++lastPort}`, ipv6: false };
}

export async function until(what: string, condition: () => boolean, limitMs = 30_000): Promise<void> {
  for (const end = performance.now() + limitMs; !condition(); await sleep(10)) {
    if (performance.now() >= end) throw new Error(`Waited in vain for: ${what}`);
  }
}

/** Notes the workers that are started, so that a test can end one. */
export function watchWorkers(): Worker[] {
  const workers: Worker[] = [];
  process.on('worker', (worker: Worker) => workers.push(worker));
  return workers;
}

export interface Ran {
  readonly lines: string[];
  readonly code: number | null;
}

/**
 * Runs a program in a process, and resolves with what it printed and its exit code. `soon` does not keep it alive: it
 * fires only while something else does.
 */
export function runProgram(
  body: string,
  { from = INDEX, nodeOptions = [] }: { readonly from?: string; readonly nodeOptions?: readonly string[] } = {},
): Promise<Ran> {
  const program = `
    import { createMdns } from '${from}';
    const soon = (run, ms = 300) => setTimeout(run, ms).unref();
    const say = (line) => console.log(line);
    ${body}`;
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [...nodeOptions, '--input-type=module', '--eval', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    child.stdout.on('data', (bytes) => {
      text += bytes;
    });
    child.on('close', (code) => resolve({ lines: text.split('\n').filter(Boolean), code }));
  });
}

/** Runs code in a thread with `createMdns`, `workerData` and `parentPort`. */
export function threadOf(body: string, options: ConstructorParameters<typeof Worker>[1] = {}): Worker {
  const code = `
    const { parentPort, workerData } = require('node:worker_threads');
    import('${INDEX}').then(async ({ createMdns }) => { ${body} });`;
  return new Worker(code, { ...options, eval: true });
}
