/**
 * What every command except the demo works with: an `Mdns`, the output, and a signal for the user's request to stop.
 */
import { audit, distinctUntilChanged, filter, map, type Subscription, skipWhile, timer } from 'rxjs';
import type { Status } from '../actors/commands.js';
import { createMdns, type Mdns } from '../api/mdns.js';
import type { Logger } from '../api/options.js';
import { NodeNetwork } from '../net/node-network.js';
import type { Run } from './arguments.js';
import { Failure } from './failure.js';
import type { Output } from './output.js';
import { isUnusable, missingInterfaces, problemOf } from './status.js';

export interface Session {
  readonly mdns: Mdns;
  readonly out: Output;
  /** Aborted when the user stops the command. */
  readonly stop: AbortSignal;
  /** What the user's signal does: stops the command, and if it has been stopped before, ends it at once. */
  readonly requestStop: () => void;
  /** The interfaces that the user named. */
  readonly interfaces: readonly string[];
}

/** Milliseconds. Faults that pass within this time, such as those of a new IPv6 address, are not reported. */
const GRACE_MS = 1_000;

/** Opens an `Mdns`, runs `work` with it, and closes it with goodbyes in any case. @returns what `work` returns */
export async function withSession<T>(
  run: Run,
  { out, stop, requestStop }: Pick<Session, 'out' | 'stop' | 'requestStop'>,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const { interfaces } = run;
  // Keeps the process alive for whatever a command waits for.
  const network = new NodeNetwork({ keepAlive: true });
  const mdns = createMdns({ network, ...run.mdns, logger: loggerFor(out, run.verbose) });
  const reporting = reportProblems(mdns, interfaces, out);
  try {
    return await Promise.race([work({ mdns, out, stop, requestStop, interfaces }), broken(mdns)]);
  } finally {
    reporting.unsubscribe();
    await mdns.close();
  }
}

/** Rejects once no interface can be used: the reason is more helpful than an empty result. */
export function unusable({ mdns, interfaces }: Session): Promise<never> {
  return new Promise((_, reject) => {
    mdns.status$.pipe(filter(isUnusable)).subscribe((status) => reject(new Failure(problemOf(status, interfaces))));
  });
}

/** Rejects when the `Mdns` closes while a command still runs. */
function broken(mdns: Mdns): Promise<never> {
  return new Promise((_, reject) => {
    mdns.status$.subscribe({
      complete: () => reject(new Failure('The engine broke down; the previous line says why.')),
    });
  });
}

export function stopped(stop: AbortSignal): Promise<void> {
  if (stop.aborted) return Promise.resolve();
  return new Promise((resolve) => stop.addEventListener('abort', () => resolve(), { once: true }));
}

/** Resolves after `ms` milliseconds, or when the user stops the command. */
export function waited(ms: number, stop: AbortSignal): Promise<void> {
  if (stop.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    // Not AbortSignal.any with AbortSignal.timeout: garbage collection may take such a signal before its time is over.
    stop.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Reports each problem once, and when all are solved. */
function reportProblems(mdns: Mdns, named: readonly string[], out: Output): Subscription {
  return mdns.status$
    .pipe(
      filter(({ state }) => state !== 'starting' && state !== 'closed'),
      audit((status) => timer(isUnusable(status) ? 0 : GRACE_MS)),
      map((status) => problemWithAdvice(status, named)),
      distinctUntilChanged(),
      skipWhile((problem) => problem === undefined),
    )
    .subscribe((problem) => out.message(problem ?? 'All interfaces work now.'));
}

function problemWithAdvice(status: Status, named: readonly string[]): string | undefined {
  const problem = problemOf(status, named);
  return missingInterfaces(status, named) === undefined ? problem : `${problem} It is used as soon as it appears.`;
}

/** The log. Leaves out link faults and missing interfaces, which `reportProblems` reports. */
function loggerFor(out: Output, verbose: boolean): Logger {
  const tell = (message: string) => out.message(message);
  const detailed = verbose ? tell : () => {};
  return {
    debug: detailed,
    info: detailed,
    warn: (message, details) =>
      verbose || (details && !('link' in details || 'interfaces' in details)) ? tell(message) : undefined,
    error: tell,
  };
}
