/** The command `interfaces`: which interfaces are used, which are not, and why. */
import { filter, firstValueFrom, race, timer } from 'rxjs';
import type { Mdns } from '../api/mdns.js';
import { linkResult } from './print.js';
import type { Session } from './session.js';

/** Opening a link takes milliseconds; one that takes longer than this is shown as opening. */
const OPENING_LIMIT_MS = 2_000;

export async function listInterfaces({ mdns, out }: Session): Promise<void> {
  await settled(mdns);
  for (const link of mdns.status.links) out.result(linkResult(link));
}

/** Resolves when no link is being opened, or takes too long. */
export async function settled(mdns: Mdns): Promise<void> {
  const opened = mdns.status$.pipe(
    filter(({ state, links }) => state !== 'starting' && links.every((link) => link.state !== 'opening')),
  );
  await firstValueFrom(race(opened, timer(OPENING_LIMIT_MS)));
}
