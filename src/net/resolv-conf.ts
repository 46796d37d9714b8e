/** The system's DNS servers and search list, from `/etc/resolv.conf`, or where there is none from Node. */
import { getServers } from 'node:dns';
import { readFileSync } from 'node:fs';
import { canonicalAddress } from '../ip/address.js';
import { DNS_PORT } from '../protocol/constants.js';
import type { DnsServer, DnsSettings } from './dns.js';

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
    const server = key === 'nameserver' ? serverAt(values[0] ?? '') : undefined;
    if (server && servers.length < MAX_SERVERS) servers.push(server);
    if (key === 'search' || key === 'domain') search = values.slice(0, MAX_DOMAINS).map(withoutDot).filter(Boolean);
  }
  return { servers, search };
}

/** A server by its address, with the zone of a link-local one; undefined if the text is not an address. */
function serverAt(text: string, port = DNS_PORT): DnsServer | undefined {
  const [plain = '', zone] = text.split('%', 2);
  const address = canonicalAddress(plain);
  return address === undefined ? undefined : { address: zone ? `${address}%${zone}` : address, port };
}

/** `192.0.2.53`, `192.0.2.53:5300`, `fd00::53`, `[fd00::53]:5300`. */
function nodeServers(): DnsServer[] {
  return getServers().flatMap((text) => {
    const match = /^\[(.*)\]:(\d+)$|^([\d.]+):(\d+)$/.exec(text);
    const server = match ? serverAt(match[1] ?? match[3] ?? '', Number(match[2] ?? match[4])) : serverAt(text);
    return server ?? [];
  });
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
