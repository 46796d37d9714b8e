/** Turns what went wrong with a DNS server into a sentence: which server, what happened, and what to do about it. */
import type { DnsServer } from './dns.js';
import { serverText } from './dns-address.js';
import { errorCode } from './faults.js';
import type { LinkFault } from './network.js';

export function dnsFault(code: string, server: DnsServer, detail?: string): LinkFault {
  const sentence = explanations[code] ?? `an unexpected fault${detail === undefined ? '' : ` (${detail})`}.`;
  return { code, message: `DNS server ${serverText(server)}: ${code}: ${sentence}` };
}

export function dnsFaultOf(error: unknown, server: DnsServer): LinkFault {
  return dnsFault(errorCode(error), server, error instanceof Error ? error.message : undefined);
}

const forbidden = 'the system forbids it. Let a firewall or sandbox pass DNS of this program.';
const unreachable = 'there is no way to it. Check its address, and the network or VPN that leads to it.';
const broken = 'it closed the connection before it had answered.';

const explanations: Readonly<Record<string, string>> = {
  ETIMEDOUT: 'it did not answer in time. Check its address and port, and that firewalls pass UDP and TCP to it.',
  ECONNREFUSED: 'no DNS server listens at this address and port. Start it, or name another one.',
  ECONNRESET: broken,
  EPIPE: broken,
  EBADMSG:
    'what it sends over TCP does not answer the question. Check its address and port: another service may listen there.',
  EHOSTUNREACH: unreachable,
  ENETUNREACH: unreachable,
  EADDRNOTAVAIL: unreachable,
  EPERM: forbidden,
  EACCES: forbidden,
  EMFILE: 'this process has too many files open. Raise the limit (ulimit -n).',
  ENOSERVER: 'no DNS server is known. Name one with the option "server".',
};
