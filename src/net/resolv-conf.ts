/** The system's DNS servers and search list, from `/etc/resolv.conf`, or where there is none from Node. */
import { getServers } from 'node:dns';
import { readFileSync } from 'node:fs';
import type { DnsServer, DnsSettings } from './dns.js';
import { parseDnsServer } from './dns-address.js';

const FILE = '/etc/resolv.conf';
/** The resolver of glibc reads three servers; more would only be waited for in turn. */
const MAX_SERVERS = 8;
const MAX_DOMAINS = 32;

export function systemDnsSettings(file = FILE): DnsSettings {
  const { servers, search } = parseResolvConf(textOf(file));
  return { servers: servers.length > 0 ? servers : nodeServers(), search };
}

/** What `resolv.conf(5)` says; lines that mean nothing here are skipped. The last `search` or `domain` counts. */
export function parseResolvConf(text: string): DnsSettings {
  const servers: DnsServer[] = [];
  let search: readonly string[] = [];
  for (const line of text.split('\n')) {
    const [key, ...values] = line.split(/[#;]/, 1).join('').trim().split(/\s+/);
    const server = key === 'nameserver' ? parseDnsServer(values[0] ?? '') : undefined;
    if (server && servers.length < MAX_SERVERS) servers.push(server);
    if (key === 'search' || key === 'domain') search = values.slice(0, MAX_DOMAINS).map(withoutDot).filter(Boolean);
  }
  return { servers, search };
}

function nodeServers(): DnsServer[] {
  return getServers().flatMap((text) => parseDnsServer(text) ?? []);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function withoutDot(domain: string): string {
  return domain.replace(/\.$/, '');
}
