/** The table of `publish` on a terminal: what becomes of each service. */
import { timer } from 'rxjs';
import type { PublicationEvent } from '../api/published.js';
import type { PublishedService } from '../api/published-service.js';
import { PROBE_COUNT } from '../protocol/constants.js';
import { type TableContent, withTable } from './live-table.js';
import type { ProbeReports } from './probe-reports.js';
import type { Session } from './session.js';
import type { Terminal } from './terminal/screen.js';
import type { Style } from './terminal/style.js';
import type { Cell } from './terminal/table.js';
import { plain } from './text.js';

/** Milliseconds to wait for goodbyes at most; closing waits as long. */
const GOODBYE_LIMIT_MS = 1_500;

interface State {
  readonly text: string;
  readonly detail?: string;
  readonly style?: Style;
}

interface Entry {
  readonly state: State;
  /** The host that offers it, once it is announced. */
  readonly host: string | undefined;
}

const states: Readonly<Record<PublicationEvent['event'], State>> = {
  probing: { text: 'probing' },
  announced: { text: 'announced', style: 'good' },
  updating: { text: 'updating' },
  updated: { text: 'announced', style: 'good' },
  renamed: { text: 'renamed' },
  'host-renamed': { text: 'renamed' },
  refused: { text: 'refused', style: 'bad' },
  failed: { text: 'name taken', style: 'bad' },
  withdrawn: { text: 'withdrawn', style: 'minor' },
};

/** The services in the order in which they are published. */
class PublicationList implements TableContent {
  readonly columns = [
    { title: 'STATE', min: 14, share: 0.2 },
    { title: 'NAME', min: 12, share: 0.4 },
    { title: 'TYPE', min: 8, share: 0.2 },
    { title: 'HOST AND PORT', min: 12, share: 0.4 },
  ];
  readonly none = 'Nothing is published yet.';
  last = '';
  readonly #hostname: () => string;
  readonly #entries = new Map<PublishedService, Entry>();

  constructor(hostname: () => string) {
    this.#hostname = hostname;
  }

  get doing(): string {
    return `Publishing as ${plain(this.#hostname())}`;
  }

  take(published: PublishedService, event: PublicationEvent): void {
    const host = 'host' in event ? event.host : this.#entries.get(published)?.host;
    this.#entries.set(published, { state: states[event.event], host });
    if (event.event === 'renamed')
      this.last = `another service has the name "${plain(event.from)}", so it is now "${plain(event.name)}"`;
  }

  /** @param count how many probes have been sent on one link */
  takeProbe(id: string, count: number): void {
    for (const [published, { state, host }] of this.#entries) {
      if (published.id !== id || state.text !== states.probing.text) continue;
      const detail = `${count} of ${PROBE_COUNT}`;
      this.#entries.set(published, { state: { ...states.probing, detail }, host });
    }
  }

  get rowCount(): number {
    return this.#entries.size;
  }

  rows(from: number, to: number): Cell[][] {
    return [...this.#entries]
      .slice(from, to)
      .map(([{ name, type, port }, { state, host }]) => [
        { text: [state.text, state.detail].filter(Boolean).join(' '), style: state.style },
        { text: plain(name), style: 'name' },
        { text: plain(type) },
        { text: host === undefined ? `port ${port}` : plain(`${host}:${port}`) },
      ]);
  }

  get count(): string {
    const counts = new Map<string, number>();
    for (const { state } of this.#entries.values()) counts.set(state.text, (counts.get(state.text) ?? 0) + 1);
    return [...counts].map(([text, count]) => `${count} ${text}`).join(', ');
  }

  get services(): readonly PublishedService[] {
    return [...this.#entries.keys()];
  }
}

/** @param publishAll publishes, and calls what it gets with each event */
export async function showPublications(
  session: Session,
  terminal: Terminal,
  probes: ProbeReports,
  publishAll: (report: (published: PublishedService, event: PublicationEvent) => void) => Promise<void>,
): Promise<void> {
  const list = new PublicationList(() => session.mdns.hostname);
  await withTable(session, terminal, list, async (refresh) => {
    probes.listen((id, count) => {
      list.takeProbe(id, count);
      refresh();
    });
    await publishAll((published, event) => {
      list.take(published, event);
      refresh();
    });
    const goodbyes = Promise.all(list.services.map((published) => published.withdraw()));
    await Promise.race([goodbyes, new Promise((resolve) => timer(GOODBYE_LIMIT_MS).subscribe(resolve))]);
  });
}
