/** The command `doctor`: whether Multicast DNS works on each link, and if not, why and what helps. */
import { NodeNetwork } from '../net/node-network.js';
import { diagnose, type Finding } from './diagnosis.js';
import { settled } from './interfaces.js';
import { ObservedNetwork } from './observed-network.js';
import { findingResult } from './print.js';
import { type Session, waited } from './session.js';
import type { Result } from './text.js';

/** The command needs a network that it can watch. */
export function planDoctor(timeout: number) {
  const network = new ObservedNetwork(new NodeNetwork({ keepAlive: true }));
  return { work: (session: Session) => doctor(session, network, timeout), mdns: { network } };
}

/** @returns the exit code */
async function doctor({ mdns, out, stop }: Session, network: ObservedNetwork, timeout: number): Promise<number> {
  await settled(mdns);
  // Every host answers this question (RFC 6763 section 9).
  const asking = mdns.browse().subscribe();
  await waited(timeout, stop);
  asking.unsubscribe();
  const { links } = mdns.status;
  const findings = links.map((link) => diagnose(link, network.noticed(link.interface, link.family)));
  for (const result of report(findings)) out.result(result);
  return isHealthy(findings) ? 0 : 1;
}

/** Whether some link works and none is broken. */
function isHealthy(findings: readonly Finding[]): boolean {
  const used = findings.filter(({ verdict }) => verdict !== 'unused');
  return used.length > 0 && used.every(({ verdict }) => verdict !== 'broken');
}

export function report(findings: readonly Finding[]): Result[] {
  const used = findings.filter(({ verdict }) => verdict !== 'unused');
  const broken = used.filter(({ verdict }) => verdict === 'broken').length;
  const summary =
    used.length === 0
      ? 'No interface is used: connect one, or choose one with --interface.'
      : broken === 0
        ? 'Multicast DNS works here.'
        : `Multicast DNS does not work on ${broken} of ${used.length} links.`;
  const healthy = isHealthy(findings);
  const json = { event: 'summary', healthy, text: summary };
  return [...findings.map(findingResult), { json, lines: [summary], tone: healthy ? 'good' : 'bad' }];
}
