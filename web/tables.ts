/** The tables: services, publications, cached records, interfaces and domains. */
import type { LinkRow, PublicationRow, RecordRow, Rows, ServiceRow, Views } from '../src/inspector/frames.js';
import type { Connection } from './connection.js';
import { el, setText, visible } from './dom.js';
import { TableView } from './table.js';

/** Milliseconds on the clock of the system at this moment. */
type Now = () => number;

export function servicesView(connection: Connection, now: Now): TableView<ServiceRow> {
  return new TableView<ServiceRow>({
    label: 'Services',
    columns: ['name', 'type', 'host', 'phase', 'seen', 'expires'],
    ask: (filter) => connection.view({ kind: 'services', filter }),
    key: ({ type, name }) => `${type} ${name}`,
    cells: (row) => [
      visible(row.name),
      visible(row.type),
      visible(`${row.host}:${row.port}`),
      row.phase,
      ago(now() - row.lastSeen),
      lifetime(row, now()),
    ],
    details: (row) => [
      ['service', [visible(`${row.name}, ${row.type}`)]],
      ['attributes (TXT)', row.txt.map(visible)],
      ['addresses', row.addresses.map(({ link, address }) => `${address} on ${link}`)],
    ],
    empty: 'No service is known. Browse for a type in the program, or run mdns-actors inspect --browse http.',
  });
}

export function publicationsView(connection: Connection): TableView<PublicationRow> {
  return new TableView<PublicationRow>({
    label: 'Publications',
    columns: ['name', 'type', 'host', 'announced', 'phase by link'],
    ask: (filter) => connection.view({ kind: 'publications', filter }),
    key: ({ id }) => id,
    cells: (row) => [
      visible(row.name),
      visible(row.type ?? { service: '', host: 'host name', alias: 'alias' }[row.kind]),
      visible(row.port === undefined ? row.host : `${row.host}:${row.port}`),
      row.isAnnounced ? 'yes' : 'not yet',
      row.links.map(({ link, state }) => `${link} ${mainState(state)}`).join(', '),
    ],
    details: (row) => [
      ['publication', [visible(row.name), row.id]],
      ['phase', row.links.map(({ link, state, reason }) => `${link}: ${reason ?? state.replaceAll(' ', ' and ')}`)],
      ['attributes (TXT)', row.txt.map(visible)],
      ['addresses', row.addresses.map(({ link, address }) => `${address} on ${link}`)],
    ],
    empty: 'Nothing is published. Publish in the program, or run mdns-actors inspect --publish "My Web http 8080".',
  });
}

export function cacheView(connection: Connection, now: Now): TableView<RecordRow> {
  const link = el('select', { 'aria-label': 'Link' }, el('option', { value: '', text: 'all links' }));
  const refill = async () => {
    const links = await connection.view({ kind: 'links' });
    const known = new Set([...link.options].map(({ value }) => value));
    for (const { link: id, kind, records } of links?.rows ?? [])
      if (kind === 'link' && records > 0 && !known.has(id)) link.append(el('option', { value: id, text: id }));
  };
  const view = new TableView<RecordRow>({
    label: 'Cached records',
    columns: ['name', 'type', 'data', 'link', 'phase', 'expires'],
    ask: (filter) => {
      void refill();
      return connection.view({ kind: 'cache', filter, link: link.value });
    },
    key: (row) => `${row.link} ${row.name} ${row.type} ${row.data}`,
    cells: (row) => [
      visible(row.name),
      row.type,
      visible(row.data),
      row.link,
      row.isWanted ? `${row.phase}, asked for` : row.phase,
      lifetime({ lastSeen: row.receivedAt, expiresAt: row.expiresAt }, now()),
    ],
    details: (row) => [
      ['record', [visible(`${row.name} ${row.type}`), visible(row.data)]],
      ['time to live', [`${row.ttl} s, last heard ${ago(now() - row.receivedAt)}`]],
      ['source', [`${row.source} on ${row.link}`]],
    ],
    extra: link,
    empty: 'The cache is empty: no other host has answered, or announced anything.',
  });
  link.addEventListener('change', () => view.open());
  return view;
}

export function linksView(connection: Connection): TableView<LinkRow> {
  const summary = el('p', { class: 'summary', role: 'status' });
  return new TableView<LinkRow>({
    label: 'Interfaces',
    columns: ['interface or domain', 'state', 'reason', 'addresses', 'received', 'sent'],
    ask: (filter) => connection.view({ kind: 'links', filter }),
    answered: (answer: Rows<LinkRow> & Partial<Views['links']>) => {
      setText(summary, `${answer.state ?? ''}${answer.reason === undefined ? '' : `: ${answer.reason}`}`);
    },
    key: ({ link }) => link,
    cells: (row) => [
      visible(row.name),
      row.state,
      row.reason ?? '',
      row.addresses.join(' '),
      String(row.received),
      String(row.sent),
    ],
    details: (row) => [
      [{ link: 'interface', domain: 'domain' }[row.kind], [visible(row.name)]],
      ['state', [row.state, row.reason ?? '']],
      row.kind === 'link'
        ? ['addresses', row.addresses]
        : ['servers', row.addresses.length > 0 ? row.addresses : ['those of the system']],
      ['cached records', [String(row.records)]],
      ['counters', Object.entries(row.counters).map(([name, count]) => `${inWords(name)}: ${count}`)],
    ],
    extra: summary,
    empty: 'The system lists no network interface.',
  });
}

/** `over tcp` for `overTcp`. */
function inWords(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** The state without what is in it: `held` for `held.series.established held.news.told`. */
function mainState(state: string): string {
  return state.split(/[. ]/)[0] ?? state;
}

function ago(ms: number): string {
  return `${duration(Math.max(0, ms))} ago`;
}

function duration(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`;
}

/** A bar of the lifetime that is left, with the same in words. */
function lifetime({ lastSeen, expiresAt }: { lastSeen: number; expiresAt: number }, now: number): Node {
  const left = Math.max(0, expiresAt - now);
  const text = `in ${duration(left)}`;
  const share = String(Math.min(1, left / Math.max(1, expiresAt - lastSeen)));
  return el(
    'span',
    { class: 'lifetime' },
    el('meter', { value: share, 'aria-label': 'Lifetime that is left' }),
    ` ${text}`,
  );
}
