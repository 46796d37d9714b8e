/** The command `publish`: services are published until the user stops it, or a command ends that runs meanwhile. */
import { skip } from 'rxjs';
import type { ServiceOptions } from '../api/options.js';
import type { PublicationEvent } from '../api/published.js';
import type { PublishedService } from '../api/published-service.js';
import { exec } from './exec.js';
import { Failure } from './failure.js';
import { publicationResult } from './print.js';
import { ProbeReports } from './probe-reports.js';
import { type Session, stopped } from './session.js';

export interface Manner {
  readonly rename: boolean;
  /** The domains to publish in; undefined for the link. */
  readonly domains: readonly string[] | undefined;
  /** The command that runs meanwhile, and its arguments. */
  readonly exec: readonly [string, ...string[]] | undefined;
  readonly probes: ProbeReports;
}

export { ProbeReports };

type Heard = (published: PublishedService, event: PublicationEvent) => void;

/** @returns the exit code of the command that ran meanwhile, if there was one */
export async function publish(
  session: Session,
  services: readonly ServiceOptions[],
  { rename, domains, exec: program, probes }: Manner,
): Promise<number | undefined> {
  const { out } = session;
  const all = services.map((service) => (domains ? { ...service, domains } : service));
  session.mdns.hostname$.pipe(skip(1)).subscribe((host) => {
    out.message(`Another host has this host's name; this host is now called ${host}.`);
  });
  if (program !== undefined) {
    // Standard output belongs to the command.
    const report: Heard = (published, event) => out.aside(publicationResult(published, event));
    return publishAll(session, all, rename, report, (given) => exec(program, given));
  }
  const { terminal } = out;
  if (terminal !== undefined) {
    const { showPublications } = await import('./publish-table.js');
    await showPublications(session, terminal, probes, (report) => publishAll(session, all, rename, report, stopped));
    return undefined;
  }
  await out.endWithReader();
  const report: Heard = (published, event) => out.result(publicationResult(published, event));
  await publishAll(session, all, rename, report, stopped);
  return undefined;
}

/** Publishes while `meanwhile` runs; stops it and fails if a name is taken and must not be changed. */
async function publishAll<T>(
  { mdns, stop }: Session,
  services: readonly ServiceOptions[],
  rename: boolean,
  report: Heard,
  meanwhile: (stop: AbortSignal) => Promise<T>,
): Promise<T> {
  const ending = new AbortController();
  stop.addEventListener('abort', () => ending.abort(stop.reason));
  if (stop.aborted) ending.abort(stop.reason);
  let failure: Failure | undefined;
  for (const service of services) {
    const published = mdns.publish({ ...service, onConflict: rename ? 'rename' : 'fail' });
    published.changes$.subscribe((event) => {
      report(published, event);
      if (event.event !== 'failed') return;
      failure ??= new Failure(taken(event.name, published.type));
      ending.abort(failure);
    });
  }
  const result = await meanwhile(ending.signal);
  if (failure !== undefined) throw failure;
  return result;
}

function taken(name: string, type: string): string {
  const advice = 'choose another name, or leave out --no-rename to rename it automatically.';
  return `${JSON.stringify(name)} is the name of another ${type} service on this network: ${advice}`;
}
