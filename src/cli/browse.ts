/** The commands `browse` and `discover`: which services there are, continuously or once. */
import type { Subscribable } from 'rxjs';
import type { BrowseOptions } from '../api/options.js';
import { Failure } from './failure.js';
import { instanceResult, typeResult } from './print.js';
import { type Session, stopped, unusable } from './session.js';
import { problemOf } from './status.js';
import type { Result } from './text.js';

export async function browse(session: Session, type: string | undefined, subtype: string | undefined): Promise<void> {
  const { mdns } = session;
  if (type === undefined) await printAll(session, mdns.browse(), typeResult);
  else await printAll(session, mdns.browse(type, only(subtype)), instanceResult);
}

/** Prints everything found until the user stops the command. */
async function printAll<E>(
  { out, stop }: Session,
  found: Subscribable<E>,
  resultOf: (event: E) => Result,
): Promise<void> {
  const broken = new Promise<never>((_, reject) => {
    found.subscribe({ next: (event) => out.result(resultOf(event)), error: reject });
  });
  await Promise.race([broken, stopped(stop)]);
}

interface Search {
  readonly type: string;
  readonly subtype: string | undefined;
  /** Milliseconds. */
  readonly timeout: number;
}

export async function discover(session: Session, { type, subtype, timeout }: Search): Promise<void> {
  const { mdns, out, stop, interfaces } = session;
  const options = { ...only(subtype), timeout, signal: stop };
  const found = await Promise.race([mdns.discover(type, options), unusable(session)]);
  for (const instance of found) out.result(instanceResult({ event: 'up', instance }));
  if (found.length > 0) return;
  const what = `of type ${type}${subtype === undefined ? '' : ` and subtype ${subtype}`}`;
  const problem = problemOf(mdns.status, interfaces);
  throw new Failure(`No service ${what} answered within ${timeout} ms.${problem === undefined ? '' : ` ${problem}`}`);
}

function only(subtype: string | undefined): Pick<BrowseOptions, 'subtype'> {
  return subtype === undefined ? {} : { subtype };
}
