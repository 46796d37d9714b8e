/** What can be looked up in a running system: its services, publications, links, and the records in its caches. */
import type { RegistryCommand } from '../actors/domain/registration-events.js';
import type { Context as RegistryContext } from '../actors/domain/registry.js';
import type { Port } from '../actors/messages.js';
import { labelOf } from '../actors/publication.js';
import { currentStatus, type SupervisorContext } from '../actors/supervisor/context.js';
import { domainMetrics, reasonOf } from '../actors/supervisor/domain-entry.js';
import type { PublicationEntry } from '../actors/supervisor/publication-entry.js';
import { type LinkEntry, linkMetrics } from '../actors/supervisor/status.js';
import { serverText } from '../net/dns-address.js';
import type { Entry as CacheEntry } from '../protocol/cache/entry.js';
import { innermost } from './chart-ids.js';
import type { LinkRow, PublicationRow, RecordRow, Rows, Sample, ViewRequest, Views } from './frames.js';
import { cut, dataText, textsOf } from './packets.js';
import { serviceRows } from './services.js';

/** Rows of one answer: more are counted, and found with a filter. */
const MOST_ROWS = { services: 2_000, publications: 1_000, cache: 500, links: 500 } as const;

export function lookUp(context: SupervisorContext, request: ViewRequest, now: number): Views[ViewRequest['kind']] {
  const { filter = '' } = request;
  const only = <Row extends object>(rows: Iterable<Row>): Rows<Row> => {
    return { at: now, ...chosen(rows, filter, MOST_ROWS[request.kind]) };
  };
  switch (request.kind) {
    case 'services':
      return only(serviceRows(cachesOf(context)));
    case 'publications':
      return only([...context.book.entries.values()].map((entry) => publicationRow(context, entry)));
    case 'cache':
      return only(recordRows(context, request.link));
    case 'links': {
      const { state, reason } = currentStatus(context);
      return { state, reason, ...only([...linkRows(context), ...domainRows(context)]) };
    }
  }
}

/** All caches together. */
export function cacheTotals(context: SupervisorContext): Pick<Sample, 'records' | 'cacheBytes'> {
  const all = [...context.links.values()].map((link) => cacheOf(link).toJSON());
  return {
    records: all.reduce((sum, { records }) => sum + records, 0),
    cacheBytes: all.reduce((sum, { bytes }) => sum + bytes.total, 0),
  };
}

/** Rows that contain the filter in any of their texts. Those after the last that is shown are only counted. */
function chosen<Row extends object>(
  rows: Iterable<Row>,
  filter: string,
  most: number,
): { readonly rows: Row[]; readonly more: number } {
  const wanted = filter.toLowerCase();
  const shown: Row[] = [];
  let more = 0;
  for (const row of rows) {
    if (wanted !== '' && !contains(row, wanted)) continue;
    if (shown.length < most) shown.push(row);
    else more++;
  }
  return { rows: shown, more };
}

function contains(value: unknown, wanted: string): boolean {
  if (typeof value === 'string') return value.toLowerCase().includes(wanted);
  if (typeof value === 'number') return String(value) === wanted;
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some((inner) => contains(inner, wanted));
}

function cacheOf({ ref }: LinkEntry) {
  return ref.getSnapshot().context.cache.getSnapshot().context.cache;
}

function* cachesOf({ links }: SupervisorContext): Generator<readonly [link: string, entries: Iterable<CacheEntry>]> {
  for (const [id, link] of links) yield [id, cacheOf(link).entries()];
}

function* recordRows({ links }: SupervisorContext, only: string | undefined): Generator<RecordRow> {
  for (const [link, entry] of links) {
    if (only !== undefined && only !== link) continue;
    for (const { record, source, receivedAt, expiresAt, life, set } of cacheOf(entry).entries()) {
      const { name, type, ttl } = record;
      const data = cut(dataText(record));
      yield {
        link,
        name,
        type,
        data,
        ttl,
        source: source.name,
        receivedAt,
        expiresAt,
        phase: life,
        isWanted: set.wanted,
      };
    }
  }
}

function linkRows(context: SupervisorContext): LinkRow[] {
  return currentStatus(context).links.map(({ interface: on, family, state, reason, addresses }) => {
    const link = `${on}/${family}`;
    const entry = context.links.get(link);
    const about = { link, kind: 'link', name: `${on} ${family}`, state, reason, addresses } as const;
    if (!entry) return { ...about, received: 0, sent: 0, records: 0, counters: {} };
    const { cache, ...counters } = linkMetrics(entry);
    return { ...about, received: counters.received, sent: counters.sent, records: cache.records, counters };
  });
}

function domainRows({ domains }: SupervisorContext): LinkRow[] {
  return [...domains].map(([link, entry]) => {
    const { name, state, servers = [] } = entry;
    const counters = domainMetrics(entry);
    const { answered = 0, asked = 0, records = 0 } = counters ?? {};
    const about = { link, kind: 'domain', name, state, reason: reasonOf(entry) } as const;
    const addresses = servers.map(serverText);
    return { ...about, addresses, received: answered, sent: asked, records, counters: { ...counters } };
  });
}

/** A port shows no context: only the supervisor, which has spawned the registry, knows what it is. */
function registrationOf(ref: Port<RegistryCommand>, id: string) {
  const { context } = ref.getSnapshot() as unknown as { readonly context: RegistryContext };
  return context.registrations.get(id);
}

function publicationRow(context: SupervisorContext, entry: Readonly<PublicationEntry>): PublicationRow {
  const { links, registries } = context;
  const { publication, hostId, announced: isAnnounced } = entry;
  const { id, kind, host } = publication;
  const states: { link: string; state: string; reason?: string | undefined }[] = [];
  const addresses: { link: string; address: string }[] = [];
  for (const [link, { ref }] of links) {
    const { announcers } = ref.getSnapshot().context;
    const announcer = announcers.get(id)?.getSnapshot();
    if (announcer) states.push({ link, state: innermost(announcer.value) });
    for (const record of announcers.get(hostId ?? id)?.getSnapshot().context.wanted.records ?? [])
      if ('address' in record) addresses.push({ link, address: record.address });
  }
  for (const [domain, ref] of registries) {
    const registration = ref && registrationOf(ref, id);
    if (!registration) continue;
    const { registrar, set } = registration;
    const reason = context.refusals.reasonOf(domain, id);
    const state = reason === undefined ? innermost(registrar.getSnapshot().value) : 'refused';
    states.push({ link: domain, state, reason });
    for (const record of set.records)
      if ('address' in record) addresses.push({ link: domain, address: record.address });
  }
  if (publication.kind !== 'service') {
    const name = labelOf(publication);
    const none = { type: undefined, port: undefined, txt: [] };
    return { id, kind, name, host, ...none, addresses, links: states, isAnnounced };
  }
  const { instance: name, typeName: type, port, txt } = publication;
  const texts = txt.map((bytes) => textsOf(Uint8Array.of(bytes.length, ...bytes))[0] ?? '');
  return { id, kind, name, type, host, port, txt: texts, addresses, links: states, isAnnounced };
}
