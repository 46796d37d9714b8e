#!/usr/bin/env node
/**
 * The command line program. Exit codes: 0 for success or when stopped by the user, 1 for failure, 2 for an invalid
 * command line.
 */
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { MdnsError } from '../protocol/errors.js';
import { type Run, readCommandLine, UsageError } from './arguments.js';
import { Failure } from './failure.js';
import { Output } from './output.js';
import type { Session } from './session.js';
import { helpText, usageText } from './usage.js';

const DONE = 0;
const FAILED = 1;
const MISUSED = 2;
/** The exit codes that shells report for a program ended by a signal: 128 plus the signal's number. */
const ENDED_BY = { SIGINT: 130, SIGTERM: 143 } as const;

const stop = new AbortController();
const out = new Output({ stdout: process.stdout, stderr: process.stderr, onClosed: () => stop.abort() });

let signals = 0;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    signals++;
    if (signals > 1) process.exit(ENDED_BY[signal]);
    stop.abort();
  });
}

process.exit(await main(process.argv.slice(2)));

/** @returns the exit code, after all output is written: a pipe may be slower than this program */
async function main(args: readonly string[]): Promise<number> {
  const code = await obey(args).catch(explain);
  await out.flush();
  if (out.fault === undefined) return code;
  out.message(out.fault);
  return FAILED;
}

async function obey(args: readonly string[]): Promise<number> {
  const line = readCommandLine(args);
  if (line.kind === 'help') out.line(helpText(line.command));
  else if (line.kind === 'version') out.line(version());
  else await run(line);
  return DONE;
}

async function run(line: Run): Promise<void> {
  const { task, verbose, json } = line;
  out.json = json;
  try {
    if (task.command === 'demo') {
      const { demo } = await import('./demo.js');
      await demo(out, verbose, stop.signal);
    } else {
      const work = await workFor(task);
      const { withSession } = await import('./session.js');
      await withSession(line, out, stop.signal, work);
    }
  } catch (error) {
    // Names, types and attributes are checked where they are used.
    if (error instanceof MdnsError && error.code.startsWith('invalid-'))
      throw new UsageError(error.message, task.command);
    throw error;
  }
}

type Work = (session: Session) => Promise<void>;

/** Loads what the command needs, and nothing of the others. */
async function workFor(task: Exclude<Run['task'], { command: 'demo' }>): Promise<Work> {
  switch (task.command) {
    case 'publish': {
      const { services, rename } = task;
      // The file is read before anything is opened.
      const list = 'file' in services ? (await import('./service-file.js')).readServiceFile(services.file) : services;
      const { publish } = await import('./publish.js');
      return (session) => publish(session, list, rename);
    }
    case 'browse': {
      const { browse } = await import('./browse.js');
      return (session) => browse(session, task.type, task.subtype);
    }
    case 'discover': {
      const { discover } = await import('./browse.js');
      return (session) => discover(session, task);
    }
    case 'interfaces':
      return (await import('./interfaces.js')).listInterfaces;
    default: {
      const { ask } = await import('./ask.js');
      return (session) => ask(session, task);
    }
  }
}

/** @returns the exit code */
function explain(error: unknown): number {
  // Work that the user's stop interrupts is not a failure.
  if (stop.signal.aborted) return DONE;
  if (error instanceof UsageError) {
    out.usage(`mdns-actors: ${usageText(error.message, error.command)}`);
    return MISUSED;
  }
  if (error instanceof Failure || error instanceof MdnsError) {
    out.message(error.message);
    return FAILED;
  }
  out.message('This is a bug in mdns-actors. Please report it with these lines:');
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  for (const line of trace.split('\n')) out.message(line);
  return FAILED;
}

function version(): string {
  const { version: text } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return text;
}
