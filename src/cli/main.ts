#!/usr/bin/env node
/**
 * The command line program. Exit codes: 0 for success or when stopped by the user, 1 for failure, 2 for an invalid
 * command line.
 */
import { readFileSync } from 'node:fs';
import process from 'node:process';
import type { MdnsOptions } from '../api/options.js';
import { MdnsError } from '../protocol/errors.js';
import { type FileName, type Run, readCommandLine, type Task } from './arguments.js';
import { Failure } from './failure.js';
import { Output } from './output.js';
import type { Session } from './session.js';
import { helpText, usageText } from './usage.js';
import { UsageError } from './usage-error.js';

const DONE = 0;
const FAILED = 1;
const MISUSED = 2;
/** The exit codes that shells report for a program ended by a signal: 128 plus the signal's number. */
const ENDED_BY = { SIGINT: 130, SIGTERM: 143 } as const;

const stop = new AbortController();
const out = new Output({ stdout: process.stdout, stderr: process.stderr, onClosed: () => stop.abort() });

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupt(signal));
process.on('exit', () => out.leaveTerminal());

process.exit(await main(process.argv.slice(2)));

/** Stops the command in an orderly way; called again, ends it at once. */
function interrupt(signal: keyof typeof ENDED_BY): void {
  if (stop.signal.aborted) process.exit(ENDED_BY[signal]);
  stop.abort(signal);
}

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
  else if (line.kind === 'completion') out.line((await import('./completion.js')).completion(line.shell));
  else return run(line);
  return DONE;
}

async function run(line: Run): Promise<number> {
  const { task, verbose, json, color } = line;
  out.json = json;
  if (color && out.hasColors) out.paint = (await import('./terminal/style.js')).painted;
  try {
    if (task.command === 'demo') {
      const { demo } = await import('./demo.js');
      await demo(out, verbose, stop.signal);
      return DONE;
    }
    const { work, mdns } = await planFor(task);
    const { withSession } = await import('./session.js');
    const means = { out, stop: stop.signal, requestStop: () => interrupt('SIGINT') };
    return (await withSession({ ...line, mdns: { ...line.mdns, ...mdns } }, means, work)) ?? DONE;
  } catch (error) {
    // Names, types and attributes are checked where they are used.
    if (error instanceof MdnsError && error.code.startsWith('invalid-'))
      throw new UsageError(error.message, task.command);
    throw error;
  }
}

interface Plan {
  /** @returns the exit code, if it is another one than that of success */
  readonly work: (session: Session) => Promise<number | undefined>;
  /** Further options of the `Mdns`. */
  readonly mdns?: MdnsOptions;
}

/** Loads what the command needs, and nothing of the others. */
async function planFor(task: Exclude<Run['task'], { command: 'demo' }>): Promise<Plan> {
  switch (task.command) {
    case 'publish':
      return planPublish(task);
    case 'browse': {
      const { browse } = await import('./browse.js');
      return plan((session) => browse(session, task));
    }
    case 'discover': {
      const { discover } = await import('./browse.js');
      return plan((session) => discover(session, task));
    }
    case 'inspect': {
      const { inspect } = await import('./inspect.js');
      return plan((session) => inspect(session, task));
    }
    case 'interfaces':
      return plan((await import('./interfaces.js')).listInterfaces);
    case 'doctor': {
      const { planDoctor } = await import('./doctor.js');
      return planDoctor(task.timeout);
    }
    case 'watch-host': {
      const { watchHost } = await import('./watch-host.js');
      return plan((session) => watchHost(session, task.host));
    }
    default: {
      const { ask } = await import('./ask.js');
      return plan((session) => ask(session, task));
    }
  }
}

function plan(work: (session: Session) => Promise<void>): Plan {
  return {
    work: async (session) => {
      await work(session);
      return undefined;
    },
  };
}

async function planPublish({ services, ...manner }: Extract<Task, { command: 'publish' }>): Promise<Plan> {
  // The file is read before anything is opened.
  const list = isSource(services) ? (await import('./service-file.js')).servicesIn(services) : services;
  const { publish, ProbeReports } = await import('./publish.js');
  const probes = new ProbeReports();
  const isShown = out.terminal !== undefined && manner.exec === undefined;
  return {
    work: (session) => publish(session, list, { ...manner, probes }),
    ...(isShown ? { mdns: { inspect: probes.inspect } } : {}),
  };
}

function isSource(services: Extract<Task, { command: 'publish' }>['services']): services is FileName {
  return 'file' in services || 'from' in services;
}

/** @returns the exit code */
function explain(error: unknown): number {
  // Work that the user's stop interrupts is not a failure.
  if (stop.signal.aborted) return DONE;
  if (error instanceof UsageError) {
    out.usage(`mdns-actors: ${usageText(error)}`);
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
