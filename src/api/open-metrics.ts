/** `metrics()` as OpenMetrics text, which Prometheus and compatible collectors read. */
import type { DomainMetrics, DomainsMetrics, LinkMetrics, Metrics } from '../actors/commands.js';
import type { LinkCounters } from '../actors/counters.js';
import type { CacheCounters } from '../protocol/cache/cache.js';

/** What each counter of a link counts, for its line of help. */
const linkCounters: Readonly<Record<keyof LinkCounters | 'typesLeftOut', string>> = {
  received: 'Datagrams that were processed',
  receivedBytes: 'Bytes of the datagrams that other hosts sent',
  sent: 'Datagrams that were sent',
  unsent: 'Datagrams that could not be sent',
  malformed: 'Datagrams that could not be read, or not completely',
  ignored: 'Datagrams that RFC 6762 says to ignore',
  irrelevant: 'Datagrams that were not decoded, because none of their names matters',
  readLater: 'Of these, responses that were decoded when a question was opened that they may answer',
  throttled: 'Datagrams that were dropped, because more arrived than can be processed',
  skipped: 'Records that were not decoded, because they are known or there is no room for them',
  repeated: 'Responses that were received before, byte for byte',
  unusable: 'Records with addresses that no host can have',
  heldBack: 'Questions that had to wait for room in the budget',
  opened: 'How often the socket was opened',
  typesLeftOut: 'How often a service type was left out of a browse for all types',
};

/** The same of a domain. What is not a counter goes up and down. */
const domainCounters: Readonly<Record<keyof DomainMetrics, string>> = {
  asked: 'Questions to DNS servers',
  answered: 'Questions that a DNS server answered',
  overTcp: 'Messages that were sent over TCP',
  timeouts: 'Messages that a DNS server did not answer in time',
  faults: 'Messages for which a DNS server could not be reached, or sent something else over TCP',
  refusals: 'Answers after which another DNS server was asked',
  ignored: 'Messages that answered no question: late, forged or from elsewhere',
  added: 'Records that were added',
  removed: 'Records that were removed',
  refused: 'Records for which there was no room',
  failed: 'Questions that no DNS server answered',
  questions: 'Open questions',
  records: 'Records that are kept',
  bytes: 'Memory of the records, by an estimate',
};
const domainGauges: readonly (keyof DomainMetrics)[] = ['questions', 'records', 'bytes'];

/** What happened to a cached record: the values of the label `event`. */
const cacheEvents: Readonly<Record<keyof CacheCounters, true>> = {
  added: true,
  renewed: true,
  refused: true,
  noType: true,
  crowded: true,
  goodbye: true,
  expired: true,
  flushed: true,
  reconfirmed: true,
  unobserved: true,
  evicted: true,
  'link-lost': true,
};

/** The media type of the text. */
export const OPEN_METRICS_TYPE = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

/**
 * The counters of `mdns.metrics()` as OpenMetrics text, to be served with the media type `OPEN_METRICS_TYPE`. Each
 * sample has the labels `interface` and `family`. Peers have no influence on the number of samples: there are none for
 * sources or names.
 *
 * @param domains `mdns.domainMetrics()`, whose samples have the label `domain`. Default: none
 * @example console.log(openMetrics(mdns.metrics(), mdns.domainMetrics()));
 */
export function openMetrics(metrics: Metrics, domains: DomainsMetrics = {}): string {
  const links = Object.entries(metrics).map(([id, link]) => ({ labels: labelsOf(id), link }));
  const lines: string[] = [];
  const family = (name: string, type: 'counter' | 'gauge', help: string, samples: readonly Sample[]) => {
    const suffix = type === 'counter' ? '_total' : '';
    lines.push(`# TYPE ${name} ${type}`, `# HELP ${name} ${help}.`);
    for (const { labels, value } of samples) lines.push(`${name}${suffix}{${labels}} ${value}`);
  };
  const each = (value: (link: LinkMetrics) => number) =>
    links.map(({ labels, link }) => ({ labels, value: value(link) }));
  for (const [key, help] of Object.entries(linkCounters) as [keyof typeof linkCounters, string][])
    family(
      `mdns_${snake(key)}`,
      'counter',
      help,
      each((link) => link[key]),
    );
  family(
    'mdns_cache_events',
    'counter',
    'What happened to cached records',
    links.flatMap(({ labels, link }) =>
      (Object.keys(cacheEvents) as (keyof CacheCounters)[]).map((event) => {
        return { labels: `${labels},event="${snake(event)}"`, value: link.cache.counters[event] };
      }),
    ),
  );
  family(
    'mdns_cache_records',
    'gauge',
    'Cached records',
    each(({ cache }) => cache.records),
  );
  family(
    'mdns_cache_names',
    'gauge',
    'Names with cached records or open questions',
    each(({ cache }) => cache.names),
  );
  family(
    'mdns_cache_sources',
    'gauge',
    'Hosts whose records are cached',
    each(({ cache }) => cache.sources),
  );
  family(
    'mdns_cache_bytes',
    'gauge',
    'Memory of the cache, by an estimate',
    each(({ cache }) => cache.bytes.total),
  );
  for (const [key, help] of Object.entries(domainCounters) as [keyof DomainMetrics, string][])
    family(
      `mdns_domain_${snake(key)}`,
      domainGauges.includes(key) ? 'gauge' : 'counter',
      help,
      Object.entries(domains).map(([domain, of]) => ({ labels: `domain="${escaped(domain)}"`, value: of[key] })),
    );
  return [...lines, '# EOF', ''].join('\n');
}

interface Sample {
  readonly labels: string;
  readonly value: number;
}

/** `eth0/ipv4` as labels. Names of interfaces may have any characters. */
function labelsOf(link: string): string {
  const slash = link.lastIndexOf('/');
  return `interface="${escaped(link.slice(0, slash))}",family="${escaped(link.slice(slash + 1))}"`;
}

function escaped(text: string): string {
  return text.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n');
}

function snake(key: string): string {
  return key.replace(/-/g, '_').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
