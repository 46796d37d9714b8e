/** What every command but the demo works with: an `Mdns`, a place for its results, and the wish of the user to stop. */
import { audit, distinctUntilChanged, filter, map, type Subscription, skipWhile, timer } from 'rxjs';
import type { Status } from '../actors/commands.js';
import { createMdns, type Mdns } from '../api/mdns.js';
import type { Logger } from '../api/options.js';
import { NodeNetwork } from '../net/node-network.js';
import type { Run } from './arguments.js';
import type { Output } from './output.js';
import { isUnusable, missingInterfaces, problemOf } from './status.js';

/** What ends a command with code 1; the message is for the user. */
export class Failure extends Error {
  override readonly name = 'Failure';
}

export interface Session {
  readonly mdns: Mdns;
  readonly out: Output;
  /** Aborted when the user has had enough. */
  readonly stop: AbortSignal;
  /** The interfaces that the user named. */
  readonly interfaces: readonly string[];
}

/** Faults that pass within this time, such as those of a fresh IPv6 address, are not worth a word. */
const SETTLING_MS = 1_000;

/** Opens an `Mdns`, works with it, and closes it with goodbyes whatever happens. */
export async function withSession(
  run: Run,
  out: Output,
  stop: AbortSignal,
  work: (session: Session) => Promise<void>,
): Promise<void> {
  const { interfaces } = run;
  // Whatever a command waits for, the process lives until it has come.
  const network = new NodeNetwork({ keepAlive: true });
  const mdns = createMdns({ ...run.mdns, network, logger: loggerFor(out, run.verbose) });
  const telling = tellProblems(mdns, interfaces, out);
  try {
    await Promise.race([work({ mdns, out, stop, interfaces }), broken(mdns)]);
  } finally {
    telling.unsubscribe();
    await mdns.close();
  }
}

/** Rejects as soon as it is clear that no interface can be used: the reason is better than an empty result. */
export function unusable({ mdns, interfaces }: Session): Promise<never> {
  return new Promise((_, reject) => {
    mdns.status$.pipe(filter(isUnusable)).subscribe((status) => reject(new Failure(problemOf(status, interfaces))));
  });
}

/** Rejects when it closes, which nobody asked for as long as somebody listens. */
function broken(mdns: Mdns): Promise<never> {
  return new Promise((_, reject) => {
    mdns.status$.subscribe({ complete: () => reject(new Failure('The engine broke down; the line before says why.')) });
  });
}

export function stopped(stop: AbortSignal): Promise<void> {
  if (stop.aborted) return Promise.resolve();
  return new Promise((resolve) => stop.addEventListener('abort', () => resolve(), { once: true }));
}

/** Each problem once, and that it is over. */
function tellProblems(mdns: Mdns, wanted: readonly string[], out: Output): Subscription {
  return mdns.status$
    .pipe(
      filter(({ state }) => state !== 'starting' && state !== 'closed'),
      audit((status) => timer(isUnusable(status) ? 0 : SETTLING_MS)),
      map((status) => problemWithHope(status, wanted)),
      distinctUntilChanged(),
      skipWhile((problem) => problem === undefined),
    )
    .subscribe((problem) => out.message(problem ?? 'All interfaces work now.'));
}

function problemWithHope(status: Status, wanted: readonly string[]): string | undefined {
  const problem = problemOf(status, wanted);
  return missingInterfaces(status, wanted) === undefined ? problem : `${problem} It is used as soon as it appears.`;
}

/** Faults of links, and interfaces that are missing, are told as problems already. */
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
