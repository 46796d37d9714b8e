/** The command `interfaces`: which interfaces are used, which are not, and why. */
import { filter, firstValueFrom, race, timer } from 'rxjs';
import { linkResult } from './print.js';
import type { Session } from './session.js';

/** Opening a link takes milliseconds; one that takes longer than this is shown as opening. */
const OPENING_LIMIT_MS = 2_000;

export async function listInterfaces({ mdns, out }: Session): Promise<void> {
  const settled = mdns.status$.pipe(
    filter(({ state, links }) => state !== 'starting' && links.every((link) => link.state !== 'opening')),
  );
  await firstValueFrom(race(settled, timer(OPENING_LIMIT_MS)));
  for (const link of mdns.status.links) out.result(linkResult(link));
}
