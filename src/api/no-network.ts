/** The error `no-network`: how a wait ends when no link was usable while it lasted. */
import { type Observable, takeWhile } from 'rxjs';
import type { Status } from '../actors/commands.js';
import { MdnsError } from '../protocol/errors.js';

/** @param reason the reason in `status` */
export function noNetwork(what: string, reason: string | undefined): MdnsError {
  const why = reason ?? 'No network was up; "status" says why.';
  return new MdnsError('no-network', `${what}, and no network could be used meanwhile. ${why}`);
}

/** Tracks whether a link is up at any time from now on, on one of these interfaces if any are named. */
export function trackNetwork(
  status$: Observable<Status>,
  interfaces: readonly string[] | undefined,
): { readonly usable: boolean; stop(): void } {
  const isUsable = ({ links }: Status) =>
    links.some((link) => link.state === 'up' && (interfaces === undefined || interfaces.includes(link.interface)));
  const seen = { usable: false, stop: () => subscription.unsubscribe() };
  const subscription = status$.pipe(takeWhile(() => !seen.usable)).subscribe((status) => {
    if (isUsable(status)) seen.usable = true;
  });
  return seen;
}
