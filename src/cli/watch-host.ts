/** The command `watch-host`: the addresses of a host, until the user stops it. */
import { each } from './each.js';
import { hostEventResult } from './print.js';
import type { Session } from './session.js';

export async function watchHost({ mdns, out, stop }: Session, host: string): Promise<void> {
  await out.endWithReader();
  await each(mdns.watchHost(host), stop, (event) => out.result(hostEventResult(host, event)));
}
