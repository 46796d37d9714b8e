/** The command `publish`: services are published until the user stops it. */
import { skip } from 'rxjs';
import type { ServiceOptions } from '../api/options.js';
import { Failure } from './failure.js';
import { publicationResult } from './print.js';
import { type Session, stopped } from './session.js';

export async function publish(
  { mdns, out, stop }: Session,
  services: readonly ServiceOptions[],
  rename: boolean,
): Promise<void> {
  mdns.hostname$.pipe(skip(1)).subscribe((host) => {
    out.message(`Another host has this host's name; this host is now called ${host}.`);
  });
  const failed = new Promise<never>((_, reject) => {
    for (const service of services) {
      const published = mdns.publish({ ...service, onConflict: rename ? 'rename' : 'fail' });
      published.changes$.subscribe((event) => {
        out.result(publicationResult(published, event));
        if (event.event === 'failed') reject(new Failure(taken(event.name, published.type)));
      });
    }
  });
  await Promise.race([failed, stopped(stop)]);
}

function taken(name: string, type: string): string {
  const advice = 'choose another name, or leave out --no-rename to rename it automatically.';
  return `${JSON.stringify(name)} is the name of another ${type} service on this network: ${advice}`;
}
