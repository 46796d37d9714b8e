/** The commands `browse` and `discover`: which services there are, continuously or once. */
import type { BrowseOptions } from '../api/options.js';
import type { ServiceInstance } from '../protocol/dns-sd/instance.js';
import type { Wanted } from './arguments.js';
import { each } from './each.js';
import { Failure } from './failure.js';
import { instanceResult, typeResult } from './print.js';
import { type Session, unusable, waited } from './session.js';
import { problemOf } from './status.js';

export async function browse(session: Session, wanted: Wanted): Promise<void> {
  const { mdns, out, stop } = session;
  const { terminal } = out;
  if (terminal !== undefined) {
    const { showServices, showTypes } = await import('./browse-table.js');
    if (wanted.what === 'types') await showTypes(session, terminal, mdns.browse(undefined, inDomain(wanted)));
    else await showServices(session, terminal, services(session, wanted), describe(wanted));
    return;
  }
  // Reports everything found until the user stops the command.
  await out.endWithReader();
  if (wanted.what === 'types')
    await each(mdns.browse(undefined, inDomain(wanted)), stop, (event) => out.result(typeResult(event)));
  else await each(services(session, wanted), stop, (event) => out.result(instanceResult(event)));
}

function services({ mdns }: Session, wanted: Wanted) {
  const options = { ...only(wanted.subtype), ...inDomain(wanted) };
  return typeof wanted.what === 'object' ? mdns.browse(wanted.what.type, options) : mdns.browseAll(options);
}

function inDomain({ domain }: Wanted): Pick<BrowseOptions, 'domain'> {
  return domain === undefined ? {} : { domain };
}

export async function discover(session: Session, wanted: Wanted & { readonly timeout: number }): Promise<void> {
  const { mdns, out, interfaces } = session;
  const found = await Promise.race([search(session, wanted), unusable(session)]);
  const results = found.map((instance) => instanceResult({ event: 'up', instance }));
  const { terminal } = out;
  if (terminal !== undefined && found.length > 0) {
    const { printServices } = await import('./browse-table.js');
    printServices(out, terminal, found);
  } else for (const result of results) out.result(result);
  if (found.length > 0) return;
  const problem = problemOf(mdns.status, interfaces);
  const why = problem === undefined ? '' : ` ${problem}`;
  throw new Failure(`No ${describe(wanted)} answered within ${wanted.timeout} ms.${why}`);
}

async function search(
  session: Session,
  wanted: Wanted & { readonly timeout: number },
): Promise<readonly ServiceInstance[]> {
  const { what, subtype, timeout } = wanted;
  const { mdns, stop } = session;
  if (typeof what === 'object')
    return mdns.discover(what.type, { ...only(subtype), ...inDomain(wanted), timeout, signal: stop });
  let found: readonly ServiceInstance[] = [];
  const watch = services(session, wanted).services$.subscribe((all) => {
    found = [...all.values()];
  });
  await waited(timeout, stop);
  watch.unsubscribe();
  return found;
}

/** `service of type _http._tcp and subtype _printer`. */
function describe({ what, subtype }: Wanted): string {
  const type = typeof what === 'object' ? ` of type ${what.type}` : '';
  return `service${type}${subtype === undefined ? '' : `${type === '' ? ' of' : ' and'} subtype ${subtype}`}`;
}

function only(subtype: string | undefined): Pick<BrowseOptions, 'subtype'> {
  return subtype === undefined ? {} : { subtype };
}
